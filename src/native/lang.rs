//! Natives of the language library, `ballerina/lang.*` (spec/langlib.md): one file per module, each with its
//! table. Functions that take a function of the language call it through [`Outcome::Call`], so that it may
//! wait; only the comparator of `sort` runs on the machine's own stack.

pub mod array;
pub mod boolean;
pub mod decimal;
pub mod error;
pub mod float;
pub mod future;
pub mod int;
pub mod map;
pub mod query;
pub mod stream;
pub mod string;
pub mod table;
pub mod typedesc;
pub mod value;
pub mod xml;

use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

/// An argument; nil where the call gave none.
pub(super) fn arg(args: &[V], index: usize) -> V {
    args.get(index).copied().unwrap_or_default()
}

/// An argument that is an int.
pub(super) fn int_arg(args: &[V], index: usize) -> i64 {
    arg(args, index).to_int().unwrap_or(0)
}

/// The text of an argument that is a string.
pub(super) fn str_arg<'c>(cx: &'c Ctx, args: &[V], index: usize) -> &'c str {
    cx.heap.to_str(arg(args, index)).unwrap_or("")
}

/// The members of an argument that is a list.
pub(super) fn list_arg(cx: &Ctx, args: &[V], index: usize) -> Vec<V> {
    cx.heap.list(arg(args, index)).items.iter().collect()
}

/// A string as the result.
pub(super) fn done_str(cx: &mut Ctx, text: &str) -> Outcome {
    Outcome::Done(cx.heap.new_string(text))
}

/// An error value as the result.
pub(super) fn fail(cx: &mut Ctx, reason: &str, message: &str) -> Outcome {
    Outcome::Done(cx.error(reason, message))
}

/// What `fromString` of a simple type answers for a text that is none.
fn not_a_number(cx: &mut Ctx, reason: &str, text: &str, ty: &str) -> Outcome {
    let message = format!("'string' value '{text}' cannot be converted to '{ty}'");
    fail(cx, reason, &message)
}

/// What a function value gives.
fn result_type(cx: &Ctx, func: V) -> TypeId {
    match cx.types.get(cx.heap.function_type(func)) {
        TypeDesc::Function(function) => function.ret,
        _ => TypeId::ANY_OR_ERROR,
    }
}
