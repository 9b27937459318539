//! Natives of the terminal: `print`, `println`, `sprintf`, `readln`.

use std::cell::RefCell;
use std::io::BufRead as _;

use super::sprintf::{Argument, Arguments};
use crate::base::Decimal;
use crate::bytecode::tag::Tag;
use crate::native::lang::{arg, list_arg, str_arg};
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::relation::type_of;
use crate::runtime::text::to_text;
use crate::runtime::thrown::{INTERNAL, Thrown};
use crate::runtime::value::V;

pub fn print(cx: &mut Ctx, args: &[V]) -> Outcome {
    print_all(cx, args, "")
}

pub fn println(cx: &mut Ctx, args: &[V]) -> Outcome {
    print_all(cx, args, "\n")
}

fn print_all(cx: &mut Ctx, args: &[V], end: &str) -> Outcome {
    let mut line = String::new();
    for value in list_arg(cx, args, 0) {
        match cx.heap.to_str(value) {
            Some(text) => line.push_str(text),
            None => match to_text(cx, value) {
                Ok(text) => line.push_str(&text),
                Err(thrown) => return Outcome::Panic(thrown.0),
            },
        }
    }
    line.push_str(end);
    cx.host.stdout.write(line.as_bytes());
    Outcome::NIL
}

pub fn sprintf(cx: &mut Ctx, args: &[V]) -> Outcome {
    let format = str_arg(cx, args, 0).to_owned();
    let values = list_arg(cx, args, 1);
    let arguments = Given {
        values,
        cx: RefCell::new(cx),
        thrown: RefCell::new(None),
    };
    let formatted = super::sprintf::sprintf(&format, &arguments);
    let thrown = arguments.thrown.into_inner();
    match (formatted, thrown) {
        (_, Some(thrown)) => Outcome::Panic(thrown.0),
        (Ok(text), None) => Outcome::Done(cx.heap.new_string_owned(text)),
        (Err(reason), None) => Outcome::Panic(cx.plain_error(&reason)),
    }
}

/// The arguments of `sprintf`; a text form may run code of the program, which may panic.
struct Given<'c> {
    values: Vec<V>,
    cx: RefCell<&'c mut Ctx>,
    thrown: RefCell<Option<Thrown>>,
}

impl Arguments for Given<'_> {
    fn get(&self, index: usize) -> Option<Argument> {
        let value = *self.values.get(index)?;
        let cx = &mut **self.cx.borrow_mut();
        Some(match value.tag() {
            Tag::Boolean => Argument::Boolean(value.as_bool()),
            Tag::Int | Tag::Byte => Argument::Int(value.as_int()),
            Tag::Float => Argument::Float(value.as_float()),
            Tag::Decimal => match cx.heap.decimal(value) {
                number @ Decimal::Finite(_) => Argument::Decimal(number.plain_text()),
                other => Argument::Float(other.to_float()),
            },
            Tag::List if matches!(cx.heap.list(value).items, Items::Byte(_)) => {
                Argument::Bytes(cx.heap.bytes(value).to_vec())
            }
            _ => {
                let ty = type_of(cx, value);
                Argument::Other(cx.types.text(ty))
            }
        })
    }

    fn text(&self, index: usize) -> String {
        let value = self.values.get(index).copied().unwrap_or_default();
        to_text(&mut self.cx.borrow_mut(), value).unwrap_or_else(|thrown| {
            self.thrown.borrow_mut().get_or_insert(thrown);
            String::new()
        })
    }
}

pub fn readln(cx: &mut Ctx, args: &[V]) -> Outcome {
    match to_text(cx, arg(args, 0)) {
        Ok(prompt) => cx.host.stdout.write(prompt.as_bytes()),
        Err(thrown) => return Outcome::Panic(thrown.0),
    }
    cx.host.stdout.flush();
    let line = cx.host.io.spawn_blocking(|| {
        let mut line = Vec::new();
        // An input that cannot be read has ended.
        let _ = std::io::stdin().lock().read_until(b'\n', &mut line);
        line
    });
    Outcome::wait(line, |cx, line| match line {
        Ok(line) => {
            let line = String::from_utf8_lossy(&line);
            let line = line.strip_suffix('\n').unwrap_or(&line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            Outcome::Done(cx.heap.new_string(line))
        }
        Err(_) => cx.panic(INTERNAL, "a fault inside taintc"),
    })
}
