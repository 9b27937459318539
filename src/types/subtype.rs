//! Assignability (spec/language.md 4.2). Records and objects are compared by members; a pair that is being
//! compared already counts as fitting, so recursive types terminate.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::db::Db;

use super::classify;
use super::hir::{ObjectDef, RecordDef, Visibility};
use super::lower_type::literal_base;
use super::queries;
use super::ty::{FunctionTy, Literal, Ty, TyKind};

/// Whether every value of `from` is a value of `to`.
pub fn is_assignable(db: &dyn Db, from: Ty, to: Ty) -> bool {
    Comparison {
        db,
        assumed: IndexSet::default(),
    }
    .fits(from, to)
}

struct Comparison<'a> {
    db: &'a dyn Db,
    assumed: IndexSet<(Ty, Ty), FxBuildHasher>,
}

impl Comparison<'_> {
    fn fits(&mut self, from: Ty, to: Ty) -> bool {
        if from == to || from.is_error() || to.is_error() || from == Ty::NEVER {
            return true;
        }
        match (from.kind(), to.kind()) {
            (TyKind::Param(item), _) => {
                // A type parameter outlives its call inside of the iterator objects of the library alone,
                // whose members are what was iterated: whatever the bound allows.
                let bound = queries::param_bound(self.db, *item);
                self.fits(bound, to) || self.fits(to, bound)
            }
            (_, TyKind::Param(item)) => {
                let bound = queries::param_bound(self.db, *item);
                self.fits(from, bound)
            }
            (TyKind::Union { members, .. }, _) => {
                members.iter().all(|&member| self.fits(member, to))
            }
            (_, TyKind::Union { members, .. }) => self.fits_union(from, members),
            _ => self.fits_single(from, to),
        }
    }

    /// `from` is no union. It may still be spread over several members: `boolean` over `true|false`, `json`
    /// and `anydata` over their parts.
    fn fits_union(&mut self, from: Ty, members: &[Ty]) -> bool {
        if members.iter().any(|&member| self.fits(from, member)) {
            return true;
        }
        match from.kind() {
            TyKind::Boolean => [true, false]
                .into_iter()
                .all(|value| members.contains(&Ty::singleton(Literal::Boolean(value)))),
            TyKind::Json => {
                let to = Ty::union(members.iter().copied());
                classify::json_parts()
                    .into_iter()
                    .all(|part| self.fits(part, to))
            }
            _ => false,
        }
    }

    fn fits_single(&mut self, from: Ty, to: Ty) -> bool {
        match (from.kind(), to.kind()) {
            (TyKind::Singleton(value), TyKind::Byte) => {
                matches!(value, Literal::Byte(_))
                    || matches!(value, Literal::Int(int) if u8::try_from(*int).is_ok())
            }
            (TyKind::Singleton(Literal::Byte(byte)), TyKind::Singleton(Literal::Int(int)))
            | (TyKind::Singleton(Literal::Int(int)), TyKind::Singleton(Literal::Byte(byte))) => {
                i64::from(*byte) == *int
            }
            (TyKind::Singleton(_), TyKind::Singleton(_)) => false,
            (TyKind::Singleton(value), _) => self.fits(literal_base(value), to),
            (TyKind::Byte, TyKind::Int) => true,
            (_, TyKind::Any) => !classify::contains_error(from),
            (_, TyKind::Anydata) => classify::is_anydata(self.db, from),
            (_, TyKind::Json) => classify::is_json(self.db, from),
            (
                TyKind::Array {
                    element: from,
                    size: from_size,
                },
                TyKind::Array {
                    element: to,
                    size: to_size,
                },
            ) => (to_size.is_none() || from_size == to_size) && self.fits(*from, *to),
            (TyKind::Tuple { members, rest }, TyKind::Array { element, size }) => {
                let sized = size.is_none_or(|n| rest.is_none() && members.len() == n as usize);
                sized
                    && members
                        .iter()
                        .chain(rest)
                        .all(|&member| self.fits(member, *element))
            }
            (
                TyKind::Array {
                    element,
                    size: None,
                },
                TyKind::Tuple {
                    members,
                    rest: Some(rest),
                },
            ) => members.is_empty() && self.fits(*element, *rest),
            (
                TyKind::Tuple {
                    members: from,
                    rest: from_rest,
                },
                TyKind::Tuple {
                    members: to,
                    rest: to_rest,
                },
            ) => self.fits_tuple(from, *from_rest, to, *to_rest),
            (TyKind::Map(from), TyKind::Map(to))
            | (TyKind::Future(from), TyKind::Future(to))
            | (TyKind::Stream(from), TyKind::Stream(to))
            | (TyKind::Typedesc(from), TyKind::Typedesc(to)) => self.fits(*from, *to),
            (TyKind::Table(from), TyKind::Table(to)) => {
                self.fits(*from, *to) || self.is_any_row(*from)
            }
            (TyKind::Record(record), TyKind::Map(to)) => {
                let definition = queries::record_def(self.db, *record);
                definition
                    .fields
                    .iter()
                    .all(|field| self.fits(field.ty, *to))
                    && definition.rest.is_none_or(|rest| self.fits(rest, *to))
            }
            (TyKind::Record(record), TyKind::Record(target)) => {
                let definition = queries::record_def(self.db, *record);
                let target = queries::record_def(self.db, *target);
                self.assuming(from, to, |cx| cx.fits_record(&definition, &target))
            }
            (TyKind::Object(object), TyKind::Service) => {
                queries::object_def(self.db, *object).is_service
            }
            (TyKind::Object(object), TyKind::Object(target)) => {
                let definition = queries::object_def(self.db, *object);
                let target = queries::object_def(self.db, *target);
                self.assuming(from, to, |cx| cx.fits_object(&definition, &target))
            }
            (
                TyKind::ErrorType { reason, detail },
                TyKind::ErrorType {
                    reason: to_reason,
                    detail: to_detail,
                },
            ) => self.fits(*reason, *to_reason) && self.fits(*detail, *to_detail),
            (TyKind::Function(from), TyKind::Function(to)) => self.fits_function(from, to),
            _ => false,
        }
    }

    /// Compares while the pair counts as fitting; what was found on that ground falls with it.
    fn assuming(&mut self, from: Ty, to: Ty, compare: impl FnOnce(&mut Self) -> bool) -> bool {
        let n_assumed = self.assumed.len();
        if !self.assumed.insert((from, to)) {
            return true;
        }
        let fits = compare(self);
        if !fits {
            self.assumed.truncate(n_assumed);
        }
        fits
    }

    /// `record {}`: a table of such rows counts as a table of any rows (what a query gives).
    fn is_any_row(&self, row: Ty) -> bool {
        let TyKind::Record(id) = row.kind() else {
            return false;
        };
        let definition = queries::record_def(self.db, *id);
        definition.fields.is_empty() && definition.rest == Some(queries::open_rest(self.db))
    }

    fn fits_tuple(
        &mut self,
        from: &[Ty],
        from_rest: Option<Ty>,
        to: &[Ty],
        to_rest: Option<Ty>,
    ) -> bool {
        if from.len() < to.len() || (from_rest.is_some() && to_rest.is_none()) {
            return false;
        }
        let (paired, further) = from.split_at(to.len());
        paired
            .iter()
            .zip(to)
            .all(|(&from, &to)| self.fits(from, to))
            && match to_rest {
                Some(to) => further
                    .iter()
                    .chain(&from_rest)
                    .all(|&from| self.fits(from, to)),
                None => further.is_empty(),
            }
    }

    fn fits_record(&mut self, from: &RecordDef, to: &RecordDef) -> bool {
        for field in &to.fields {
            match from.field(field.name) {
                Some(own) => {
                    if (own.optional && !field.optional) || !self.fits(own.ty, field.ty) {
                        return false;
                    }
                }
                None => {
                    // What `from` might hold under that name by its rest must fit as well.
                    let rest_fits = from.rest.is_none_or(|rest| self.fits(rest, field.ty));
                    if !field.optional || !rest_fits {
                        return false;
                    }
                }
            }
        }
        let mut further = from
            .fields
            .iter()
            .filter(|field| to.field(field.name).is_none());
        match to.rest {
            Some(rest) => {
                further.all(|field| self.fits(field.ty, rest))
                    && from.rest.is_none_or(|own| self.fits(own, rest))
            }
            None => further.next().is_none() && from.rest.is_none(),
        }
    }

    fn fits_object(&mut self, from: &ObjectDef, to: &ObjectDef) -> bool {
        if from.id == to.id {
            return true;
        }
        let private = |visibility| visibility == Visibility::Private;
        let hidden = |visibility| visibility == Visibility::Module && from.module != to.module;
        for field in &to.fields {
            if private(field.visibility) || hidden(field.visibility) {
                return false;
            }
            let Some(own) = from.field(field.name) else {
                return false;
            };
            if own.visibility != field.visibility || !self.fits(own.ty, field.ty) {
                return false;
            }
        }
        for method in &to.methods {
            if private(method.visibility) || hidden(method.visibility) {
                return false;
            }
            let Some(own) = from.method(method.name) else {
                return false;
            };
            let same_kind = own.is_remote == method.is_remote;
            let visible = own.visibility == method.visibility;
            if !same_kind || !visible || !self.fits_function(&own.signature, &method.signature) {
                return false;
            }
        }
        true
    }

    fn fits_function(&mut self, from: &FunctionTy, to: &FunctionTy) -> bool {
        if from.params.len() != to.params.len() || from.rest.is_some() != to.rest.is_some() {
            return false;
        }
        let params = from
            .params
            .iter()
            .zip(&to.params)
            .all(|(from, to)| self.fits(to.ty, from.ty));
        let rest = match (&from.rest, &to.rest) {
            (Some(from), Some(to)) => self.fits(to.ty, from.ty),
            _ => true,
        };
        params && rest && self.fits(from.ret, to.ret)
    }
}
