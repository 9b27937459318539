//! The user guide's programs, as printed: what `check` says about them, and the ones that run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{fixture, run, taintc};

fn diagnostics(program: &str) -> Vec<Value> {
    let program = fixture(program);
    let ended = run(taintc().args(["check", "--format=json"]).arg(program));
    let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    document["diagnostics"]
        .as_array()
        .expect("diagnostics")
        .clone()
}

fn line_of(program: &str, part: &str) -> usize {
    let text = fs::read_to_string(fixture(program)).expect("a program");
    text.lines()
        .position(|line| line.contains(part))
        .expect("the line")
        + 1
}

#[test]
fn the_tainted_query_is_found_with_its_path() {
    let program = "guide/sql_tainted.bal";
    let found = diagnostics(program);
    let codes: Vec<_> = found
        .iter()
        .map(|entry| entry["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(codes, ["T001", "W001"], "{found:#?}");
    let tainted = &found[0];
    assert_eq!(
        tainted["message"],
        "tainted value passed to sensitive parameter 'sqlQuery'"
    );
    let argument_line = line_of(program, "SELECT NAME");
    assert_eq!(tainted["range"]["start"]["line"], argument_line);
    assert_eq!(tainted["range"]["start"]["column"], 28);
    let flow = tainted["flow"].as_array().expect("a flow");
    let lines: Vec<_> = flow
        .iter()
        .map(|step| &step["range"]["start"]["line"])
        .collect();
    assert_eq!(*lines[0], line_of(program, "string... args"));
    assert!(
        lines.contains(&&Value::from(line_of(program, "string studentId"))),
        "{flow:#?}"
    );
    assert_eq!(**lines.last().expect("a last step"), argument_line);
}

#[test]
fn the_mended_queries_are_clean() {
    for program in ["guide/sql_untainted.bal", "guide/sql_parameters.bal"] {
        let found = diagnostics(program);
        let codes: Vec<_> = found.iter().map(|entry| &entry["code"]).collect();
        assert_eq!(codes, ["W001"], "{program}");
    }
    assert_eq!(diagnostics("students/search.bal"), [] as [Value; 0]);
}

#[test]
fn the_human_report_of_the_guides_program() {
    let ended = run(taintc()
        .current_dir(fixture("guide"))
        .args(["check", "sql_tainted.bal"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ended.stdout);
}

#[test]
fn a_parameterised_query_runs_against_sqlite() {
    let program = fixture("students/search.bal");
    let ended = run(taintc().arg("run").arg(&program).arg("3"));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, "S_1 Ann\nS_2 Ben\nS_3 Cleo\n");
    let hostile = "1' OR '1'='1";
    let ended = run(taintc().arg("run").arg(&program).args(["--", hostile]));
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "S_1 Ann\n"));
}

#[test]
fn a_program_with_a_tainted_query_is_not_started() {
    let ended = run(taintc()
        .arg("run")
        .arg(fixture("students/unsafe.bal"))
        .arg("3"));
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("error[T001]"), "{}", ended.stderr);
}

#[test]
fn a_program_without_entry_point_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("empty.bal");
    fs::write(&program, "").expect("a file");
    let run_it = |program: &Path| run(taintc().arg("run").arg(program));
    let ended = run_it(&program);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended
            .stderr
            .contains("no public function 'main' and no service"),
        "{}",
        ended.stderr
    );
}
