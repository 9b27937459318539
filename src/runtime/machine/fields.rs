//! Fields of records and objects whose layout is not the instruction's: a structural subtype, an
//! open record; and the forms that take more than one word.

use super::Stop;
use super::cold::{internal, set};
use crate::base::Name;
use crate::bytecode::chunk::Const;
use crate::bytecode::op::Op;
use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::runtime::isolate::{Isolate, OtherSlot};
use crate::runtime::store;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

pub(super) fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    match op {
        Op::GetFieldInt { a, b, c, d }
        | Op::GetFieldFloat { a, b, c, d }
        | Op::GetFieldBool { a, b, c, d }
        | Op::GetFieldAny { a, b, c, d } => get(cx, a, b, c, d),
        Op::GetFieldRef { a, b, c, d } => get(cx, a, b, c, d & 0x00ff_ffff),
        Op::SetFieldInt { a, b, c, d }
        | Op::SetFieldFloat { a, b, c, d }
        | Op::SetFieldBool { a, b, c, d }
        | Op::SetFieldAny { a, b, c, d } => put(cx, a, b, c, d),
        Op::SetFieldRef { a, b, c, d } => put(cx, a, b, c, d & 0x00ff_ffff),
        Op::GetFieldName { a, b, d } => {
            let name = name(cx, d)?;
            let object = cx.strand.get(b);
            match cx.heap.member(object, name.as_str()) {
                Some(value) => set(cx, a, value),
                None if is_block(object) || object.tag() == Tag::Map => set(cx, a, V::NIL),
                None => Err(no_field(cx, name).into()),
            }
        }
        Op::SetFieldName { a, b, d } => {
            let name = name(cx, d)?;
            let (object, value) = (cx.strand.get(a), cx.strand.get(b));
            Ok(store::field_set(cx, object, name, value)?)
        }
        _ => Err(internal(cx, "no field access").into()),
    }
}

fn get(cx: &mut Isolate, a: u8, b: u8, word: u8, ty: u32) -> Result<(), Stop> {
    let object = cx.strand.get(b);
    let slot = slot(cx, object, word, ty)?;
    let value = match slot.place {
        Some((word, form)) => cx.heap.slot_value(object, word, form),
        None => cx
            .heap
            .member(object, slot.name.as_str())
            .unwrap_or_default(),
    };
    set(cx, a, value.present().unwrap_or_default())
}

fn put(cx: &mut Isolate, a: u8, b: u8, word: u8, ty: u32) -> Result<(), Stop> {
    let (object, value) = (cx.strand.get(a), cx.strand.get(b));
    let slot = slot(cx, object, word, ty)?;
    if let Some((word, form)) = slot.place
        && cx.heap.words.writable_type(object.index()) == u64::from(ty)
    {
        // The static type of the value is that of the field.
        cx.heap.set_slot_value(object, word, form, value);
        return Ok(());
    }
    Ok(store::field_set(cx, object, slot.name, value)?)
}

/// Where the field lies in `object` that type `ty` has at `word`.
fn slot(cx: &mut Isolate, object: V, word: u8, ty: u32) -> Result<OtherSlot, Thrown> {
    if !is_block(object) {
        return match object.tag() {
            Tag::Map => declared(cx, word, ty),
            _ => Err(internal(cx, "a field of something without fields")),
        };
    }
    let actual = cx.heap.block_type(object);
    let key = (ty, word, actual.0);
    if let Some(&slot) = cx.other_layouts.get(&key) {
        return Ok(slot);
    }
    let mut slot = declared(cx, word, ty)?;
    let shape = cx.heap.shape_of(object);
    slot.place = shape.slot(slot.name).map(|slot| (slot.word, slot.form));
    cx.other_layouts.insert(key, slot);
    Ok(slot)
}

/// The name of the field, no place yet.
fn declared(cx: &mut Isolate, word: u8, ty: u32) -> Result<OtherSlot, Thrown> {
    let shape = cx.heap.shape(&cx.types, TypeId(ty));
    let found = shape.slots.iter().find(|slot| slot.word == u16::from(word));
    match found {
        Some(slot) => Ok(OtherSlot {
            name: slot.name,
            place: None::<(u16, Form)>,
        }),
        None => Err(internal(cx, "a field that its type does not have")),
    }
}

fn is_block(v: V) -> bool {
    matches!(v.tag(), Tag::Record | Tag::Object)
}

fn name(cx: &mut Isolate, d: u32) -> Result<Name, Thrown> {
    match cx.program.constants.get(d as usize) {
        Some(Const::String(text)) => Ok(Name::new(text)),
        _ => Err(internal(cx, "a field without a name")),
    }
}

#[cold]
fn no_field(cx: &mut Isolate, name: Name) -> Thrown {
    internal(cx, &format!("no field '{name}'"))
}
