//! What `transaction` blocks call: where one begins, and how it ends. The blocks themselves (repeating,
//! `onretry`, `committed`, `aborted`) are code that the lowering makes; variables keep what was written.
//! No database takes part yet: each statement of a client commits by itself.

use super::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const CONSTRUCTS: Table = &[
    ("begin", nothing),
    ("commit", nothing),
    ("rollback", nothing),
];

fn nothing(_cx: &mut Ctx, _args: &[V]) -> Outcome {
    Outcome::NIL
}
