//! Natives of `ballerina/config`: look-ups in the run's registry. An entry of another type is a panic;
//! `b7a.home` without an entry is the user's own folder, whose key stores are made at the first look.

use std::path::PathBuf;

use crate::base::number_text::float_text;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::config::{Found, LookupError, Value};
use crate::keystore::{KeystoreError, home};
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[
    ("lookupString", lookup_string),
    ("lookupInt", lookup_int),
    ("lookupFloat", lookup_float),
    ("lookupBoolean", lookup_boolean),
    ("entriesBelow", entries_below),
    ("hasEntry", has_entry),
    ("setEntry", set_entry),
];

const LOOKUP_ERROR: &str = "{ballerina/config}LookupError";
const HOME: &str = "b7a.home";

fn key(cx: &Ctx, args: &[V]) -> String {
    let key = args.first().and_then(|&key| cx.heap.to_str(key));
    key.unwrap_or_default().to_owned()
}

fn found(cx: &mut Ctx, result: Result<Option<V>, LookupError>) -> Outcome {
    match result {
        Ok(value) => Outcome::Done(value.unwrap_or(V::NIL)),
        Err(error) => cx.panic(LOOKUP_ERROR, &error.to_string()),
    }
}

fn lookup_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let key = key(cx, args);
    let result = cx.host.config.lookup(&key);
    let text = match result {
        Ok(None) if key == HOME => return own_home(cx),
        Ok(None) => return Outcome::NIL,
        Err(error) => return cx.panic(LOOKUP_ERROR, &error.to_string()),
        Ok(Some(Found::Text(text) | Found::Environment(text))) => {
            return Outcome::Done(cx.heap.new_string(&text));
        }
        Ok(Some(Found::Int(value))) => value.to_string(),
        Ok(Some(Found::Float(value))) => float_text(value),
        Ok(Some(Found::Boolean(value))) => value.to_string(),
        Ok(Some(Found::Array)) => {
            let error = LookupError::NotA {
                key,
                kind: "string",
            };
            return cx.panic(LOOKUP_ERROR, &error.to_string());
        }
    };
    Outcome::Done(cx.heap.new_string(&text))
}

/// The user's own installation folder. Making a key takes a while, so it is done aside.
fn own_home(cx: &mut Ctx) -> Outcome {
    let given = cx.host.b7a_home.clone();
    let ready = cx.host.io.spawn_blocking(move || ready_home(given));
    Outcome::wait(ready, |cx, result| match result {
        Ok(Ok(folder)) => Outcome::Done(cx.heap.new_string(&folder.to_string_lossy())),
        Ok(Err(error)) => cx.panic(LOOKUP_ERROR, &error.to_string()),
        Err(_) => cx.panic(
            LOOKUP_ERROR,
            "the key stores of 'b7a.home' could not be made",
        ),
    })
}

fn ready_home(given: PathBuf) -> Result<PathBuf, KeystoreError> {
    let folder = if given.as_os_str().is_empty() {
        let variable = |name| std::env::var(name).ok();
        let (data, user) = (variable("XDG_DATA_HOME"), variable("HOME"));
        home::default_folder(data.as_deref(), user.as_deref()).ok_or(KeystoreError::NoHome)?
    } else {
        given
    };
    home::ensure(&folder)?;
    Ok(folder)
}

fn lookup_int(cx: &mut Ctx, args: &[V]) -> Outcome {
    let result = cx.host.config.int(&key(cx, args));
    found(cx, result.map(|value| value.map(V::int)))
}

fn lookup_float(cx: &mut Ctx, args: &[V]) -> Outcome {
    let result = cx.host.config.float(&key(cx, args));
    found(cx, result.map(|value| value.map(V::float)))
}

fn lookup_boolean(cx: &mut Ctx, args: &[V]) -> Outcome {
    let result = cx.host.config.boolean(&key(cx, args));
    found(cx, result.map(|value| value.map(V::boolean)))
}

fn entries_below(cx: &mut Ctx, args: &[V]) -> Outcome {
    let entries = cx.host.config.below(&key(cx, args));
    let map = cx.heap.new_map(TypeId::ANY_MAP);
    for (key, value) in entries {
        let value = match value {
            Value::String(text) => cx.heap.new_string(&text),
            Value::Int(value) => V::int(value),
            Value::Float(value) => V::float(value),
            Value::Boolean(value) => V::boolean(value),
            Value::Array(_) => continue,
        };
        cx.heap.map_insert(map, &key, value);
    }
    Outcome::Done(map)
}

fn has_entry(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(cx.host.config.contains(&key(cx, args))))
}

fn set_entry(cx: &mut Ctx, args: &[V]) -> Outcome {
    let value = args.get(1).copied().unwrap_or(V::NIL);
    let value = match value.tag() {
        Tag::String => Value::String(cx.heap.str(value).to_owned()),
        Tag::Int | Tag::Byte => Value::Int(value.as_int()),
        Tag::Float => Value::Float(value.as_float()),
        Tag::Boolean => Value::Boolean(value.as_bool()),
        _ => return Outcome::NIL,
    };
    cx.host.config.set(&key(cx, args), value);
    Outcome::NIL
}
