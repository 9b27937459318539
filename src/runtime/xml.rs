//! XML values: elements, texts, comments and processing instructions, alone or in sequences (spec/langlib.md,
//! lang.xml). Elements are references: whoever holds a child sees what is done to it through its parent. The
//! rest of an item never changes.
//!
//! [`reader`] makes values of text, [`writer`] text of values, [`name`] knows names and name spaces. What
//! follows here makes, walks and searches values. Trees are walked with lists of their own, not on the
//! machine's stack.

pub mod name;
pub mod reader;
pub mod writer;

use super::heap::Heap;
use super::heap::kinds::Xml;
use super::value::V;
use crate::bytecode::tag::Tag;
use name::{Attribute, XmlName};
use reader::XmlSink;

pub use writer::{markup, text};

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    pub name: XmlName,
    /// Attributes and namespace declarations in the order in which they were written.
    pub attributes: Vec<Attribute>,
    /// Items, none of them a sequence.
    pub children: Vec<V>,
    pub read_only: bool,
}

impl Element {
    pub fn new(name: XmlName) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
            read_only: false,
        }
    }

    /// The value of the attribute with an expanded name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.name.is(name));
        found.map(|attribute| &*attribute.value)
    }

    /// Sets an attribute; a new one comes last.
    pub fn set_attribute(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|a| a.name.is(name)) {
            Some(attribute) => attribute.value = value.into(),
            None => self.attributes.push(Attribute {
                name: XmlName::from_expanded(name),
                value: value.into(),
            }),
        }
    }
}

/// What an xml value is, as `getItemType` tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    Element,
    Text,
    Comment,
    Instruction,
    Sequence,
}

/// What a value is; a sequence of one item is that item.
pub fn kind(heap: &Heap, v: V) -> ItemKind {
    match heap.xml(v) {
        Xml::Element(_) => ItemKind::Element,
        Xml::Text(_) => ItemKind::Text,
        Xml::Comment(_) => ItemKind::Comment,
        Xml::Instruction { .. } => ItemKind::Instruction,
        Xml::Sequence(items) => match items.as_slice() {
            [item] => kind(heap, *item),
            _ => ItemKind::Sequence,
        },
    }
}

/// The items of a value.
pub fn items(heap: &Heap, v: V) -> Vec<V> {
    match heap.xml(v) {
        Xml::Sequence(items) => items.clone(),
        _ => vec![v],
    }
}

/// The number of items.
pub fn len(heap: &Heap, v: V) -> usize {
    match heap.xml(v) {
        Xml::Sequence(items) => items.len(),
        _ => 1,
    }
}

/// The item at an index.
pub fn item(heap: &Heap, v: V, index: usize) -> Option<V> {
    match heap.xml(v) {
        Xml::Sequence(items) => items.get(index).copied(),
        _ => (index == 0).then_some(v),
    }
}

/// The element that a value is, also as the only item of a sequence.
pub fn element(heap: &Heap, v: V) -> Option<&Element> {
    match heap.xml(v) {
        Xml::Element(element) => Some(element),
        Xml::Sequence(items) => match items.as_slice() {
            [item] => match heap.xml(*item) {
                Xml::Element(element) => Some(element),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The same, to be changed.
pub fn element_mut(heap: &mut Heap, v: V) -> Option<&mut Element> {
    let item = match heap.xml(v) {
        Xml::Sequence(items) => match items.as_slice() {
            [item] => *item,
            _ => return None,
        },
        _ => v,
    };
    match heap.xml_mut(item) {
        Xml::Element(element) => Some(element),
        _ => None,
    }
}

/// A value of these items: the item itself when there is one, else a sequence.
pub fn sequence(heap: &mut Heap, items: Vec<V>) -> V {
    match items.as_slice() {
        [item] => *item,
        _ => heap.new_xml(Xml::Sequence(items)),
    }
}

/// A text item.
pub fn new_text(heap: &mut Heap, text: &str) -> V {
    heap.new_xml(Xml::Text(text.into()))
}

/// Joins values, see [`joined_items`].
pub fn concat(heap: &mut Heap, parts: &[V]) -> V {
    let items = joined_items(heap, parts);
    sequence(heap, items)
}

/// The items of some values in a row; strings that follow each other are one text, empty ones nothing.
pub fn joined_items(heap: &mut Heap, parts: &[V]) -> Vec<V> {
    let mut joined = Vec::new();
    let mut text = String::new();
    for &part in parts {
        if let Some(more) = heap.to_str(part) {
            text.push_str(more);
            continue;
        }
        if part.tag() != Tag::Xml {
            continue;
        }
        if !text.is_empty() {
            joined.push(new_text(heap, &std::mem::take(&mut text)));
        }
        match heap.xml(part) {
            Xml::Sequence(items) => joined.extend_from_slice(items),
            _ => joined.push(part),
        }
    }
    if !text.is_empty() {
        joined.push(new_text(heap, &text));
    }
    joined
}

/// Reads the items of a text; the error is the parser's message.
pub fn parse(heap: &mut Heap, text: &str) -> Result<Vec<V>, String> {
    reader::read(text, &mut HeapSink { heap })
}

/// The text in a value and beneath it; comments and processing instructions have none.
pub fn text_value(heap: &Heap, v: V) -> String {
    let mut text = String::new();
    let mut pending = vec![v];
    while let Some(v) = pending.pop() {
        match heap.xml(v) {
            Xml::Text(part) => text.push_str(part),
            Xml::Element(element) => pending.extend(element.children.iter().rev()),
            Xml::Sequence(items) => pending.extend(items.iter().rev()),
            Xml::Comment(_) | Xml::Instruction { .. } => {}
        }
    }
    text
}

/// The children of all elements of a value (`x.*`), those with an expanded name alone (`x.name`).
pub fn children(heap: &mut Heap, v: V, name: Option<&str>) -> V {
    let mut found = Vec::new();
    for item in items(heap, v) {
        let Xml::Element(element) = heap.xml(item) else {
            continue;
        };
        let wanted = |&child: &V| name.is_none_or(|name| has_name(heap, child, name));
        found.extend(element.children.iter().copied().filter(wanted));
    }
    sequence(heap, found)
}

/// The elements of a value, those with an expanded name alone.
pub fn elements(heap: &mut Heap, v: V, name: Option<&str>) -> V {
    let wanted = |&item: &V| match heap.xml(item) {
        Xml::Element(element) => name.is_none_or(|name| element.name.is(name)),
        _ => false,
    };
    let found = items(heap, v).into_iter().filter(wanted).collect();
    sequence(heap, found)
}

/// The elements with an expanded name beneath an element, or among the items of a sequence and beneath them,
/// in the order of the document. Inside an element that was found no others are looked for.
pub fn descendants(heap: &mut Heap, v: V, name: &str) -> V {
    let mut found = Vec::new();
    let mut pending = match heap.xml(v) {
        Xml::Element(element) => element.children.clone(),
        _ => items(heap, v),
    };
    pending.reverse();
    while let Some(v) = pending.pop() {
        let Xml::Element(element) = heap.xml(v) else {
            continue;
        };
        if element.name.is(name) {
            found.push(v);
        } else {
            pending.extend(element.children.iter().rev());
        }
    }
    sequence(heap, found)
}

/// The value without comments, processing instructions and blank texts.
pub fn strip(heap: &mut Heap, v: V) -> V {
    let kept = |&item: &V| match heap.xml(item) {
        Xml::Element(_) => true,
        Xml::Text(text) => !text.trim().is_empty(),
        Xml::Comment(_) | Xml::Instruction { .. } | Xml::Sequence(_) => false,
    };
    let kept = items(heap, v).into_iter().filter(kept).collect();
    sequence(heap, kept)
}

/// Whether `element` is one of `items` or beneath them: then it cannot become their parent.
pub fn is_beneath(heap: &Heap, element: V, items: &[V]) -> bool {
    let mut pending = items.to_vec();
    while let Some(v) = pending.pop() {
        if v == element {
            return true;
        }
        match heap.xml(v) {
            Xml::Element(element) => pending.extend_from_slice(&element.children),
            Xml::Sequence(items) => pending.extend_from_slice(items),
            Xml::Text(_) | Xml::Comment(_) | Xml::Instruction { .. } => {}
        }
    }
    false
}

fn has_name(heap: &Heap, v: V, name: &str) -> bool {
    matches!(heap.xml(v), Xml::Element(element) if element.name.is(name))
}

struct HeapSink<'h> {
    heap: &'h mut Heap,
}

impl XmlSink for HeapSink<'_> {
    type Item = V;

    fn element(&mut self, name: XmlName, attributes: Vec<Attribute>, children: Vec<V>) -> V {
        self.heap.new_xml(Xml::Element(Box::new(Element {
            name,
            attributes,
            children,
            read_only: false,
        })))
    }

    fn text(&mut self, text: &str) -> V {
        new_text(self.heap, text)
    }

    fn comment(&mut self, text: &str) -> V {
        self.heap.new_xml(Xml::Comment(text.into()))
    }

    fn instruction(&mut self, target: &str, data: &str) -> V {
        self.heap.new_xml(Xml::Instruction {
            target: target.into(),
            data: data.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(heap: &mut Heap, source: &str) -> V {
        let items = parse(heap, source).unwrap();
        sequence(heap, items)
    }

    #[test]
    fn children_and_descendants_are_found_by_name() {
        let mut heap = Heap::new();
        let root = value(&mut heap, "<r><i>1</i><i>2</i><j><i>3</i></j></r>");
        let named = children(&mut heap, root, Some("i"));
        assert_eq!(text(&heap, named), "<i>1</i><i>2</i>");
        let all = descendants(&mut heap, root, "i");
        assert_eq!(text(&heap, all), "<i>1</i><i>2</i><i>3</i>");
        assert_eq!(text_value(&heap, root), "123");
        let itself = descendants(&mut heap, all, "i");
        assert_eq!(len(&heap, itself), 3);
    }

    #[test]
    fn a_child_is_shared_with_its_parent() {
        let mut heap = Heap::new();
        let root = value(&mut heap, "<r><i/></r>");
        let child = children(&mut heap, root, Some("i"));
        element_mut(&mut heap, child)
            .unwrap()
            .set_attribute("k", "v");
        assert_eq!(text(&heap, root), "<r><i k=\"v\"></i></r>");
        assert!(is_beneath(&heap, child, &[root]));
        assert!(!is_beneath(&heap, root, &[child]));
    }

    #[test]
    fn names_have_name_spaces() {
        let mut heap = Heap::new();
        let root = value(
            &mut heap,
            "<a:r xmlns:a=\"u\" a:k=\"v\"><a:i>1</a:i><i>2</i></a:r>",
        );
        let named = children(&mut heap, root, Some("{u}i"));
        assert_eq!(text(&heap, named), "<a:i xmlns:a=\"u\">1</a:i>");
        let plain = children(&mut heap, root, Some("i"));
        assert_eq!(text_value(&heap, plain), "2");
        assert_eq!(element(&heap, root).unwrap().attribute("{u}k"), Some("v"));
    }
}
