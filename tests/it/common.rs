//! What the tests share: the built program, the fixtures, running commands to their end.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

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

/// The lines of a file below `fixtures/`.
pub fn lines_of(path: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(fixture(path)).expect("a readable list");
    text.lines().map(str::to_owned).collect()
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
    run_limited(command, input, Duration::from_secs(60)).expect("the program ends")
}

pub fn run(command: &mut Command) -> Ended {
    run_with(command, "")
}

/// Runs `command`; one that takes longer than `limit` is ended and is an error.
pub fn run_limited(command: &mut Command, input: &str, limit: Duration) -> Result<Ended, String> {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stderr = child.stderr.take().expect("a pipe");
    thread::scope(|scope| {
        // A program that does not read its input closes the pipe: no concern of the test.
        scope.spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let stdout = scope.spawn(move || read_all(&mut stdout));
        let stderr = scope.spawn(move || read_all(&mut stderr));
        let status = wait(&mut child, limit);
        Ok(Ended {
            code: status?,
            stdout: stdout.join().expect("stdout is read"),
            stderr: stderr.join().expect("stderr is read"),
        })
    })
}

fn wait(child: &mut Child, limit: Duration) -> Result<i32, String> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            return Ok(status.code().unwrap_or(-1));
        }
        if start.elapsed() > limit {
            child.kill().expect("the program can be ended");
            child.wait().expect("the program ends");
            return Err(format!("timed out after {} s", limit.as_secs()));
        }
        thread::sleep(Duration::from_millis(3));
    }
}

fn read_all(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("a readable pipe");
    String::from_utf8_lossy(&bytes).into_owned()
}
