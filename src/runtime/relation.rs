//! Which values belong to a run-time type, which types belong to another, and the type of a value.

use super::heap::Heap;
use super::native::Ctx;
use super::value::V;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeId, TypeTable};

/// `v is ty`.
pub fn is_type(_heap: &Heap, _types: &TypeTable, v: V, ty: TypeId) -> bool {
    match ty {
        TypeId::ANY_OR_ERROR => true,
        TypeId::ANY => v.tag() != Tag::Error,
        TypeId::NIL => v.is_nil(),
        TypeId::INT => v.is_integer(),
        TypeId::ERROR => v.is_error(),
        TypeId::STRING => v.tag() == Tag::String,
        _ => false,
    }
}

/// The type of a value (`typeof`): the inherent type of structured values.
pub fn type_of(cx: &mut Ctx, v: V) -> TypeId {
    match v.tag() {
        Tag::Nil | Tag::Absent => TypeId::NIL,
        Tag::Boolean => TypeId::BOOLEAN,
        Tag::Int => TypeId::INT,
        Tag::Byte => TypeId::BYTE,
        Tag::Float => TypeId::FLOAT,
        Tag::Decimal => TypeId::DECIMAL,
        Tag::String => TypeId::STRING,
        Tag::List => cx.heap.list(v).ty,
        Tag::Map => cx.heap.map(v).ty,
        Tag::Record | Tag::Object => cx.heap.block_type(v),
        Tag::Error => cx.heap.error(v).ty.0,
        Tag::Func | Tag::Closure => cx.heap.function_type(v),
        _ => TypeId::ANY,
    }
}
