//! The virtual machine.

use super::isolate::Isolate;
use super::thrown::{self, Thrown};
use super::value::V;

/// Calls a function value on the machine's own stack.
pub(super) fn call_nested(cx: &mut Isolate, _function: V, _args: &[V]) -> Result<V, Thrown> {
    Err(cx.thrown(thrown::INTERNAL, "no machine yet"))
}
