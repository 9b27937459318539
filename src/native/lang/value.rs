//! `ballerina/lang.value`: what every value can do.

use rustc_hash::FxHashSet;

use super::{arg, fail, str_arg};
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::relation::type_of;
use crate::runtime::store::{check_map_writable, key_set};
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;
use crate::runtime::{copy, json, text};

pub const NATIVES: Table = &[
    ("clone", clone),
    ("cloneReadOnly", clone_read_only),
    ("isReadOnly", is_read_only),
    ("toString", to_string),
    ("toJsonString", to_json_string),
    ("fromJsonString", from_json_string),
    ("mergeJson", merge_json),
];

const MERGE_ERROR: &str = "{ballerina/lang.value}MergeJsonError";

fn clone(cx: &mut Ctx, args: &[V]) -> Outcome {
    copy::clone(cx, arg(args, 0)).into()
}

fn clone_read_only(cx: &mut Ctx, args: &[V]) -> Outcome {
    copy::clone_read_only(cx, arg(args, 0)).into()
}

fn is_read_only(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(cx.heap.is_read_only(arg(args, 0))))
}

fn to_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let value = arg(args, 0);
    if value.tag() == Tag::String {
        return Outcome::Done(value);
    }
    match text::to_text(cx, value) {
        Ok(text) => Outcome::Done(cx.heap.new_string_owned(text)),
        Err(thrown) => Outcome::Panic(thrown.0),
    }
}

fn to_json_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    match json::to_json_text(&cx.heap, arg(args, 0)) {
        Ok(text) => Outcome::Done(cx.heap.new_string_owned(text)),
        Err(error) => cx.panic("{ballerina}JSONOperationError", &error.to_string()),
    }
}

fn from_json_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0).to_owned();
    match json::parse(&mut cx.heap, &text) {
        Ok(value) => Outcome::Done(value),
        Err(error) => fail(cx, "{ballerina}FromJsonStringError", &error.to_string()),
    }
}

/// First looks for a conflict everywhere, then merges: a failed merge changes nothing.
fn merge_json(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (left, right) = (arg(args, 0), arg(args, 1));
    if let Some(error) = conflict(cx, left, right) {
        return Outcome::Done(error);
    }
    let merged = match (left.is_nil(), right.is_nil()) {
        (true, _) => right,
        (_, true) => left,
        _ => {
            if let Err(thrown) = merge_mappings(cx, left, right) {
                return Outcome::Panic(thrown.0);
            }
            left
        }
    };
    Outcome::Done(merged)
}

fn are_mappings(a: V, b: V) -> bool {
    let is_mapping = |v: V| matches!(v.tag(), Tag::Map | Tag::Record);
    is_mapping(a) && is_mapping(b)
}

/// Two values to be merged.
struct Pair {
    left: V,
    right: V,
    /// The pair of mappings around it, by number, and the key in it.
    under: Option<(usize, String)>,
}

/// The error of the first conflict: two values of which neither is nil nor both are mappings.
fn conflict(cx: &mut Ctx, left: V, right: V) -> Option<V> {
    let mut pairs = vec![Pair {
        left,
        right,
        under: None,
    }];
    let mut met = FxHashSet::default();
    let mut at = 0;
    let mut found = None;
    while let Some(&Pair { left, right, .. }) = pairs.get(at) {
        let both = are_mappings(left, right);
        if !both && !left.is_nil() && !right.is_nil() {
            found = Some((left, right));
            break;
        }
        if !both || left == right || !met.insert((left.bits(), right.bits())) {
            at += 1;
            continue;
        }
        for (key, value) in cx.heap.members(right) {
            if let Some(own) = cx.heap.member(left, key) {
                pairs.push(Pair {
                    left: own,
                    right: value,
                    under: Some((at, key.to_owned())),
                });
            }
        }
        at += 1;
    }
    let (left, right) = found?;
    let types = [left, right].map(|v| {
        let ty = type_of(cx, v);
        cx.types.text(ty)
    });
    let [left, right] = types;
    let message = format!("Cannot merge JSON values of types '{left}' and '{right}'");
    let mut error = cx.error(MERGE_ERROR, &message);
    while let Some((parent, key)) = pairs.get(at).and_then(|pair| pair.under.as_ref()) {
        error = under_key(cx, key, error);
        at = *parent;
    }
    Some(error)
}

/// The error of a conflict beneath a key.
fn under_key(cx: &mut Ctx, key: &str, cause: V) -> V {
    let detail = cx.heap.new_record(&cx.types, TypeId::ERROR_DETAIL);
    let message = format!("JSON Merge failed for key '{key}'");
    let message = cx.heap.new_string_owned(message);
    cx.heap.set_member(detail, "message", message);
    cx.heap.set_member(detail, "cause", cause);
    cx.error_with(TypeId::ERROR, MERGE_ERROR, detail)
}

fn merge_mappings(cx: &mut Ctx, left: V, right: V) -> Result<(), Thrown> {
    let mut pending = vec![(left, right)];
    let mut met = FxHashSet::default();
    while let Some((left, right)) = pending.pop() {
        if left == right || !met.insert((left.bits(), right.bits())) {
            continue;
        }
        let members: Vec<(String, V)> = cx
            .heap
            .members(right)
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        check_map_writable(cx, left)?;
        for (key, value) in members {
            match cx.heap.member(left, &key) {
                Some(own) if are_mappings(own, value) => pending.push((own, value)),
                Some(own) if !own.is_nil() => {}
                _ => {
                    let key = cx.heap.new_string(&key);
                    key_set(cx, left, key, value)?;
                }
            }
        }
    }
    Ok(())
}
