//! `ballerina/lang.decimal`.

use std::cmp::Ordering;

use bigdecimal::RoundingMode;

use super::{arg, list_arg, not_a_number, str_arg};
use crate::base::Decimal;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("sum", sum),
    ("max", max),
    ("min", min),
    ("abs", abs),
    ("round", round),
    ("floor", floor),
    ("ceiling", ceiling),
    ("fromString", from_string),
];

fn sum(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mut sum = Decimal::zero();
    for number in list_arg(cx, args, 0) {
        sum = sum.add(&cx.heap.decimal(number));
    }
    Outcome::Done(cx.heap.new_decimal(sum))
}

fn max(cx: &mut Ctx, args: &[V]) -> Outcome {
    outermost(cx, args, Ordering::Greater)
}

fn min(cx: &mut Ctx, args: &[V]) -> Outcome {
    outermost(cx, args, Ordering::Less)
}

/// The number that compares in this way to all others, the first of equal ones.
fn outermost(cx: &mut Ctx, args: &[V], wanted: Ordering) -> Outcome {
    let mut found = arg(args, 0);
    for number in list_arg(cx, args, 1) {
        let order = cx.heap.decimal(number).compare(&cx.heap.decimal(found));
        if order.is_none_or(|order| order == wanted) {
            found = number;
        }
    }
    Outcome::Done(found)
}

fn abs(cx: &mut Ctx, args: &[V]) -> Outcome {
    let number = cx.heap.decimal(arg(args, 0));
    let abs = if number.is_negative() {
        number.negate()
    } else {
        number
    };
    Outcome::Done(cx.heap.new_decimal(abs))
}

fn round(cx: &mut Ctx, args: &[V]) -> Outcome {
    whole(cx, args, RoundingMode::HalfEven)
}

fn floor(cx: &mut Ctx, args: &[V]) -> Outcome {
    whole(cx, args, RoundingMode::Floor)
}

fn ceiling(cx: &mut Ctx, args: &[V]) -> Outcome {
    whole(cx, args, RoundingMode::Ceiling)
}

fn whole(cx: &mut Ctx, args: &[V], mode: RoundingMode) -> Outcome {
    let number = cx.heap.decimal(arg(args, 0)).with_scale(0, mode);
    Outcome::Done(cx.heap.new_decimal(number))
}

fn from_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0);
    match Decimal::parse(text) {
        Some(number) => Outcome::Done(cx.heap.new_decimal(number)),
        None => {
            let text = text.to_owned();
            let reason = "{ballerina/lang.decimal}NumberParsingError";
            not_a_number(cx, reason, &text, "decimal")
        }
    }
}
