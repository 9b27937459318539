//! Whether two types have a value in common (spec/language.md 4.4, 4.5, 5.8): what decides if a test, a cast
//! or a comparison can ever hold. Generous where only a value not yet written could tell, as with objects.

use rustc_hash::FxHashSet;

use crate::db::Db;

use super::classify;
use super::hir::RecordDef;
use super::lower_type::literal_base;
use super::queries;
use super::ty::{Literal, Ty, TyKind};

/// Whether some value may be of both types.
pub fn overlap(db: &dyn Db, a: Ty, b: Ty) -> bool {
    Overlap {
        db,
        assumed: FxHashSet::default(),
    }
    .types(a, b)
}

struct Overlap<'a> {
    db: &'a dyn Db,
    /// Pairs of records that are being compared: they count as overlapping.
    assumed: FxHashSet<(Ty, Ty)>,
}

impl Overlap<'_> {
    fn types(&mut self, a: Ty, b: Ty) -> bool {
        if a == b || a.is_error() || b.is_error() {
            return true;
        }
        match (a.kind(), b.kind()) {
            (TyKind::Never, _) | (_, TyKind::Never) => false,
            (TyKind::Param(item), _) => {
                let bound = queries::param_bound(self.db, *item);
                self.types(bound, b)
            }
            (_, TyKind::Param(item)) => {
                let bound = queries::param_bound(self.db, *item);
                self.types(a, bound)
            }
            (TyKind::Union { members, .. }, _) => {
                members.iter().any(|&member| self.types(member, b))
            }
            (_, TyKind::Union { members, .. }) => {
                members.iter().any(|&member| self.types(a, member))
            }
            (TyKind::Any, _) => !matches!(b.kind(), TyKind::ErrorType { .. }),
            (_, TyKind::Any) => !matches!(a.kind(), TyKind::ErrorType { .. }),
            (TyKind::Anydata, _) => may_be_data(b),
            (_, TyKind::Anydata) => may_be_data(a),
            (TyKind::Json, _) => self.with_json(b),
            (_, TyKind::Json) => self.with_json(a),
            (TyKind::Singleton(a), TyKind::Singleton(b)) => same_value(a, b),
            (TyKind::Singleton(value), _) => with_value(value, b),
            (_, TyKind::Singleton(value)) => with_value(value, a),
            _ => self.structures(a, b),
        }
    }

    fn with_json(&mut self, other: Ty) -> bool {
        match other.kind() {
            TyKind::Array { element, .. } => self.types(Ty::JSON, *element),
            TyKind::Map(value) => self.types(Ty::JSON, *value),
            _ => may_be_data(other) && !matches!(other.kind(), TyKind::Xml | TyKind::Table(_)),
        }
    }

    fn structures(&mut self, a: Ty, b: Ty) -> bool {
        match (a.kind(), b.kind()) {
            (TyKind::Int, TyKind::Byte)
            | (TyKind::Byte, TyKind::Int)
            | (TyKind::Object(_) | TyKind::Service, TyKind::Object(_) | TyKind::Service) => true,
            (
                TyKind::Array {
                    element: a,
                    size: size_a,
                },
                TyKind::Array {
                    element: b,
                    size: size_b,
                },
            ) => (size_a == size_b || size_a.is_none() || size_b.is_none()) && self.types(*a, *b),
            (TyKind::Tuple { members, rest }, TyKind::Array { element, .. })
            | (TyKind::Array { element, .. }, TyKind::Tuple { members, rest }) => members
                .iter()
                .chain(rest)
                .all(|&member| self.types(member, *element)),
            (
                TyKind::Tuple {
                    members: a,
                    rest: rest_a,
                },
                TyKind::Tuple {
                    members: b,
                    rest: rest_b,
                },
            ) => self.tuples(a, *rest_a, b, *rest_b),
            (TyKind::Map(a), TyKind::Map(b))
            | (TyKind::Table(a), TyKind::Table(b))
            | (TyKind::Stream(a), TyKind::Stream(b))
            | (TyKind::Future(a), TyKind::Future(b))
            | (TyKind::Typedesc(a), TyKind::Typedesc(b)) => self.types(*a, *b),
            (TyKind::Map(value), TyKind::Record(record))
            | (TyKind::Record(record), TyKind::Map(value)) => {
                let definition = queries::record_def(self.db, *record);
                definition
                    .fields
                    .iter()
                    .filter(|field| !field.optional)
                    .all(|field| self.types(field.ty, *value))
            }
            (TyKind::Record(first), TyKind::Record(second)) => {
                if !self.assumed.insert((a, b)) {
                    return true;
                }
                let first = queries::record_def(self.db, *first);
                let second = queries::record_def(self.db, *second);
                self.record_has_room(&first, &second) && self.record_has_room(&second, &first)
            }
            (
                TyKind::ErrorType {
                    reason: a,
                    detail: detail_a,
                },
                TyKind::ErrorType {
                    reason: b,
                    detail: detail_b,
                },
            ) => self.types(*a, *b) && self.types(*detail_a, *detail_b),
            (TyKind::Function(a), TyKind::Function(b)) => {
                a.params.len() == b.params.len() && a.rest.is_some() == b.rest.is_some()
            }
            _ => false,
        }
    }

    fn tuples(&mut self, a: &[Ty], rest_a: Option<Ty>, b: &[Ty], rest_b: Option<Ty>) -> bool {
        let long_enough =
            (a.len() >= b.len() || rest_a.is_some()) && (b.len() >= a.len() || rest_b.is_some());
        long_enough
            && (0..a.len().max(b.len())).all(|at| {
                let member_a = a.get(at).copied().or(rest_a);
                let member_b = b.get(at).copied().or(rest_b);
                member_a.zip(member_b).is_none_or(|(a, b)| self.types(a, b))
            })
    }

    /// Whether a value with the required fields of `fields` may be one of `record`.
    fn record_has_room(&mut self, record: &RecordDef, fields: &RecordDef) -> bool {
        fields.fields.iter().filter(|f| !f.optional).all(|field| {
            let own = record.field(field.name).map(|own| own.ty).or(record.rest);
            own.is_some_and(|own| self.types(own, field.ty))
        })
    }
}

/// Whether a value of the type may be anydata.
fn may_be_data(ty: Ty) -> bool {
    !matches!(
        ty.kind(),
        TyKind::ErrorType { .. }
            | TyKind::Handle
            | TyKind::Service
            | TyKind::Stream(_)
            | TyKind::Future(_)
            | TyKind::Typedesc(_)
            | TyKind::Function(_)
            | TyKind::Object(_)
    )
}

fn with_value(value: &Literal, ty: Ty) -> bool {
    let base = literal_base(value);
    match value {
        Literal::Int(int) if ty == Ty::BYTE => u8::try_from(*int).is_ok(),
        Literal::Byte(_) if ty == Ty::INT => true,
        _ => base == ty,
    }
}

fn same_value(a: &Literal, b: &Literal) -> bool {
    match (a, b) {
        (Literal::Int(int), Literal::Byte(byte)) | (Literal::Byte(byte), Literal::Int(int)) => {
            *int == i64::from(*byte)
        }
        _ => a == b,
    }
}

/// Whether values of the type can be compared by `==` at all: anydata and errors.
pub fn is_pure(db: &dyn Db, ty: Ty) -> bool {
    classify::is_anydata(db, classify::without_error(ty))
}
