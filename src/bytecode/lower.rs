//! Lowering: from the typed tree of a checked program to the instructions of the virtual machine.
//!
//! Input: the database and the module to run, without errors. Output: a linked
//! [`Program`] with the code of everything that can be reached from the module: its own functions,
//! variables and services, and what these use of other modules. A queue of functions drives the work,
//! so nothing here recurses over calls.
//!
//! Every expression is lowered *into* a register that its user names, so that values are made where they
//! are wanted; conditions become jumps; loops test at their bottom. Deliberately absent: optimisation over
//! several statements, and anything about taint (the checker has proved it).
//!
//! | module | what |
//! |---|---|
//! | [`context`] | the program being made: functions, constants, module variables |
//! | [`types`] | run-time types from static ones |
//! | [`function`] | one function: registers, jumps, lines |
//! | the others | one family of constructs each |

mod access;
mod annotation;
mod call;
mod cells;
mod class;
mod closure;
mod condition;
mod construct;
mod context;
mod control;
mod expr;
mod fast_path;
mod function;
mod init;
mod loops;
mod matching;
mod operators;
mod pattern;
mod query;
mod stmt;
mod text;
mod transaction;
mod types;
mod worker;
mod xml;

#[cfg(test)]
mod tests;

use crate::base::{Location, ModuleId, Name};
use crate::db::Db;

use super::chunk::{LinkError, Program};
use context::Context;

/// A program ready to run, and which natives its own code calls.
#[derive(Debug)]
pub struct Lowered {
    pub program: Program,
    /// The calls of library functions without a body that stand in user code, in the order found.
    pub native_calls: Vec<NativeCall>,
}

/// A call of a native in the user's code.
#[derive(Clone, Debug)]
pub struct NativeCall {
    /// Its key, as in `Code::Native`.
    pub key: Name,
    pub module: ModuleId,
    pub location: Location,
}

/// Why a checked program cannot be turned into code.
#[derive(thiserror::Error, Debug)]
pub enum LowerError {
    /// A construct that the virtual machine has no instructions for.
    #[error("{what} cannot be run by this version")]
    Unsupported { what: &'static str, at: Location },
    /// A function, value or table beyond the limits of the instructions.
    #[error("{what}")]
    TooLarge { what: &'static str, at: Location },
    /// The program was not typed without errors, or the tree is not what it should be.
    #[error("internal error: {what} has no code")]
    Untyped { what: &'static str, at: Location },
    #[error("internal error: {0}")]
    Link(#[from] LinkError),
}

impl LowerError {
    /// Where it is, if it is anywhere.
    pub fn location(&self) -> Option<Location> {
        match self {
            Self::Unsupported { at, .. } | Self::TooLarge { at, .. } | Self::Untyped { at, .. } => {
                Some(*at)
            }
            Self::Link(_) => None,
        }
    }
}

/// The code of the program whose main module is `root`.
pub fn program(db: &dyn Db, root: ModuleId) -> Result<Lowered, LowerError> {
    let mut cx = Context::new(db);
    init::lower_program(&mut cx, root)?;
    cx.finish()
}
