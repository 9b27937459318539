//! The objects behind the handles, one type per kind of value. Plain data; what may be stored in
//! them is checked in `runtime::store`.

use std::any::Any;
use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::bytecode::typedesc::{FuncId, TypeId};
use crate::runtime::value::V;
use crate::runtime::xml::Element;

/// An array or tuple.
#[derive(Debug)]
pub struct List {
    /// The inherent type: an array or tuple type.
    pub ty: TypeId,
    pub read_only: bool,
    pub items: Items,
}

/// The members, stored by the inherent element type.
#[derive(Clone, Debug)]
pub enum Items {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<bool>),
    Byte(Vec<u8>),
    Any(Vec<V>),
}

impl Default for List {
    fn default() -> Self {
        Self {
            ty: TypeId::ANY_OR_ERROR_ARRAY,
            read_only: false,
            items: Items::Any(Vec::new()),
        }
    }
}

impl Items {
    pub fn len(&self) -> usize {
        match self {
            Self::Int(items) => items.len(),
            Self::Float(items) => items.len(),
            Self::Bool(items) => items.len(),
            Self::Byte(items) => items.len(),
            Self::Any(items) => items.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<V> {
        match self {
            Self::Int(items) => items.get(index).map(|&item| V::int(item)),
            Self::Float(items) => items.get(index).map(|&item| V::float(item)),
            Self::Bool(items) => items.get(index).map(|&item| V::boolean(item)),
            Self::Byte(items) => items.get(index).map(|&item| V::byte(item)),
            Self::Any(items) => items.get(index).copied(),
        }
    }

    /// Sets a member that is there. The kind of `value` must fit (it was checked before).
    pub fn set(&mut self, index: usize, value: V) {
        match self {
            Self::Int(items) => put(items, index, value.as_int()),
            Self::Float(items) => put(items, index, value.as_float()),
            Self::Bool(items) => put(items, index, value.as_bool()),
            Self::Byte(items) => put(items, index, value.as_byte()),
            Self::Any(items) => put(items, index, value),
        }
    }

    /// Appends a member whose kind fits.
    pub fn push(&mut self, value: V) {
        match self {
            Self::Int(items) => items.push(value.as_int()),
            Self::Float(items) => items.push(value.as_float()),
            Self::Bool(items) => items.push(value.as_bool()),
            Self::Byte(items) => items.push(value.as_byte()),
            Self::Any(items) => items.push(value),
        }
    }

    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::Int(items) => items.truncate(len),
            Self::Float(items) => items.truncate(len),
            Self::Bool(items) => items.truncate(len),
            Self::Byte(items) => items.truncate(len),
            Self::Any(items) => items.truncate(len),
        }
    }

    /// Takes the member at `index` out; those behind it move up.
    pub fn remove(&mut self, index: usize) -> Option<V> {
        let value = self.get(index)?;
        match self {
            Self::Int(items) => _ = items.remove(index),
            Self::Float(items) => _ = items.remove(index),
            Self::Bool(items) => _ = items.remove(index),
            Self::Byte(items) => _ = items.remove(index),
            Self::Any(items) => _ = items.remove(index),
        }
        Some(value)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator + '_ {
        // The range is that of the members, so each `get` finds one.
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    /// The members `from..to`, stored the same way.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        let to = to.min(self.len());
        let from = from.min(to);
        match self {
            Self::Int(items) => Self::Int(items[from..to].to_vec()),
            Self::Float(items) => Self::Float(items[from..to].to_vec()),
            Self::Bool(items) => Self::Bool(items[from..to].to_vec()),
            Self::Byte(items) => Self::Byte(items[from..to].to_vec()),
            Self::Any(items) => Self::Any(items[from..to].to_vec()),
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Int(items) => items.capacity() * 8,
            Self::Float(items) => items.capacity() * 8,
            Self::Bool(items) => items.capacity(),
            Self::Byte(items) => items.capacity(),
            Self::Any(items) => items.capacity() * 16,
        }
    }
}

fn put<T>(items: &mut [T], index: usize, value: T) {
    if let Some(place) = items.get_mut(index) {
        *place = value;
    }
}

/// An error value.
#[derive(Clone, Default, Debug)]
pub struct ErrorValue {
    /// The error type, `TypeId::ERROR` unless a type of its own was named.
    pub ty: ErrorType,
    /// A string.
    pub reason: V,
    /// A read-only mapping.
    pub detail: V,
    /// Where the error was made: instruction addresses, the innermost first.
    pub trace: Box<[u32]>,
}

/// The type of an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorType(pub TypeId);

impl Default for ErrorType {
    fn default() -> Self {
        Self(TypeId::ERROR)
    }
}

/// A function with captured variables, or a method with its receiver.
#[derive(Clone, Debug)]
pub struct Closure {
    pub func: FuncId,
    /// Goes before the arguments (a bound method's object).
    pub receiver: Option<V>,
    /// Behind the parameters: cells or values.
    pub captures: Box<[V]>,
}

impl Default for Closure {
    fn default() -> Self {
        Self {
            func: FuncId(u32::MAX),
            receiver: None,
            captures: Box::default(),
        }
    }
}

/// An xml value.
#[derive(Clone, Debug)]
pub enum Xml {
    /// Any number of items, none of them a sequence.
    Sequence(Vec<V>),
    Element(Box<Element>),
    Text(Box<str>),
    Comment(Box<str>),
    Instruction {
        target: Box<str>,
        data: Box<str>,
    },
}

impl Default for Xml {
    fn default() -> Self {
        Self::Sequence(Vec::new())
    }
}

/// A table in memory, or the result of a query. A row of a result that does not fit the type asked for is an
/// error: reading it panics.
#[derive(Clone, Debug)]
pub struct Table {
    /// The inherent type, a `table<R>`.
    pub ty: TypeId,
    pub read_only: bool,
    /// Key columns.
    pub keys: Vec<Box<str>>,
    pub rows: Vec<V>,
    /// The row that `getNext` gives.
    pub cursor: usize,
    /// The keys of the rows, as text.
    pub taken_keys: FxHashSet<Box<str>>,
    /// Set by `close`; what a native keeps for a table that is still being read.
    pub closed: bool,
    pub native: V,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            ty: TypeId::NEVER,
            read_only: false,
            keys: Vec::new(),
            rows: Vec::new(),
            cursor: 0,
            taken_keys: FxHashSet::default(),
            closed: false,
            native: V::NIL,
        }
    }
}

/// A stream with its subscribers.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The inherent type, a `stream<T>`.
    pub ty: TypeId,
    pub subscribers: Vec<Subscriber>,
}

/// Who is told of what is published, one value after the other.
#[derive(Clone, Debug)]
pub struct Subscriber {
    pub function: V,
    /// Values that are still to be handed over.
    pub queue: VecDeque<V>,
    /// Whether a strand of it is running.
    pub is_running: bool,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            ty: TypeId::NEVER,
            subscribers: Vec::new(),
        }
    }
}

/// Something of a native's own: a connection pool, a socket, a cache.
pub struct Handle {
    pub value: Box<dyn Any + Send>,
    /// Values of the language that live as long as the handle.
    pub refs: Vec<V>,
}

impl Default for Handle {
    fn default() -> Self {
        Self {
            value: Box::new(()),
            refs: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// The result of a strand, as others see it.
#[derive(Clone, Default, Debug)]
pub struct Future {
    pub state: FutureState,
    /// Strands that wait for it.
    pub waiters: Vec<StrandId>,
    /// The channels on which the strand was to send or from which it was to receive.
    pub channels: Vec<V>,
    /// Which strand of the isolate ended when: counts ends.
    pub ended_at: u64,
}

/// How far a strand is.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub enum FutureState {
    #[default]
    Pending,
    Done(V),
    Panicked(V),
}

/// A strand of an isolate; never used twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct StrandId(pub u64);

/// Messages from one worker to another.
#[derive(Clone, Default, Debug)]
pub struct Channel {
    pub messages: VecDeque<Message>,
    /// The futures of the two ends; nil while unknown (the worker of the function itself).
    pub sender: V,
    pub receiver: V,
    /// A strand that waits for a message.
    pub receiving: Option<StrandId>,
    /// Strands that wait until all messages are taken.
    pub flushing: Vec<StrandId>,
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub value: V,
    /// The strand that waits for its receipt.
    pub sync: Option<StrandId>,
}
