//! Parameters out of the program's values.

use super::parameter::{Given, Parameter};
use crate::bytecode::tag::Tag;
use crate::native::record::Fields;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::Ctx;
use crate::runtime::value::V;

/// The type of points in time; what else it has does not matter to SQL.
const TIME: &str = "ballerina/time:Time";

/// Members of a list in a list; SQL knows no more than one level.
const LIST_DEPTH: u32 = 2;

/// The members of a list of parameters.
pub fn parameters(cx: &Ctx, list: V) -> Vec<Parameter> {
    let members = cx.heap.list(list).items.iter();
    members.map(|member| parameter(cx, member)).collect()
}

fn parameter(cx: &Ctx, value: V) -> Parameter {
    if !matches!(value.tag(), Tag::Record | Tag::Map) {
        return Parameter {
            sql_type: None,
            value: given(cx, value, LIST_DEPTH),
            is_out: false,
        };
    }
    let fields = Fields::new(cx, value);
    let value = fields.get("value").unwrap_or_default();
    Parameter {
        sql_type: Some(fields.text("sqlType").to_owned()),
        value: given(cx, value, LIST_DEPTH),
        is_out: !matches!(fields.opt_text("direction"), None | Some("IN")),
    }
}

fn given(cx: &Ctx, value: V, depth: u32) -> Given {
    match value.tag() {
        Tag::Nil | Tag::Absent => Given::Nil,
        Tag::Int | Tag::Byte => Given::Int(value.as_int()),
        Tag::Float => Given::Float(value.as_float()),
        Tag::Decimal => Given::Decimal(cx.heap.decimal(value).plain_text()),
        Tag::Boolean => Given::Boolean(value.as_bool()),
        Tag::String => Given::Text(cx.heap.str(value).to_owned()),
        Tag::List => match &cx.heap.list(value).items {
            Items::Byte(bytes) => Given::Bytes(bytes.clone()),
            _ if depth == 0 => Given::Other(type_text(cx, value)),
            items => Given::List(
                items
                    .iter()
                    .map(|item| given(cx, item, depth - 1))
                    .collect(),
            ),
        },
        Tag::Record if cx.named_type(TIME) == Some(cx.heap.block_type(value)) => {
            Given::Time(Fields::new(cx, value).int("time"))
        }
        _ => Given::Other(type_text(cx, value)),
    }
}

/// The type of a value that no parameter takes.
fn type_text(cx: &Ctx, value: V) -> String {
    match value.tag() {
        Tag::List => cx.types.text(cx.heap.list(value).ty),
        Tag::Map => cx.types.text(cx.heap.map(value).ty),
        Tag::Record | Tag::Object => cx.types.text(cx.heap.block_type(value)),
        Tag::Xml => "xml".to_owned(),
        Tag::Table => cx.types.text(cx.heap.table(value).ty),
        tag => format!("{tag:?}").to_ascii_lowercase(),
    }
}
