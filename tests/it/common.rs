//! What the tests share: the built program, the fixtures, running commands to their end.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub fn taintc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taintc"));
    // What a developer has set must not change what the tests see.
    for variable in ["NO_COLOR", "b7a_home", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

/// A path below `fixtures/`.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

/// What a command left behind.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `command` with `input` on its standard input.
pub fn run_with(command: &mut Command, input: &str) -> Ended {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that does not read its input closes the pipe: no concern of the test.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    ended(child.wait_with_output().expect("the program ends"))
}

pub fn run(command: &mut Command) -> Ended {
    run_with(command, "")
}

fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
