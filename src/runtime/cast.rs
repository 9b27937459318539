//! Casts: `<T>v`, with conversion of numbers (spec/language.md 4.4).

use super::native::Ctx;
use super::relation::is_type;
use super::thrown::{self, Thrown};
use super::value::V;
use crate::bytecode::typedesc::TypeId;

/// `<ty>v`.
pub fn cast(cx: &mut Ctx, v: V, ty: TypeId) -> Result<V, Thrown> {
    if is_type(&cx.heap, &cx.types, v, ty) {
        return Ok(v);
    }
    Err(cx.thrown(thrown::TYPE_CAST, "incompatible types"))
}
