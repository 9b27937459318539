//! `ballerina/lang.int`: sums wrap around as all arithmetic of ints does.

use super::{arg, done_str, int_arg, list_arg, not_a_number, str_arg};
use crate::base::number_text::parse_int;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("abs", abs),
    ("sum", sum),
    ("max", max),
    ("min", min),
    ("fromString", from_string),
    ("toHexString", to_hex_string),
    ("fromHexString", from_hex_string),
];

const PARSING_ERROR: &str = "{ballerina/lang.int}NumberParsingError";

fn abs(_cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(int_arg(args, 0).wrapping_abs()))
}

fn sum(cx: &mut Ctx, args: &[V]) -> Outcome {
    let numbers = list_arg(cx, args, 0).into_iter();
    let sum = numbers.fold(0_i64, |sum, n| sum.wrapping_add(n.as_int()));
    Outcome::Done(V::int(sum))
}

fn max(cx: &mut Ctx, args: &[V]) -> Outcome {
    let others = list_arg(cx, args, 1).into_iter();
    let max = others.map(V::as_int).fold(int_arg(args, 0), i64::max);
    Outcome::Done(V::int(max))
}

fn min(cx: &mut Ctx, args: &[V]) -> Outcome {
    let others = list_arg(cx, args, 1).into_iter();
    let min = others.map(V::as_int).fold(int_arg(args, 0), i64::min);
    Outcome::Done(V::int(min))
}

fn from_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0);
    match parse_int(text) {
        Some(number) => Outcome::Done(V::int(number)),
        None => {
            let text = text.to_owned();
            not_a_number(cx, PARSING_ERROR, &text, "int")
        }
    }
}

fn to_hex_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let digits = format!("{:x}", int_arg(args, 0));
    done_str(cx, &digits)
}

fn from_hex_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let number = is_hex.then(|| i64::from_str_radix(text, 16).ok()).flatten();
    match number {
        Some(number) => Outcome::Done(V::int(number)),
        None => {
            let text = arg(args, 0);
            let text = cx.heap.str(text).to_owned();
            not_a_number(cx, PARSING_ERROR, &text, "int")
        }
    }
}
