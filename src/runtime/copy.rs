//! `clone` and `cloneReadOnly` (spec/language.md 6.5): deep copies that keep sharing and cycles. Read-only
//! parts are shared with the original. Containers still to be filled are kept in a list, not on the machine's
//! stack.

use rustc_hash::FxHashMap;

use super::heap::Heap;
use super::heap::kinds::{Items, Table, Xml};
use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use crate::bytecode::shape::Form;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeTable;

/// A deep mutable copy; also what a worker message or a stream hands over.
pub fn clone(cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    Ok(mutable(&mut cx.heap, &cx.types, v))
}

/// The same, where there is a heap alone.
pub fn mutable(heap: &mut Heap, types: &TypeTable, v: V) -> V {
    copy(heap, types, v).0
}

/// A deep copy that cannot be changed; the value itself when it already cannot.
pub fn clone_read_only(cx: &mut Ctx, v: V) -> Result<V, Thrown> {
    Ok(frozen(&mut cx.heap, &cx.types, v))
}

/// The same, where there is a heap alone.
pub fn frozen(heap: &mut Heap, types: &TypeTable, v: V) -> V {
    let (root, copies) = copy(heap, types, v);
    for copy in copies {
        heap.freeze(copy);
    }
    root
}

fn copy(heap: &mut Heap, types: &TypeTable, v: V) -> (V, Vec<V>) {
    let mut copier = Copier {
        heap,
        types,
        copies: FxHashMap::default(),
        pending: Vec::new(),
        made: Vec::new(),
    };
    let root = copier.copy_of(v);
    while let Some((from, to)) = copier.pending.pop() {
        copier.fill(from, to);
    }
    (root, copier.made)
}

struct Copier<'a> {
    heap: &'a mut Heap,
    types: &'a TypeTable,
    /// The copy of each container, by tag and handle.
    copies: FxHashMap<(u64, u64), V>,
    /// Copies whose members are still those of the original.
    pending: Vec<(V, V)>,
    made: Vec<V>,
}

impl Copier<'_> {
    /// The copy of a value; that of a container is filled later.
    fn copy_of(&mut self, v: V) -> V {
        let is_container = matches!(
            v.tag(),
            Tag::List | Tag::Map | Tag::Record | Tag::Table | Tag::Xml
        );
        if !is_container || self.heap.is_read_only(v) {
            return v;
        }
        let key = (v.tag() as u64, v.bits());
        if let Some(&copy) = self.copies.get(&key) {
            return copy;
        }
        let copy = self.shell(v);
        self.copies.insert(key, copy);
        self.made.push(copy);
        self.pending.push((v, copy));
        copy
    }

    /// A container like `v` without members of its own; lists of numbers are copied whole.
    fn shell(&mut self, v: V) -> V {
        match v.tag() {
            Tag::List => {
                let list = self.heap.list(v);
                let (ty, items) = (list.ty, list.items.clone());
                self.heap.new_list(ty, items)
            }
            Tag::Map => {
                let ty = self.heap.map(v).ty;
                self.heap.new_map(ty)
            }
            Tag::Record => {
                let ty = self.heap.block_type(v);
                let copy = self.heap.new_record(self.types, ty);
                self.heap.copy_order(v, copy);
                copy
            }
            Tag::Table => {
                let table = self.heap.table(v);
                let table = Table {
                    ty: table.ty,
                    keys: table.keys.clone(),
                    rows: table.rows.clone(),
                    native: table.native,
                    closed: table.closed,
                    cursor: 0,
                    taken_keys: table.taken_keys.clone(),
                    read_only: false,
                };
                self.heap.new_table(table)
            }
            _ => {
                let xml = self.heap.xml(v).clone();
                self.heap.new_xml(xml)
            }
        }
    }

    fn fill(&mut self, from: V, to: V) {
        match from.tag() {
            Tag::List => {
                let Items::Any(items) = &self.heap.list(from).items else {
                    return;
                };
                let items = items.clone();
                let copies = self.copies_of(items);
                self.heap.list_mut(to).items = Items::Any(copies);
            }
            Tag::Map => {
                let members: Vec<(Box<str>, V)> = self
                    .heap
                    .map(from)
                    .iter()
                    .map(|(key, value)| (key.into(), value))
                    .collect();
                for (key, value) in members {
                    let copy = self.copy_of(value);
                    self.heap.map_insert(to, &key, copy);
                }
            }
            Tag::Record => self.fill_record(from, to),
            Tag::Table => {
                let rows = self.heap.table(from).rows.clone();
                let copies = self.copies_of(rows);
                self.heap.table_mut(to).rows = copies;
            }
            _ => {
                let members = match self.heap.xml(from) {
                    Xml::Sequence(items) => items.clone(),
                    Xml::Element(element) => element.children.clone(),
                    Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. } => return,
                };
                let copies = self.copies_of(members);
                match self.heap.xml_mut(to) {
                    Xml::Sequence(items) => *items = copies,
                    Xml::Element(element) => element.children = copies,
                    Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. } => {}
                }
            }
        }
    }

    fn fill_record(&mut self, from: V, to: V) {
        let ty = self.heap.block_type(from);
        let shape = self.heap.shape(self.types, ty);
        for slot in &shape.slots {
            let mut value = self.heap.slot_value(from, slot.word, slot.form);
            if matches!(slot.form, Form::Ref(_) | Form::Any) {
                value = self.copy_of(value);
            }
            self.heap.set_slot_value(to, slot.word, slot.form, value);
        }
        let Some(rest) = self.heap.rest(from) else {
            return;
        };
        let members: Vec<(Box<str>, V)> = self
            .heap
            .map(rest)
            .iter()
            .map(|(key, value)| (key.into(), value))
            .collect();
        for (key, value) in members {
            let copy = self.copy_of(value);
            self.heap.set_rest(to, &key, copy);
        }
    }

    fn copies_of(&mut self, mut members: Vec<V>) -> Vec<V> {
        for member in &mut members {
            *member = self.copy_of(*member);
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::typedesc::TypeId;
    use crate::runtime::equality::deep_eq;

    #[test]
    fn copies_keep_sharing_and_cycles() {
        let types = TypeTable::new();
        let mut heap = Heap::new();
        let shared = heap.new_list(TypeId::INT_ARRAY, Items::Int(vec![1]));
        let map = heap.new_map_of(TypeId::ANY_MAP, [("a", shared), ("b", shared)]);
        heap.map_insert(map, "self", map);
        let copy = copy(&mut heap, &types, map).0;
        assert_ne!(copy, map);
        let a = heap.member(copy, "a").unwrap();
        assert_eq!(Some(a), heap.member(copy, "b"));
        assert_ne!(a, shared);
        assert_eq!(heap.member(copy, "self"), Some(copy));
        assert!(deep_eq(&heap, map, copy));
    }

    #[test]
    fn read_only_copies_are_read_only_in_all_parts() {
        let types = TypeTable::new();
        let mut heap = Heap::new();
        let inner = heap.new_list(TypeId::INT_ARRAY, Items::Int(vec![1]));
        let outer = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![inner]));
        let list = frozen(&mut heap, &types, outer);
        let part = heap.list(list).items.get(0).unwrap();
        assert!(heap.is_read_only(list) && heap.is_read_only(part));
        assert!(!heap.is_read_only(inner));
        assert_eq!(frozen(&mut heap, &types, list), list);
        let mutable = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![list]));
        let copy = copy(&mut heap, &types, mutable).0;
        assert_eq!(heap.list(copy).items.get(0), Some(list));
    }
}
