//! The text of a body as a value: xml, json, or data of a type made of json.

use crate::bytecode::typedesc::{TypeDesc, TypeId, TypeTable};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

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

pub fn xml(_cx: &mut Ctx, _text: &str) -> Result<V, String> {
    Err(String::new())
}

pub fn json(_cx: &mut Ctx, _text: &str) -> Result<V, String> {
    Err(String::new())
}

#[allow(clippy::unnecessary_wraps, reason = "the conversions follow")]
pub fn data(_cx: &mut Ctx, _text: &str, _ty: TypeId) -> Result<Result<V, String>, Outcome> {
    Ok(Err(String::new()))
}
