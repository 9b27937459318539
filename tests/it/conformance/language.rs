//! Language programs: positive ones are run and compared with the comment lines at their end, negative
//! ones carry `//~ E030` markers and are checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::checked::check;
use super::expected::Expected;
use super::{Problems, TIMEOUT, lossy_text, programs_below, sources};
use crate::common::{fixture, run_limited, taintc};

pub fn programs() -> Vec<PathBuf> {
    programs_below(&fixture("conformance/lang"))
}

static MARKER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"//~(w?)((?: +[ETW]\d{3})+)").expect("a pattern"));

/// A code on a line of a file.
type Mark = (PathBuf, u64, String);

#[derive(Default)]
struct Markers {
    errors: BTreeSet<Mark>,
    warnings: BTreeSet<Mark>,
    run: Expected,
}

pub fn problems(program: &Path) -> Problems {
    let mut markers = Markers::default();
    for source in sources(program) {
        read_markers(&source, &mut markers);
    }
    let result = if markers.errors.is_empty() && markers.warnings.is_empty() {
        run_problems(program, &markers.run)
    } else {
        check_problems(program, &markers)
    };
    result.unwrap_or_else(|problem| vec![problem])
}

fn run_problems(program: &Path, expected: &Expected) -> Result<Problems, String> {
    if expected.output.is_none() && expected.stderr.is_empty() {
        return Err("the program states no expectation".to_owned());
    }
    let mut command = taintc();
    command.arg("run").arg(program);
    if !expected.arguments.is_empty() {
        command.arg("--").args(&expected.arguments);
    }
    Ok(expected.problems(&run_limited(&mut command, "", TIMEOUT)?))
}

fn check_problems(program: &Path, markers: &Markers) -> Result<Problems, String> {
    let checked = check(program)?;
    let compared = checked
        .findings
        .iter()
        .filter(|finding| finding.is_error || !markers.warnings.is_empty());
    let got: BTreeSet<Mark> = compared
        .map(|finding| {
            (
                finding.at.file.clone(),
                finding.at.line,
                finding.code.clone(),
            )
        })
        .collect();
    let wanted: BTreeSet<Mark> = markers.errors.union(&markers.warnings).cloned().collect();
    let show = |marks: BTreeSet<&Mark>| {
        let marks = marks.into_iter();
        let marks: Vec<_> = marks
            .map(|(_, line, code)| format!("{line}:{code}"))
            .collect();
        marks.join(" ")
    };
    let mut problems = Vec::new();
    if got != wanted {
        let missing = show(wanted.difference(&got).collect());
        let unexpected = show(got.difference(&wanted).collect());
        problems.push(format!("missing [{missing}], unexpected [{unexpected}]"));
    }
    let exit = i32::from(!markers.errors.is_empty());
    if checked.code != exit {
        problems.push(format!("exit {}, expected {exit}", checked.code));
    }
    Ok(problems)
}

fn read_markers(source: &Path, into: &mut Markers) {
    let mut in_output = false;
    for (line, text) in (1..).zip(lossy_text(source).lines()) {
        if let Some(marker) = MARKER.captures(text) {
            let marks = if marker[1].is_empty() {
                &mut into.errors
            } else {
                &mut into.warnings
            };
            let codes = marker[2].split_whitespace();
            marks.extend(codes.map(|code| (source.to_owned(), line, code.to_owned())));
        }
        let run = &mut into.run;
        if text == "// output:" {
            in_output = true;
            run.output = Some(Vec::new());
        } else if let Some(expected) = text.strip_prefix("//|").filter(|_| in_output) {
            let expected = expected.strip_prefix(' ').unwrap_or(expected);
            run.output
                .get_or_insert_default()
                .push(expected.trim_end().to_owned());
        } else if let Some(code) = text.strip_prefix("// exit: ") {
            run.exit = code.trim().parse().expect("an exit code");
        } else if let Some(part) = stderr_part(text) {
            run.stderr.push(part.to_owned());
        } else if let Some(arguments) = text.strip_prefix("// args: ") {
            run.arguments = shell_words(arguments);
        } else if text == "// unordered" {
            run.unordered = true;
        }
    }
}

fn stderr_part(text: &str) -> Option<&str> {
    let part = text.strip_prefix("// stderr: ");
    part.or_else(|| text.strip_prefix("// stderr contains: "))
}

/// Words as a shell takes them, with single and double quotes.
fn shell_words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
