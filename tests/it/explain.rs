//! The explanations of the codes: each failing example raises its code, each mended one is clean; and
//! every code that the checker raises has a program in `fixtures/` that shows it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use taintc::diagnostics::{Code, Severity};

use crate::common::{fixture, lines_of, run_limited, taintc};
use crate::conformance::{TIMEOUT, programs_below, taint};

/// Codes whose examples cannot show them: they need bytes or sizes that no text on a page has (E003,
/// E005, E095), `run` (E096), or a defect of the checker (T009).
const NOT_SHOWN: &[Code] = &[Code::E003, Code::E005, Code::E095, Code::E096, Code::T009];

#[test]
fn examples_raise_their_code_and_are_mended() {
    let listed = lines_of("passing/explain.txt");
    let mut passed = BTreeSet::new();
    let mut complaints = Vec::new();
    for &code in Code::ALL {
        if NOT_SHOWN.contains(&code) {
            continue;
        }
        let problem = problem_of(code);
        match problem {
            None => drop(passed.insert(code.to_string())),
            Some(problem) if listed.contains(code.as_str()) => {
                complaints.push(format!("{code}: {problem}"));
            }
            Some(problem) => println!("not passing: {code}: {problem}"),
        }
    }
    println!("{} of {} examples pass", passed.len(), Code::ALL.len());
    let new: Vec<&String> = passed.difference(&listed).collect();
    if !new.is_empty() && std::env::var_os("UPDATE_PASSING").is_some() {
        let all: Vec<&str> = passed.union(&listed).map(String::as_str).collect();
        fs::write(fixture("passing/explain.txt"), all.join("\n") + "\n").expect("a list");
    } else if !new.is_empty() {
        complaints.push(format!(
            "these pass and are not in fixtures/passing/explain.txt; add them (UPDATE_PASSING=1 does): {new:?}"
        ));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn problem_of(code: Code) -> Option<String> {
    let explanation = code.explanation();
    let failing = codes_of(explanation.failing);
    if !failing.iter().any(|found| found == code.as_str()) {
        return Some(format!("the failing example gives {failing:?}"));
    }
    let is_bad = |found: &&String| {
        code.severity() == Severity::Warning || !found.starts_with('W') && *found != "E094"
    };
    let mended = codes_of(explanation.mended);
    if mended.iter().any(|found| is_bad(&found)) {
        return Some(format!("the mended example gives {mended:?}"));
    }
    None
}

/// The codes that `check` reports for an example; a line `// file: PATH` starts a file of a project.
fn codes_of(example: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut target = write_example(folder.path(), example);
    if target.len() != 1 {
        target = vec![folder.path().to_owned()];
    }
    let ended = run_limited(
        taintc().args(["check", "--format=json"]).args(&target),
        "",
        TIMEOUT,
    );
    let ended = match ended {
        Ok(ended) => ended,
        Err(problem) => return vec![problem],
    };
    let document: serde_json::Value = match serde_json::from_str(&ended.stdout) {
        Ok(document) => document,
        Err(_) => return vec![format!("exit {}: {}", ended.code, ended.stderr)],
    };
    let found = document["diagnostics"].as_array().expect("diagnostics");
    let codes = found
        .iter()
        .map(|entry| entry["code"].as_str().expect("a code"));
    codes.map(str::to_owned).collect()
}

fn write_example(folder: &Path, example: &str) -> Vec<PathBuf> {
    let mut files = vec![(PathBuf::from("example.bal"), String::new())];
    for line in example.lines() {
        if let Some(path) = line.strip_prefix("// file: ") {
            files.push((PathBuf::from(path), String::new()));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    if files.len() > 1 {
        files.remove(0);
    }
    for (path, text) in &files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    files
        .into_iter()
        .map(|(path, _)| folder.join(path))
        .collect()
}

#[test]
fn every_raised_code_has_a_fixture() {
    let shown = shown_codes();
    // T009 would be a defect of the checker: no program raises it.
    let missing: Vec<&str> = raised_codes()
        .into_iter()
        .filter(|&code| code != Code::T009)
        .map(Code::as_str)
        .filter(|code| !shown.contains(*code))
        .collect();
    assert!(
        missing.is_empty(),
        "raised in src/, without a program in fixtures/check/CODE or fixtures/conformance: {missing:?}"
    );
}

/// Programs under `fixtures/check`, with the markers of the taint programs.
#[test]
fn check_fixtures_report_what_they_say() {
    let mut complaints = Vec::new();
    for program in programs_below(&fixture("check")) {
        let problems = taint::problems(&program);
        if !problems.is_empty() {
            complaints.push(format!(
                "{}: {}",
                program.display(),
                problems.join("\n    ")
            ));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Codes that the sources construct, the table itself left out.
fn raised_codes() -> BTreeSet<Code> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = Vec::new();
    texts_below(&root, "rs", &mut texts);
    let is_raised = |code: &Code| {
        let name = format!("Code::{code}");
        let is_in = |(path, text): &(PathBuf, String)| {
            !path.starts_with(root.join("report"))
                && !path.starts_with(root.join("cli"))
                && text.contains(&name)
        };
        texts.iter().any(is_in)
    };
    Code::ALL.iter().copied().filter(is_raised).collect()
}

/// Codes that a marker of a fixture names, or a folder under `fixtures/check`.
fn shown_codes() -> BTreeSet<String> {
    let mut texts = Vec::new();
    texts_below(&fixture(""), "bal", &mut texts);
    let mut shown = BTreeSet::new();
    for line in texts.iter().flat_map(|(_, text)| text.lines()) {
        if let Some((_, marker)) = line.split_once("//~") {
            let words = marker.split(|c: char| !c.is_alphanumeric());
            shown.extend(words.map(str::to_owned));
        }
    }
    shown
}

fn texts_below(folder: &Path, extension: &str, into: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts_below(&path, extension, into);
        } else if path.extension().is_some_and(|found| found == extension) {
            let text = fs::read(&path).expect("a readable file");
            into.push((path, String::from_utf8_lossy(&text).into_owned()));
        }
    }
}
