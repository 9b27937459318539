//! `ballerina/io` at the terminal: printing, formatting, reading lines (spec/stdlib.md, io).

use std::io::BufRead as _;

use super::sprintf::{self, Argument, Arguments};
use crate::base::Decimal;
use crate::bytecode::tag::Tag;
use crate::native::registry::Table;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::relation::type_of;
use crate::runtime::text::to_text;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("print", print),
    ("println", println),
    ("sprintf", format),
    ("readln", readln),
];

fn members(cx: &Ctx, args: &[V], index: usize) -> Vec<V> {
    let list = args.get(index).copied().unwrap_or_default();
    if list.tag() != Tag::List {
        return Vec::new();
    }
    cx.heap.list(list).items.iter().collect()
}

/// The texts of all values in one.
fn joined(cx: &mut Ctx, args: &[V]) -> Result<String, Thrown> {
    let mut text = String::new();
    for value in members(cx, args, 0) {
        text.push_str(&to_text(cx, value)?);
    }
    Ok(text)
}

fn print(cx: &mut Ctx, args: &[V]) -> Outcome {
    write(cx, args, "")
}

fn println(cx: &mut Ctx, args: &[V]) -> Outcome {
    write(cx, args, "\n")
}

fn write(cx: &mut Ctx, args: &[V], end: &str) -> Outcome {
    match joined(cx, args) {
        Ok(mut text) => {
            text.push_str(end);
            cx.host.stdout.write(text.as_bytes());
            Outcome::NIL
        }
        Err(thrown) => Outcome::Panic(thrown.0),
    }
}

fn format(cx: &mut Ctx, args: &[V]) -> Outcome {
    let format = args.first().and_then(|&format| cx.heap.to_str(format));
    let format = format.unwrap_or("").to_owned();
    let mut values = Values::default();
    for value in members(cx, args, 1) {
        values.arguments.push(argument(cx, value));
        match to_text(cx, value) {
            Ok(text) => values.texts.push(text),
            Err(thrown) => return Outcome::Panic(thrown.0),
        }
    }
    match sprintf::sprintf(&format, &values) {
        Ok(text) => Outcome::Done(cx.heap.new_string_owned(text)),
        Err(reason) => Outcome::Panic(cx.plain_error(&reason)),
    }
}

#[derive(Default)]
struct Values {
    arguments: Vec<Argument>,
    texts: Vec<String>,
}

impl Arguments for Values {
    fn get(&self, index: usize) -> Option<Argument> {
        self.arguments.get(index).cloned()
    }

    fn text(&self, index: usize) -> String {
        self.texts.get(index).cloned().unwrap_or_default()
    }
}

fn argument(cx: &mut Ctx, value: V) -> Argument {
    match value.tag() {
        Tag::Boolean => Argument::Boolean(value.as_bool()),
        Tag::Int | Tag::Byte => Argument::Int(value.as_int()),
        Tag::Float => Argument::Float(value.as_float()),
        Tag::Decimal => match cx.heap.decimal(value) {
            Decimal::Finite(number) => Argument::Decimal(number.to_plain_string()),
            Decimal::Infinity { negative: false } => Argument::Float(f64::INFINITY),
            Decimal::Infinity { negative: true } => Argument::Float(f64::NEG_INFINITY),
            Decimal::NaN => Argument::Float(f64::NAN),
        },
        Tag::List if matches!(cx.heap.list(value).items, Items::Byte(_)) => {
            Argument::Bytes(cx.heap.bytes(value).to_vec())
        }
        _ => {
            let ty = type_of(cx, value);
            Argument::Other(cx.types.text(ty))
        }
    }
}

/// Prints the prompt and waits for a line, on a thread that may be blocked.
fn readln(cx: &mut Ctx, args: &[V]) -> Outcome {
    let prompt = args.first().copied().unwrap_or_default();
    match to_text(cx, prompt) {
        Ok(prompt) => cx.host.stdout.write(prompt.as_bytes()),
        Err(thrown) => return Outcome::Panic(thrown.0),
    }
    cx.host.stdout.flush();
    let line = cx.host.io.spawn_blocking(|| {
        let mut line = Vec::new();
        // At the end of the input and where nothing can be read the line is empty.
        _ = std::io::stdin().lock().read_until(b'\n', &mut line);
        String::from_utf8_lossy(&line).into_owned()
    });
    Outcome::wait(line, |cx, line| {
        let line = line.unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(&line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Outcome::Done(cx.heap.new_string(line))
    })
}
