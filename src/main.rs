//! The `taintc` program: a thin shell over [`taintc::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    taintc::cli::main()
}
