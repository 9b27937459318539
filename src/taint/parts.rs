//! Which kinds of values a type has, as the analysis sees them.

use crate::db::Db;
use crate::types::{self, Ty, TyKind};

use super::ir::Parts;

pub fn of_type(db: &dyn Db, ty: Ty) -> Parts {
    let mut parts = Parts::NONE;
    for member in ty.members() {
        let found = of_member(db, member);
        parts.simple |= found.simple;
        parts.structured |= found.structured;
        parts.error |= found.error;
    }
    parts
}

fn of_member(db: &dyn Db, ty: Ty) -> Parts {
    let simple = Parts {
        simple: true,
        ..Parts::NONE
    };
    let structured = Parts {
        structured: true,
        ..Parts::NONE
    };
    match ty.kind() {
        TyKind::Error => Parts::ALL,
        TyKind::Never
        | TyKind::Nil
        | TyKind::Boolean
        | TyKind::Int
        | TyKind::Byte
        | TyKind::Float
        | TyKind::Decimal
        | TyKind::String
        | TyKind::Singleton(_)
        | TyKind::Handle
        | TyKind::Typedesc(_) => simple,
        TyKind::Any | TyKind::Anydata | TyKind::Json => Parts {
            error: false,
            ..Parts::ALL
        },
        TyKind::Xml
        | TyKind::Service
        | TyKind::Array { .. }
        | TyKind::Tuple { .. }
        | TyKind::Map(_)
        | TyKind::Table(_)
        | TyKind::Stream(_)
        | TyKind::Future(_)
        | TyKind::Function(_)
        | TyKind::Record(_)
        | TyKind::Object(_) => structured,
        TyKind::ErrorType { .. } => Parts {
            error: true,
            ..structured
        },
        TyKind::Union { .. } => of_type(db, ty),
        TyKind::Param(item) => of_type(db, types::param_bound(db, *item)),
    }
}
