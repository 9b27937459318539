//! The text of a body as a value: xml, json, or data of a type made of json.

use crate::bytecode::typedesc::{TypeDesc, TypeId, TypeTable};
use crate::runtime::convert::construct_from;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;
use crate::runtime::{json as json_text, xml as xml_value};

/// How a body is read for a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    Text,
    Bytes,
    Json,
    Xml,
    /// Records, and arrays of them.
    Data,
}

impl BodyKind {
    pub fn of(types: &TypeTable, ty: TypeId) -> Self {
        match types.get(ty) {
            TypeDesc::String => Self::Text,
            TypeDesc::Json => Self::Json,
            TypeDesc::Xml => Self::Xml,
            _ if ty == TypeId::BYTE_ARRAY => Self::Bytes,
            _ => Self::Data,
        }
    }
}

pub fn xml(cx: &mut Ctx, text: &str) -> Result<V, String> {
    let items = xml_value::parse(&mut cx.heap, text)?;
    Ok(xml_value::sequence(&mut cx.heap, items))
}

pub fn json(cx: &mut Ctx, text: &str) -> Result<V, String> {
    json_text::parse(&mut cx.heap, text).map_err(|error| error.to_string())
}

/// The inner error says why the text has no such value; the outer outcome is a panic of code that
/// computes a default.
pub fn data(cx: &mut Ctx, text: &str, ty: TypeId) -> Result<Result<V, String>, Outcome> {
    let value = match json(cx, text) {
        Ok(value) => value,
        Err(reason) => return Ok(Err(reason)),
    };
    match construct_from(cx, ty, value) {
        Ok(error) if error.is_error() => {
            let detail = cx.heap.error(error).detail;
            let message = cx.heap.member(detail, "message");
            let message = message.and_then(|message| cx.heap.to_str(message));
            Ok(Err(message.unwrap_or("the value does not fit").to_owned()))
        }
        Ok(value) => Ok(Ok(value)),
        Err(Thrown(error)) => Err(Outcome::Panic(error)),
    }
}
