//! `ballerina/lang.future`.

use super::arg;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("cancel", cancel)];

fn cancel(cx: &mut Ctx, args: &[V]) -> Outcome {
    cx.cancel(arg(args, 0));
    Outcome::NIL
}
