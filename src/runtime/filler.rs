//! The value that a type fills gaps with (spec/language.md 4.6): zero, false, the empty string, nil, empty
//! containers, records of their defaults, objects that need no argument.

use super::heap::kinds::Items;
use super::native::Ctx;
use super::relation::is_literal;
use super::thrown::Thrown;
use super::value::V;
use crate::base::Decimal;
use crate::bytecode::typedesc::{FuncId, Literal, TypeDesc, TypeId, TypeTable};

/// Whether a type has a filler value.
pub fn has_filler(types: &TypeTable, ty: TypeId) -> bool {
    match types.get(ty) {
        TypeDesc::Nil
        | TypeDesc::Boolean
        | TypeDesc::Int
        | TypeDesc::Byte
        | TypeDesc::Float
        | TypeDesc::Decimal
        | TypeDesc::String
        | TypeDesc::Any
        | TypeDesc::Anydata
        | TypeDesc::Json
        | TypeDesc::Map(_)
        | TypeDesc::Array { len: None, .. } => true,
        TypeDesc::Array { element, .. } => has_filler(types, *element),
        TypeDesc::Tuple { members, .. } => members.iter().all(|&member| has_filler(types, member)),
        TypeDesc::Union { .. } => types.admits_nil(ty),
        TypeDesc::Finite { values, .. } => finite_filler(values).is_some(),
        TypeDesc::Record(record) => record
            .fields
            .iter()
            .all(|field| field.optional || field.default.is_some()),
        TypeDesc::Object(object) => object.filler.is_some(),
        TypeDesc::Handle
        | TypeDesc::Xml
        | TypeDesc::Service
        | TypeDesc::Never
        | TypeDesc::Table(_)
        | TypeDesc::Stream(_)
        | TypeDesc::Future(_)
        | TypeDesc::Typedesc(_)
        | TypeDesc::Error { .. }
        | TypeDesc::Function(_)
        | TypeDesc::Undefined => false,
    }
}

/// The filler value of `ty`; nil for a type without one, see [`has_filler`].
pub fn filler(cx: &mut Ctx, ty: TypeId) -> Result<V, Thrown> {
    Ok(match cx.types.get(ty) {
        TypeDesc::Boolean => V::FALSE,
        TypeDesc::Int => V::int(0),
        TypeDesc::Byte => V::byte(0),
        TypeDesc::Float => V::float(0.0),
        TypeDesc::Decimal => cx.heap.new_decimal(Decimal::zero()),
        TypeDesc::String => cx.heap.new_string(""),
        TypeDesc::Map(_) => cx.heap.new_map(ty),
        TypeDesc::Array { element, len } => {
            let members = vec![*element; len.unwrap_or(0) as usize];
            list_filler(cx, ty, &members)?
        }
        TypeDesc::Tuple { members, .. } => {
            let members = members.clone();
            list_filler(cx, ty, &members)?
        }
        TypeDesc::Finite { values, .. } => match finite_filler(values).cloned() {
            Some(literal) => literal_value(cx, &literal),
            None => V::NIL,
        },
        TypeDesc::Record(record) => {
            let fields = record.fields.iter();
            let defaults = fields
                .filter_map(|field| Some((field.name, field.default?)))
                .collect::<Vec<_>>();
            let record = cx.heap.new_record(&cx.types, ty);
            let pin = cx.heap.pin(record);
            let filled = defaults.into_iter().try_for_each(|(name, default)| {
                let value = cx.call(V::func(default), &[])?;
                cx.heap.set_field(record, name, value);
                Ok(())
            });
            cx.heap.unpin(pin);
            filled.map(|()| record)?
        }
        TypeDesc::Object(object) => match object.filler {
            Some(FuncId(func)) => cx.call(V::func(FuncId(func)), &[])?,
            None => V::NIL,
        },
        _ => V::NIL,
    })
}

fn list_filler(cx: &mut Ctx, ty: TypeId, members: &[TypeId]) -> Result<V, Thrown> {
    let items = Items::for_type(&cx.types, ty);
    let list = cx.heap.new_list(ty, items);
    let pin = cx.heap.pin(list);
    let filled = members.iter().try_for_each(|&member| {
        let value = filler(cx, member)?;
        cx.heap.list_mut(list).items.push(value);
        Ok(())
    });
    cx.heap.unpin(pin);
    filled.map(|()| list)
}

/// The member of a finite type that fills gaps: nil, its kind's zero, or the only one.
fn finite_filler(values: &[Literal]) -> Option<&Literal> {
    if let [only] = values {
        return Some(only);
    }
    let is_zero = |literal: &&Literal| match literal {
        Literal::Nil => true,
        Literal::Boolean(value) => !value,
        Literal::Int(value) => *value == 0,
        Literal::Byte(value) => *value == 0,
        Literal::Float(bits) => f64::from_bits(*bits) == 0.0,
        Literal::Decimal(text) => Decimal::parse(text).is_some_and(|value| value.is_zero()),
        Literal::String(text) => text.is_empty(),
    };
    let nil = values.iter().find(|&value| *value == Literal::Nil);
    nil.or_else(|| values.iter().find(is_zero))
}

/// The value of a literal.
fn literal_value(cx: &mut Ctx, literal: &Literal) -> V {
    let value = match literal {
        Literal::Nil => V::NIL,
        Literal::Boolean(value) => V::boolean(*value),
        Literal::Int(value) => V::int(*value),
        Literal::Byte(value) => V::byte(*value),
        Literal::Float(bits) => V::float(f64::from_bits(*bits)),
        Literal::Decimal(text) => cx
            .heap
            .new_decimal(Decimal::parse(text).unwrap_or_else(Decimal::zero)),
        Literal::String(text) => cx.heap.new_string(text),
    };
    debug_assert!(is_literal(&cx.heap, value, literal), "a literal is itself");
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_types_have_fillers() {
        let mut types = TypeTable::new();
        let int_or_string = types.union(&[TypeId::INT, TypeId::STRING]);
        let nilable = types.nilable(int_or_string);
        let finite = |types: &mut TypeTable, values: &[i64]| {
            types.intern(TypeDesc::Finite {
                name: None,
                values: values.iter().map(|&value| Literal::Int(value)).collect(),
            })
        };
        let (with_zero, without, single) = (
            finite(&mut types, &[1, 0]),
            finite(&mut types, &[1, 2]),
            finite(&mut types, &[7]),
        );
        let cases = [
            (TypeId::INT, true),
            (TypeId::JSON, true),
            (int_or_string, false),
            (nilable, true),
            (with_zero, true),
            (without, false),
            (single, true),
            (TypeId::ERROR, false),
            (TypeId::STRING_MAP, true),
        ];
        for (ty, expected) in cases {
            assert_eq!(has_filler(&types, ty), expected, "{}", types.text(ty));
        }
    }
}
