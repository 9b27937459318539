//! The command line (spec/cli.md): takes the process's arguments and streams, calls the library, and
//! maps what comes back to an exit code. No rule of the language lives here.
//!
//! `args` reads what clap can read, `run_args` what it cannot (`run` mixes its own options,
//! configuration entries and the program's arguments); one module per command; `failure` prints what
//! concerns the run itself, `fault` turns a panic inside taintc into exit code 3.

mod args;
mod check;
mod color;
mod compile;
mod encrypt;
mod explain;
mod failure;
mod fault;
mod run;
mod run_args;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::Failure;

/// How a command ended, in the order of precedence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
enum Exit {
    Clean = 0,
    /// Errors were found, or the program ended by one.
    Findings = 1,
    /// Usage, or something that could not be read.
    Unusable = 2,
    /// A fault inside taintc.
    Fault = 3,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    fault::install_hook();
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let exit = std::panic::catch_unwind(|| dispatch(words)).unwrap_or(Exit::Fault);
    ExitCode::from(exit as u8)
}

fn dispatch(words: Vec<OsString>) -> Exit {
    if words.first().is_some_and(|word| word == "run") {
        return match run_args::parse(words.into_iter().skip(1)) {
            Ok(run_args::Request::Help) => print(args::run_help().as_bytes()),
            Ok(run_args::Request::Version) => print(args::version().as_bytes()),
            Ok(run_args::Request::Run(settings)) => run::run(settings),
            Err(error) => error.print(args::RUN_USAGE),
        };
    }
    let program = std::iter::once(OsString::from("taintc"));
    match Cli::try_parse_from(program.chain(words)) {
        Err(error) => args::answer(&error),
        Ok(cli) => match cli.command {
            Command::Check(arguments) => match arguments.settle() {
                Ok(settings) => check::run(settings),
                Err(error) => error.print(args::CHECK_USAGE),
            },
            Command::Encrypt => encrypt::run(),
            Command::Explain { code } => explain::run(&code),
            // Parsed above; clap knows the command for its help only.
            Command::Run { .. } => Exit::Unusable,
        },
    }
}

/// Writes to stdout; a reader that went away is no error.
fn print(text: &[u8]) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Clean,
        Err(error) => failed_to_write(error),
    }
}

fn failed_to_write(error: io::Error) -> Exit {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Exit::Clean;
    }
    Failure::Output(error).print()
}
