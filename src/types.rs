//! Types and the typed program: from syntax and names to the HIR. The HIR is what every later stage
//! reads: taint analysis and bytecode lowering never look at the syntax tree.
//!
//! Input: items (`syntax`) and scopes (`resolve`). Output: signatures, definitions of record and object
//! types, and for every item its [`hir::HirItem`] with diagnostics. User mistakes never fail a query:
//! what could not be typed has the type [`Ty::ERROR`], which is compatible with everything, so that
//! one cause gives one diagnostic.

pub mod classify;
pub mod constant;
mod definitions;
mod display;
mod flow;
mod head;
pub mod hir;
pub mod infer;
mod lang;
mod lower_type;
mod module_check;
mod order;
mod overlap;
mod queries;
mod rules;
mod subtype;
pub mod ty;
pub mod walk;

pub use definitions::object_type_of;
pub use display::display;
pub use head::{FunctionNode, function_node, function_type};
pub use hir::{FuncId, FuncKey, FuncKind};
pub use lang::{NAMED, lang_function, lang_module};
pub use lower_type::{literal_base, lower_type, mark_of, node_number, written};
pub use module_check::module_diagnostics;
pub use order::init_order;
pub use overlap::{is_pure, overlap};
pub use queries::{
    FlowSpec, FunctionRef, Inferred, any_or_error, constant_value, default_detail, flow_spec,
    function, generic_error, infer, item_type, module_closure, module_function, module_imports,
    module_items, module_of, object_def, objects, open_rest, param_bound, record_def, signature,
    user_modules,
};
pub use subtype::is_assignable;
pub use ty::{Literal, ObjectId, RecordId, Ty, TyKind};
