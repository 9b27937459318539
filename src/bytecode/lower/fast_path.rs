//! Functions of the language library that are one instruction, where the instruction means exactly the
//! same: one table, by module and name.

use crate::db::Db;
use crate::types::hir::FuncId;
use crate::types::{self, FuncKind, Ty, TyKind};

use super::class::Class;

/// The instruction that a library function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FastPath {
    ListLen,
    StringLen,
    Sqrt,
    /// The text of a simple value.
    Text,
    Push,
}

const TABLE: &[(&str, &str, FastPath)] = &[
    ("ballerina/lang.array", "length", FastPath::ListLen),
    ("ballerina/lang.array", "push", FastPath::Push),
    ("ballerina/lang.string", "length", FastPath::StringLen),
    ("ballerina/lang.float", "sqrt", FastPath::Sqrt),
    ("ballerina/math", "sqrt", FastPath::Sqrt),
    ("ballerina/lang.value", "toString", FastPath::Text),
];

/// The instruction for `id`, if there is one.
pub(super) fn of(db: &dyn Db, id: FuncId) -> Option<FastPath> {
    if id.key.kind != FuncKind::Named {
        return None;
    }
    let module = types::module_of(db, id.item).as_str();
    let name = id.item.name().as_str();
    let mut table = TABLE.iter();
    let found = table.find(|(of, function, _)| *of == module && *function == name)?;
    Some(found.2)
}

/// Whether `id` is the `toString` of all values.
pub(super) fn is_to_string(db: &dyn Db, id: FuncId) -> bool {
    of(db, id) == Some(FastPath::Text)
}

impl FastPath {
    /// Whether a first argument of type `ty` is one that the instruction takes.
    pub(super) fn fits(self, ty: Ty) -> bool {
        match self {
            Self::ListLen => matches!(ty.kind(), TyKind::Array { .. } | TyKind::Tuple { .. }),
            Self::Push => matches!(ty.kind(), TyKind::Array { size: None, .. }),
            Self::StringLen => Class::of(ty) == Class::String,
            Self::Sqrt => Class::of(ty) == Class::Float,
            Self::Text => Class::of(ty).is_simple(),
        }
    }
}
