//! Arithmetic and comparison of numbers of any kind, `+` of strings and xml.

use std::cmp::Ordering;

use super::heap::Heap;
use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use crate::bytecode::op::{Arith, Cond};
use crate::bytecode::tag::Tag;

/// `a op b`.
pub fn arith(_cx: &mut Ctx, op: Arith, a: V, b: V) -> Result<V, Thrown> {
    let (a, b) = (a.as_int(), b.as_int());
    Ok(V::int(match op {
        Arith::Add => a.wrapping_add(b),
        Arith::Sub => a.wrapping_sub(b),
        Arith::Mul => a.wrapping_mul(b),
        Arith::Div => a.checked_div(b).unwrap_or(0),
        Arith::Rem => a.checked_rem(b).unwrap_or(0),
    }))
}

/// `a cond b`; false with NaN.
pub fn compare(_heap: &Heap, cond: Cond, a: V, b: V) -> bool {
    let order = match (a.tag(), b.tag()) {
        (Tag::Float, Tag::Float) => a.as_float().partial_cmp(&b.as_float()),
        _ => Some(a.bits().cmp(&b.bits())),
    };
    let Some(order) = order else { return false };
    match cond {
        Cond::Lt => order == Ordering::Less,
        Cond::Le => order != Ordering::Greater,
        Cond::Gt => order == Ordering::Greater,
        Cond::Ge => order != Ordering::Less,
    }
}

/// `-v`.
pub fn negate(_cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    Ok(match v.to_float() {
        Some(value) => V::float(-value),
        None => V::int(v.as_int().wrapping_neg()),
    })
}
