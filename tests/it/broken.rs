//! Broken inputs: each gets a located diagnostic and exit 1, or exit 2 where nothing can be read; none
//! takes long, none crashes.

use std::fs;
use std::time::{Duration, Instant};

use crate::common::{Ended, run_limited, taintc};

fn check(text: &[u8]) -> Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.bal"), text).expect("a file");
    let mut command = taintc();
    command
        .current_dir(folder.path())
        .args(["check", "--format=short", "a.bal"]);
    run_limited(&mut command, "", Duration::from_secs(60)).expect("the check ends")
}

/// The first diagnostic starts with `expected`, and the program has exit code 1.
#[track_caller]
fn assert_found(text: &[u8], expected: &str) {
    let ended = check(text);
    let shown: String = ended.stdout.chars().take(300).collect();
    assert_eq!(ended.code, 1, "{shown}{}", ended.stderr);
    assert!(ended.stdout.starts_with(expected), "{shown}");
}

#[test]
fn an_unterminated_string_is_found_where_it_opens() {
    let text = b"function f() {\n    string s = \"open;\n}\n";
    assert_found(text, "a.bal:2:16: error[E002]: ");
    assert_eq!(check(text).stdout.lines().count(), 1);
}

#[test]
fn several_mistakes_are_found_in_one_run() {
    let text = b"function a() {\n    int x = ;\n    int y = 1;\n    int z = * 2;\n}\nfunction b( {\n}\nfunction c() {\n    if {\n}\n";
    let found = check(text).stdout;
    let lines: Vec<_> = found
        .lines()
        .filter_map(|line| line.split(':').nth(1))
        .collect();
    for line in ["2", "4", "6"] {
        assert!(lines.contains(&line), "nothing on line {line}:\n{found}");
    }
}

#[test]
fn ten_megabytes_on_one_line() {
    for unit in ["x", "x ", "\"", "{", "/* "] {
        let text = unit.repeat(10_000_000 / unit.len());
        assert_found(text.as_bytes(), "a.bal:1:");
    }
}

#[test]
fn deep_nesting_is_refused_in_no_time() {
    let nested = |before: &str, open: &str, close: &str, after: &str| {
        format!(
            "{before}{}1{}{after}",
            open.repeat(100_000),
            close.repeat(100_000)
        )
    };
    let programs = [
        nested(
            "function f() returns int {\n    return ",
            "(",
            ")",
            ";\n}\n",
        ),
        nested("function f() {\n    var a = ", "[", "]", ";\n}\n"),
        nested("function f() {\n    var a = ", "-", "", ";\n}\n"),
        nested("function f() {\n    int a = 1;\n", "{", "}", "\n}\n").replace('1', ""),
        nested("function f() {\n", "if (true) {", "}", "\n}\n").replace("{1}", "{}"),
        nested("function f() {\n    var a = ", "f(", ")", ";\n}\n"),
    ];
    for program in programs {
        let start = Instant::now();
        let ended = check(program.as_bytes());
        let beginning: String = program.chars().take(60).collect();
        assert_eq!(ended.code, 1, "{beginning}: {}", ended.stderr);
        assert!(
            ended.stdout.contains("E003"),
            "{beginning}: {}",
            ended.stdout
        );
        // Under a second when optimised; the test binary is not, and shares its core.
        assert!(start.elapsed() < Duration::from_secs(30), "{beginning}");
    }
}
