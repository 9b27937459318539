//! The text form of values (spec/language.md 6.8): what `toString`, `io:println` and string templates print.
//! Containers still to be written are kept in a list, not on the machine's stack; a value inside itself is
//! written as `...`.

use rustc_hash::FxHashSet;

use super::heap::kinds::FutureState;
use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use super::xml;
use crate::base::Name;
use crate::base::number_text::float_text;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId};

/// The text of `v`; calls the `toString` methods of objects.
pub fn to_text(cx: &mut Ctx, v: V) -> Result<String, Thrown> {
    if let Some(text) = simple_text(cx, v) {
        return Ok(text);
    }
    let mut writer = Writer {
        out: String::new(),
        steps: vec![Step::Value(v)],
        open: FxHashSet::default(),
    };
    while let Some(step) = writer.steps.pop() {
        writer.step(cx, step)?;
    }
    Ok(writer.out)
}

/// The text of a value that is not made of others: numbers, strings, nil.
pub fn simple_text(cx: &Ctx, v: V) -> Option<String> {
    Some(match v.tag() {
        Tag::Nil | Tag::Absent => String::new(),
        Tag::Boolean => v.as_bool().to_string(),
        Tag::Int | Tag::Byte => v.as_int().to_string(),
        Tag::Float => float_text(v.as_float()),
        Tag::Decimal => cx.heap.decimal(v).to_string(),
        Tag::String => cx.heap.str(v).to_owned(),
        _ => return None,
    })
}

enum Step {
    Value(V),
    /// The members of a list from this index on.
    Items(V, usize),
    Rows(V, usize),
    /// The members of a mapping that are still to be written.
    Members(V, std::vec::IntoIter<(Box<str>, V)>, bool),
    Text(&'static str),
}

struct Writer {
    out: String,
    steps: Vec<Step>,
    /// Containers that are being written, by tag and handle.
    open: FxHashSet<(u64, u64)>,
}

impl Writer {
    fn step(&mut self, cx: &mut Ctx, step: Step) -> Result<(), Thrown> {
        match step {
            Step::Value(v) => self.value(cx, v)?,
            Step::Text(text) => self.out.push_str(text),
            Step::Items(list, index) => match cx.heap.list(list).items.get(index) {
                Some(item) => self.item(item, index, Step::Items(list, index + 1)),
                None => self.leave(list),
            },
            Step::Rows(table, index) => match cx.heap.table(table).rows.get(index).copied() {
                Some(row) => self.item(row, index, Step::Rows(table, index + 1)),
                None => self.leave(table),
            },
            Step::Members(mapping, mut members, is_first) => match members.next() {
                Some((key, value)) => {
                    if !is_first {
                        self.out.push(' ');
                    }
                    self.out.push_str(&key);
                    self.out.push('=');
                    self.steps.push(Step::Members(mapping, members, false));
                    self.steps.push(Step::Value(value));
                }
                None => self.leave(mapping),
            },
        }
        Ok(())
    }

    fn item(&mut self, item: V, index: usize, next: Step) {
        if index > 0 {
            self.out.push(' ');
        }
        self.steps.push(next);
        self.steps.push(Step::Value(item));
    }

    fn enter(&mut self, v: V) -> bool {
        let is_new = self.open.insert((v.tag() as u64, v.bits()));
        if !is_new {
            self.out.push_str("...");
        }
        is_new
    }

    fn leave(&mut self, v: V) {
        self.open.remove(&(v.tag() as u64, v.bits()));
    }

    fn value(&mut self, cx: &mut Ctx, v: V) -> Result<(), Thrown> {
        match v.tag() {
            Tag::String => self.out.push_str(cx.heap.str(v)),
            Tag::List => {
                if self.enter(v) {
                    self.steps.push(Step::Items(v, 0));
                }
            }
            Tag::Map | Tag::Record => {
                if self.enter(v) {
                    let members = cx.heap.members(v).into_iter();
                    let members: Vec<(Box<str>, V)> =
                        members.map(|(key, value)| (key.into(), value)).collect();
                    self.steps.push(Step::Members(v, members.into_iter(), true));
                }
            }
            Tag::Table => {
                if self.enter(v) {
                    self.steps.push(Step::Rows(v, 0));
                }
            }
            Tag::Error => {
                let error = cx.heap.error(v);
                let (reason, detail) = (error.reason, error.detail);
                self.out.push_str("error ");
                if cx.heap.n_members(detail) > 0 {
                    self.steps.push(Step::Value(detail));
                    self.steps.push(Step::Text(" "));
                }
                self.steps.push(Step::Value(reason));
            }
            Tag::Object => self.object(cx, v)?,
            Tag::Xml => self.out.push_str(&xml::text(&cx.heap, v)),
            Tag::Func | Tag::Closure => {
                let ty = super::relation::type_of(cx, v);
                self.out.push_str("function ");
                self.out.push_str(&cx.types.text(ty));
            }
            Tag::Typedesc => {
                self.out.push_str("typedesc ");
                self.out.push_str(&cx.types.text(v.as_type()));
            }
            Tag::Future => match &cx.heap.future(v).state {
                FutureState::Done(result) | FutureState::Panicked(result) => {
                    self.out.push_str("future {isDone:true,result:");
                    self.steps.push(Step::Text("}"));
                    self.steps.push(Step::Value(*result));
                }
                FutureState::Pending => self.out.push_str("future {isDone:false}"),
            },
            Tag::Stream => self.out.push_str("stream"),
            Tag::Handle => self.out.push_str("handle"),
            Tag::Iterator => self.out.push_str("iterator"),
            Tag::Nil
            | Tag::Absent
            | Tag::Boolean
            | Tag::Int
            | Tag::Byte
            | Tag::Float
            | Tag::Decimal => {
                if let Some(text) = simple_text(cx, v) {
                    self.out.push_str(&text);
                }
            }
            Tag::Cell | Tag::Channel | Tag::Spill => {}
        }
        Ok(())
    }

    /// An object's own `toString() returns string`, or its type.
    fn object(&mut self, cx: &mut Ctx, v: V) -> Result<(), Thrown> {
        let ty = cx.heap.block_type(v);
        let TypeDesc::Object(object) = cx.types.get(ty) else {
            return Ok(());
        };
        let name = Name::new("toString");
        let has_own = object.methods.iter().any(|method| {
            let signature = &method.signature;
            method.name == name
                && method.func.is_some()
                && signature.params.is_empty()
                && signature.rest.is_none()
                && signature.ret == TypeId::STRING
        });
        if has_own && self.enter(v) {
            if let Some(method) = cx.method(v, "toString") {
                let text = cx.call(method, &[])?;
                self.out.push_str(cx.heap.to_str(text).unwrap_or(""));
            }
            self.leave(v);
        } else if !has_own {
            self.out.push_str("object ");
            self.out.push_str(&cx.types.text(ty));
        }
        Ok(())
    }
}
