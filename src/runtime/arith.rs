//! Arithmetic and comparison of numbers of any kind, `+` of strings and xml (spec/language.md 5.8, 6.2). Of two
//! kinds the wider decides: decimal over float over int.

use std::cmp::Ordering;

use super::heap::Heap;
use super::native::Ctx;
use super::thrown::{self, Thrown};
use super::value::V;
use super::xml;
use crate::base::Decimal;
use crate::bytecode::op::{Arith, Cond};
use crate::bytecode::tag::Tag;

/// `a op b`.
pub fn arith(cx: &mut Ctx, op: Arith, a: V, b: V) -> Result<V, Thrown> {
    match (a.tag(), b.tag()) {
        (Tag::Int | Tag::Byte, Tag::Int | Tag::Byte) => int_arith(cx, op, a.as_int(), b.as_int()),
        (Tag::String, Tag::String) if op == Arith::Add => Ok(cx.heap.append(a, b)),
        (Tag::Xml, Tag::Xml | Tag::String) | (Tag::String, Tag::Xml) if op == Arith::Add => {
            Ok(xml::concat(&mut cx.heap, &[a, b]))
        }
        (Tag::Decimal, _) | (_, Tag::Decimal) => {
            let (Some(a), Some(b)) = (to_decimal(&cx.heap, a), to_decimal(&cx.heap, b)) else {
                return Err(undefined(cx, a, b));
            };
            let result = match op {
                Arith::Add => a.add(&b),
                Arith::Sub => a.subtract(&b),
                Arith::Mul => a.multiply(&b),
                Arith::Div => a.divide(&b),
                Arith::Rem => a.remainder(&b),
            };
            Ok(cx.heap.new_decimal(result))
        }
        _ => {
            let (Some(x), Some(y)) = (to_float(a), to_float(b)) else {
                return Err(undefined(cx, a, b));
            };
            Ok(V::float(match op {
                Arith::Add => x + y,
                Arith::Sub => x - y,
                Arith::Mul => x * y,
                Arith::Div => x / y,
                Arith::Rem => x % y,
            }))
        }
    }
}

fn int_arith(cx: &mut Ctx, op: Arith, a: i64, b: i64) -> Result<V, Thrown> {
    Ok(V::int(match op {
        Arith::Add => a.wrapping_add(b),
        Arith::Sub => a.wrapping_sub(b),
        Arith::Mul => a.wrapping_mul(b),
        Arith::Div | Arith::Rem if b == 0 => {
            return Err(cx.thrown(thrown::DIVISION_BY_ZERO, " / by zero"));
        }
        Arith::Div => match a.checked_div(b) {
            Some(quotient) => quotient,
            None => return Err(cx.thrown(thrown::NUMBER_OVERFLOW, " int range overflow")),
        },
        Arith::Rem => a.wrapping_rem(b),
    }))
}

fn undefined(cx: &mut Ctx, a: V, b: V) -> Thrown {
    let message = format!("arithmetic on {:?} and {:?}", a.tag(), b.tag());
    cx.thrown(thrown::INTERNAL, &message)
}

/// `a cond b`; false with NaN.
pub fn compare(heap: &Heap, cond: Cond, a: V, b: V) -> bool {
    let Some(order) = order(heap, a, b) else {
        return false;
    };
    match cond {
        Cond::Lt => order == Ordering::Less,
        Cond::Le => order != Ordering::Greater,
        Cond::Gt => order == Ordering::Greater,
        Cond::Ge => order != Ordering::Less,
    }
}

/// How two numbers compare; `None` with NaN and for anything else.
pub fn order(heap: &Heap, a: V, b: V) -> Option<Ordering> {
    match (a.tag(), b.tag()) {
        (Tag::Int | Tag::Byte, Tag::Int | Tag::Byte) => Some(a.as_int().cmp(&b.as_int())),
        (Tag::Decimal, _) | (_, Tag::Decimal) => {
            to_decimal(heap, a)?.compare(&to_decimal(heap, b)?)
        }
        _ => to_float(a)?.partial_cmp(&to_float(b)?),
    }
}

/// `-v`.
pub fn negate(cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    match v.tag() {
        Tag::Int | Tag::Byte => Ok(V::int(v.as_int().wrapping_neg())),
        Tag::Float => Ok(V::float(-v.as_float())),
        Tag::Decimal => {
            let value = cx.heap.decimal(v).negate();
            Ok(cx.heap.new_decimal(value))
        }
        _ => Err(undefined(cx, v, v)),
    }
}

/// The nearest float of a number that is no decimal.
fn to_float(v: V) -> Option<f64> {
    v.to_float().or_else(|| v.to_int().map(|int| int as f64))
}

fn to_decimal(heap: &Heap, v: V) -> Option<Decimal> {
    match v.tag() {
        Tag::Int | Tag::Byte => Some(Decimal::from_int(v.as_int())),
        Tag::Float => Some(Decimal::from_float(v.as_float())),
        Tag::Decimal => Some(heap.decimal(v)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_different_kinds_are_ordered() {
        let mut heap = Heap::new();
        let half = heap.new_decimal(Decimal::from_float(0.5));
        let cases = [
            (V::int(1), Cond::Lt, V::float(1.5), true),
            (V::byte(2), Cond::Ge, V::int(2), true),
            (half, Cond::Lt, V::int(1), true),
            (V::float(0.5), Cond::Le, half, true),
            (V::float(f64::NAN), Cond::Le, V::float(f64::NAN), false),
            (V::int(1), Cond::Gt, V::float(f64::NAN), false),
        ];
        for (a, cond, b, expected) in cases {
            assert_eq!(compare(&heap, cond, a, b), expected, "{a:?} {cond:?} {b:?}");
        }
    }
}
