//! `ballerina/lang.map`: maps and records. Functions with callbacks walk the members as they were at the call.

use std::rc::Rc;

use super::{arg, result_type, str_arg};
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::native::registry::Table;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::store::check_map_writable;
use crate::runtime::thrown;
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("length", length),
    ("get", get),
    ("entries", entries),
    ("map", map),
    ("forEach", for_each),
    ("filter", filter),
    ("reduce", reduce),
    ("remove", remove),
    ("removeAll", remove_all),
    ("hasKey", has_key),
    ("keys", keys),
];

const NOT_SUPPORTED: &str = "{ballerina/lang.map}OperationNotSupported";

/// The type of the members of a mapping taken together.
fn member_type(cx: &mut Ctx, mapping: V) -> TypeId {
    let ty = match mapping.tag() {
        Tag::Map => cx.heap.map(mapping).ty,
        _ => cx.heap.block_type(mapping),
    };
    match cx.types.get(ty) {
        TypeDesc::Map(member) => *member,
        TypeDesc::Record(record) => {
            let fields = record.fields.iter().map(|field| field.ty);
            let members: Vec<TypeId> = fields.chain(record.rest).collect();
            cx.types.union(&members)
        }
        _ => TypeId::ANY_OR_ERROR,
    }
}

/// The members of a mapping, while functions of the language run.
#[derive(Clone)]
struct Walk {
    keys: Rc<[Box<str>]>,
    values: V,
    func: V,
    index: usize,
}

impl Walk {
    fn new(cx: &mut Ctx, mapping: V, func: V) -> Self {
        let members = cx.heap.members(mapping).into_iter();
        let (keys, values): (Vec<Box<str>>, Vec<V>) =
            members.map(|(key, value)| (key.into(), value)).unzip();
        Self {
            keys: keys.into(),
            values: cx.heap.new_iterator(values),
            func,
            index: 0,
        }
    }

    fn current(&self, cx: &Ctx) -> Option<(&str, V)> {
        let key = self.keys.get(self.index)?;
        let value = cx.heap.iterator(self.values).get(self.index)?;
        Some((key, *value))
    }

    fn next(mut self) -> Self {
        self.index += 1;
        self
    }
}

fn length(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(cx.heap.n_members(arg(args, 0)) as i64))
}

fn get(cx: &mut Ctx, args: &[V]) -> Outcome {
    match cx.heap.member(arg(args, 0), str_arg(cx, args, 1)) {
        Some(value) => Outcome::Done(value),
        None => missing_key(cx, args),
    }
}

fn missing_key(cx: &mut Ctx, args: &[V]) -> Outcome {
    let message = format!("cannot find key '{}'", str_arg(cx, args, 1));
    cx.panic(thrown::MAP_KEY, &message)
}

fn entries(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mapping = arg(args, 0);
    let member = member_type(cx, mapping);
    let pair = cx.types.intern(TypeDesc::Tuple {
        members: vec![TypeId::STRING, member],
        rest: None,
    });
    let ty = cx.types.map(pair);
    let entries = cx.heap.new_map(ty);
    let members = cx.heap.members(mapping).into_iter();
    let members: Vec<(Box<str>, V)> = members.map(|(key, value)| (key.into(), value)).collect();
    for (key, value) in members {
        let name = cx.heap.new_string(&key);
        let entry = cx.heap.new_list(pair, Items::Any(vec![name, value]));
        cx.heap.map_insert(entries, &key, entry);
    }
    Outcome::Done(entries)
}

fn map(cx: &mut Ctx, args: &[V]) -> Outcome {
    let member = result_type(cx, arg(args, 1));
    let ty = cx.types.map(member);
    let results = cx.heap.new_map(ty);
    let walk = Walk::new(cx, arg(args, 0), arg(args, 1));
    map_from(cx, walk, results)
}

fn map_from(cx: &mut Ctx, walk: Walk, results: V) -> Outcome {
    let Some((_, value)) = walk.current(cx) else {
        return Outcome::Done(results);
    };
    let keep = vec![walk.values, results];
    Outcome::call_keeping(keep, walk.func, vec![value], move |cx, result| {
        if let Some((key, _)) = walk.current(cx) {
            cx.heap.map_insert(results, key, result);
        }
        map_from(cx, walk.next(), results)
    })
}

fn for_each(cx: &mut Ctx, args: &[V]) -> Outcome {
    let walk = Walk::new(cx, arg(args, 0), arg(args, 1));
    for_each_from(cx, walk)
}

fn for_each_from(cx: &mut Ctx, walk: Walk) -> Outcome {
    let Some((_, value)) = walk.current(cx) else {
        return Outcome::NIL;
    };
    let keep = vec![walk.values];
    Outcome::call_keeping(keep, walk.func, vec![value], move |cx, _| {
        for_each_from(cx, walk.next())
    })
}

fn filter(cx: &mut Ctx, args: &[V]) -> Outcome {
    let member = member_type(cx, arg(args, 0));
    let ty = cx.types.map(member);
    let kept = cx.heap.new_map(ty);
    let walk = Walk::new(cx, arg(args, 0), arg(args, 1));
    filter_from(cx, walk, kept)
}

fn filter_from(cx: &mut Ctx, walk: Walk, kept: V) -> Outcome {
    let Some((_, value)) = walk.current(cx) else {
        return Outcome::Done(kept);
    };
    let keep = vec![walk.values, kept];
    Outcome::call_keeping(keep, walk.func, vec![value], move |cx, result| {
        if let Some((key, value)) = walk.current(cx).filter(|_| result == V::TRUE) {
            cx.heap.map_insert(kept, key, value);
        }
        filter_from(cx, walk.next(), kept)
    })
}

fn reduce(cx: &mut Ctx, args: &[V]) -> Outcome {
    let walk = Walk::new(cx, arg(args, 0), arg(args, 1));
    reduce_from(cx, walk, arg(args, 2))
}

fn reduce_from(cx: &mut Ctx, walk: Walk, accumulated: V) -> Outcome {
    let Some((_, value)) = walk.current(cx) else {
        return Outcome::Done(accumulated);
    };
    let keep = vec![walk.values];
    Outcome::call_keeping(
        keep,
        walk.func,
        vec![accumulated, value],
        move |cx, result| reduce_from(cx, walk.next(), result),
    )
}

fn remove(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mapping = arg(args, 0);
    if let Err(panic) = check_removable(cx, mapping, "remove()") {
        return panic;
    }
    let key = str_arg(cx, args, 1).to_owned();
    match cx.heap.map_mut(mapping).remove(&key) {
        Some(value) => Outcome::Done(value),
        None => missing_key(cx, args),
    }
}

fn remove_all(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mapping = arg(args, 0);
    if let Err(panic) = check_removable(cx, mapping, "removeAll()") {
        return panic;
    }
    cx.heap.map_mut(mapping).clear();
    Outcome::NIL
}

/// Panics for records and read-only maps.
fn check_removable(cx: &mut Ctx, mapping: V, operation: &str) -> Result<(), Outcome> {
    if mapping.tag() != Tag::Map {
        let ty = cx.heap.block_type(mapping);
        let message = format!("{operation} not supported on type '{}'", cx.types.text(ty));
        return Err(cx.panic(NOT_SUPPORTED, &message));
    }
    check_map_writable(cx, mapping).map_err(|thrown| Outcome::Panic(thrown.0))
}

fn has_key(cx: &mut Ctx, args: &[V]) -> Outcome {
    let member = cx.heap.member(arg(args, 0), str_arg(cx, args, 1));
    Outcome::Done(V::boolean(member.is_some()))
}

fn keys(cx: &mut Ctx, args: &[V]) -> Outcome {
    let members = cx.heap.members(arg(args, 0)).into_iter();
    let keys: Vec<Box<str>> = members.map(|(key, _)| key.into()).collect();
    Outcome::Done(cx.heap.new_strings(keys))
}
