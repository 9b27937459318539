//! Reading the records that programs pass as settings, and building what natives give back.
//!
//! Field types have been checked before a program runs: a field of another kind, or one that is missing,
//! reads as its empty value.

use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::Ctx;
use crate::runtime::value::V;

/// A record, or the nil in its place.
#[derive(Clone, Copy)]
pub struct Fields<'c> {
    cx: &'c Ctx,
    record: V,
}

impl<'c> Fields<'c> {
    pub fn new(cx: &'c Ctx, record: V) -> Self {
        Self { cx, record }
    }

    /// The value of a field; `None` when it is nil or missing.
    pub fn get(self, name: &str) -> Option<V> {
        let record = self.record.present()?;
        self.cx.heap.member(record, name)?.present()
    }

    /// The record in a field.
    pub fn record(self, name: &str) -> Option<Self> {
        let record = self.get(name)?;
        Some(Self { record, ..self })
    }

    pub fn opt_text(self, name: &str) -> Option<&'c str> {
        self.cx.heap.to_str(self.get(name)?)
    }

    pub fn text(self, name: &str) -> &'c str {
        self.opt_text(name).unwrap_or_default()
    }

    pub fn opt_int(self, name: &str) -> Option<i64> {
        self.get(name)?.to_int()
    }

    pub fn int(self, name: &str) -> i64 {
        self.opt_int(name).unwrap_or_default()
    }

    pub fn is(self, name: &str) -> bool {
        self.get(name).and_then(V::to_bool).unwrap_or_default()
    }

    pub fn texts(self, name: &str) -> Vec<String> {
        self.get(name)
            .map(|list| texts(self.cx, list))
            .unwrap_or_default()
    }
}

/// The members of a `string[]`.
pub fn texts(cx: &Ctx, list: V) -> Vec<String> {
    let items = cx.heap.list(list).items.iter();
    items
        .filter_map(|item| cx.heap.to_str(item))
        .map(str::to_owned)
        .collect()
}

/// A tuple of these types and values.
pub fn tuple(cx: &mut Ctx, members: &[(TypeId, V)]) -> V {
    let types = members.iter().map(|(ty, _)| *ty).collect();
    let ty = cx.types.intern(TypeDesc::Tuple {
        members: types,
        rest: None,
    });
    let values = members.iter().map(|(_, value)| *value).collect();
    cx.heap.new_list(ty, Items::Any(values))
}

/// A `map<string>`.
pub fn text_map<'t>(cx: &mut Ctx, members: impl IntoIterator<Item = (&'t str, &'t str)>) -> V {
    let map = cx.heap.new_map(TypeId::STRING_MAP);
    for (key, value) in members {
        let value = cx.heap.new_string(value);
        cx.heap.map_insert(map, key, value);
    }
    map
}

/// A `handle[]`.
pub fn handles(cx: &mut Ctx, members: Vec<V>) -> V {
    let ty = cx.types.array(TypeId::HANDLE);
    cx.heap.new_list(ty, Items::Any(members))
}

/// An error with a cause.
pub fn error_with_cause(cx: &mut Ctx, reason: &str, message: &str, cause: V) -> V {
    let detail = cx.heap.new_record(&cx.types, TypeId::ERROR_DETAIL);
    let message = cx.heap.new_string(message);
    cx.heap.set_member(detail, "message", message);
    cx.heap.set_member(detail, "cause", cause);
    cx.error_with(TypeId::ERROR, reason, detail)
}
