//! Questions about a type's members: is it anydata, has it an error part, what remains without nil.

use rustc_hash::FxHashSet;

use crate::db::Db;

use super::queries;
use super::ty::{Literal, Ty, TyKind};

/// Whether a value of the type may itself be an error.
pub fn contains_error(ty: Ty) -> bool {
    ty.members().iter().any(|member| match member.kind() {
        TyKind::ErrorType { .. } => true,
        TyKind::Param(_) => false,
        _ => false,
    })
}

/// The error members.
pub fn error_part(ty: Ty) -> Ty {
    Ty::union(
        ty.members()
            .into_iter()
            .filter(|m| matches!(m.kind(), TyKind::ErrorType { .. })),
    )
}

/// The type without its error members; a failed type stays failed.
pub fn without_error(ty: Ty) -> Ty {
    if ty.is_error() {
        return ty;
    }
    Ty::union(
        ty.members()
            .into_iter()
            .filter(|m| !matches!(m.kind(), TyKind::ErrorType { .. })),
    )
}

/// Whether nil is a value of the type.
pub fn is_nilable(ty: Ty) -> bool {
    ty.members().iter().any(|member| {
        matches!(
            member.kind(),
            TyKind::Nil | TyKind::Any | TyKind::Anydata | TyKind::Json
        )
    })
}

/// The type without the member nil (`any`, `anydata` and `json` stay).
pub fn without_nil(ty: Ty) -> Ty {
    if ty.is_error() {
        return ty;
    }
    Ty::union(ty.members().into_iter().filter(|&member| member != Ty::NIL))
}

/// The parts of which `json` is the union; the structured ones by their own names.
pub fn json_parts() -> Vec<Ty> {
    vec![
        Ty::NIL,
        Ty::BOOLEAN,
        Ty::INT,
        Ty::FLOAT,
        Ty::DECIMAL,
        Ty::STRING,
        Ty::map(Ty::JSON),
        Ty::array(Ty::JSON),
    ]
}

/// Whether every value of the type is `anydata`.
pub fn is_anydata(db: &dyn Db, ty: Ty) -> bool {
    holds_only(db, ty, &mut FxHashSet::default(), true)
}

/// Whether every value of the type is `json`.
pub fn is_json(db: &dyn Db, ty: Ty) -> bool {
    holds_only(db, ty, &mut FxHashSet::default(), false)
}

/// `anydata`, or the narrower `json` (closed records over json only, no xml, no tables).
fn holds_only(db: &dyn Db, ty: Ty, seen: &mut FxHashSet<Ty>, anydata: bool) -> bool {
    match ty.kind() {
        TyKind::Error
        | TyKind::Never
        | TyKind::Nil
        | TyKind::Boolean
        | TyKind::Int
        | TyKind::Byte
        | TyKind::Float
        | TyKind::Decimal
        | TyKind::String
        | TyKind::Json => true,
        TyKind::Singleton(Literal::Nil) => true,
        TyKind::Singleton(_) => true,
        TyKind::Anydata | TyKind::Xml | TyKind::Table(_) => anydata,
        TyKind::Union { members, .. } => members
            .iter()
            .all(|&member| holds_only(db, member, seen, anydata)),
        TyKind::Array { element, .. } | TyKind::Map(element) => {
            holds_only(db, *element, seen, anydata)
        }
        TyKind::Tuple { members, rest } => members
            .iter()
            .chain(rest)
            .all(|&member| holds_only(db, member, seen, anydata)),
        TyKind::Record(id) => {
            if !seen.insert(ty) {
                return true;
            }
            let definition = queries::record_def(db, *id);
            let fields = definition
                .fields
                .iter()
                .all(|f| holds_only(db, f.ty, seen, anydata));
            let rest = match definition.rest {
                None => true,
                // The rest of an open record may hold errors as well; the language counts open
                // records as anydata all the same, when their rest is the one of `record {}`.
                Some(rest) if rest == queries::open_rest(db) => anydata,
                Some(rest) => holds_only(db, rest, seen, anydata),
            };
            fields && rest
        }
        TyKind::Param(item) => holds_only(db, queries::param_bound(db, *item), seen, anydata),
        TyKind::Any
        | TyKind::Handle
        | TyKind::Service
        | TyKind::Stream(_)
        | TyKind::Future(_)
        | TyKind::Typedesc(_)
        | TyKind::ErrorType { .. }
        | TyKind::Function(_)
        | TyKind::Object(_) => false,
    }
}
