//! `ballerina/lang.future`.

use super::arg;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("cancel", cancel)];

/// The strand sees the mark when it next yields.
fn cancel(cx: &mut Ctx, args: &[V]) -> Outcome {
    cx.heap.future_mut(arg(args, 0)).cancelled = true;
    Outcome::NIL
}
