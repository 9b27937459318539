//! Equality of values (spec/language.md 6.1): `==` deep, `===` by reference. Pairs still to be compared are
//! kept in a list, not on the machine's stack, and a pair of containers that was met before counts as equal,
//! so that cyclic values terminate.

use rustc_hash::FxHashSet;

use super::heap::Heap;
use super::heap::kinds::{Items, Xml};
use super::value::V;
use super::xml::Element;
use crate::bytecode::tag::Tag;

/// `a == b`.
pub fn deep_eq(heap: &Heap, a: V, b: V) -> bool {
    if let Some(equal) = simple_equal(heap, a, b) {
        return equal;
    }
    let mut comparison = Comparison {
        heap,
        pending: vec![(a, b)],
        seen: FxHashSet::default(),
    };
    while let Some((a, b)) = comparison.pending.pop() {
        if !comparison.compare(a, b) {
            return false;
        }
    }
    true
}

/// `a === b`: the same reference, or equal values of a simple type.
pub fn ref_eq(heap: &Heap, a: V, b: V) -> bool {
    match a.tag() {
        Tag::List | Tag::Map | Tag::Record | Tag::Error | Tag::Table | Tag::Xml => a == b,
        _ => simple_equal(heap, a, b).unwrap_or(a == b),
    }
}

/// The answer for everything but containers.
fn simple_equal(heap: &Heap, a: V, b: V) -> Option<bool> {
    Some(match (a.tag(), b.tag()) {
        (Tag::Int | Tag::Byte, Tag::Int | Tag::Byte) => a.as_int() == b.as_int(),
        (Tag::Float, Tag::Float) => a.as_float() == b.as_float(),
        (Tag::String, Tag::String) => a == b || heap.str(a) == heap.str(b),
        (Tag::Decimal, Tag::Decimal) => a == b || heap.decimal(a) == heap.decimal(b),
        (Tag::Map | Tag::Record, Tag::Map | Tag::Record)
        | (Tag::List, Tag::List)
        | (Tag::Error, Tag::Error)
        | (Tag::Table, Tag::Table)
        | (Tag::Xml, Tag::Xml) => {
            if a == b {
                return Some(true);
            }
            return None;
        }
        _ => a == b,
    })
}

struct Comparison<'a> {
    heap: &'a Heap,
    pending: Vec<(V, V)>,
    /// Containers met before, by tag and handle.
    seen: FxHashSet<[(u64, u64); 2]>,
}

impl Comparison<'_> {
    /// Compares what can be seen at once; members are put on the list.
    fn compare(&mut self, a: V, b: V) -> bool {
        if let Some(equal) = simple_equal(self.heap, a, b) {
            return equal;
        }
        let key = |v: V| (v.tag() as u64, v.bits());
        if !self.seen.insert([key(a), key(b)]) {
            return true;
        }
        match a.tag() {
            Tag::List => self.compare_lists(a, b),
            Tag::Error => {
                let (a, b) = (self.heap.error(a), self.heap.error(b));
                self.pending.push((a.reason, b.reason));
                self.pending.push((a.detail, b.detail));
                true
            }
            Tag::Table => {
                let (a, b) = (self.heap.table(a), self.heap.table(b));
                self.compare_members(&a.rows, &b.rows)
            }
            Tag::Xml => self.compare_xml(a, b),
            _ => self.compare_mappings(a, b),
        }
    }

    fn compare_members(&mut self, a: &[V], b: &[V]) -> bool {
        if a.len() != b.len() {
            return false;
        }
        // Backwards, so that the first members are compared first.
        let pairs = a.iter().copied().zip(b.iter().copied()).rev();
        self.pending.extend(pairs);
        true
    }

    fn compare_lists(&mut self, a: V, b: V) -> bool {
        let (a, b) = (&self.heap.list(a).items, &self.heap.list(b).items);
        match (a, b) {
            (Items::Int(a), Items::Int(b)) => a == b,
            (Items::Float(a), Items::Float(b)) => a == b,
            (Items::Bool(a), Items::Bool(b)) => a == b,
            (Items::Byte(a), Items::Byte(b)) => a == b,
            (Items::Any(a), Items::Any(b)) => self.compare_members(a, b),
            _ => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(a, b)| {
                        // One side holds simple values only, so no pair needs to be followed.
                        simple_equal(self.heap, a, b).unwrap_or(false)
                    })
            }
        }
    }

    fn compare_mappings(&mut self, a: V, b: V) -> bool {
        let members = self.heap.members(a);
        if members.len() != self.heap.n_members(b) {
            return false;
        }
        for (key, value) in members {
            let Some(other) = self.heap.member(b, key) else {
                return false;
            };
            self.pending.push((value, other));
        }
        true
    }

    fn compare_xml(&mut self, a: V, b: V) -> bool {
        match (self.heap.xml(a), self.heap.xml(b)) {
            (Xml::Sequence(a), Xml::Sequence(b)) => self.compare_members(a, b),
            (Xml::Sequence(items), _) => match items.as_slice() {
                [item] => {
                    self.pending.push((*item, b));
                    true
                }
                _ => false,
            },
            (_, Xml::Sequence(items)) => match items.as_slice() {
                [item] => {
                    self.pending.push((a, *item));
                    true
                }
                _ => false,
            },
            (Xml::Element(a), Xml::Element(b)) => {
                a.name == b.name
                    && same_attributes(a, b)
                    && self.compare_members(&a.children, &b.children)
            }
            (Xml::Text(a), Xml::Text(b)) | (Xml::Comment(a), Xml::Comment(b)) => a == b,
            (
                Xml::Instruction { target, data },
                Xml::Instruction {
                    target: other_target,
                    data: other_data,
                },
            ) => target == other_target && data == other_data,
            (Xml::Element(_) | Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. }, _) => {
                false
            }
        }
    }
}

/// Attributes are a set; which prefixes are declared where is no difference.
fn same_attributes(a: &Element, b: &Element) -> bool {
    fn values(element: &Element) -> FxHashSet<(Option<&str>, &str, &str)> {
        element
            .attributes
            .iter()
            .filter(|attribute| !attribute.name.is_declaration())
            .map(|a| (a.name.uri.as_deref(), &*a.name.local, &*a.value))
            .collect()
    }
    values(a) == values(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::typedesc::TypeId;

    #[test]
    fn simple_values() {
        let mut heap = Heap::new();
        let (a, b) = (heap.new_string("x"), heap.new_string("x"));
        assert!(deep_eq(&heap, a, b) && ref_eq(&heap, a, b));
        assert!(deep_eq(&heap, V::int(5), V::byte(5)));
        assert!(!deep_eq(&heap, V::int(5), V::float(5.0)));
        assert!(!deep_eq(&heap, V::NIL, V::FALSE));
    }

    #[test]
    fn containers_are_compared_by_members() {
        let mut heap = Heap::new();
        let ints = heap.new_list(TypeId::INT_ARRAY, Items::Int(vec![1, 2]));
        let anys = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![V::int(1), V::byte(2)]));
        assert!(deep_eq(&heap, ints, anys));
        assert!(!ref_eq(&heap, ints, anys));
        let a = heap.new_map_of(TypeId::ANY_MAP, [("k", ints), ("l", V::NIL)]);
        let b = heap.new_map_of(TypeId::ANY_MAP, [("l", V::NIL), ("k", anys)]);
        assert!(deep_eq(&heap, a, b));
        heap.map_insert(b, "z", V::NIL);
        assert!(!deep_eq(&heap, a, b));
    }

    #[test]
    fn cycles_and_depth_are_no_danger() {
        let mut heap = Heap::new();
        let mut cyclic = || {
            let list = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![V::int(1)]));
            heap.list_mut(list).items.push(list);
            list
        };
        let (a, b) = (cyclic(), cyclic());
        assert!(deep_eq(&heap, a, b));
        let mut deep = |leaf| {
            let mut v = V::int(leaf);
            for _ in 0..200_000 {
                v = heap.new_list(TypeId::ANY_ARRAY, Items::Any(vec![v]));
            }
            v
        };
        let (a, b, c) = (deep(1), deep(1), deep(2));
        assert!(deep_eq(&heap, a, b));
        assert!(!deep_eq(&heap, a, c));
    }
}
