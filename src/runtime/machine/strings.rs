//! Strings: joining, appending, text forms.

use std::fmt::Write;

use super::Stop;
use super::cold::{internal, set};
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::runtime::isolate::Isolate;
use crate::runtime::text::to_text;
use crate::runtime::value::V;

pub(super) fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    match op {
        Op::Append { a, b } => {
            let joined = cx.heap.append(cx.strand.get(a), cx.strand.get(b));
            set(cx, a, joined)
        }
        Op::Concat { a, b, c } => {
            let joined = concat(cx, b, c)?;
            set(cx, a, joined)
        }
        Op::ToText { a, b } => {
            let value = cx.strand.get(b);
            let text = text(cx, value)?;
            set(cx, a, text)
        }
        Op::StringLen { a, b } => {
            let len = cx.heap.string_len(cx.strand.get(b));
            set(cx, a, V::int(len as i64))
        }
        _ => Err(internal(cx, "no operation on strings").into()),
    }
}

fn text(cx: &mut Isolate, v: V) -> Result<V, Stop> {
    match v.tag() {
        Tag::String => Ok(v),
        Tag::Int | Tag::Byte => {
            let mut text = std::mem::take(&mut cx.scratch);
            text.clear();
            push_int(&mut text, v.as_int());
            let result = cx.heap.new_string(&text);
            cx.scratch = text;
            Ok(result)
        }
        _ => {
            let text = to_text(cx, v)?;
            Ok(cx.heap.new_string_owned(text))
        }
    }
}

/// The texts of `n` registers joined. Appends in place when the first one is a string.
fn concat(cx: &mut Isolate, first: u8, n: u8) -> Result<V, Stop> {
    let head = cx.strand.get(first);
    let in_place = head.tag() == Tag::String;
    let mut text = std::mem::take(&mut cx.scratch);
    text.clear();
    for offset in u8::from(in_place)..n {
        let part = cx.strand.get(first + offset);
        push_text(cx, &mut text, part)?;
    }
    let joined = if in_place {
        cx.heap.append_str(head, &text)
    } else {
        cx.heap.new_string(&text)
    };
    cx.scratch = text;
    Ok(joined)
}

fn push_text(cx: &mut Isolate, out: &mut String, v: V) -> Result<(), Stop> {
    match v.tag() {
        Tag::String => out.push_str(cx.heap.str(v)),
        Tag::Int | Tag::Byte => push_int(out, v.as_int()),
        _ => {
            let text = to_text(cx, v)?;
            out.push_str(&text);
        }
    }
    Ok(())
}

fn push_int(out: &mut String, value: i64) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}
