//! Arithmetic out of line: the rare instructions, and the failures of the frequent ones
//! (spec/language.md 6.2).

use super::Stop;
use super::cold::{internal, set};
use crate::bytecode::op::Op;
use crate::runtime::isolate::Isolate;
use crate::runtime::thrown::{self, Thrown};
use crate::runtime::value::V;

pub(super) fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    let int = |register: u8| cx.strand.get(register).as_int();
    let float = |register: u8| cx.strand.get(register).as_float();
    let (a, value) = match op {
        Op::DivInt { a, b, c } => (a, V::int(divide(cx, int(b), int(c))?)),
        Op::DivIntK { a, b, d } => (a, V::int(divide(cx, int(b), i64::from(d))?)),
        Op::RemInt { a, b, c } => (a, V::int(remainder(cx, int(b), int(c))?)),
        Op::RemIntK { a, b, d } => (a, V::int(remainder(cx, int(b), i64::from(d))?)),
        Op::NegInt { a, b } => (a, V::int(int(b).wrapping_neg())),
        Op::ShlInt { a, b, c } => (a, V::int(int(b).wrapping_shl(int(c) as u32))),
        Op::ShrInt { a, b, c } => (a, V::int(int(b).wrapping_shr(int(c) as u32))),
        Op::UshrInt { a, b, c } => {
            let shifted = (int(b) as u64).wrapping_shr(int(c) as u32);
            (a, V::int(shifted as i64))
        }
        Op::NotInt { a, b } => (a, V::int(!int(b))),
        Op::IntToByte { a, b } => (a, V::byte(int(b) as u8)),
        Op::ByteToInt { a, b } => (a, V::int(int(b))),
        Op::RemFloat { a, b, c } => (a, V::float(float(b) % float(c))),
        Op::LtFloat { a, b, c } => (a, V::boolean(float(b) < float(c))),
        Op::LeFloat { a, b, c } => (a, V::boolean(float(b) <= float(c))),
        Op::EqFloat { a, b, c } => (a, V::boolean(float(b) == float(c))),
        _ => return Err(internal(cx, "no arithmetic").into()),
    };
    set(cx, a, value)
}

/// `a / b` with the panics of the language.
pub(in crate::runtime) fn divide(cx: &mut Isolate, a: i64, b: i64) -> Result<i64, Thrown> {
    if b == 0 {
        return Err(cx.thrown(thrown::DIVISION_BY_ZERO, " / by zero"));
    }
    match a.checked_div(b) {
        Some(quotient) => Ok(quotient),
        None => Err(cx.thrown(thrown::NUMBER_OVERFLOW, " int range overflow")),
    }
}

/// `a % b` with the panics of the language.
pub(in crate::runtime) fn remainder(cx: &mut Isolate, a: i64, b: i64) -> Result<i64, Thrown> {
    if b == 0 {
        return Err(cx.thrown(thrown::DIVISION_BY_ZERO, " / by zero"));
    }
    Ok(a.wrapping_rem(b))
}
