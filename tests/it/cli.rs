//! The whole binary: commands, options, exit codes, streams.

use std::fs;
use std::process::{Command, Stdio};

use crate::common::{Ended, fixture, run, run_with, taintc};

fn taintc_in(folder: &tempfile::TempDir, words: &[&str]) -> Ended {
    run(taintc().current_dir(folder.path()).args(words))
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

const CLEAN: &[u8] = b"function f() {\n}\n";
const BROKEN: &[u8] = b"function f() {\n    int a = 1 int b = 2;\n}\n";

#[test]
fn help_and_version_work_everywhere() {
    for words in [
        &["--help"][..],
        &["check", "--help"],
        &["run", "--help"],
        &["run", "x.bal", "--help"],
        &["encrypt", "--help"],
        &["explain", "--help"],
    ] {
        let ended = run(taintc().args(words));
        assert_eq!(ended.code, 0, "{words:?}");
        assert!(
            ended.stdout.contains("Usage: taintc"),
            "{words:?}: {}",
            ended.stdout
        );
        assert_eq!(ended.stderr, "", "{words:?}");
    }
    for words in [&["--version"][..], &["run", "--version"]] {
        let ended = run(taintc().args(words));
        assert_eq!(
            ended.stdout.trim(),
            concat!("taintc ", env!("CARGO_PKG_VERSION"))
        );
    }
}

#[test]
fn usage_errors_exit_2_and_show_the_usage() {
    for words in [
        &[][..],
        &["check"],
        &["frobnicate"],
        &["check", "--format", "xml", "a.bal"],
        &["check", "--format", "json", "--format", "short", "a.bal"],
        &["check", "--nonsense", "a.bal"],
        &["run"],
        &["run", "--nonsense", "a.bal"],
        &["run", "--config"],
        &["run", "--config=a", "--config=b", "x.bal"],
        &["explain"],
        &["encrypt", "more"],
    ] {
        let ended = run(taintc().args(words));
        assert_eq!(ended.code, 2, "{words:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{words:?}");
        assert!(
            ended.stderr.contains("Usage: taintc"),
            "{words:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn a_clean_file_exits_0_in_every_format() {
    let folder = folder(&[("a.bal", CLEAN), ("empty.bal", b"")]);
    for format in ["human", "short", "json", "sarif", "github"] {
        let ended = taintc_in(
            &folder,
            &["check", "--format", format, "a.bal", "empty.bal"],
        );
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{format}");
    }
    let json = taintc_in(&folder, &["check", "--format=json", "a.bal"]).stdout;
    assert_eq!(json, "{\"version\":1,\"diagnostics\":[]}\n");
    let human = taintc_in(&folder, &["check", ".", "a.bal", "./a.bal"]).stdout;
    assert_eq!(human, "checked 2 files: 0 errors, 0 warnings\n");
}

#[test]
fn findings_exit_1_in_every_format() {
    let folder = folder(&[("a.bal", BROKEN)]);
    for format in ["human", "short", "json", "sarif", "github"] {
        let ended = taintc_in(&folder, &["check", "--format", format, "a.bal"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{format}");
        assert!(ended.stdout.contains("E001"), "{format}: {}", ended.stdout);
        assert!(ended.stdout.contains("a.bal"), "{format}: {}", ended.stdout);
    }
    let short = taintc_in(&folder, &["check", "--format=short", "a.bal"]).stdout;
    assert!(short.starts_with("a.bal:2:15: error[E001]: "), "{short}");
}

#[test]
fn an_unreadable_path_exits_2_and_the_others_are_still_reported() {
    let folder = folder(&[("a.bal", BROKEN), ("nothing/readme.txt", b"")]);
    for bad in ["missing.bal", "nothing"] {
        let ended = taintc_in(&folder, &["check", "--format=short", bad, "a.bal"]);
        assert_eq!(ended.code, 2, "{bad}");
        assert!(ended.stdout.contains("E001"), "{bad}: {}", ended.stdout);
        assert!(ended.stderr.contains(bad), "{bad}: {}", ended.stderr);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_one_finding() {
    let folder = folder(&[("a.bal", b"// \xc3\xbc\n// caf\xe9\nfunction f( {\n")]);
    let ended = taintc_in(&folder, &["check", "--format=short", "a.bal"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.stdout.starts_with("a.bal:2:7: error[E005]: "),
        "{}",
        ended.stdout
    );
    assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder(&[("a.bal", CLEAN)]);
    let mut child = taintc()
        .current_dir(folder.path())
        .args(["check", "a.bal"])
        .stdout(closed_pipe())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let code = child.wait().expect("ends").code();
    let output = child.wait_with_output().expect("output");
    assert_eq!((code, output.stderr), (Some(0), vec![]));
}

/// The writing end of a pipe that nobody reads.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[test]
fn colors_only_where_they_are_wanted() {
    let folder = folder(&[("a.bal", BROKEN)]);
    let has_colors = |command: &mut Command| {
        let ended = run(command.current_dir(folder.path()));
        ended.stdout.contains('\u{1b}')
    };
    assert!(!has_colors(taintc().args(["check", "a.bal"])));
    assert!(has_colors(taintc().args([
        "check",
        "a.bal",
        "--color=always"
    ])));
    assert!(!has_colors(
        taintc().args(["check", "a.bal", "--color", "never"])
    ));
}

#[test]
fn explain_knows_its_codes() {
    let ended = run(taintc().args(["explain", "t001"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with("T001: "), "{}", ended.stdout);
    let ended = run(taintc().args(["explain", "T999"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended
            .stderr
            .starts_with("error: there is no diagnostic code 'T999'"),
        "{}",
        ended.stderr
    );
}

#[test]
fn encrypt_asks_on_stderr_and_prints_on_stdout() {
    let ended = run_with(taintc().arg("encrypt"), "foo\n123\n123\n");
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.contains("Enter value: "), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("<key>=\"@encrypted:{"),
        "{}",
        ended.stdout
    );
    let ended = run_with(taintc().arg("encrypt"), "foo\n123\nother\n");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended.stderr.contains("secrets did not match."),
        "{}",
        ended.stderr
    );
}

#[test]
fn run_refuses_a_program_with_errors() {
    let folder = folder(&[("a.bal", BROKEN)]);
    let ended = taintc_in(&folder, &["run", "a.bal"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains("error[E001]"), "{}", ended.stderr);
    let ended = taintc_in(&folder, &["run", "missing.bal"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
}

/// What the checker accepts and the machine cannot run is named at its place, before the program starts.
#[test]
fn run_refuses_what_it_cannot_run() {
    for entry in fs::read_dir(fixture("refused")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a program");
        let (line, code) = text
            .lines()
            .enumerate()
            .find_map(|(at, line)| Some((at + 1, line.split_once("//~ ")?.1)))
            .expect("a marker");
        let checked = run(taintc().arg("check").arg(&path));
        assert_eq!(checked.code, 0, "{}", checked.stdout);
        let ended = run(taintc().arg("run").arg(&path));
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
        let place = format!(".bal:{line}:");
        assert!(
            ended.stderr.contains(&format!("error[{code}]")) && ended.stderr.contains(&place),
            "{}",
            ended.stderr
        );
    }
}
