//! The value that a type fills gaps with (spec/language.md 4.6).

use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use crate::bytecode::typedesc::TypeId;

/// The filler value of `ty`; nil for a type without one, which the checker has refused.
pub fn filler(_cx: &mut Ctx, ty: TypeId) -> Result<V, Thrown> {
    Ok(match ty {
        TypeId::INT => V::int(0),
        TypeId::FLOAT => V::float(0.0),
        TypeId::BOOLEAN => V::FALSE,
        TypeId::BYTE => V::byte(0),
        _ => V::NIL,
    })
}
