//! Makes xml items: the functions `create…`, and what the lowering calls for templates and access. Texts that
//! would end a comment or an instruction early are refused: data must not become markup.

use std::sync::Arc;

use super::{attribute_map, failed, put_attribute, wrong_kind};
use crate::bytecode::tag::Tag;
use crate::native::lang::{arg, int_arg, list_arg, str_arg};
use crate::native::registry::Table;
use crate::runtime::heap::kinds::Xml;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::store;
use crate::runtime::value::V;
use crate::runtime::xml::name::{Attribute, XMLNS_URI, XmlName, is_ncname};
use crate::runtime::xml::{self, Element};

pub const CONSTRUCTS: Table = &[
    ("element", element),
    ("attribute", attribute),
    ("attributes", attributes),
    ("setAttribute", set_attribute),
    ("item", item),
    ("children", children),
    ("allChildren", all_children),
];

/// Panics when a name cannot be written.
pub fn check_name(cx: &mut Ctx, name: &XmlName, operation: &str) -> Result<(), Outcome> {
    if is_ncname(&name.local) {
        return Ok(());
    }
    let cause = format!(
        "invalid xml qualified name: unsupported characters in '{}'",
        name.local
    );
    Err(failed(cx, operation, &cause))
}

/// `createElement(name, children)`.
pub fn create_element(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = XmlName::from_expanded(str_arg(cx, args, 0));
    if let Err(panic) = check_name(cx, &name, "create xml element") {
        return panic;
    }
    let mut element = Element::new(name);
    element.children = xml::joined_items(&mut cx.heap, &[arg(args, 1)]);
    Outcome::Done(cx.heap.new_xml(Xml::Element(Box::new(element))))
}

/// `createProcessingInstruction(target, content)`.
pub fn create_instruction(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (target, data) = (str_arg(cx, args, 0), str_arg(cx, args, 1));
    let is_declaration = target.eq_ignore_ascii_case("xml");
    if data.contains("?>") || !is_ncname(target) || is_declaration {
        let cause = format!("invalid processing instruction '{target}'");
        return failed(cx, "create xml processing instruction", &cause);
    }
    let (target, data) = (target.into(), data.into());
    Outcome::Done(cx.heap.new_xml(Xml::Instruction { target, data }))
}

/// `createComment(content)`.
pub fn create_comment(cx: &mut Ctx, args: &[V]) -> Outcome {
    let content = str_arg(cx, args, 0);
    if content.contains("--") || content.ends_with('-') {
        return failed(cx, "create xml comment", "a comment cannot hold '--'");
    }
    let content = content.into();
    Outcome::Done(cx.heap.new_xml(Xml::Comment(content)))
}

/// An element from its name, its prefix, the name spaces declared at it (prefix and uri by turns), its
/// attributes (name, prefix and value by turns) and its content.
fn element(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mut element = Element::new(named(cx, arg(args, 0), arg(args, 1)));
    for pair in list_arg(cx, args, 2).chunks(2) {
        let text = |index: usize| {
            pair.get(index)
                .and_then(|&v| cx.heap.to_str(v))
                .unwrap_or("")
        };
        element.attributes.push(declaration(text(0), text(1)));
    }
    for part in list_arg(cx, args, 3).chunks(3) {
        let name = named(cx, arg(part, 0), arg(part, 1));
        let value = str_arg(cx, part, 2).into();
        element.attributes.push(Attribute { name, value });
    }
    let content = list_arg(cx, args, 4);
    element.children = xml::joined_items(&mut cx.heap, &content);
    Outcome::Done(cx.heap.new_xml(Xml::Element(Box::new(element))))
}

fn named(cx: &Ctx, name: V, prefix: V) -> XmlName {
    let name = XmlName::from_expanded(cx.heap.to_str(name).unwrap_or(""));
    let prefix = cx.heap.to_str(prefix).filter(|prefix| !prefix.is_empty());
    XmlName {
        prefix: prefix.map(Arc::from),
        ..name
    }
}

fn declaration(prefix: &str, uri: &str) -> Attribute {
    let is_default = prefix.is_empty();
    let name = XmlName {
        prefix: (!is_default).then(|| "xmlns".into()),
        uri: Some(XMLNS_URI.into()),
        local: if is_default { "xmlns" } else { prefix }.into(),
    };
    Attribute {
        name,
        value: uri.into(),
    }
}

/// `x@[name]`.
fn attribute(cx: &mut Ctx, args: &[V]) -> Outcome {
    let x = arg(args, 0);
    if x.tag() != Tag::Xml {
        return Outcome::NIL;
    }
    let name = str_arg(cx, args, 1);
    let value = xml::element(&cx.heap, x).and_then(|element| element.attribute(name));
    match value.map(str::to_owned) {
        Some(value) => Outcome::Done(cx.heap.new_string_owned(value)),
        None => Outcome::NIL,
    }
}

/// `x@`.
fn attributes(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(attribute_map(cx, arg(args, 0)))
}

/// `x@[name] = value`.
fn set_attribute(cx: &mut Ctx, args: &[V]) -> Outcome {
    let x = arg(args, 0);
    if xml::element(&cx.heap, x).is_none() {
        return wrong_kind(cx, "setAttributes", "element");
    }
    let (name, value) = (
        str_arg(cx, args, 1).to_owned(),
        str_arg(cx, args, 2).to_owned(),
    );
    match put_attribute(cx, x, &name, &value, "setAttributes") {
        Ok(()) => Outcome::NIL,
        Err(panic) => panic,
    }
}

/// `x[index]`.
fn item(cx: &mut Ctx, args: &[V]) -> Outcome {
    store::list_get(cx, arg(args, 0), int_arg(args, 1)).into()
}

/// `x.name`.
fn children(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = str_arg(cx, args, 1).to_owned();
    Outcome::Done(xml::children(&mut cx.heap, arg(args, 0), Some(&name)))
}

/// `x.*`.
fn all_children(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(xml::children(&mut cx.heap, arg(args, 0), None))
}
