//! Casts: `<T>v`, with conversion of numbers (spec/language.md 4.4). A value that belongs to the type stays as it
//! is; a number is converted when the type, or exactly the first fitting member of a union, is a number type.

use super::heap::Heap;
use super::native::Ctx;
use super::relation::{is_type, type_of};
use super::text::to_text;
use super::thrown::{self, Thrown};
use super::value::V;
use crate::base::Decimal;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId, TypeTable};

/// `<ty>v`.
pub fn cast(cx: &mut Ctx, v: V, ty: TypeId) -> Result<V, Thrown> {
    if is_type(&cx.heap, &cx.types, v, ty) {
        return Ok(v);
    }
    let is_number = matches!(v.tag(), Tag::Int | Tag::Byte | Tag::Float | Tag::Decimal);
    let Some(target) = number_target(&cx.types, ty).filter(|_| is_number) else {
        let found = type_of(cx, v);
        let message = format!(
            "incompatible types: '{}' cannot be cast to '{}'",
            cx.types.text(found),
            cx.types.text(ty)
        );
        return Err(cx.thrown(thrown::TYPE_CAST, &message));
    };
    let converted = match convert_number(&mut cx.heap, v, target) {
        Some(converted) if is_type(&cx.heap, &cx.types, converted, ty) => converted,
        _ => {
            let found = type_of(cx, v);
            let message = format!(
                "'{}' value '{}' cannot be converted to '{}'",
                cx.types.text(found),
                to_text(cx, v)?,
                cx.types.text(ty)
            );
            return Err(cx.thrown(thrown::NUMBER_CONVERSION, &message));
        }
    };
    Ok(converted)
}

/// The kind of number that a cast to `ty` converts to: that of the first member of a union that is one.
fn number_target(types: &TypeTable, ty: TypeId) -> Option<TypeId> {
    match types.get(ty) {
        TypeDesc::Int | TypeDesc::Byte | TypeDesc::Float | TypeDesc::Decimal => Some(ty),
        TypeDesc::Union { members, .. } => members
            .iter()
            .find_map(|&member| number_target(types, member)),
        TypeDesc::Finite { values, .. } => values
            .iter()
            .map(super::relation::subtype::literal_type)
            .find_map(|ty| number_target(types, ty)),
        _ => None,
    }
}

/// The number as one of type `target`; `None` when it does not fit.
pub fn convert_number(heap: &mut Heap, v: V, target: TypeId) -> Option<V> {
    Some(match (v.tag(), target) {
        (Tag::Int | Tag::Byte, TypeId::INT) => V::int(v.as_int()),
        (Tag::Int | Tag::Byte, TypeId::BYTE) => V::byte(u8::try_from(v.as_int()).ok()?),
        (Tag::Int | Tag::Byte, TypeId::FLOAT) => V::float(v.as_int() as f64),
        (Tag::Int | Tag::Byte, TypeId::DECIMAL) => heap.new_decimal(Decimal::from_int(v.as_int())),
        (Tag::Float, TypeId::INT) => V::int(float_to_int(v.as_float())?),
        (Tag::Float, TypeId::BYTE) => V::byte(float_to_byte(v.as_float())?),
        (Tag::Float, TypeId::FLOAT) | (Tag::Decimal, TypeId::DECIMAL) => v,
        (Tag::Float, TypeId::DECIMAL) => heap.new_decimal(Decimal::from_float(v.as_float())),
        (Tag::Decimal, TypeId::INT) => V::int(heap.decimal(v).to_int()?),
        (Tag::Decimal, TypeId::BYTE) => V::byte(u8::try_from(heap.decimal(v).to_int()?).ok()?),
        (Tag::Decimal, TypeId::FLOAT) => V::float(heap.decimal(v).to_float()),
        _ => return None,
    })
}

/// The nearest int, half to even.
fn float_to_int(value: f64) -> Option<i64> {
    let rounded = value.round_ties_even();
    // 2⁶³ is the first float beyond; NaN fails both comparisons.
    let limit = 9_223_372_036_854_775_808.0;
    (-limit..limit).contains(&rounded).then_some(rounded as i64)
}

/// The nearest byte, half up.
fn float_to_byte(value: f64) -> Option<u8> {
    let floor = value.floor();
    let rounded = if value - floor >= 0.5 {
        floor + 1.0
    } else {
        floor
    };
    (0.0..256.0).contains(&rounded).then_some(rounded as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_converted_as_the_table_says() {
        let mut heap = Heap::new();
        let decimal = |heap: &mut Heap, text: &str| heap.new_decimal(Decimal::parse(text).unwrap());
        let cases = [
            (V::float(2.5), TypeId::INT, Some(V::int(2))),
            (V::float(3.5), TypeId::INT, Some(V::int(4))),
            (V::float(-2.5), TypeId::INT, Some(V::int(-2))),
            (V::float(f64::NAN), TypeId::INT, None),
            (V::float(1e30), TypeId::INT, None),
            (
                V::float(-9_223_372_036_854_775_808.0),
                TypeId::INT,
                Some(V::int(i64::MIN)),
            ),
            (V::float(2.5), TypeId::BYTE, Some(V::byte(3))),
            (V::float(-0.4), TypeId::BYTE, Some(V::byte(0))),
            (V::float(255.5), TypeId::BYTE, None),
            (V::int(256), TypeId::BYTE, None),
            (V::byte(65), TypeId::INT, Some(V::int(65))),
            (V::int(3), TypeId::FLOAT, Some(V::float(3.0))),
            (decimal(&mut heap, "2.5"), TypeId::INT, Some(V::int(2))),
            (decimal(&mut heap, "2.5"), TypeId::BYTE, Some(V::byte(2))),
            (
                decimal(&mut heap, "0.1"),
                TypeId::FLOAT,
                Some(V::float(0.1)),
            ),
            (decimal(&mut heap, "1E+40"), TypeId::INT, None),
        ];
        for (v, target, expected) in cases {
            assert_eq!(
                convert_number(&mut heap, v, target),
                expected,
                "{v:?} to {target:?}"
            );
        }
    }
}
