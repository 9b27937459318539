//! Natives of `ballerina/math`: what the functions of floats in the language library do not give. The others
//! are written in the language.

use super::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("random", random),
    ("randomBelow", random_below),
    ("copySign", |_, args| binary(args, f64::copysign)),
    ("expm1", |_, args| unary(args, f64::exp_m1)),
    ("getExponent", |_, args| {
        Outcome::Done(V::int(exponent(float(args, 0))))
    }),
    ("hypot", |_, args| binary(args, f64::hypot)),
    ("remainder", |_, args| binary(args, ieee_remainder)),
    ("log1p", |_, args| unary(args, f64::ln_1p)),
    ("nextAfter", |_, args| binary(args, next_after)),
    ("nextDown", |_, args| unary(args, f64::next_down)),
    ("nextUp", |_, args| unary(args, f64::next_up)),
    ("round", |_, args| {
        Outcome::Done(V::int(round_up(float(args, 0))))
    }),
    ("scalb", scalb),
    ("ulp", |_, args| unary(args, ulp)),
];

fn float(args: &[V], index: usize) -> f64 {
    let value = args.get(index).and_then(|value| value.to_float());
    value.unwrap_or(f64::NAN)
}

fn int(args: &[V], index: usize) -> i64 {
    args.get(index)
        .and_then(|value| value.to_int())
        .unwrap_or(0)
}

fn unary(args: &[V], function: fn(f64) -> f64) -> Outcome {
    Outcome::Done(V::float(function(float(args, 0))))
}

fn binary(args: &[V], function: fn(f64, f64) -> f64) -> Outcome {
    Outcome::Done(V::float(function(float(args, 0), float(args, 1))))
}

/// 64 random bits; a system without a source of them is a panic.
fn random_bits(cx: &mut Ctx) -> Result<u64, Outcome> {
    getrandom::u64().map_err(|error| {
        let message = format!("no random numbers: {error}");
        cx.panic("{ballerina/math}Error", &message)
    })
}

fn random(cx: &mut Ctx, _args: &[V]) -> Outcome {
    match random_bits(cx) {
        // The 53 bits of a double's mantissa.
        Ok(bits) => Outcome::Done(V::float((bits >> 11) as f64 / (1_u64 << 53) as f64)),
        Err(panic) => panic,
    }
}

/// Numbers of the incomplete last range are thrown away, so that all are equally likely.
fn random_below(cx: &mut Ctx, args: &[V]) -> Outcome {
    let limit = (int(args, 0) as u64).max(1);
    let last_whole = u64::MAX - u64::MAX % limit;
    loop {
        match random_bits(cx) {
            Ok(bits) if bits < last_whole => return Outcome::Done(V::int((bits % limit) as i64)),
            Ok(_) => {}
            Err(panic) => return panic,
        }
    }
}

/// The unbiased exponent of the binary form.
fn exponent(x: f64) -> i64 {
    (x.to_bits() >> 52 & 0x7ff) as i64 - 1023
}

/// The nearest integer, the greater one of two; adding a half first would round 0.49999999999999994 up.
fn round_up(x: f64) -> i64 {
    let below = x.floor();
    (if x - below >= 0.5 { below + 1.0 } else { below }) as i64
}

/// IEEE 754 remainder: exact, of the quotient rounded to the nearest even whole number.
fn ieee_remainder(a: f64, b: f64) -> f64 {
    let divisor = b.abs();
    if a.is_infinite() || divisor == 0.0 || a.is_nan() || divisor.is_nan() {
        return f64::NAN;
    }
    let twice = divisor * 2.0;
    // Twice the divisor keeps whether the quotient is odd.
    let mut rest = if twice.is_finite() {
        a.abs() % twice
    } else {
        a.abs()
    };
    // Halves of the smallest numbers are not exact, so twice the rest is compared where that is.
    let is_over = |rest: f64| {
        if divisor < f64::MIN_POSITIVE * 2.0 {
            rest + rest > divisor
        } else {
            rest > divisor * 0.5
        }
    };
    let is_at_least = |rest: f64| {
        if divisor < f64::MIN_POSITIVE * 2.0 {
            rest + rest >= divisor
        } else {
            rest >= divisor * 0.5
        }
    };
    if is_over(rest) {
        rest -= divisor;
        if is_at_least(rest) {
            rest -= divisor;
        }
    }
    if a.is_sign_negative() { -rest } else { rest }
}

fn next_after(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a < b {
        a.next_up()
    } else if a > b {
        a.next_down()
    } else {
        b
    }
}

fn scalb(_cx: &mut Ctx, args: &[V]) -> Outcome {
    // Beyond these every result is zero or infinite.
    let exponent = int(args, 1).clamp(-2_200, 2_200) as i32;
    Outcome::Done(V::float(scaled(float(args, 0), exponent)))
}

/// In steps that are powers of two themselves; only the last one may round.
fn scaled(x: f64, exponent: i32) -> f64 {
    let mut result = x;
    let mut left = exponent;
    // A number that will be subnormal is scaled by what is left over first, by the large steps last.
    let step = if left < 0 { -512 } else { 512 };
    let small = left % 512;
    result *= 2.0_f64.powi(small);
    left -= small;
    while left != 0 {
        result *= 2.0_f64.powi(step);
        left -= step;
    }
    result
}

fn ulp(x: f64) -> f64 {
    let magnitude = x.abs();
    if !magnitude.is_finite() {
        magnitude
    } else if magnitude == f64::MAX {
        magnitude - magnitude.next_down()
    } else {
        magnitude.next_up() - magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_those_of_the_nearest_quotient() {
        for (a, b, expected) in [
            (10.0, 3.0, 1.0),
            (11.0, 3.0, -1.0),
            (5.0, 2.0, 1.0),
            (7.0, 2.0, -1.0),
            (-10.0, 3.0, -1.0),
            (2e300, 7.0, 2.0),
            (f64::MAX, f64::MAX, 0.0),
        ] {
            assert_eq!(ieee_remainder(a, b), expected, "{a} and {b}");
        }
        assert!(ieee_remainder(1.0, 0.0).is_nan());
        assert_eq!(ieee_remainder(1.0, f64::INFINITY), 1.0);
    }

    #[test]
    fn rounding_and_scaling_keep_to_the_edges() {
        assert_eq!(
            [2.5, -2.5, 0.499_999_999_999_999_94].map(round_up),
            [3, -2, 0]
        );
        assert_eq!(
            [f64::NAN, 1e30, -1e30].map(round_up),
            [0, i64::MAX, i64::MIN]
        );
        assert_eq!([8.0, 0.0, f64::INFINITY].map(exponent), [3, -1023, 1024]);
        assert_eq!(scaled(1.5, 4), 24.0);
        assert_eq!(scaled(1.0, -1074), f64::from_bits(1));
        assert_eq!(
            (scaled(1.0, 1024), scaled(1.0, -1100)),
            (f64::INFINITY, 0.0)
        );
        assert_eq!(ulp(1.0), f64::EPSILON);
    }
}
