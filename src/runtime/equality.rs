//! Equality of values: deep (`==`) and by reference (`===`).

use super::heap::Heap;
use super::value::V;
use crate::bytecode::tag::Tag;

/// `a == b`.
pub fn deep_eq(heap: &Heap, a: V, b: V) -> bool {
    match (a.tag(), b.tag()) {
        (Tag::Int | Tag::Byte, Tag::Int | Tag::Byte) => a.as_int() == b.as_int(),
        (Tag::Float, Tag::Float) => a.as_float() == b.as_float(),
        (Tag::String, Tag::String) => heap.str(a) == heap.str(b),
        _ => a == b,
    }
}

/// `a === b`.
pub fn ref_eq(heap: &Heap, a: V, b: V) -> bool {
    match (a.tag(), b.tag()) {
        (Tag::String, Tag::String) => heap.str(a) == heap.str(b),
        _ => a == b,
    }
}
