//! Error values of the module.

use super::failure::Failure;
use crate::base::Name;
use crate::bytecode::typedesc::TypeId;
use crate::runtime::native::Ctx;
use crate::runtime::value::V;

const DATABASE_ERROR: &str = "{ballerinax/java.jdbc}DatabaseError";
const APPLICATION_ERROR: &str = "{ballerinax/java.jdbc}ApplicationError";

/// A type of the module; programs without it have no clients.
fn named(cx: &Ctx, name: &str, other: TypeId) -> TypeId {
    cx.named_type(&format!("ballerinax/java.jdbc:{name}"))
        .unwrap_or(other)
}

/// The error value of a failure.
pub fn error(cx: &mut Ctx, failure: &Failure) -> V {
    let (ty, detail_type, reason) = match failure {
        Failure::Database { .. } => ("DatabaseError", "DatabaseErrorData", DATABASE_ERROR),
        Failure::Application { .. } => (
            "ApplicationError",
            "ApplicationErrorData",
            APPLICATION_ERROR,
        ),
    };
    let detail_type = named(cx, detail_type, TypeId::ERROR_DETAIL);
    let detail = cx.heap.new_record(&cx.types, detail_type);
    let message = cx.heap.new_string(failure.message());
    cx.heap.set_field(detail, Name::new("message"), message);
    if let Failure::Database { code, state, .. } = failure {
        let state = cx.heap.new_string(state);
        cx.heap.set_member(detail, "sqlErrorCode", V::int(*code));
        cx.heap.set_member(detail, "sqlState", state);
    }
    let ty = named(cx, ty, TypeId::ERROR);
    cx.error_with(ty, reason, detail)
}
