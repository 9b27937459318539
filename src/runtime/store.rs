//! Reads and stores of members with every check of the language: bounds, inherent types, read-only
//! values (spec/language.md 6.3 to 6.5).

use super::native::Ctx;
use super::thrown::{self, Thrown};
use super::value::V;
use crate::base::Name;
use crate::bytecode::tag::Tag;

/// `list[index]` of an array, tuple or string.
pub fn list_get(cx: &mut Ctx, list: V, index: i64) -> Result<V, Thrown> {
    if list.tag() == Tag::List
        && let Ok(place) = usize::try_from(index)
        && let Some(value) = cx.heap.list(list).items.get(place)
    {
        return Ok(value);
    }
    let size = if list.tag() == Tag::List {
        cx.heap.list(list).items.len()
    } else {
        cx.heap.string_len(list)
    };
    let message = format!("array index out of range: index: {index}, size: {size}");
    Err(cx.thrown(thrown::ARRAY_INDEX, &message))
}

/// `list[index] = value`.
pub fn list_set(cx: &mut Ctx, list: V, index: i64, value: V) -> Result<(), Thrown> {
    list_get(cx, list, index)?;
    cx.heap
        .list_mut(list)
        .items
        .set(usize::try_from(index).unwrap_or(0), value);
    Ok(())
}

/// Appends a member.
pub fn list_push(cx: &mut Ctx, list: V, value: V) -> Result<(), Thrown> {
    cx.heap.list_mut(list).items.push(value);
    cx.heap.charge(16);
    Ok(())
}

/// `mapping[key] = value` of a map or record; `key` is a string.
pub fn key_set(cx: &mut Ctx, mapping: V, key: V, value: V) -> Result<(), Thrown> {
    let key = cx.heap.str(key).to_owned();
    cx.heap.set_member(mapping, &key, value);
    Ok(())
}

/// `v.name = value` of a record or object.
pub fn field_set(cx: &mut Ctx, v: V, name: Name, value: V) -> Result<(), Thrown> {
    cx.heap.set_member(v, name.as_str(), value);
    Ok(())
}
