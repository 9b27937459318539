//! Types and the typed program: from syntax and names to the HIR. The HIR is what every later stage
//! reads: taint analysis and bytecode lowering never look at the syntax tree.
//!
//! Input: items (`syntax`) and scopes (`resolve`). Output: signatures, definitions of record and object
//! types, and for every item its [`hir::HirItem`] with diagnostics. User mistakes never fail a query:
//! what could not be typed has the type [`Ty::ERROR`], which is compatible with everything, so that
//! one cause gives one diagnostic.

pub mod hir;
pub mod ty;

pub use hir::{FuncId, FuncKey, FuncKind};
pub use ty::{Literal, ObjectId, RecordId, Ty, TyKind};
