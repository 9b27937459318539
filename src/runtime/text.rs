//! The text form of values (spec/language.md 6.8).

use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use crate::base::number_text::float_text;
use crate::bytecode::tag::Tag;

/// The text of `v`; may call a `toString` method of the language.
pub fn to_text(cx: &mut Ctx, v: V) -> Result<String, Thrown> {
    Ok(match v.tag() {
        Tag::Boolean => v.as_bool().to_string(),
        Tag::Int | Tag::Byte => v.as_int().to_string(),
        Tag::Float => float_text(v.as_float()),
        Tag::String => cx.heap.str(v).to_owned(),
        Tag::Decimal => cx.heap.decimal(v).to_string(),
        _ => String::new(),
    })
}
