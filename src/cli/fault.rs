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
    text.push_str(REPORT);
    text.push('\n');
    text
}

const REPORT: &str = "this is a fault inside taintc, not in your program: please report these \
                      lines, the command and the program";

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
        match self {
            Self::Panicked => {}
            // Nothing can be said when stderr is gone.
            Self::NoThread(_) => {
                let _ = writeln!(io::stderr().lock(), "{self}");
            }
            Self::Inside(_) => {
                let _ = writeln!(io::stderr().lock(), "{self}\n{REPORT}");
            }
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
    /// A fault that was found without a panic.
    #[error("internal error: {0}")]
    Inside(String),
    #[error("internal error: cannot start a thread with {stack} MiB of stack: {0}", stack = limits::STACK_BYTES >> 20)]
    NoThread(io::Error),
}

#[cfg(test)]
mod tests {
    use super::{Fault, message, on_large_stack};

    #[test]
    fn a_panic_is_a_fault_and_the_result_of_others_stays() {
        let result = on_large_stack(|| {
            let numbers: Vec<u32> = Vec::new();
            numbers.iter().max().copied().expect("a number")
        });
        assert!(matches!(result, Err(Fault::Panicked)));
        assert_eq!(on_large_stack(|| 1).ok(), Some(1));
    }

    #[test]
    fn the_stack_is_large() {
        fn depth(n: u32) -> u32 {
            let room = [n; 64];
            if n == 0 {
                0
            } else {
                depth(n - 1) + std::hint::black_box(room)[0] / n
            }
        }
        assert_eq!(on_large_stack(|| depth(500_000)).ok(), Some(500_000));
    }

    #[test]
    fn messages_are_texts() {
        assert_eq!(message(&"text"), "text");
        assert_eq!(message(&"text".to_owned()), "text");
        assert_eq!(message(&1), "no message");
    }
}
