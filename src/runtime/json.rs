//! JSON text to values and back (spec/langlib.md, *JSON text*). [`reader`] knows the text, this module the
//! values: objects are `map<json>`, arrays `json[]`. Nested values are kept in lists, not on the machine's
//! stack.

pub mod reader;

use std::fmt::Write as _;

use super::heap::Heap;
use super::heap::kinds::Items;
use super::value::V;
use crate::base::number_text::float_text;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::limits;

use reader::{Event, JsonReader};

pub use reader::JsonError;

/// The value of a JSON text.
pub fn parse(heap: &mut Heap, text: &str) -> Result<V, JsonError> {
    let mut reader = JsonReader::new(text);
    let mut builder = Builder {
        heap,
        open: Vec::new(),
        result: V::NIL,
    };
    while let Some(event) = reader.next_event()? {
        builder.take(event);
    }
    Ok(builder.result)
}

enum Open {
    List(Vec<V>),
    Map { map: V, key: String },
}

struct Builder<'h> {
    heap: &'h mut Heap,
    open: Vec<Open>,
    result: V,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>) {
        let value = match event {
            Event::Nil => V::NIL,
            Event::Boolean(value) => V::boolean(value),
            Event::Int(value) => V::int(value),
            Event::Float(value) => V::float(value),
            Event::String(text) => self.heap.new_string(&text),
            Event::Key(name) => {
                if let Some(Open::Map { key, .. }) = self.open.last_mut() {
                    *key = name.into_owned();
                }
                return;
            }
            Event::StartList => return self.open.push(Open::List(Vec::new())),
            Event::StartMap => {
                let map = self.heap.new_map(TypeId::JSON_MAP);
                let key = String::new();
                return self.open.push(Open::Map { map, key });
            }
            Event::EndList | Event::EndMap => match self.open.pop() {
                Some(Open::List(items)) => {
                    self.heap.new_list(TypeId::JSON_ARRAY, Items::Any(items))
                }
                Some(Open::Map { map, .. }) => map,
                None => V::NIL,
            },
        };
        match self.open.last_mut() {
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map { map, key }) => self.heap.map_insert(*map, key, value),
            None => self.result = value,
        }
    }
}

/// Data that has no JSON text.
#[derive(thiserror::Error, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrintError {
    #[error("value has cyclic reference")]
    Cyclic,
}

/// The JSON text of a value; strings are quoted.
pub fn print(heap: &Heap, v: V) -> Result<String, PrintError> {
    let mut printer = Printer {
        heap,
        out: String::new(),
        steps: vec![Step::Value(v)],
    };
    while let Some(step) = printer.steps.pop() {
        printer.step(step)?;
    }
    Ok(printer.out)
}

/// What `toJsonString` gives: a string alone stands without quotes.
pub fn to_json_text(heap: &Heap, v: V) -> Result<String, PrintError> {
    match heap.to_str(v) {
        Some(text) => Ok(text.to_owned()),
        None => print(heap, v),
    }
}

enum Step {
    Value(V),
    Items(V, usize),
    Members(std::vec::IntoIter<(Box<str>, V)>, bool),
}

struct Printer<'h> {
    heap: &'h Heap,
    out: String,
    steps: Vec<Step>,
}

impl Printer<'_> {
    fn step(&mut self, step: Step) -> Result<(), PrintError> {
        match step {
            Step::Value(v) => self.value(v)?,
            Step::Items(list, index) => match self.heap.list(list).items.get(index) {
                Some(item) => {
                    self.separate(index == 0);
                    self.steps.push(Step::Items(list, index + 1));
                    self.steps.push(Step::Value(item));
                }
                None => self.out.push(']'),
            },
            Step::Members(mut members, is_first) => match members.next() {
                Some((key, value)) => {
                    self.separate(is_first);
                    write_string(&mut self.out, &key);
                    self.out.push(':');
                    self.steps.push(Step::Members(members, false));
                    self.steps.push(Step::Value(value));
                }
                None => self.out.push('}'),
            },
        }
        Ok(())
    }

    fn separate(&mut self, is_first: bool) {
        if !is_first {
            self.out.push_str(", ");
        }
    }

    fn value(&mut self, v: V) -> Result<(), PrintError> {
        // Only a cyclic value is as deep as this: others are checked when they are made of text, and
        // programs do not nest by hand.
        if self.steps.len() > limits::DATA_DEPTH as usize {
            return Err(PrintError::Cyclic);
        }
        match v.tag() {
            Tag::Boolean => self
                .out
                .push_str(if v.as_bool() { "true" } else { "false" }),
            Tag::Int | Tag::Byte => _ = write!(self.out, "{}", v.as_int()),
            Tag::Float => self.out.push_str(&float_text(v.as_float())),
            Tag::Decimal => _ = write!(self.out, "{}", self.heap.decimal(v)),
            Tag::String => write_string(&mut self.out, self.heap.str(v)),
            Tag::List => {
                self.out.push('[');
                self.steps.push(Step::Items(v, 0));
            }
            Tag::Map | Tag::Record => {
                self.out.push('{');
                let members = self.heap.members(v).into_iter();
                let members: Vec<(Box<str>, V)> =
                    members.map(|(key, value)| (key.into(), value)).collect();
                self.steps.push(Step::Members(members.into_iter(), true));
            }
            Tag::Xml => write_string(&mut self.out, &super::xml::text(self.heap, v)),
            _ => self.out.push_str("null"),
        }
        Ok(())
    }
}

/// A string in quotes.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            c if u32::from(c) < 0x20 => _ = write!(out, "\\u{:04X}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_in_and_out() {
        let cases = [
            (
                r#"{"a":[1,2,{"b":null}],"c":true}"#,
                r#"{"a":[1, 2, {"b":null}], "c":true}"#,
            ),
            ("[ ]", "[]"),
            (
                r#"{"q":"say \"hi\" \u0001é\/"}"#,
                r#"{"q":"say \"hi\" \u0001é/"}"#,
            ),
            ("[1e3, -2.50, 7]", "[1000.0, -2.5, 7]"),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3, "b":2}"#),
            ("\"x\"", "\"x\""),
        ];
        for (text, printed) in cases {
            let mut heap = Heap::new();
            let value = parse(&mut heap, text).unwrap();
            assert_eq!(print(&heap, value).unwrap(), printed);
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let mut heap = Heap::new();
        let deep = format!("{}1{}", "[".repeat(9_000), "]".repeat(9_000));
        let value = parse(&mut heap, &deep).unwrap();
        assert_eq!(print(&heap, value).unwrap(), deep);
        let cyclic = heap.new_list(TypeId::JSON_ARRAY, Items::Any(vec![]));
        heap.list_mut(cyclic).items.push(cyclic);
        assert_eq!(print(&heap, cyclic), Err(PrintError::Cyclic));
    }
}
