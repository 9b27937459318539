//! Members of lists and mappings: construction, access by index and key, patterns.

use super::Stop;
use super::cold::{internal, keys, set};
use crate::bytecode::chunk::Const;
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::runtime::heap::kinds::{Items, List};
use crate::runtime::isolate::Isolate;
use crate::runtime::store;
use crate::runtime::thrown;
use crate::runtime::value::V;

pub(super) fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    match op {
        // ---- lists
        Op::NewList { a, b, c, d } => {
            let items = Items::of(&cx.types, TypeId(d), cx.strand.range(b, c));
            let list = cx.heap.new_list(TypeId(d), items);
            set(cx, a, list)
        }
        Op::NewBytes { a, d } => {
            let bytes = match cx.program.constants.get(d as usize) {
                Some(Const::Bytes(bytes)) => bytes.to_vec(),
                _ => Vec::new(),
            };
            let list = cx.heap.new_bytes(bytes);
            set(cx, a, list)
        }
        Op::GetInt { a, b, c }
        | Op::GetFloat { a, b, c }
        | Op::GetBool { a, b, c }
        | Op::GetElem { a, b, c } => {
            let index = cx.strand.get(c).as_int();
            get(cx, a, b, index)
        }
        Op::GetElemK { a, b, d } => get(cx, a, b, i64::from(d)),
        Op::SetInt { a, b, c }
        | Op::SetFloat { a, b, c }
        | Op::SetBool { a, b, c }
        | Op::SetElem { a, b, c } => {
            let index = cx.strand.get(b).as_int();
            let (list, value) = (cx.strand.get(a), cx.strand.get(c));
            put(cx, list, index, value)
        }
        Op::SetElemK { a, b, d } => {
            let (list, value) = (cx.strand.get(a), cx.strand.get(b));
            Ok(store::list_set(cx, list, i64::from(d), value)?)
        }
        Op::Push { a, b } => {
            let (list, value) = (cx.strand.get(a), cx.strand.get(b));
            Ok(store::list_push(cx, list, value)?)
        }
        Op::PushAll { a, b } => {
            let (list, more) = (cx.strand.get(a), cx.strand.get(b));
            // The length is that before the first push: a list may be appended to itself.
            for index in 0..cx.heap.list(more).items.len() {
                let value = cx.heap.list(more).items.get(index).unwrap_or_default();
                store::list_push(cx, list, value)?;
            }
            Ok(())
        }
        Op::ListTail { a, b, d } => {
            let list = cx.heap.list(cx.strand.get(b));
            let ty = list.ty;
            let items = list.items.slice(d as usize, list.items.len());
            let ty = tail_type(cx, ty, d as usize);
            let members: Vec<V> = items.iter().collect();
            let tail = cx.heap.new_list_of(&cx.types, ty, &members);
            set(cx, a, tail)
        }
        Op::IsList { a, b, c, at_least } => {
            let value = cx.strand.get(b);
            let is = value.tag() == Tag::List && {
                let len = cx.heap.list(value).items.len();
                len == usize::from(c) || at_least && len > usize::from(c)
            };
            set(cx, a, V::boolean(is))
        }

        // ---- mappings
        Op::NewMap { a, b, c, d } => {
            let map = cx.heap.new_map(TypeId(d));
            for pair in 0..c {
                let key = cx.strand.get(b + 2 * pair);
                let value = cx.strand.get(b + 2 * pair + 1);
                insert(cx, map, key, value);
            }
            set(cx, a, map)
        }
        Op::GetKey { a, b, c } => {
            let value = member(cx, cx.strand.get(b), cx.strand.get(c));
            set(cx, a, value.unwrap_or_default())
        }
        Op::GetKeyK { a, b, d } => {
            let value = member(cx, cx.strand.get(b), constant(cx, d));
            set(cx, a, value.unwrap_or_default())
        }
        Op::SetKey { a, b, c } => {
            let (mapping, key) = (cx.strand.get(a), cx.strand.get(b));
            let value = cx.strand.get(c);
            Ok(store::key_set(cx, mapping, key, value)?)
        }
        Op::SetKeyK { a, b, d } => {
            let (mapping, key) = (cx.strand.get(a), constant(cx, d));
            let value = cx.strand.get(b);
            Ok(store::key_set(cx, mapping, key, value)?)
        }
        Op::GetJson { a, b, d } => {
            let value = json_member(cx, b, d, false);
            set(cx, a, value)
        }
        Op::GetJsonOpt { a, b, d } => {
            let value = json_member(cx, b, d, true);
            set(cx, a, value)
        }
        Op::MapRest { a, b, d } => {
            let rest = map_rest(cx, cx.strand.get(b), &keys(cx, d));
            set(cx, a, rest)
        }
        Op::HasKey { a, b, d } => {
            let has = member(cx, cx.strand.get(b), constant(cx, d)).is_some();
            set(cx, a, V::boolean(has))
        }
        Op::HasOnlyKeys { a, b, d } => {
            let value = cx.strand.get(b);
            let keys = keys(cx, d);
            let is = is_mapping(value)
                && cx.heap.n_members(value) == keys.len()
                && keys.iter().all(|key| cx.heap.member(value, key).is_some());
            set(cx, a, V::boolean(is))
        }
        _ => Err(internal(cx, "no member access").into()),
    }
}

/// `list[index] = value`. A store behind the last member of an open array of numbers is an append.
fn put(cx: &mut Isolate, list: V, index: i64, value: V) -> Result<(), Stop> {
    if list.tag() == Tag::List {
        let List {
            items,
            ty,
            read_only: false,
        } = cx.heap.list_mut(list)
        else {
            return Ok(store::list_set(cx, list, index, value)?);
        };
        let is_next = usize::try_from(index) == Ok(items.len());
        let fits = match items {
            Items::Int(_) => value.tag() == Tag::Int,
            Items::Float(_) => value.tag() == Tag::Float,
            Items::Bool(_) => value.tag() == Tag::Boolean,
            Items::Byte(_) | Items::Any(_) => false,
        };
        if is_next && fits && matches!(cx.types.get(*ty), TypeDesc::Array { len: None, .. }) {
            let before = items.bytes();
            items.push(value);
            let grown = items.bytes() - before;
            cx.heap.charge(grown);
            return Ok(());
        }
    }
    Ok(store::list_set(cx, list, index, value)?)
}

fn get(cx: &mut Isolate, a: u8, b: u8, index: i64) -> Result<(), Stop> {
    let list = cx.strand.get(b);
    if list.tag() == Tag::List
        && let Ok(place) = usize::try_from(index)
        && let Some(value) = cx.heap.list(list).items.get(place)
    {
        return set(cx, a, value);
    }
    let value = store::list_get(cx, list, index)?;
    set(cx, a, value)
}

/// The type of what is left of a list behind its first `n` members.
fn tail_type(cx: &mut Isolate, ty: TypeId, n: usize) -> TypeId {
    match cx.types.get(ty) {
        TypeDesc::Array { element, .. } => {
            let element = *element;
            cx.types.array(element)
        }
        TypeDesc::Tuple { members, rest } => {
            let mut members = members.get(n..).unwrap_or_default().to_vec();
            members.extend(*rest);
            let element = cx.types.union(&members);
            cx.types.array(element)
        }
        _ => TypeId::ANY_OR_ERROR_ARRAY,
    }
}

fn is_mapping(v: V) -> bool {
    matches!(v.tag(), Tag::Map | Tag::Record)
}

fn constant(cx: &Isolate, d: u32) -> V {
    cx.consts.get(d as usize).copied().unwrap_or_default()
}

fn member(cx: &Isolate, mapping: V, key: V) -> Option<V> {
    cx.heap.member(mapping, cx.heap.to_str(key)?)
}

fn insert(cx: &mut Isolate, map: V, key: V, value: V) {
    let key = cx.heap.str(key).to_owned();
    cx.heap.map_insert(map, &key, value);
}

/// `b.k` and `b?.k` on json.
fn json_member(cx: &mut Isolate, b: u8, d: u32, optional: bool) -> V {
    let value = cx.strand.get(b);
    if value.is_error() || optional && value.is_nil() {
        return value;
    }
    let key = constant(cx, d);
    if !is_mapping(value) {
        return cx.error(thrown::JSON_OPERATION, "JSON value is not a mapping");
    }
    if let Some(found) = member(cx, value, key) {
        return found;
    }
    if optional {
        return V::NIL;
    }
    let message = format!("Key '{}' not found in JSON mapping", cx.heap.str(key));
    cx.error(thrown::MAP_KEY, &message)
}

fn map_rest(cx: &mut Isolate, mapping: V, without: &[String]) -> V {
    let ty = match mapping.tag() {
        Tag::Map => cx.heap.map(mapping).ty,
        _ => TypeId::ANY_OR_ERROR_MAP,
    };
    let members = cx.heap.members(mapping).into_iter();
    let members: Vec<(String, V)> = members
        .filter(|(key, _)| !without.iter().any(|other| other == key))
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let rest = cx.heap.new_map(ty);
    for (key, value) in members {
        cx.heap.map_insert(rest, &key, value);
    }
    rest
}
