//! `ballerina/lang.float`: IEEE 754 doubles.

use super::{arg, done_str, int_arg, list_arg, not_a_number, str_arg};
use crate::base::float_hex::{hex_float_text, parse_hex_float};
use crate::base::number_text::parse_float;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

/// A function of one float.
macro_rules! maths {
    ($function:expr) => {
        |_cx, args| {
            let function: fn(f64) -> f64 = $function;
            Outcome::Done(V::float(function(float_arg(args, 0))))
        }
    };
}

/// A question about one float.
macro_rules! predicate {
    ($function:expr) => {
        |_cx, args| {
            let function: fn(f64) -> bool = $function;
            Outcome::Done(V::boolean(function(float_arg(args, 0))))
        }
    };
}

pub const NATIVES: Table = &[
    ("isFinite", predicate!(f64::is_finite)),
    ("isInfinite", predicate!(f64::is_infinite)),
    ("isNaN", predicate!(f64::is_nan)),
    ("sum", sum),
    ("max", max),
    ("min", min),
    ("abs", maths!(f64::abs)),
    ("round", maths!(f64::round_ties_even)),
    ("floor", maths!(f64::floor)),
    ("ceiling", maths!(f64::ceil)),
    ("sqrt", maths!(f64::sqrt)),
    ("cbrt", maths!(f64::cbrt)),
    ("pow", pow),
    ("log", maths!(f64::ln)),
    ("log10", maths!(f64::log10)),
    ("exp", maths!(f64::exp)),
    ("sin", maths!(f64::sin)),
    ("cos", maths!(f64::cos)),
    ("tan", maths!(f64::tan)),
    ("asin", maths!(f64::asin)),
    ("acos", maths!(f64::acos)),
    ("atan", maths!(f64::atan)),
    ("atan2", atan2),
    ("sinh", maths!(f64::sinh)),
    ("cosh", maths!(f64::cosh)),
    ("tanh", maths!(f64::tanh)),
    ("fromString", from_string),
    ("toHexString", to_hex_string),
    ("fromHexString", from_hex_string),
    ("toBitsInt", to_bits_int),
    ("fromBitsInt", from_bits_int),
];

const PARSING_ERROR: &str = "{ballerina/lang.float}NumberParsingError";

fn float_arg(args: &[V], index: usize) -> f64 {
    arg(args, index).to_float().unwrap_or(f64::NAN)
}

fn floats(cx: &Ctx, args: &[V]) -> Vec<f64> {
    let members = list_arg(cx, args, 0).into_iter();
    members.filter_map(V::to_float).collect()
}

fn sum(cx: &mut Ctx, args: &[V]) -> Outcome {
    // Not `Iterator::sum`, which starts at -0.0.
    let sum = floats(cx, args).into_iter().fold(0.0, |sum, x| sum + x);
    Outcome::Done(V::float(sum))
}

fn max(cx: &mut Ctx, args: &[V]) -> Outcome {
    let greater = |max: f64, x: f64| if x.is_nan() || x > max { x } else { max };
    let numbers = floats(cx, args).into_iter();
    Outcome::Done(V::float(numbers.fold(f64::NEG_INFINITY, greater)))
}

fn min(cx: &mut Ctx, args: &[V]) -> Outcome {
    let less = |min: f64, x: f64| if x.is_nan() || x < min { x } else { min };
    let numbers = floats(cx, args).into_iter();
    Outcome::Done(V::float(numbers.fold(f64::INFINITY, less)))
}

fn pow(_cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::float(float_arg(args, 0).powf(float_arg(args, 1))))
}

fn atan2(_cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::float(float_arg(args, 0).atan2(float_arg(args, 1))))
}

fn from_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    parsed(cx, args, parse_float)
}

fn from_hex_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    parsed(cx, args, parse_hex_float)
}

fn parsed(cx: &mut Ctx, args: &[V], parse: fn(&str) -> Option<f64>) -> Outcome {
    let text = str_arg(cx, args, 0);
    match parse(text) {
        Some(number) => Outcome::Done(V::float(number)),
        None => {
            let text = text.to_owned();
            not_a_number(cx, PARSING_ERROR, &text, "float")
        }
    }
}

fn to_hex_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = hex_float_text(float_arg(args, 0));
    done_str(cx, &text)
}

fn to_bits_int(_cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(float_arg(args, 0).to_bits().cast_signed()))
}

fn from_bits_int(_cx: &mut Ctx, args: &[V]) -> Outcome {
    let bits = int_arg(args, 0).cast_unsigned();
    Outcome::Done(V::float(f64::from_bits(bits)))
}
