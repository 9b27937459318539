//! `ballerina/lang.xml`, and what templates and access to xml need.

mod construct;

use super::{arg, done_str, int_arg, list_arg, str_arg};
use crate::bytecode::typedesc::TypeId;
use crate::native::registry::Table;
use crate::runtime::heap::kinds::Xml;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::text::to_text;
use crate::runtime::thrown::XML_OPERATION;
use crate::runtime::value::V;
use crate::runtime::xml::name::XmlName;
use crate::runtime::xml::{self, Element, ItemKind};

pub use construct::CONSTRUCTS;

pub const NATIVES: Table = &[
    ("length", length),
    ("isSingleton", is_singleton),
    ("isEmpty", is_empty),
    ("isElement", |cx, args| is_kind(cx, args, ItemKind::Element)),
    ("isProcessingInstruction", |cx, args| {
        is_kind(cx, args, ItemKind::Instruction)
    }),
    ("isComment", |cx, args| is_kind(cx, args, ItemKind::Comment)),
    ("isText", |cx, args| is_kind(cx, args, ItemKind::Text)),
    ("getItemType", get_item_type),
    ("getName", get_name),
    ("setName", set_name),
    ("getElementName", get_element_name),
    ("getTextValue", get_text_value),
    ("getChildren", get_children),
    ("setChildren", set_children),
    ("appendChildren", append_children),
    ("removeChildren", remove_children),
    ("getAttributes", get_attributes),
    ("setAttributes", set_attributes),
    ("removeAttribute", remove_attribute),
    ("select", select),
    ("selectDescendants", select_descendants),
    ("elements", elements),
    ("getTarget", get_target),
    ("getContent", get_content),
    ("createElement", construct::create_element),
    ("createProcessingInstruction", construct::create_instruction),
    ("createComment", construct::create_comment),
    ("slice", slice),
    ("strip", strip),
    ("concat", concat),
    ("copy", copy),
    ("map", map),
    ("forEach", for_each),
    ("filter", filter),
    ("fromString", from_string),
];

/// A panic of an operation on xml.
fn failed(cx: &mut Ctx, operation: &str, cause: &str) -> Outcome {
    let message = format!("Failed to {operation}: {cause}");
    cx.panic(XML_OPERATION, &message)
}

/// The panic of a function that is for another kind of item.
fn wrong_kind(cx: &mut Ctx, function: &str, kinds: &str) -> Outcome {
    let reason = format!("lang.xml function '{function}' only accept xml type '{kinds}'");
    Outcome::Panic(cx.plain_error(&reason))
}

/// The element that a function is about to change.
fn writable<'c>(cx: &'c mut Ctx, x: V, function: &str) -> Result<&'c mut Element, Outcome> {
    match xml::element(&cx.heap, x).map(|element| element.read_only) {
        None => return Err(wrong_kind(cx, function, "element")),
        Some(true) => {
            let cause = "modification not allowed on readonly value";
            return Err(failed(cx, "change xml element", cause));
        }
        Some(false) => {}
    }
    Ok(xml::element_mut(&mut cx.heap, x).expect("the value was an element just now"))
}

fn length(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(xml::len(&cx.heap, arg(args, 0)) as i64))
}

fn is_singleton(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(xml::len(&cx.heap, arg(args, 0)) == 1))
}

fn is_empty(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(xml::len(&cx.heap, arg(args, 0)) == 0))
}

fn is_kind(cx: &mut Ctx, args: &[V], kind: ItemKind) -> Outcome {
    Outcome::Done(V::boolean(xml::kind(&cx.heap, arg(args, 0)) == kind))
}

fn get_item_type(cx: &mut Ctx, args: &[V]) -> Outcome {
    let kind = match xml::kind(&cx.heap, arg(args, 0)) {
        ItemKind::Element => "element",
        ItemKind::Text => "text",
        ItemKind::Comment => "comment",
        ItemKind::Instruction => "pi",
        ItemKind::Sequence => "",
    };
    done_str(cx, kind)
}

fn get_name(cx: &mut Ctx, args: &[V]) -> Outcome {
    match xml::element(&cx.heap, arg(args, 0)) {
        Some(element) => {
            let name = element.name.expanded();
            done_str(cx, &name)
        }
        None => wrong_kind(cx, "getName", "element"),
    }
}

fn set_name(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = XmlName::from_expanded(str_arg(cx, args, 1));
    if let Err(panic) = construct::check_name(cx, &name, "set name") {
        return panic;
    }
    match writable(cx, arg(args, 0), "setName") {
        Ok(element) => {
            let prefix = element.name.prefix.clone();
            let same_space = element.name.uri == name.uri;
            let prefix = prefix.filter(|_| same_space);
            element.name = XmlName { prefix, ..name };
            Outcome::NIL
        }
        Err(panic) => panic,
    }
}

fn get_element_name(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = xml::element(&cx.heap, arg(args, 0)).map(|element| element.name.expanded());
    done_str(cx, &name.unwrap_or_default())
}

fn get_text_value(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = xml::text_value(&cx.heap, arg(args, 0));
    Outcome::Done(cx.heap.new_string_owned(text))
}

fn get_children(cx: &mut Ctx, args: &[V]) -> Outcome {
    if xml::element(&cx.heap, arg(args, 0)).is_none() {
        return wrong_kind(cx, "getChildren", "element");
    }
    Outcome::Done(xml::children(&mut cx.heap, arg(args, 0), None))
}

fn set_children(cx: &mut Ctx, args: &[V]) -> Outcome {
    take_children(cx, args, "setChildren", false)
}

fn append_children(cx: &mut Ctx, args: &[V]) -> Outcome {
    take_children(cx, args, "appendChildren", true)
}

fn take_children(cx: &mut Ctx, args: &[V], function: &str, behind_others: bool) -> Outcome {
    let children = xml::joined_items(&mut cx.heap, &[arg(args, 1)]);
    let parent = xml::item(&cx.heap, arg(args, 0), 0).unwrap_or_default();
    if let Err(panic) = writable(cx, arg(args, 0), function).map(|_| ()) {
        return panic;
    }
    if xml::is_beneath(&cx.heap, parent, &children) {
        let cause = "an element cannot be beneath itself";
        return failed(cx, "set children to xml element", cause);
    }
    cx.heap.charge(children.len() * 16);
    match writable(cx, arg(args, 0), function) {
        Ok(element) if behind_others => element.children.extend(children),
        Ok(element) => element.children = children,
        Err(panic) => return panic,
    }
    Outcome::NIL
}

fn remove_children(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = str_arg(cx, args, 1).to_owned();
    let children = match writable(cx, arg(args, 0), "removeChildren") {
        Ok(element) => element.children.clone(),
        Err(panic) => return panic,
    };
    let is_named = |child: V| matches!(cx.heap.xml(child), Xml::Element(e) if e.name.is(&name));
    let kept = children
        .into_iter()
        .filter(|&child| !is_named(child))
        .collect();
    if let Ok(element) = writable(cx, arg(args, 0), "removeChildren") {
        element.children = kept;
    }
    Outcome::NIL
}

fn get_attributes(cx: &mut Ctx, args: &[V]) -> Outcome {
    if xml::element(&cx.heap, arg(args, 0)).is_none() {
        return wrong_kind(cx, "getAttributes", "element");
    }
    Outcome::Done(attribute_map(cx, arg(args, 0)))
}

/// The attributes of an element by expanded name; of anything else none.
fn attribute_map(cx: &mut Ctx, x: V) -> V {
    let attributes = xml::element(&cx.heap, x).map(|element| element.attributes.clone());
    let map = cx.heap.new_map(TypeId::STRING_MAP);
    for attribute in attributes.unwrap_or_default() {
        let value = cx.heap.new_string(&attribute.value);
        cx.heap.map_insert(map, &attribute.name.expanded(), value);
    }
    map
}

fn set_attributes(cx: &mut Ctx, args: &[V]) -> Outcome {
    let members = cx.heap.members(arg(args, 1)).into_iter();
    let members: Vec<(Box<str>, V)> = members.map(|(key, value)| (key.into(), value)).collect();
    for (name, value) in members {
        let text = match to_text(cx, value) {
            Ok(text) => text,
            Err(thrown) => return Outcome::Panic(thrown.0),
        };
        if let Err(panic) = put_attribute(cx, arg(args, 0), &name, &text, "setAttributes") {
            return panic;
        }
    }
    Outcome::NIL
}

fn put_attribute(
    cx: &mut Ctx,
    x: V,
    name: &str,
    value: &str,
    function: &str,
) -> Result<(), Outcome> {
    construct::check_name(cx, &XmlName::from_expanded(name), "set attribute")?;
    writable(cx, x, function)?.set_attribute(name, value);
    cx.heap.charge(name.len() + value.len() + 64);
    Ok(())
}

fn remove_attribute(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = str_arg(cx, args, 1).to_owned();
    match writable(cx, arg(args, 0), "removeAttribute") {
        Ok(element) => {
            element
                .attributes
                .retain(|attribute| !attribute.name.is(&name));
            Outcome::NIL
        }
        Err(panic) => panic,
    }
}

fn select(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = str_arg(cx, args, 1).to_owned();
    Outcome::Done(xml::elements(&mut cx.heap, arg(args, 0), Some(&name)))
}

fn select_descendants(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = str_arg(cx, args, 1).to_owned();
    Outcome::Done(xml::descendants(&mut cx.heap, arg(args, 0), &name))
}

fn elements(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(xml::elements(&mut cx.heap, arg(args, 0), None))
}

/// The only item of a value.
fn only_item<'c>(cx: &'c Ctx, args: &[V]) -> Option<&'c Xml> {
    let x = arg(args, 0);
    if xml::len(&cx.heap, x) != 1 {
        return None;
    }
    xml::item(&cx.heap, x, 0).map(|item| cx.heap.xml(item))
}

fn get_target(cx: &mut Ctx, args: &[V]) -> Outcome {
    match only_item(cx, args) {
        Some(Xml::Instruction { target, .. }) => {
            let target = target.clone();
            done_str(cx, &target)
        }
        _ => wrong_kind(cx, "getTarget", "processing instruction"),
    }
}

fn get_content(cx: &mut Ctx, args: &[V]) -> Outcome {
    match only_item(cx, args) {
        Some(Xml::Text(text) | Xml::Comment(text) | Xml::Instruction { data: text, .. }) => {
            let text = text.clone();
            done_str(cx, &text)
        }
        _ => wrong_kind(cx, "getContent", "text|processing instruction|comment"),
    }
}

fn slice(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (start, end) = (int_arg(args, 1), int_arg(args, 2));
    let items = xml::items(&cx.heap, arg(args, 0));
    let place = |index: i64| usize::try_from(index).unwrap_or(usize::MAX);
    match items.get(place(start)..place(end)) {
        Some(part) => Outcome::Done(xml::sequence(&mut cx.heap, part.to_vec())),
        None => {
            let cause = format!(
                "xml sequence index out of range. Length: '{}' requested: '{start}' to '{end}'",
                items.len()
            );
            failed(cx, "slice xml", &cause)
        }
    }
}

fn strip(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(xml::strip(&mut cx.heap, arg(args, 0)))
}

fn concat(cx: &mut Ctx, args: &[V]) -> Outcome {
    let parts = list_arg(cx, args, 0);
    Outcome::Done(xml::concat(&mut cx.heap, &parts))
}

fn copy(cx: &mut Ctx, args: &[V]) -> Outcome {
    let copy = crate::runtime::copy::mutable(&mut cx.heap, &cx.types, arg(args, 0));
    Outcome::Done(copy)
}

fn map(cx: &mut Ctx, args: &[V]) -> Outcome {
    let results = cx.heap.new_iterator(Vec::new());
    map_from(cx, arg(args, 0), arg(args, 1), results, 0)
}

fn map_from(cx: &mut Ctx, x: V, func: V, results: V, index: usize) -> Outcome {
    let Some(item) = xml::item(&cx.heap, x, index) else {
        let parts = cx.heap.iterator(results).clone();
        return Outcome::Done(xml::concat(&mut cx.heap, &parts));
    };
    Outcome::call_keeping(vec![results], func, vec![item], move |cx, result| {
        cx.heap.iterator_mut(results).push(result);
        map_from(cx, x, func, results, index + 1)
    })
}

fn for_each(cx: &mut Ctx, args: &[V]) -> Outcome {
    for_each_from(cx, arg(args, 0), arg(args, 1), 0)
}

fn for_each_from(cx: &mut Ctx, x: V, func: V, index: usize) -> Outcome {
    let Some(item) = xml::item(&cx.heap, x, index) else {
        return Outcome::NIL;
    };
    Outcome::call(func, vec![item], move |cx, _| {
        for_each_from(cx, x, func, index + 1)
    })
}

fn filter(cx: &mut Ctx, args: &[V]) -> Outcome {
    let kept = cx.heap.new_iterator(Vec::new());
    filter_from(cx, arg(args, 0), arg(args, 1), kept, 0)
}

fn filter_from(cx: &mut Ctx, x: V, func: V, kept: V, index: usize) -> Outcome {
    let Some(item) = xml::item(&cx.heap, x, index) else {
        let items = cx.heap.iterator(kept).clone();
        return Outcome::Done(xml::sequence(&mut cx.heap, items));
    };
    Outcome::call_keeping(vec![kept], func, vec![item], move |cx, result| {
        if result == V::TRUE {
            cx.heap.iterator_mut(kept).push(item);
        }
        filter_from(cx, x, func, kept, index + 1)
    })
}

fn from_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0).to_owned();
    let reason = match xml::parse(&mut cx.heap, &text) {
        Ok(items) => match items.as_slice() {
            [] => return Outcome::Done(xml::new_text(&mut cx.heap, "")),
            [item] => return Outcome::Done(*item),
            _ => "xml item must be one of the types: 'element', 'comment', 'text', 'pi'".to_owned(),
        },
        Err(message) => format!("failed to parse xml: {message}"),
    };
    Outcome::Done(cx.plain_error(&reason))
}
