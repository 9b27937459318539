//! `ballerina/lang.array`: arrays and tuples.

pub(super) mod sort;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{arg, done_str, fail, int_arg, list_arg, result_type, str_arg};
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::native::registry::Table;
use crate::runtime::equality::deep_eq;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::store;
use crate::runtime::value::V;

pub const NATIVES: Table = &[
    ("length", length),
    ("enumerate", enumerate),
    ("map", map),
    ("forEach", for_each),
    ("filter", filter),
    ("reduce", reduce),
    ("slice", slice),
    ("remove", remove),
    ("removeAll", remove_all),
    ("setLength", set_length),
    ("indexOf", index_of),
    ("reverse", reverse),
    ("sort", sort::sort),
    ("pop", pop),
    ("push", push),
    ("shift", shift),
    ("unshift", unshift),
    ("toBase64", to_base64),
    ("fromBase64", from_base64),
    ("toBase16", to_base16),
    ("fromBase16", from_base16),
];

/// The type of the members of a list taken together.
fn member_type(cx: &mut Ctx, list: V) -> TypeId {
    match cx.types.get(cx.heap.list(list).ty) {
        TypeDesc::Array { element, .. } => *element,
        TypeDesc::Tuple { members, rest } => {
            let members: Vec<TypeId> = members.iter().chain(rest).copied().collect();
            cx.types.union(&members)
        }
        _ => TypeId::ANY_OR_ERROR,
    }
}

/// An empty list like another one, open at its end.
fn empty_like(cx: &mut Ctx, list: V) -> V {
    let element = member_type(cx, list);
    empty_of(cx, element)
}

fn empty_of(cx: &mut Ctx, element: TypeId) -> V {
    let ty = cx.types.array(element);
    let items = Items::for_type(&cx.types, ty);
    cx.heap.new_list(ty, items)
}

fn append(cx: &mut Ctx, list: V, value: V) {
    cx.heap.list_mut(list).items.push(value);
    cx.heap.charge(16);
}

fn item(cx: &Ctx, list: V, index: usize) -> Option<V> {
    cx.heap.list(list).items.get(index)
}

fn length(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::int(cx.heap.list(arg(args, 0)).items.len() as i64))
}

fn enumerate(cx: &mut Ctx, args: &[V]) -> Outcome {
    let list = arg(args, 0);
    let element = member_type(cx, list);
    let pair = cx.types.intern(TypeDesc::Tuple {
        members: vec![TypeId::INT, element],
        rest: None,
    });
    let pairs_type = cx.types.array(pair);
    let mut pairs = Vec::new();
    for (index, member) in list_arg(cx, args, 0).into_iter().enumerate() {
        let members = Items::Any(vec![V::int(index as i64), member]);
        pairs.push(cx.heap.new_list(pair, members));
    }
    Outcome::Done(cx.heap.new_list(pairs_type, Items::Any(pairs)))
}

fn map(cx: &mut Ctx, args: &[V]) -> Outcome {
    let element = result_type(cx, arg(args, 1));
    let results = empty_of(cx, element);
    map_from(cx, arg(args, 0), arg(args, 1), results, 0)
}

fn map_from(cx: &mut Ctx, list: V, func: V, results: V, index: usize) -> Outcome {
    let Some(member) = item(cx, list, index) else {
        return Outcome::Done(results);
    };
    Outcome::call_keeping(vec![results], func, vec![member], move |cx, result| {
        append(cx, results, result);
        map_from(cx, list, func, results, index + 1)
    })
}

fn for_each(cx: &mut Ctx, args: &[V]) -> Outcome {
    for_each_from(cx, arg(args, 0), arg(args, 1), 0)
}

fn for_each_from(cx: &mut Ctx, list: V, func: V, index: usize) -> Outcome {
    let Some(member) = item(cx, list, index) else {
        return Outcome::NIL;
    };
    Outcome::call(func, vec![member], move |cx, _| {
        for_each_from(cx, list, func, index + 1)
    })
}

fn filter(cx: &mut Ctx, args: &[V]) -> Outcome {
    let kept = empty_like(cx, arg(args, 0));
    filter_from(cx, arg(args, 0), arg(args, 1), kept, 0)
}

fn filter_from(cx: &mut Ctx, list: V, func: V, kept: V, index: usize) -> Outcome {
    let Some(member) = item(cx, list, index) else {
        return Outcome::Done(kept);
    };
    // The member is kept as well: the function may take it out of the list.
    Outcome::call_keeping(vec![kept, member], func, vec![member], move |cx, result| {
        if result == V::TRUE {
            append(cx, kept, member);
        }
        filter_from(cx, list, func, kept, index + 1)
    })
}

fn reduce(cx: &mut Ctx, args: &[V]) -> Outcome {
    reduce_from(cx, arg(args, 0), arg(args, 1), arg(args, 2), 0)
}

fn reduce_from(cx: &mut Ctx, list: V, func: V, accumulated: V, index: usize) -> Outcome {
    let Some(member) = item(cx, list, index) else {
        return Outcome::Done(accumulated);
    };
    Outcome::call(func, vec![accumulated, member], move |cx, result| {
        reduce_from(cx, list, func, result, index + 1)
    })
}

fn slice(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (list, start, end) = (arg(args, 0), int_arg(args, 1), int_arg(args, 2));
    let len = cx.heap.list(list).items.len() as i64;
    let wrong = if start < 0 || start > len {
        Some(start)
    } else if end < 0 || end > len {
        Some(end)
    } else {
        (end < start).then_some(end - start)
    };
    if let Some(index) = wrong {
        let reason = format!("array index out of range: index: {index}, size: {len}");
        return Outcome::Panic(cx.plain_error(&reason));
    }
    // Both are in 0..=len.
    let place = |index: i64| usize::try_from(index).unwrap_or(0);
    let part = cx.heap.list(list).items.slice(place(start), place(end));
    let element = member_type(cx, list);
    let ty = cx.types.array(element);
    Outcome::Done(list_of(cx, ty, part))
}

/// A list of these members, stored as its type wants (those of a tuple are stored as they are).
fn list_of(cx: &mut Ctx, ty: TypeId, items: Items) -> V {
    let members: Vec<V> = items.iter().collect();
    cx.heap.new_list_of(&cx.types, ty, &members)
}

fn remove(cx: &mut Ctx, args: &[V]) -> Outcome {
    store::list_remove(cx, arg(args, 0), int_arg(args, 1)).into()
}

fn remove_all(cx: &mut Ctx, args: &[V]) -> Outcome {
    store::list_set_len(cx, arg(args, 0), 0).into()
}

fn set_length(cx: &mut Ctx, args: &[V]) -> Outcome {
    store::list_set_len(cx, arg(args, 0), int_arg(args, 1)).into()
}

fn index_of(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (list, wanted) = (arg(args, 0), arg(args, 1));
    let start = usize::try_from(int_arg(args, 2)).unwrap_or(0);
    let items = &cx.heap.list(list).items;
    let found = (start..items.len()).find(|&index| {
        let member = items.get(index).unwrap_or_default();
        deep_eq(&cx.heap, member, wanted)
    });
    Outcome::Done(found.map_or(V::NIL, |index| V::int(index as i64)))
}

fn reverse(cx: &mut Ctx, args: &[V]) -> Outcome {
    let list = arg(args, 0);
    let members: Vec<V> = cx.heap.list(list).items.iter().rev().collect();
    let element = member_type(cx, list);
    let ty = cx.types.array(element);
    Outcome::Done(cx.heap.new_list_of(&cx.types, ty, &members))
}

fn pop(cx: &mut Ctx, args: &[V]) -> Outcome {
    let list = arg(args, 0);
    let last = cx.heap.list(list).items.len() as i64 - 1;
    store::list_remove(cx, list, last).into()
}

fn push(cx: &mut Ctx, args: &[V]) -> Outcome {
    let list = arg(args, 0);
    for value in list_arg(cx, args, 1) {
        if let Err(thrown) = store::list_push(cx, list, value) {
            return Outcome::Panic(thrown.0);
        }
    }
    Outcome::NIL
}

fn shift(cx: &mut Ctx, args: &[V]) -> Outcome {
    store::list_remove(cx, arg(args, 0), 0).into()
}

fn unshift(cx: &mut Ctx, args: &[V]) -> Outcome {
    let values = list_arg(cx, args, 1);
    store::list_insert(cx, arg(args, 0), 0, &values).into()
}

fn to_base64(cx: &mut Ctx, args: &[V]) -> Outcome {
    let text = STANDARD.encode(cx.heap.bytes(arg(args, 0)));
    done_str(cx, &text)
}

fn from_base64(cx: &mut Ctx, args: &[V]) -> Outcome {
    match STANDARD.decode(str_arg(cx, args, 0)) {
        Ok(bytes) => Outcome::Done(cx.heap.new_bytes(bytes)),
        Err(error) => fail(cx, "Invalid base64 string", &error.to_string()),
    }
}

fn to_base16(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = cx.heap.bytes(arg(args, 0)).iter();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let text: String = bytes
        .flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)])
        .collect();
    done_str(cx, &text)
}

fn from_base16(cx: &mut Ctx, args: &[V]) -> Outcome {
    match decode_base16(str_arg(cx, args, 0)) {
        Ok(bytes) => Outcome::Done(cx.heap.new_bytes(bytes)),
        Err(message) => fail(cx, "Invalid base16 string", &message),
    }
}

fn decode_base16(text: &str) -> Result<Vec<u8>, String> {
    let n_chars = text.chars().count();
    if !n_chars.is_multiple_of(2) {
        return Err(format!(
            "Expected an even length string, but the length of the string was: {n_chars}"
        ));
    }
    let digit = |c: char| {
        let value = c.to_digit(16).and_then(|value| u8::try_from(value).ok());
        value.ok_or_else(|| format!("Invalid character(s): [{c}]"))
    };
    let digits = text.chars().map(digit).collect::<Result<Vec<u8>, _>>()?;
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte << 4 | digit);
    Ok(digits.chunks(2).map(byte).collect())
}

#[cfg(test)]
mod tests {
    use super::decode_base16;

    #[test]
    fn base16_says_what_is_wrong() {
        assert_eq!(decode_base16("0001FAff10"), Ok(vec![0, 1, 250, 255, 16]));
        let odd = "Expected an even length string, but the length of the string was: 3";
        assert_eq!(decode_base16("abc"), Err(odd.to_owned()));
        assert_eq!(
            decode_base16("a-"),
            Err("Invalid character(s): [-]".to_owned())
        );
    }
}
