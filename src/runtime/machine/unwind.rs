//! Panics: the way from the instruction that failed to the handler that covers it, or to the end
//! of the strand.

use super::{Exit, Stop};
use crate::bytecode::chunk::{HALT, Handler, Program, THEN};
use crate::runtime::isolate::Isolate;
use crate::runtime::strand::Strand;
use crate::runtime::thrown::Thrown;

/// Turns the end of an instruction into that of a run, if it is one.
pub(in crate::runtime) fn settle(cx: &mut Isolate, result: Result<(), Stop>) -> Result<(), Exit> {
    match result {
        Ok(()) => Ok(()),
        Err(Stop::Park) => Err(Exit::Parked),
        Err(Stop::Thrown(thrown)) => unwind(cx, thrown),
    }
}

/// Back to the caller of the running frame.
pub(super) fn pop_frame(strand: &mut Strand) {
    strand.depth = strand.depth.saturating_sub(1);
    let frame = strand.frames[strand.depth];
    strand.pc = frame.pc;
    strand.base = frame.base;
}

fn unwind(cx: &mut Isolate, thrown: Thrown) -> Result<(), Exit> {
    let strand = &mut cx.strand;
    // Deep recursion unwinds through the same call again and again.
    let mut bare = HALT;
    loop {
        match strand.pc {
            HALT => return Err(Exit::Panicked(thrown)),
            THEN => _ = strand.natives.pop(),
            pc if pc == bare => {}
            pc => {
                if let Some(handler) = handler(&cx.program, pc - 1) {
                    let register = strand.base as usize + usize::from(handler.register);
                    strand.stack[register] = thrown.0;
                    strand.pc = handler.target;
                    return Ok(());
                }
                bare = pc;
            }
        }
        pop_frame(strand);
    }
}

/// The innermost handler that covers an instruction.
fn handler(program: &Program, pc: u32) -> Option<Handler> {
    let covers = |handler: &&Handler| handler.start <= pc && pc < handler.end;
    program.handlers.iter().find(covers).copied()
}
