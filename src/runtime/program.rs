//! A program from start to end (spec/language.md chapter 7): initialisers, `main` with its
//! arguments, listeners until a signal, and what is printed when it fails. Input → output: a
//! linked program, its natives and its host → how it ended.

use std::rc::Rc;
use std::sync::Arc;

use super::arguments;
use super::host::Host;
use super::isolate::{Isolate, MissingNative};
use super::native::Natives;
use super::schedule::{Event, Halted};
use super::text::to_text;
use super::thrown::{self, Thrown};
use super::value::V;
use crate::bytecode::chunk::{Code, Program};
use crate::bytecode::typedesc::FuncId;

/// How a program ended; what there is to say was printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// `main` returned nil, or the services were stopped.
    Success,
    /// An error or panic of the program, or wrong arguments.
    Failure,
    /// A fault inside taintc.
    Fault,
}

/// Runs `program` to its end.
pub fn run_program(
    program: Program,
    natives: Natives,
    host: Arc<Host>,
) -> Result<Ending, MissingNative> {
    let mut isolate = Isolate::new(program, natives, Arc::clone(&host))?;
    let ending = match run(&mut isolate) {
        Ok(()) => Ending::Success,
        Err(End::Gone) => Ending::Success,
        Err(End::Failed(ending)) => ending,
    };
    host.stdout.flush();
    host.stderr.flush();
    Ok(ending)
}

/// Why a program does not go on.
enum End {
    /// Nobody reads its output.
    Gone,
    /// It was said why.
    Failed(Ending),
}

fn run(cx: &mut Isolate) -> Result<(), End> {
    let program = Rc::clone(&cx.program);
    for &init in &program.inits {
        call(cx, init, &[])?;
    }
    if let Some(main) = program.main {
        let args = match arguments::main_args(cx, main) {
            Ok(args) => args,
            Err(message) => {
                report(cx, &format!("taintc: {message}\n"));
                return Err(End::Failed(Ending::Failure));
            }
        };
        call(cx, main, &args)?;
    }
    let Some(start) = program.start else {
        return Ok(());
    };
    let signals = Signals::new(cx);
    call(cx, start, &[])?;
    let stopped = cx.run_until_stopped();
    if let Err(halted) = stopped {
        return Err(end(cx, halted));
    }
    cx.host.announce_stop();
    if let Some(stop) = program.stop {
        call(cx, stop, &[])?;
    }
    drop(signals);
    Ok(())
}

/// Calls a function of the program; an error that it returns ends the program like a panic, but
/// without a stack.
fn call(cx: &mut Isolate, function: FuncId, args: &[V]) -> Result<(), End> {
    match cx.run_to_end(V::func(function), args) {
        Ok(value) if value.is_error() => {
            let text = error_text(cx, value);
            report(cx, &format!("{text}\n"));
            Err(End::Failed(Ending::Failure))
        }
        Ok(_) => Ok(()),
        Err(halted) => Err(end(cx, halted)),
    }
}

fn end(cx: &mut Isolate, halted: Halted) -> End {
    let Halted::Panicked(Thrown(error)) = halted else {
        return End::Gone;
    };
    let text = uncaught(cx, error);
    report(cx, &text);
    let is_fault = error.is_error() && {
        let reason = cx.heap.error(error).reason;
        cx.heap.to_str(reason) == Some(thrown::INTERNAL)
    };
    End::Failed(if is_fault {
        Ending::Fault
    } else {
        Ending::Failure
    })
}

fn report(cx: &Isolate, text: &str) {
    cx.host.stdout.flush();
    cx.host.stderr.write(text.as_bytes());
    cx.host.stderr.flush();
}

/// `error: REASON detail`.
fn error_text(cx: &mut Isolate, error: V) -> String {
    let text = to_text(cx, error).unwrap_or_default();
    let text = text.strip_prefix("error ").unwrap_or(&text);
    format!("error: {text}")
}

/// An uncaught panic as it is printed: the error and its stack, a line each.
pub fn uncaught(cx: &mut Isolate, error: V) -> String {
    let mut text = error_text(cx, error);
    text.push('\n');
    if !error.is_error() {
        return text;
    }
    let trace = cx.heap.error(error).trace.clone();
    for (index, &pc) in trace.iter().enumerate() {
        text.push_str(if index == 0 { "\tat " } else { "\t   " });
        text.push_str(&frame_text(&cx.program, pc));
        text.push('\n');
    }
    text
}

/// `module:function(file:line)` of an instruction.
pub fn frame_text(program: &Program, pc: u32) -> String {
    let function = program.functions.iter().find(
        |function| matches!(function.code, Code::Ops { start, end } if start <= pc && pc < end),
    );
    match function {
        Some(function) => format!(
            "{}:{}({}:{})",
            function.module,
            function.name,
            function.file,
            program.line(pc)
        ),
        None => "?".to_owned(),
    }
}

/// Listens for SIGINT and SIGTERM while it exists. The first one stops the program, the second
/// one ends the process at once.
struct Signals(tokio::task::JoinHandle<()>);

impl Signals {
    fn new(cx: &Isolate) -> Self {
        let isolate = cx.isolate_ref();
        let task = cx.host.io.spawn(async move {
            if wait_for_signal().await.is_err() {
                // Without handlers the signals end the process by themselves.
                std::future::pending::<()>().await;
            }
            // The program may be at its end.
            let _ = isolate.0.send(Event::Stop);
            if wait_for_signal().await.is_ok() {
                std::process::exit(1);
            }
        });
        Self(task)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(unix)]
async fn wait_for_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn wait_for_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
