//! Reads and stores of members with every check of the language: bounds, inherent types, read-only
//! values (spec/language.md 6.3 to 6.5).

use super::filler::{filler, has_filler};
use super::heap::kinds::Items;
use super::native::Ctx;
use super::relation::{is_type, type_of};
use super::thrown::{self, Thrown};
use super::value::V;
use super::xml;
use crate::base::Name;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::limits;

/// `list[index]` of an array, tuple, string or xml sequence.
pub fn list_get(cx: &mut Ctx, list: V, index: i64) -> Result<V, Thrown> {
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    match list.tag() {
        Tag::List => {
            if let Some(value) = cx.heap.list(list).items.get(place) {
                return Ok(value);
            }
            Err(out_of_range(cx, list, index))
        }
        Tag::String => {
            if let Some(c) = cx.heap.char_at(list, place) {
                return Ok(cx.heap.new_char(c));
            }
            let size = cx.heap.string_len(list);
            let message = format!("string index out of range: index: {index}, size: {size}");
            Err(cx.thrown(thrown::STRING_INDEX, &message))
        }
        Tag::Xml => {
            if let Some(item) = xml::item(&cx.heap, list, place) {
                return Ok(item);
            }
            let len = xml::len(&cx.heap, list);
            let message = format!(
                "Failed to get item from sequence: xml sequence index out of range. \
                 Length: '{len}' requested: '{index}'"
            );
            Err(cx.thrown(thrown::XML_OPERATION, &message))
        }
        _ => Err(wrong_kind(cx, list)),
    }
}

/// `list[index] = value`.
pub fn list_set(cx: &mut Ctx, list: V, index: i64, value: V) -> Result<(), Thrown> {
    if list.tag() != Tag::List {
        return Err(wrong_kind(cx, list));
    }
    check_writable(cx, list)?;
    let len = cx.heap.list(list).items.len();
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    let Some(member) = member_type(cx, list, place) else {
        return Err(out_of_range(cx, list, index));
    };
    check_member(cx, member, value)?;
    if place < len {
        cx.heap.list_mut(list).items.set(place, value);
        return Ok(());
    }
    if place >= limits::LIST_LEN {
        return Err(out_of_range(cx, list, index));
    }
    fill(cx, list, place)?;
    append(cx, list, value);
    Ok(())
}

/// Appends a member.
pub fn list_push(cx: &mut Ctx, list: V, value: V) -> Result<(), Thrown> {
    if list.tag() != Tag::List {
        return Err(wrong_kind(cx, list));
    }
    check_writable(cx, list)?;
    let len = cx.heap.list(list).items.len();
    check_resizable(cx, list, len + 1)?;
    let member = member_type(cx, list, len).unwrap_or(TypeId::NEVER);
    check_member(cx, member, value)?;
    append(cx, list, value);
    Ok(())
}

/// Cuts a list or fills it up with the filler value of its member type.
pub fn list_set_len(cx: &mut Ctx, list: V, len: i64) -> Result<(), Thrown> {
    check_writable(cx, list)?;
    let Ok(wanted) = usize::try_from(len) else {
        return Err(out_of_range(cx, list, len));
    };
    check_resizable(cx, list, wanted)?;
    let now = cx.heap.list(list).items.len();
    if wanted <= now {
        let n_fixed = match cx.types.get(cx.heap.list(list).ty) {
            TypeDesc::Tuple { members, .. } => members.len(),
            _ => 0,
        };
        if wanted < n_fixed {
            return Err(out_of_range(cx, list, len));
        }
        cx.heap.list_mut(list).items.truncate(wanted);
        return Ok(());
    }
    if wanted > limits::LIST_LEN {
        return Err(out_of_range(cx, list, len));
    }
    fill(cx, list, wanted)
}

/// Puts a member in front of the one at `index` (a place within the list).
pub fn list_insert(cx: &mut Ctx, list: V, index: usize, values: &[V]) -> Result<(), Thrown> {
    check_writable(cx, list)?;
    let len = cx.heap.list(list).items.len();
    check_resizable(cx, list, len + values.len())?;
    for &value in values {
        let member = member_type(cx, list, index).unwrap_or(TypeId::NEVER);
        check_member(cx, member, value)?;
    }
    let items = &mut cx.heap.list_mut(list).items;
    let at = index..index;
    match items {
        Items::Int(items) => _ = items.splice(at, values.iter().map(|v| v.as_int())),
        Items::Float(items) => _ = items.splice(at, values.iter().map(|v| v.as_float())),
        Items::Bool(items) => _ = items.splice(at, values.iter().map(|v| v.as_bool())),
        Items::Byte(items) => _ = items.splice(at, values.iter().map(|v| v.as_byte())),
        Items::Any(items) => _ = items.splice(at, values.iter().copied()),
    }
    cx.heap.charge(values.len() * 16);
    Ok(())
}

/// Takes the member at `index` out; the caller says what was asked for in the panic of a wrong one.
pub fn list_remove(cx: &mut Ctx, list: V, index: i64) -> Result<V, Thrown> {
    check_writable(cx, list)?;
    let len = cx.heap.list(list).items.len();
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    if place >= len {
        return Err(out_of_range(cx, list, index));
    }
    check_resizable(cx, list, len - 1)?;
    let removed = cx.heap.list_mut(list).items.remove(place);
    Ok(removed.unwrap_or_default())
}

/// The panic of an index without a member.
pub fn out_of_range(cx: &mut Ctx, list: V, index: i64) -> Thrown {
    let list = cx.heap.list(list);
    let kind = match cx.types.get(list.ty) {
        TypeDesc::Tuple { .. } => "tuple",
        _ => "array",
    };
    let size = list.items.len();
    let message = format!("{kind} index out of range: index: {index}, size: {size}");
    cx.thrown(thrown::ARRAY_INDEX, &message)
}

/// Panics when a list is read-only.
pub fn check_writable(cx: &mut Ctx, list: V) -> Result<(), Thrown> {
    if cx.heap.list(list).read_only {
        let message = "modification not allowed on readonly value";
        return Err(cx.thrown(thrown::ARRAY_UPDATE, message));
    }
    Ok(())
}

/// Panics when a list cannot have `wanted` members.
pub fn check_resizable(cx: &mut Ctx, list: V, wanted: usize) -> Result<(), Thrown> {
    let list = cx.heap.list(list);
    let now = list.items.len();
    let message = match cx.types.get(list.ty) {
        TypeDesc::Array { len: Some(len), .. } if wanted != *len as usize => {
            format!("cannot change the length of an array of fixed length '{len}' to '{wanted}'")
        }
        TypeDesc::Tuple {
            members,
            rest: None,
        } if wanted != members.len() => {
            format!("cannot change the length of a tuple of fixed length '{now}' to '{wanted}'")
        }
        TypeDesc::Tuple { members, .. } if wanted < members.len() => {
            let n = members.len();
            format!(
                "cannot change the length of a tuple with '{n}' mandatory members to '{wanted}'"
            )
        }
        _ => return Ok(()),
    };
    Err(cx.thrown(thrown::ARRAY_TYPE, &message))
}

/// The type of the member at an index, also behind the end of a list that can grow.
fn member_type(cx: &Ctx, list: V, place: usize) -> Option<TypeId> {
    match cx.types.get(cx.heap.list(list).ty) {
        TypeDesc::Array { element, len } => {
            let inside = len.map_or(place != usize::MAX, |len| place < len as usize);
            inside.then_some(*element)
        }
        TypeDesc::Tuple { members, rest } => members
            .get(place)
            .copied()
            .or_else(|| rest.filter(|_| place != usize::MAX)),
        _ => None,
    }
}

fn check_member(cx: &mut Ctx, member: TypeId, value: V) -> Result<(), Thrown> {
    if is_type(&cx.heap, &cx.types, value, member) {
        return Ok(());
    }
    let found = type_of(cx, value);
    let message = format!(
        "incompatible types: expected '{}', found '{}'",
        cx.types.text(member),
        cx.types.text(found)
    );
    Err(cx.thrown(thrown::ARRAY_TYPE, &message))
}

/// Appends fillers until the list has `wanted` members.
fn fill(cx: &mut Ctx, list: V, wanted: usize) -> Result<(), Thrown> {
    let len = cx.heap.list(list).items.len();
    for place in len..wanted {
        let member = member_type(cx, list, place).unwrap_or(TypeId::NEVER);
        if !has_filler(&cx.types, member) {
            let message = format!(
                "array of length {len} cannot be expanded into array of length {} \
                 without filler values",
                wanted + 1
            );
            return Err(cx.thrown(thrown::ARRAY_FILLER, &message));
        }
        let value = filler(cx, member)?;
        append(cx, list, value);
    }
    Ok(())
}

fn append(cx: &mut Ctx, list: V, value: V) {
    cx.heap.list_mut(list).items.push(value);
    cx.heap.charge(16);
}

/// `mapping[key] = value` of a map or record; `key` is a string.
pub fn key_set(cx: &mut Ctx, mapping: V, key: V, value: V) -> Result<(), Thrown> {
    match mapping.tag() {
        Tag::Map => {
            check_map_member(cx, mapping, value)?;
            cx.heap.map_set(mapping, key, value);
            Ok(())
        }
        Tag::Record | Tag::Object => {
            let key = cx.heap.str(key).to_owned();
            block_set(cx, mapping, &key, value)
        }
        _ => Err(wrong_kind(cx, mapping)),
    }
}

/// Panics when a map cannot take a value.
fn check_map_member(cx: &mut Ctx, map: V, value: V) -> Result<(), Thrown> {
    check_map_writable(cx, map)?;
    let ty = cx.heap.map(map).ty;
    let member = match cx.types.get(ty) {
        TypeDesc::Map(member) => *member,
        _ => TypeId::ANY_OR_ERROR,
    };
    if !is_type(&cx.heap, &cx.types, value, member) {
        let found = type_of(cx, value);
        let message = format!(
            "invalid map insertion: expected value of type '{}', found '{}'",
            cx.types.text(member),
            cx.types.text(found)
        );
        return Err(cx.thrown(thrown::MAP_TYPE, &message));
    }
    Ok(())
}

/// Panics when a map or record is read-only.
pub fn check_map_writable(cx: &mut Ctx, mapping: V) -> Result<(), Thrown> {
    if !cx.heap.is_read_only(mapping) {
        return Ok(());
    }
    let message = match mapping.tag() {
        Tag::Map => "Invalid map insertion: modification not allowed on readonly value",
        _ => "Invalid update of record field: modification not allowed on readonly value",
    };
    Err(cx.thrown(thrown::MAP_UPDATE, message))
}

/// `v.name = value` of a record or object.
pub fn field_set(cx: &mut Ctx, v: V, name: Name, value: V) -> Result<(), Thrown> {
    match v.tag() {
        Tag::Record | Tag::Object => block_set(cx, v, name.as_str(), value),
        Tag::Map => {
            check_map_member(cx, v, value)?;
            cx.heap.map_insert(v, name.as_str(), value);
            Ok(())
        }
        _ => Err(wrong_kind(cx, v)),
    }
}

fn block_set(cx: &mut Ctx, v: V, key: &str, value: V) -> Result<(), Thrown> {
    check_map_writable(cx, v)?;
    let shape = cx.heap.shape_of(v);
    let slot = Name::existing(key)
        .and_then(|name| shape.slot(name))
        .copied();
    let Some(ty) = slot.map(|slot| slot.ty).or(shape.rest_type) else {
        let ty = cx.heap.block_type(v);
        let message = format!(
            "invalid field access: field '{key}' not found in record type '{}'",
            cx.types.text(ty)
        );
        return Err(cx.thrown(thrown::MAP_KEY, &message));
    };
    if !is_type(&cx.heap, &cx.types, value, ty) {
        let found = type_of(cx, value);
        let (reason, kind) = match v.tag() {
            Tag::Object => (thrown::OBJECT_TYPE, "object"),
            _ => (thrown::MAP_TYPE, "record"),
        };
        let message = format!(
            "invalid value for {kind} field '{key}': expected value of type '{}', found '{}'",
            cx.types.text(ty),
            cx.types.text(found)
        );
        return Err(cx.thrown(reason, &message));
    }
    match slot {
        Some(slot) => cx.heap.set_slot_value(v, slot.word, slot.form, value),
        None => _ = cx.heap.set_rest(v, key, value),
    }
    Ok(())
}

fn wrong_kind(cx: &mut Ctx, v: V) -> Thrown {
    let message = format!("a value of kind {:?} has no members", v.tag());
    cx.thrown(thrown::INTERNAL, &message)
}
