//! The arguments of `main` (spec/language.md 7.2). Input → output: the words behind the program and
//! the parameters → values, or the message that says which word does not fit.

use super::isolate::Isolate;
use super::value::V;
use super::{convert as conversion, json, relation, xml};
use crate::base::decimal::Decimal;
use crate::bytecode::chunk::Function;
use crate::bytecode::typedesc::{FuncId, Literal, TypeDesc, TypeId};

/// The arguments for `main` from those of the host.
pub(super) fn main_args(cx: &mut Isolate, main: FuncId) -> Result<Vec<V>, String> {
    let Some(main) = cx.program.function(main).cloned() else {
        return Ok(Vec::new());
    };
    let words = cx.host.arguments.clone();
    let given = assign(&main, &words)?;
    let mut args = Vec::new();
    for (param, word) in main.params.iter().zip(given.by_param) {
        args.push(match word {
            Some(word) => converted(cx, param.ty, word)?,
            None => V::ABSENT,
        });
    }
    if let Some(element) = main.rest {
        let mut members = Vec::new();
        for word in given.rest {
            members.push(converted(cx, element, word)?);
        }
        let ty = cx.types.array(element);
        let list = cx.heap.new_list_of(&cx.types, ty, &members);
        args.push(list);
    }
    Ok(args)
}

/// Which word belongs to which parameter.
struct Given<'a> {
    by_param: Vec<Option<&'a str>>,
    rest: Vec<&'a str>,
}

fn assign<'a>(main: &Function, words: &'a [String]) -> Result<Given<'a>, String> {
    let mut by_param: Vec<Option<&str>> = vec![None; main.params.len()];
    let mut rest = Vec::new();
    let mut n_positional = 0;
    let mut named = false;
    for word in words {
        if let Some((index, value)) = by_name(main, word) {
            named = true;
            if by_param[index].replace(value).is_some() {
                let name = main.params[index].name;
                return Err(format!("parameter '{name}' is given twice"));
            }
            continue;
        }
        if named {
            return Err("positional argument not allowed after named arguments".to_owned());
        }
        match by_param.get_mut(n_positional) {
            Some(place) => *place = Some(word),
            None if main.rest.is_some() => rest.push(word.as_str()),
            None => return Err("too many arguments to call the 'main' function".to_owned()),
        }
        n_positional += 1;
    }
    let missing = main.params.iter().zip(&by_param);
    if missing
        .into_iter()
        .any(|(param, word)| word.is_none() && !param.has_default)
    {
        return Err("insufficient arguments to call the 'main' function".to_owned());
    }
    Ok(Given { by_param, rest })
}

/// The parameter that `-name=value` names, and the value.
fn by_name<'a>(main: &Function, word: &'a str) -> Option<(usize, &'a str)> {
    let (name, value) = word.strip_prefix('-')?.split_once('=')?;
    let mut params = main.params.iter();
    let index = params.position(|param| param.name.as_str() == name)?;
    Some((index, value))
}

fn converted(cx: &mut Isolate, ty: TypeId, word: &str) -> Result<V, String> {
    convert(cx, ty, word)
        .ok_or_else(|| format!("invalid argument '{word}', expected {} value", kind(cx, ty)))
}

/// The word as a value of `ty`, if it is one.
fn convert(cx: &mut Isolate, ty: TypeId, word: &str) -> Option<V> {
    match cx.types.get(ty).clone() {
        TypeDesc::Nil => (word == "()").then_some(V::NIL),
        TypeDesc::Boolean => match word.to_ascii_lowercase().as_str() {
            "true" => Some(V::TRUE),
            "false" => Some(V::FALSE),
            _ => None,
        },
        TypeDesc::Int => int(word).map(V::int),
        TypeDesc::Byte => int(word).and_then(|n| u8::try_from(n).ok()).map(V::byte),
        TypeDesc::Float => word.parse().ok().map(V::float),
        TypeDesc::Decimal => Decimal::parse(word).map(|value| cx.heap.new_decimal(value)),
        TypeDesc::String => Some(cx.heap.new_string(word)),
        TypeDesc::Finite { values, .. } => {
            let mut values = values.iter();
            values.find_map(|value| literal(cx, value, word))
        }
        TypeDesc::Union { members, .. } => {
            members.iter().find_map(|&member| convert(cx, member, word))
        }
        _ => structured(cx, ty, word),
    }
}

/// The JSON text (or xml) as a value of `ty`.
fn structured(cx: &mut Isolate, ty: TypeId, word: &str) -> Option<V> {
    if ty == TypeId::XML {
        let items = xml::parse(&mut cx.heap, word).ok()?;
        return Some(xml::sequence(&mut cx.heap, items));
    }
    let value = json::parse(&mut cx.heap, word).ok()?;
    if relation::is_type(&cx.heap, &cx.types, value, ty) {
        return Some(value);
    }
    let value = conversion::construct_from(cx, ty, value).ok()?;
    (!value.is_error()).then_some(value)
}

fn literal(cx: &mut Isolate, literal: &Literal, word: &str) -> Option<V> {
    match literal {
        Literal::Nil => (word == "()").then_some(V::NIL),
        Literal::Boolean(value) => (word == value.to_string()).then_some(V::boolean(*value)),
        Literal::Int(value) => (int(word)? == *value).then_some(V::int(*value)),
        Literal::Byte(value) => (int(word)? == i64::from(*value)).then_some(V::byte(*value)),
        Literal::Float(bits) => {
            let value: f64 = word.parse().ok()?;
            (value.to_bits() == *bits).then_some(V::float(value))
        }
        Literal::Decimal(text) => (**text == *word).then(|| {
            cx.heap
                .new_decimal(Decimal::parse(text).unwrap_or_else(Decimal::zero))
        }),
        Literal::String(text) => (**text == *word).then(|| cx.heap.new_string(text)),
    }
}

fn int(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", word),
    };
    match digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        Some(digits) if !digits.starts_with(['+', '-']) => {
            i64::from_str_radix(&format!("{sign}{digits}"), 16).ok()
        }
        Some(_) => None,
        None => word.parse().ok(),
    }
}

/// What a message calls the values of a type.
fn kind(cx: &Isolate, ty: TypeId) -> String {
    match cx.types.get(ty) {
        TypeDesc::Int => "integer".to_owned(),
        TypeDesc::Json => "JSON".to_owned(),
        TypeDesc::Xml => "XML".to_owned(),
        _ => cx.types.text(ty),
    }
}

#[cfg(test)]
mod tests {
    use super::int;

    #[test]
    fn ints_may_be_hexadecimal() {
        assert_eq!(int("-0x10"), Some(-16));
        assert_eq!(int("9223372036854775807"), Some(i64::MAX));
        assert_eq!(int("0x-1"), None);
        assert_eq!(int("1.0"), None);
    }
}
