//! The collector: marks what the roots reach, with a stack of its own instead of recursion, and
//! sweeps the rest. Runs only at safepoints (see [`super`]); nothing moves.

use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::runtime::value::V;

use super::kinds::{FutureState, Items, List, Xml};
use super::{Heap, MIN_DEBT, map::Map};

/// Takes the roots of a collection.
pub struct Marker<'a> {
    heap: &'a mut Heap,
    stack: Vec<V>,
}

impl Heap {
    /// Frees everything that is not reachable from what `roots` hands to the marker.
    pub fn collect(&mut self, roots: impl FnOnce(&mut Marker<'_>)) {
        let pins: Vec<V> = self
            .pins
            .handles()
            .map(|index| *self.pins.get(index))
            .collect();
        let mut marker = Marker {
            heap: self,
            stack: Vec::new(),
        };
        marker.mark_all(&pins);
        roots(&mut marker);
        marker.drain();
        self.sweep();
        let live = self.live_bytes();
        self.debt = 0;
        self.limit = live.max(MIN_DEBT);
    }

    fn sweep(&mut self) {
        self.words.sweep();
        self.strings.sweep();
        self.lists.sweep(|_| ());
        self.decimals.sweep(|_| ());
        self.maps.sweep(|_| ());
        self.errors.sweep(|_| ());
        self.closures.sweep(|_| ());
        self.cells.sweep(|_| ());
        self.futures.sweep(|_| ());
        self.xml.sweep(|_| ());
        self.tables.sweep(|_| ());
        self.streams.sweep(|_| ());
        self.handles.sweep(|_| ());
        self.channels.sweep(|_| ());
        self.spills.sweep(|_| ());
        self.iterators.sweep(|_| ());
    }

    /// Bytes of everything that is alive, nearly.
    pub fn live_bytes(&self) -> usize {
        let lists = self.lists.handles().map(|index| self.lists.get(index));
        let lists: usize = lists
            .map(|list| list.items.bytes() + size_of::<List>())
            .sum();
        let maps = self.maps.handles().map(|index| self.maps.get(index));
        let maps: usize = maps.map(Map::bytes).sum();
        self.words.live_bytes()
            + self.strings.live_bytes()
            + lists
            + maps
            + self.decimals.live() * 64
            + (self.errors.live() + self.closures.live() + self.tables.live()) * 96
            + (self.futures.live() + self.channels.live() + self.xml.live()) * 96
            + self.cells.live() * 16
            + (self.spills.live() + self.iterators.live() + self.handles.live()) * 64
    }

    /// Live records and objects, for tests.
    pub fn n_record_bytes(&self) -> usize {
        self.words.live_bytes()
    }
}

impl Marker<'_> {
    #[inline]
    pub fn mark(&mut self, v: V) {
        if v.tag().is_heap() {
            self.stack.push(v);
            if self.stack.len() > 1 << 10 {
                self.drain();
            }
        }
    }

    pub fn mark_all(&mut self, values: &[V]) {
        for &value in values {
            self.mark(value);
        }
    }

    fn drain(&mut self) {
        while let Some(v) = self.stack.pop() {
            self.trace(v);
        }
    }

    /// Marks `v` and puts what it refers to on the stack.
    fn trace(&mut self, v: V) {
        let Self { heap, stack } = self;
        let index = v.index();
        match v.tag() {
            Tag::String => heap.strings.mark(index),
            Tag::Decimal => _ = heap.decimals.mark(index),
            Tag::Record | Tag::Object => {
                if heap.words.mark(index) {
                    trace_block(heap, stack, v);
                }
            }
            Tag::List => {
                if heap.lists.mark(index)
                    && let Items::Any(items) = &heap.lists.get(index).items
                {
                    stack.extend(items.iter().filter(|item| item.tag().is_heap()));
                }
            }
            Tag::Map => {
                if heap.maps.mark(index) {
                    let values = heap.maps.get(index).values();
                    stack.extend(values.filter(|value| value.tag().is_heap()));
                }
            }
            Tag::Error => {
                if heap.errors.mark(index) {
                    let error = heap.errors.get(index);
                    stack.extend([error.reason, error.detail]);
                }
            }
            Tag::Closure => {
                if heap.closures.mark(index) {
                    let closure = heap.closures.get(index);
                    stack.extend(closure.receiver);
                    stack.extend_from_slice(&closure.captures);
                }
            }
            Tag::Cell => {
                if heap.cells.mark(index) {
                    stack.push(*heap.cells.get(index));
                }
            }
            Tag::Future => {
                if heap.futures.mark(index) {
                    let future = heap.futures.get(index);
                    stack.extend_from_slice(&future.channels);
                    if let FutureState::Done(v) | FutureState::Panicked(v) = future.state {
                        stack.push(v);
                    }
                }
            }
            Tag::Channel => {
                if heap.channels.mark(index) {
                    let channel = heap.channels.get(index);
                    stack.extend([channel.sender, channel.receiver]);
                    stack.extend(channel.messages.iter().map(|message| message.value));
                }
            }
            Tag::Xml => {
                if heap.xml.mark(index) {
                    match heap.xml.get(index) {
                        Xml::Sequence(items) => stack.extend_from_slice(items),
                        Xml::Element(element) => stack.extend_from_slice(&element.children),
                        Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. } => {}
                    }
                }
            }
            Tag::Table => {
                if heap.tables.mark(index) {
                    let table = heap.tables.get(index);
                    stack.push(table.native);
                    stack.extend_from_slice(&table.rows);
                }
            }
            Tag::Stream => {
                if heap.streams.mark(index) {
                    for subscriber in &heap.streams.get(index).subscribers {
                        stack.push(subscriber.function);
                        stack.extend(&subscriber.queue);
                    }
                }
            }
            Tag::Handle => {
                if heap.handles.mark(index) {
                    stack.extend_from_slice(&heap.handles.get(index).refs);
                }
            }
            Tag::Spill => {
                if heap.spills.mark(index) {
                    stack.extend_from_slice(heap.spills.get(index));
                }
            }
            Tag::Iterator => {
                if heap.iterators.mark(index) {
                    stack.extend_from_slice(heap.iterators.get(index));
                }
            }
            Tag::Nil
            | Tag::Absent
            | Tag::Boolean
            | Tag::Int
            | Tag::Byte
            | Tag::Float
            | Tag::Typedesc
            | Tag::Func => {}
        }
    }
}

fn trace_block(heap: &Heap, stack: &mut Vec<V>, v: V) {
    let shape = heap.shape_of(v);
    for slot in &shape.slots {
        if matches!(slot.form, Form::Ref(_) | Form::Any) {
            let value = heap.slot_value(v, slot.word, slot.form);
            if value.tag().is_heap() {
                stack.push(value);
            }
        }
    }
    stack.extend(heap.rest(v));
    stack.extend(heap.native(v).present());
}
