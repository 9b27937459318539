//! Faults inside taintc: every panic is a fault of ours. The hook says so on stderr, with what to
//! report; the thread that compiles ends, and the command exits with code 3.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::thread;

use super::Exit;
use crate::limits;

/// Says `internal error` and where, instead of Rust's own words.
pub(super) fn install_hook() {
    panic::set_hook(Box::new(|info| {
        // Nothing can be said when stderr is gone.
        let _ = io::stderr().lock().write_all(text(info).as_bytes());
    }));
}

fn text(info: &PanicHookInfo) -> String {
    let place = info.location().map_or_else(
        || "an unknown place".to_owned(),
        |at| format!("{}:{}:{}", at.file(), at.line(), at.column()),
    );
    let mut text = format!(
        "internal error: {}\n  at {place}, taintc {}\n",
        message(info.payload()),
        env!("CARGO_PKG_VERSION"),
    );
    text.push_str(
        "this is a fault inside taintc, not in your program: please report these lines, the command \
         and the program\n",
    );
    text
}

fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Runs `work` on a thread with the stack that compiling needs; `Err` when it panicked (the hook has
/// said so) or no thread could be had.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let builder = thread::Builder::new()
            .name("compile".to_owned())
            .stack_size(limits::STACK_BYTES);
        let handle = builder.spawn_scoped(scope, work).map_err(Fault::NoThread)?;
        handle.join().map_err(|_| Fault::Panicked)
    })
}

impl Fault {
    pub(super) fn print(self) -> Exit {
        if let Self::NoThread(_) = self {
            // Nothing can be said when stderr is gone.
            let _ = writeln!(io::stderr().lock(), "{self}");
        }
        Exit::Fault
    }
}

/// Why a piece of work has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The panic hook has already said what there is to say.
    #[error("internal error")]
    Panicked,
    #[error("internal error: cannot start a thread with {stack} MiB of stack: {0}", stack = limits::STACK_BYTES >> 20)]
    NoThread(io::Error),
}
