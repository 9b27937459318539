//! `ballerina/lang.string`. Lengths and indexes count code points (spec/language.md 6.10).

use super::{arg, done_str, fail, int_arg, list_arg, str_arg};
use crate::bytecode::typedesc::TypeId;
use crate::native::registry::Table;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::thrown;
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("length", length),
    ("concat", concat),
    ("getCodePoint", get_code_point),
    ("substring", substring),
    ("codePointCompare", code_point_compare),
    ("join", join),
    ("indexOf", index_of),
    ("startsWith", starts_with),
    ("endsWith", ends_with),
    ("toLowerAscii", to_lower_ascii),
    ("toUpperAscii", to_upper_ascii),
    ("trim", trim),
    ("toBytes", to_bytes),
    ("fromBytes", from_bytes),
    ("toCodePointInts", to_code_point_ints),
    ("fromCodePointInts", from_code_point_ints),
];

const OPERATION_ERROR: &str = "{ballerina/lang.string}StringOperationError";

fn length(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(cx.heap.string_len(arg(args, 0)) as i64))
}

fn concat(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mut text = String::new();
    for part in list_arg(cx, args, 0) {
        text.push_str(cx.heap.str(part));
    }
    Outcome::Done(cx.heap.new_string_owned(text))
}

fn get_code_point(cx: &mut Ctx, args: &[V]) -> Outcome {
    let index = int_arg(args, 1);
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    match cx.heap.char_at(arg(args, 0), place) {
        Some(c) => Outcome::Done(V::int(i64::from(u32::from(c)))),
        None => {
            let message = format!("String codepoint index out of range: {index}");
            cx.panic(thrown::STRING_INDEX, &message)
        }
    }
}

fn substring(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (text, start, end) = (arg(args, 0), int_arg(args, 1), int_arg(args, 2));
    let len = cx.heap.string_len(text) as i64;
    let problem = if start < 0 || end > len {
        "string index out of range."
    } else if end < start {
        "invalid substring range."
    } else {
        // Both are in 0..=len now.
        let place = |index: i64| usize::try_from(index).unwrap_or(0);
        let from = cx.heap.byte_offset(text, place(start)).unwrap_or(0);
        let to = cx.heap.byte_offset(text, place(end)).unwrap_or(0);
        return Outcome::Done(cx.heap.substring(text, from, to));
    };
    let message = format!("{problem} Length:'{len}' requested: '{start}' to '{end}'");
    cx.panic(OPERATION_ERROR, &message)
}

fn code_point_compare(cx: &mut Ctx, args: &[V]) -> Outcome {
    // UTF-8 orders as code points do.
    let order = str_arg(cx, args, 0).cmp(str_arg(cx, args, 1));
    Outcome::Done(V::int(order as i64))
}

fn join(cx: &mut Ctx, args: &[V]) -> Outcome {
    let separator = str_arg(cx, args, 0);
    let mut text = String::new();
    for (index, part) in list_arg(cx, args, 1).into_iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        text.push_str(cx.heap.str(part));
    }
    Outcome::Done(cx.heap.new_string_owned(text))
}

fn index_of(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = arg(args, 0);
    let start = usize::try_from(int_arg(args, 2)).unwrap_or(0);
    let Some(from) = cx.heap.byte_offset(text, start) else {
        return Outcome::NIL;
    };
    let rest = cx.heap.str(text).get(from..).unwrap_or("");
    let Some(at) = rest.find(str_arg(cx, args, 1)) else {
        return Outcome::NIL;
    };
    let n_before = if cx.heap.is_ascii(text) {
        at
    } else {
        rest.get(..at).unwrap_or("").chars().count()
    };
    Outcome::Done(V::int((start + n_before) as i64))
}

fn starts_with(cx: &mut Ctx, args: &[V]) -> Outcome {
    let starts = str_arg(cx, args, 0).starts_with(str_arg(cx, args, 1));
    Outcome::Done(V::boolean(starts))
}

fn ends_with(cx: &mut Ctx, args: &[V]) -> Outcome {
    let ends = str_arg(cx, args, 0).ends_with(str_arg(cx, args, 1));
    Outcome::Done(V::boolean(ends))
}

fn to_lower_ascii(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0).to_ascii_lowercase();
    Outcome::Done(cx.heap.new_string_owned(text))
}

fn to_upper_ascii(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = str_arg(cx, args, 0).to_ascii_uppercase();
    Outcome::Done(cx.heap.new_string_owned(text))
}

fn trim(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = arg(args, 0);
    let whole = cx.heap.str(text);
    let from = whole.len() - whole.trim_start_matches(|c| c <= ' ').len();
    let to = whole.trim_end_matches(|c| c <= ' ').len();
    if from >= to {
        return done_str(cx, "");
    }
    Outcome::Done(cx.heap.substring(text, from, to))
}

fn to_bytes(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = str_arg(cx, args, 0).as_bytes().to_vec();
    Outcome::Done(cx.heap.new_bytes(bytes))
}

fn from_bytes(cx: &mut Ctx, args: &[V]) -> Outcome {
    match std::str::from_utf8(cx.heap.bytes(arg(args, 0))) {
        Ok(text) => {
            let text = text.to_owned();
            Outcome::Done(cx.heap.new_string_owned(text))
        }
        Err(error) => fail(cx, "FailedToDecodeBytes", &error.to_string()),
    }
}

fn to_code_point_ints(cx: &mut Ctx, args: &[V]) -> Outcome {
    let chars = str_arg(cx, args, 0).chars();
    let numbers = chars.map(|c| i64::from(u32::from(c))).collect();
    let list = cx.heap.new_list(TypeId::INT_ARRAY, Items::Int(numbers));
    Outcome::Done(list)
}

fn from_code_point_ints(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mut text = String::new();
    for number in list_arg(cx, args, 0) {
        let number = number.as_int();
        match u32::try_from(number).ok().and_then(char::from_u32) {
            Some(c) => text.push(c),
            None => {
                let error = cx.plain_error(&format!("Invalid codepoint: {number}"));
                return Outcome::Done(error);
            }
        }
    }
    Outcome::Done(cx.heap.new_string_owned(text))
}
