//! `taintc explain CODE`: what the code means, with a failing and a mended example.

use super::failure::Failure;
use super::{Exit, print};
use crate::diagnostics::Code;

pub(super) fn run(word: &str) -> Exit {
    match Code::parse(word) {
        Some(code) => print(text(code).as_bytes()),
        None => Failure::UnknownCode(word.to_owned()).print(),
    }
}

fn text(code: Code) -> String {
    let explanation = code.explanation();
    format!(
        "{code}: {title} ({severity})\n\n{meaning}\n\nReported:\n\n{failing}\nMended:\n\n{mended}",
        title = code.title(),
        severity = code.severity().as_str(),
        meaning = explanation.meaning,
        failing = indented(explanation.failing),
        mended = indented(explanation.mended),
    )
}

fn indented(example: &str) -> String {
    let lines = example.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::diagnostics::Code;

    #[test]
    fn an_explanation_shows_both_examples() {
        insta::assert_snapshot!(text(Code::W001));
    }
}
