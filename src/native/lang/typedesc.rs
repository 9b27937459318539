//! `ballerina/lang.typedesc`, and the value of `td.@name`.

use super::{arg, str_arg};
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeDesc;
use crate::native::registry::Table;
use crate::runtime::convert;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("constructFrom", construct_from)];

pub const CONSTRUCTS: Table = &[("annotationValue", annotation_value)];

fn construct_from(cx: &mut Ctx, args: &[V]) -> Outcome {
    let ty = arg(args, 0).as_type();
    convert::construct_from(cx, ty, arg(args, 1)).into()
}

/// The value of the annotation with a qualified name on a type or on the class of an object.
fn annotation_value(cx: &mut Ctx, args: &[V]) -> Outcome {
    let holder = arg(args, 0);
    let ty = match holder.tag() {
        Tag::Typedesc => holder.as_type(),
        Tag::Object => cx.heap.block_type(holder),
        _ => return Outcome::NIL,
    };
    let annotations = match cx.types.get(ty) {
        TypeDesc::Record(record) => record.annotations.clone(),
        TypeDesc::Object(object) => object.annotations.clone(),
        _ => return Outcome::NIL,
    };
    let name = str_arg(cx, args, 1).to_owned();
    let value = cx.annotation(&annotations, &name);
    Outcome::Done(value.unwrap_or_default())
}
