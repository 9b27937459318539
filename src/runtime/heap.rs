//! The heap of an isolate: every value of the language that is not held in two words. Input →
//! output: constructors give a [`V`], accessors read and write what is behind it.
//!
//! Records and objects are blocks of words by shape ([`words`]), strings are views of buffers
//! ([`string`]), all others lie in a slab of their kind ([`slab`], [`kinds`]). The collector
//! ([`collect`]) marks from the roots and sweeps; nothing moves.
//!
//! # Rule for natives
//! A collection happens only at a safepoint of the virtual machine: before an allocating
//! instruction, after a native returned, and while a native runs language code (`Ctx::call`). A
//! native that runs to completion between two of them may therefore hold any [`V`] in Rust
//! variables. What it keeps longer must be reachable: from its arguments (they stay in the caller's
//! registers until the native's result is there), from the `keep` list of the outcome it returns,
//! from the `refs` of a [`kinds::Handle`], or from a [`Heap::pin`].
//!
//! The setters here do not check types or read-only values; `runtime::store` does.

pub mod collect;
pub mod kinds;
pub mod map;
pub mod record;
pub mod slab;
pub mod string;
pub mod words;

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::decimal::Decimal;
use crate::bytecode::shape::Shape;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId, TypeTable};
use crate::runtime::value::V;
use kinds::{
    Channel, Closure, ErrorType, ErrorValue, Future, Handle, Items, List, Stream, Table, Xml,
};
use map::Map;
use slab::Slab;
use string::Strings;
use words::Words;

/// Memory below which no collection is worth its time.
const MIN_DEBT: usize = 1 << 20;

/// Every value of an isolate.
#[derive(Default)]
pub struct Heap {
    pub(super) words: Words,
    pub(super) lists: Slab<List>,
    strings: Strings,
    decimals: Slab<Option<Decimal>>,
    maps: Slab<Map>,
    errors: Slab<ErrorValue>,
    closures: Slab<Closure>,
    pub(super) cells: Slab<V>,
    futures: Slab<Future>,
    xml: Slab<Xml>,
    tables: Slab<Table>,
    streams: Slab<Stream>,
    handles: Slab<Handle>,
    channels: Slab<Channel>,
    pub(super) spills: Slab<Vec<V>>,
    iterators: Slab<Vec<V>>,
    /// Pairs of types that were compared before, and whether the first belongs to the second.
    pub(super) assignable: RefCell<FxHashMap<(TypeId, TypeId), bool>>,
    /// The types of the functions of the program, by number.
    pub(super) function_types: Arc<[TypeId]>,
    pins: Slab<V>,
    /// By type; made when the first value of the type is.
    shapes: Vec<Option<Arc<Shape>>>,
    /// Orders of fields other than the shape's, see [`record`].
    orders: record::Orders,
    debt: usize,
    limit: usize,
    stress: bool,
}

/// A root that a native holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pin(u32);

macro_rules! accessors {
    ($($(#[$doc:meta])* $get:ident, $get_mut:ident: $slab:ident [$tag:ident] -> $item:ty;)*) => {
        impl Heap {
            $(
                $(#[$doc])*
                #[inline]
                pub fn $get(&self, v: V) -> &$item {
                    debug_assert!(v.tag() == Tag::$tag, "wrong kind of value: {v:?}");
                    self.$slab.get(v.index())
                }

                #[inline]
                pub fn $get_mut(&mut self, v: V) -> &mut $item {
                    debug_assert!(v.tag() == Tag::$tag, "wrong kind of value: {v:?}");
                    self.$slab.get_mut(v.index())
                }
            )*
        }
    };
}

accessors! {
    /// An array or tuple.
    list, list_mut: lists [List] -> List;
    /// A `map<T>` (not a record).
    map, map_mut: maps [Map] -> Map;
    error, error_mut: errors [Error] -> ErrorValue;
    closure, closure_mut: closures [Closure] -> Closure;
    cell, cell_mut: cells [Cell] -> V;
    future, future_mut: futures [Future] -> Future;
    xml, xml_mut: xml [Xml] -> Xml;
    table, table_mut: tables [Table] -> Table;
    stream, stream_mut: streams [Stream] -> Stream;
    handle, handle_mut: handles [Handle] -> Handle;
    channel, channel_mut: channels [Channel] -> Channel;
    spill, spill_mut: spills [Spill] -> Vec<V>;
    /// Whatever an iteration keeps between two steps.
    iterator, iterator_mut: iterators [Iterator] -> Vec<V>;
}

impl Heap {
    pub fn new() -> Self {
        Self {
            limit: MIN_DEBT,
            ..Self::default()
        }
    }

    /// Counts memory that was taken; natives that fill a list or map with much data call it.
    #[inline]
    pub fn charge(&mut self, bytes: usize) {
        self.debt += bytes;
    }

    /// Whether a collection is due.
    #[inline]
    pub fn wants_collection(&self) -> bool {
        self.debt > self.limit || self.stress
    }

    /// Collects at every safepoint, for tests.
    pub fn set_stress(&mut self, on: bool) {
        self.stress = on;
    }

    /// Keeps `v` alive until [`Heap::unpin`].
    pub fn pin(&mut self, v: V) -> Pin {
        Pin(self.pins.add(v))
    }

    pub fn pinned(&self, pin: Pin) -> V {
        *self.pins.get(pin.0)
    }

    pub fn unpin(&mut self, pin: Pin) {
        self.pins.remove(pin.0);
    }

    // ---- strings

    pub fn new_string(&mut self, text: &str) -> V {
        self.debt += 24 + text.len();
        V::handle(Tag::String, self.strings.add(text))
    }

    pub fn new_string_owned(&mut self, text: String) -> V {
        self.debt += 24 + text.capacity();
        V::handle(Tag::String, self.strings.add_owned(text))
    }

    /// The string of one character.
    pub fn new_char(&mut self, c: char) -> V {
        self.debt += 24;
        V::handle(Tag::String, self.strings.char(c))
    }

    /// The text of a string value.
    pub fn str(&self, v: V) -> &str {
        debug_assert!(v.tag() == Tag::String, "a string was expected, not {v:?}");
        self.strings.get(v.index())
    }

    /// The text of a value that may be something else.
    pub fn to_str(&self, v: V) -> Option<&str> {
        (v.tag() == Tag::String).then(|| self.strings.get(v.index()))
    }

    /// `left + right`; linear in `right` when `left` is the newest end of its text.
    pub fn append(&mut self, left: V, right: V) -> V {
        self.debt += 24 + self.str(right).len();
        V::handle(Tag::String, self.strings.join(left.index(), right.index()))
    }

    pub fn append_str(&mut self, left: V, right: &str) -> V {
        self.debt += 24 + right.len();
        V::handle(Tag::String, self.strings.append(left.index(), right))
    }

    /// Length in code points.
    pub fn string_len(&self, v: V) -> usize {
        self.strings.n_chars(v.index())
    }

    /// The character at a code point index.
    pub fn char_at(&self, v: V, index: usize) -> Option<char> {
        self.strings.char_at(v.index(), index)
    }

    /// Whether every code point of the string is one byte.
    pub fn is_ascii(&self, v: V) -> bool {
        self.strings.is_ascii(v.index())
    }

    /// The byte where a code point starts; the length of the text for the index behind the last.
    pub fn byte_offset(&self, v: V, index: usize) -> Option<usize> {
        self.strings.byte_offset(v.index(), index)
    }

    /// The piece between two byte offsets at code point borders.
    pub fn substring(&mut self, v: V, from: usize, to: usize) -> V {
        self.debt += 24 + to.saturating_sub(from) / 8;
        V::handle(Tag::String, self.strings.slice(v.index(), from, to))
    }

    // ---- decimals

    pub fn new_decimal(&mut self, value: Decimal) -> V {
        self.debt += 64;
        V::handle(Tag::Decimal, self.decimals.add(Some(value)))
    }

    pub fn decimal(&self, v: V) -> Decimal {
        self.decimals
            .get(v.index())
            .clone()
            .unwrap_or_else(Decimal::zero)
    }

    // ---- lists

    /// A list of inherent type `ty` over `items`, whose kind must be that of the type
    /// ([`Items::for_type`]).
    pub fn new_list(&mut self, ty: TypeId, items: Items) -> V {
        self.debt += size_of::<List>() + items.bytes();
        let list = List {
            ty,
            read_only: false,
            items,
        };
        V::handle(Tag::List, self.lists.add(list))
    }

    /// A list of inherent type `ty` with these members, which must fit it.
    pub fn new_list_of(&mut self, types: &TypeTable, ty: TypeId, members: &[V]) -> V {
        let items = Items::of(types, ty, members);
        self.new_list(ty, items)
    }

    pub fn new_strings<S: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = S>) -> V {
        let texts = texts.into_iter();
        let members = texts.map(|text| self.new_string(text.as_ref())).collect();
        self.new_list(TypeId::STRING_ARRAY, Items::Any(members))
    }

    pub fn new_bytes(&mut self, bytes: Vec<u8>) -> V {
        self.new_list(TypeId::BYTE_ARRAY, Items::Byte(bytes))
    }

    /// The contents of a `byte[]`.
    pub fn bytes(&self, v: V) -> &[u8] {
        match &self.list(v).items {
            Items::Byte(bytes) => bytes,
            _ => &[],
        }
    }

    // ---- maps

    /// An empty map of inherent type `ty` (a `map<T>`).
    pub fn new_map(&mut self, ty: TypeId) -> V {
        self.debt += 128;
        V::handle(Tag::Map, self.maps.add(Map::new(ty)))
    }

    pub fn new_map_of<'a>(
        &mut self,
        ty: TypeId,
        members: impl IntoIterator<Item = (&'a str, V)>,
    ) -> V {
        let map = self.new_map(ty);
        for (key, value) in members {
            self.map_insert(map, key, value);
        }
        map
    }

    /// Sets a member of a map without checks.
    pub fn map_insert(&mut self, map: V, key: &str, value: V) {
        if self.map_mut(map).set(key, value) {
            self.debt += 64 + key.len();
        }
    }

    /// The same; the key is a string of the heap.
    pub fn map_set(&mut self, map: V, key: V, value: V) {
        debug_assert!(
            key.tag() == Tag::String,
            "a string was expected, not {key:?}"
        );
        let key = self.strings.get(key.index());
        if self.maps.get_mut(map.index()).set(key, value) {
            self.debt += 64 + key.len();
        }
    }

    // ---- errors

    /// An error without a trace; `Ctx::error` makes one with it.
    pub fn new_error(&mut self, error: ErrorValue) -> V {
        self.debt += size_of::<ErrorValue>() + error.trace.len() * 4;
        V::handle(Tag::Error, self.errors.add(error))
    }

    /// An error of a reason and a message, with the detail record of the language.
    pub fn error_of(
        &mut self,
        types: &TypeTable,
        reason: &str,
        message: Option<&str>,
        trace: Box<[u32]>,
    ) -> V {
        let reason = self.new_string(reason);
        let detail = self.new_record(types, TypeId::ERROR_DETAIL);
        if let Some(message) = message {
            let message = self.new_string(message);
            self.set_field(detail, crate::base::Name::new("message"), message);
        }
        self.freeze(detail);
        self.new_error(ErrorValue {
            ty: ErrorType(TypeId::ERROR),
            reason,
            detail,
            trace,
        })
    }

    // ---- the other kinds

    pub fn new_closure(&mut self, closure: Closure) -> V {
        self.debt += size_of::<Closure>() + closure.captures.len() * 16;
        V::handle(Tag::Closure, self.closures.add(closure))
    }

    pub fn new_cell(&mut self, value: V) -> V {
        self.debt += 16;
        V::handle(Tag::Cell, self.cells.add(value))
    }

    pub fn new_spill(&mut self, len: usize) -> V {
        self.debt += 32 + len * 16;
        V::handle(Tag::Spill, self.spills.add(vec![V::NIL; len]))
    }

    pub fn new_iterator(&mut self, state: Vec<V>) -> V {
        self.debt += 32 + state.len() * 16;
        V::handle(Tag::Iterator, self.iterators.add(state))
    }

    pub fn new_future(&mut self) -> V {
        self.debt += size_of::<Future>();
        V::handle(Tag::Future, self.futures.add(Future::default()))
    }

    pub fn new_channel(&mut self) -> V {
        self.debt += size_of::<Channel>();
        V::handle(Tag::Channel, self.channels.add(Channel::default()))
    }

    pub fn new_xml(&mut self, xml: Xml) -> V {
        self.debt += size_of::<Xml>()
            + match &xml {
                Xml::Text(text) | Xml::Comment(text) => text.len(),
                Xml::Sequence(items) => items.len() * 16,
                _ => 64,
            };
        V::handle(Tag::Xml, self.xml.add(xml))
    }

    pub fn new_table(&mut self, table: Table) -> V {
        self.debt += size_of::<Table>() + table.rows.len() * 16;
        V::handle(Tag::Table, self.tables.add(table))
    }

    pub fn new_stream(&mut self, stream: Stream) -> V {
        self.debt += size_of::<Stream>();
        V::handle(Tag::Stream, self.streams.add(stream))
    }

    /// A handle around something of a native's own.
    pub fn new_handle(&mut self, value: impl Any + Send) -> V {
        self.debt += 64;
        V::handle(
            Tag::Handle,
            self.handles.add(Handle {
                value: Box::new(value),
                refs: Vec::new(),
            }),
        )
    }

    /// What [`Heap::new_handle`] was given, when it has this type.
    pub fn handle_as<T: Any>(&self, v: V) -> Option<&T> {
        if v.tag() != Tag::Handle {
            return None;
        }
        self.handle(v).value.downcast_ref()
    }

    pub fn handle_as_mut<T: Any>(&mut self, v: V) -> Option<&mut T> {
        if v.tag() != Tag::Handle {
            return None;
        }
        self.handle_mut(v).value.downcast_mut()
    }

    /// The type of a function value; a bound method has the signature without its object.
    pub fn function_type(&self, v: V) -> TypeId {
        let func = match v.tag() {
            Tag::Func => v.as_func(),
            Tag::Closure => self.closure(v).func,
            _ => return TypeId::FUNCTION,
        };
        let ty = self.function_types.get(func.0 as usize);
        ty.copied().unwrap_or(TypeId::FUNCTION)
    }

    // ---- read-only values

    /// Whether a structured value cannot be changed; simple values cannot.
    pub fn is_read_only(&self, v: V) -> bool {
        match v.tag() {
            Tag::List => self.list(v).read_only,
            Tag::Map => self.map(v).read_only,
            Tag::Record | Tag::Object => self.words.is_read_only(v.index()),
            Tag::Table => self.table(v).read_only,
            Tag::Xml => match self.xml(v) {
                Xml::Element(element) => element.read_only,
                Xml::Sequence(items) => items.iter().all(|&item| match self.xml(item) {
                    Xml::Element(element) => element.read_only,
                    _ => true,
                }),
                Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. } => true,
            },
            _ => true,
        }
    }

    /// Makes this value (not its members) read-only.
    pub fn freeze(&mut self, v: V) {
        match v.tag() {
            Tag::List => self.list_mut(v).read_only = true,
            Tag::Map => self.map_mut(v).read_only = true,
            Tag::Record | Tag::Object => self.words.freeze(v.index()),
            Tag::Table => self.table_mut(v).read_only = true,
            Tag::Xml => {
                if let Xml::Element(element) = self.xml_mut(v) {
                    element.read_only = true;
                }
            }
            _ => {}
        }
    }
}

impl Items {
    /// No members, stored as the element type of list type `ty` wants.
    pub fn for_type(types: &TypeTable, ty: TypeId) -> Self {
        let TypeDesc::Array { element, .. } = types.get(ty) else {
            return Self::Any(Vec::new());
        };
        match *element {
            TypeId::INT => Self::Int(Vec::new()),
            TypeId::FLOAT => Self::Float(Vec::new()),
            TypeId::BOOLEAN => Self::Bool(Vec::new()),
            TypeId::BYTE => Self::Byte(Vec::new()),
            _ => Self::Any(Vec::new()),
        }
    }

    /// These members, stored as list type `ty` wants.
    pub fn of(types: &TypeTable, ty: TypeId, members: &[V]) -> Self {
        match Self::for_type(types, ty) {
            Self::Int(_) => Self::Int(members.iter().map(|member| member.as_int()).collect()),
            Self::Float(_) => Self::Float(members.iter().map(|member| member.as_float()).collect()),
            Self::Bool(_) => Self::Bool(members.iter().map(|member| member.as_bool()).collect()),
            Self::Byte(_) => Self::Byte(members.iter().map(|member| member.as_byte()).collect()),
            Self::Any(_) => Self::Any(members.to_vec()),
        }
    }
}
