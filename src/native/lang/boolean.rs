//! `ballerina/lang.boolean`.

use super::{not_a_number, str_arg};
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("fromString", from_string)];

fn from_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0);
    if text.eq_ignore_ascii_case("true") {
        return Outcome::Done(V::TRUE);
    }
    if text.eq_ignore_ascii_case("false") {
        return Outcome::Done(V::FALSE);
    }
    let text = text.to_owned();
    not_a_number(
        cx,
        "{ballerina/lang.boolean}BooleanParsingError",
        &text,
        "boolean",
    )
}
