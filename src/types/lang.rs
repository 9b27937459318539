//! Which functions of the language library are methods of a value (spec/language.md 5.6, spec/langlib.md).

use crate::base::{ModuleId, Name};
use crate::db::Db;
use crate::resolve::{self, DefKind};

use super::hir::{FuncId, FuncKey, FuncKind};
use super::lower_type::literal_base;
use super::queries;
use super::ty::{Ty, TyKind};

/// The key of a module-level function.
pub const NAMED: FuncKey = FuncKey {
    kind: FuncKind::Named,
    node: 0,
    member: 0,
};

/// The library module of the basic type of `ty`; `None` when the type has none of its own, or is a union
/// of several basic types.
pub fn lang_module(db: &dyn Db, ty: Ty) -> Option<ModuleId> {
    let name = match ty.kind() {
        TyKind::Boolean => "boolean",
        TyKind::Int | TyKind::Byte => "int",
        TyKind::Float => "float",
        TyKind::Decimal => "decimal",
        TyKind::String => "string",
        TyKind::Array { .. } | TyKind::Tuple { .. } => "array",
        TyKind::Map(_) | TyKind::Record(_) => "map",
        TyKind::Xml => "xml",
        TyKind::Table(_) => "table",
        TyKind::Stream(_) => "stream",
        TyKind::Future(_) => "future",
        TyKind::Typedesc(_) => "typedesc",
        TyKind::ErrorType { .. } => "error",
        TyKind::Singleton(value) => return lang_module(db, literal_base(value)),
        TyKind::Param(item) => return lang_module(db, queries::param_bound(db, *item)),
        TyKind::Union { members, .. } => {
            let first = lang_module(db, *members.first()?)?;
            let same = members
                .iter()
                .all(|&member| lang_module(db, member) == Some(first));
            return same.then_some(first);
        }
        TyKind::Error
        | TyKind::Never
        | TyKind::Nil
        | TyKind::Any
        | TyKind::Anydata
        | TyKind::Json
        | TyKind::Handle
        | TyKind::Service
        | TyKind::Function(_)
        | TyKind::Object(_) => return None,
    };
    Some(ModuleId::new(&format!("ballerina/lang.{name}")))
}

/// The function that `receiver.name(…)` calls: of the receiver's basic type, else of `lang.value`.
pub fn lang_function(db: &dyn Db, receiver: Ty, name: Name) -> Option<FuncId> {
    let own = lang_module(db, receiver).and_then(|module| function_in(db, module, name));
    own.or_else(|| function_in(db, ModuleId::new("ballerina/lang.value"), name))
}

fn function_in(db: &dyn Db, module: ModuleId, name: Name) -> Option<FuncId> {
    let item = resolve::module_scope(db, module).get(name)?;
    let found = resolve::definition(db, item)?;
    (found.kind == DefKind::Function && found.is_public).then_some(FuncId { item, key: NAMED })
}
