//! Standard library programs: each runs in a fresh folder that holds copies of `stdlib/fixtures`, and is
//! compared with the comment block at its end.

use std::fs;
use std::path::{Path, PathBuf};

use super::expected::Expected;
use super::{Problems, TIMEOUT, entries, lossy_text, programs_below};
use crate::common::{fixture, run_limited, taintc};

pub fn programs() -> Vec<PathBuf> {
    programs_below(&fixture("conformance/stdlib"))
}

pub fn problems(program: &Path) -> Problems {
    let expected = expectations(&lossy_text(program));
    if expected.output.is_none() {
        return vec!["no `// output:` block".to_owned()];
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in entries(&fixture("conformance/stdlib/fixtures")) {
        let name = file.file_name().expect("a name");
        fs::copy(&file, folder.path().join(name)).expect("a copy");
    }
    let name = program.file_name().expect("a name");
    let copy = folder.path().join(name);
    fs::copy(program, &copy).expect("a copy");
    let mut command = taintc();
    command.current_dir(folder.path()).arg("run").arg(&copy);
    if !expected.arguments.is_empty() {
        command.arg("--").args(&expected.arguments);
    }
    let lines = expected.stdin.iter().flatten();
    let stdin: String = lines.map(|line| format!("{line}\n")).collect();
    match run_limited(&mut command, &stdin, TIMEOUT) {
        Ok(ended) => expected.problems(&ended),
        Err(problem) => vec![problem],
    }
}

/// Where the lines of a comment block belong.
enum Block {
    None,
    Output,
    Input,
}

fn expectations(text: &str) -> Expected {
    let lines: Vec<&str> = text.lines().collect();
    let is_code = |line: &&str| !line.starts_with("//") && !line.trim().is_empty();
    let start = lines.iter().rposition(is_code).map_or(0, |at| at + 1);
    let mut expected = Expected::default();
    let mut block = Block::None;
    for line in lines[start..].iter().filter(|line| line.starts_with("//")) {
        let text = ["//| ", "//|", "// ", "//"];
        let text = text.iter().find_map(|prefix| line.strip_prefix(prefix));
        let text = text.unwrap_or_default();
        if let Block::Output = block {
            let output = expected.output.get_or_insert_default();
            output.push(text.trim_end().to_owned());
        } else if let Some(arguments) = text.strip_prefix("args:") {
            expected.arguments = arguments.split_whitespace().map(str::to_owned).collect();
            block = Block::None;
        } else if text.trim_end() == "stdin:" {
            expected.stdin = Some(Vec::new());
            block = Block::Input;
        } else if let Some(code) = text.strip_prefix("exit:") {
            expected.exit = code.trim().parse().expect("an exit code");
            block = Block::None;
        } else if text.starts_with("stderr contains:") || text.starts_with("stderr: ") {
            let part = text.split_once(':').map_or("", |(_, part)| part);
            expected.stderr.push(part.trim().to_owned());
            block = Block::None;
        } else if text.trim_end() == "output:" {
            expected.output = Some(Vec::new());
            block = Block::Output;
        } else if let Block::Input = block {
            expected.stdin.get_or_insert_default().push(text.to_owned());
        }
    }
    expected
}
