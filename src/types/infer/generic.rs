//! Type parameters of library functions (`@typeParam`): what the arguments of a call make of them.
//!
//! Input: the types of parameters, in which [`TyKind::Param`] may stand, and of the arguments given for them.
//! Output: a type for every parameter; the first argument that says one decides. What no argument says is the
//! bound of the type parameter. Members of record and object types are not looked into: they are nominal.

use rustc_hash::FxHashMap;

use crate::base::ItemId;
use crate::db::Db;
use crate::types::ty::{FunctionTy, ParamTy, Ty, TyKind};
use crate::types::{is_assignable, literal_base, param_bound, record_def};

/// What type parameters stand for in one call.
#[derive(Default)]
pub(super) struct Bindings {
    types: FxHashMap<ItemId, Ty>,
}

impl Bindings {
    /// Learns from an argument of type `actual` given for a parameter of type `pattern`.
    pub fn learn(&mut self, db: &dyn Db, pattern: Ty, actual: Ty) {
        let widened = match (pattern.kind(), actual.kind()) {
            // `1` for a parameter of type `Type` makes it `int`, not the type of the one value 1.
            (TyKind::Param(_), TyKind::Singleton(value)) => literal_base(value),
            _ => actual,
        };
        self.unify(db, pattern, widened);
    }

    fn unify(&mut self, db: &dyn Db, pattern: Ty, actual: Ty) {
        if !is_generic(pattern) {
            return;
        }
        if actual.is_error() {
            self.give_up(pattern);
            return;
        }
        match pattern.kind() {
            TyKind::Param(item) => self.bind(db, *item, actual),
            TyKind::Union { members, .. } => self.unify_union(db, members, actual),
            TyKind::Tuple { members, rest } => self.unify_tuple(db, members, *rest, actual),
            TyKind::ErrorType { reason, detail } => {
                let errors = || actual.members().into_iter().filter_map(error_parts);
                self.unify_parts(db, *reason, errors().map(|(reason, _)| reason));
                self.unify_parts(db, *detail, errors().map(|(_, detail)| detail));
            }
            TyKind::Function(function) => {
                for member in actual.members() {
                    if let TyKind::Function(given) = member.kind() {
                        self.unify_function(db, function, given);
                    }
                }
            }
            _ => {
                if let Some(inner) = inner_type(pattern) {
                    let members = actual.members();
                    let parts = members
                        .into_iter()
                        .flat_map(|member| parts_of(db, pattern, member));
                    self.unify_parts(db, inner, parts);
                }
            }
        }
    }

    /// `parts` are what stands in `actual` where `pattern` stands in the parameter's type.
    fn unify_parts(&mut self, db: &dyn Db, pattern: Ty, parts: impl Iterator<Item = Ty>) {
        let part = Ty::union(parts);
        if part != Ty::NEVER {
            self.unify(db, pattern, part);
        }
    }

    /// What fits the members without type parameters says nothing about the others.
    fn unify_union(&mut self, db: &dyn Db, members: &[Ty], actual: Ty) {
        let plain = Ty::union(members.iter().copied().filter(|&ty| !is_generic(ty)));
        let open = actual
            .members()
            .into_iter()
            .filter(|&member| plain == Ty::NEVER || !is_assignable(db, member, plain));
        let open = Ty::union(open);
        if open != Ty::NEVER {
            for &member in members {
                self.unify(db, member, open);
            }
        }
    }

    fn unify_tuple(&mut self, db: &dyn Db, members: &[Ty], rest: Option<Ty>, actual: Ty) {
        for given in actual.members() {
            let TyKind::Tuple {
                members: given,
                rest: given_rest,
            } = given.kind()
            else {
                continue;
            };
            for (&pattern, &actual) in members.iter().zip(given) {
                self.unify(db, pattern, actual);
            }
            if let Some(rest) = rest {
                let further = given.iter().skip(members.len()).chain(given_rest);
                self.unify_parts(db, rest, further.copied());
            }
        }
    }

    fn unify_function(&mut self, db: &dyn Db, pattern: &FunctionTy, actual: &FunctionTy) {
        let rests = pattern.rest.iter().zip(&actual.rest);
        for (pattern, actual) in pattern.params.iter().zip(&actual.params).chain(rests) {
            self.unify(db, pattern.ty, actual.ty);
        }
        self.unify(db, pattern.ret, actual.ret);
    }

    fn bind(&mut self, db: &dyn Db, item: ItemId, actual: Ty) {
        let bound = param_bound(db, item);
        let fits = is_assignable(db, actual, bound);
        self.types
            .entry(item)
            .or_insert(if fits { actual } else { bound });
    }

    /// An argument for a parameter of type `pattern` failed: nothing more is said about what depends on it.
    pub fn give_up(&mut self, pattern: Ty) {
        let mut params = Vec::new();
        any_param(pattern, &mut |item| {
            params.push(item);
            false
        });
        for item in params {
            self.types.insert(item, Ty::ERROR);
        }
    }

    /// The type with what is known in place of type parameters; the bounds for those that are not known.
    pub fn instantiate(&self, db: &dyn Db, ty: Ty) -> Ty {
        replace(ty, &|item| {
            self.get(item).unwrap_or_else(|| param_bound(db, item))
        })
    }

    /// What an argument for a parameter of type `ty` is expected to be, as far as it is known yet. A function
    /// whose result is not known has [`Ty::ERROR`] there.
    pub fn hint(&self, db: &dyn Db, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::Function(function) => {
                let open = replace(function.ret, &|item| self.get(item).unwrap_or(Ty::ERROR));
                let known = self.instantiate(db, ty);
                let TyKind::Function(known) = known.kind() else {
                    return Some(known);
                };
                Some(Ty::function(FunctionTy {
                    ret: open,
                    ..(**known).clone()
                }))
            }
            _ => self.is_known(ty).then(|| self.instantiate(db, ty)),
        }
    }

    fn get(&self, item: ItemId) -> Option<Ty> {
        self.types.get(&item).copied()
    }

    fn is_known(&self, ty: Ty) -> bool {
        !any_param(ty, &mut |item| !self.types.contains_key(&item))
    }
}

/// Whether a type parameter stands in the type.
pub(super) fn is_generic(ty: Ty) -> bool {
    any_param(ty, &mut |_| true)
}

fn any_param(ty: Ty, wanted: &mut dyn FnMut(ItemId) -> bool) -> bool {
    if let Some(inner) = inner_type(ty) {
        return any_param(inner, wanted);
    }
    match ty.kind() {
        TyKind::Param(item) => wanted(*item),
        TyKind::Union { members, .. } => members.iter().any(|&member| any_param(member, wanted)),
        TyKind::Tuple { members, rest } => members
            .iter()
            .chain(rest)
            .any(|&member| any_param(member, wanted)),
        TyKind::ErrorType { reason, detail } => {
            any_param(*reason, wanted) || any_param(*detail, wanted)
        }
        TyKind::Function(function) => {
            let mut params = function.params.iter().chain(&function.rest);
            params.any(|param| any_param(param.ty, wanted)) || any_param(function.ret, wanted)
        }
        _ => false,
    }
}

/// The type with `with` in place of every type parameter.
fn replace(ty: Ty, with: &dyn Fn(ItemId) -> Ty) -> Ty {
    if !is_generic(ty) {
        return ty;
    }
    let inner = |ty: Ty| replace(ty, with);
    match ty.kind() {
        TyKind::Param(item) => with(*item),
        TyKind::Union { members, .. } => Ty::union(members.iter().map(|&member| inner(member))),
        TyKind::Tuple { members, rest } => Ty::new(&TyKind::Tuple {
            members: members.iter().map(|&member| inner(member)).collect(),
            rest: rest.map(inner),
        }),
        TyKind::ErrorType { reason, detail } => Ty::new(&TyKind::ErrorType {
            reason: inner(*reason),
            detail: inner(*detail),
        }),
        TyKind::Function(function) => {
            let param = |param: &ParamTy| ParamTy {
                ty: inner(param.ty),
                ..param.clone()
            };
            Ty::function(FunctionTy {
                params: function.params.iter().map(param).collect(),
                rest: function.rest.as_ref().map(param),
                ret: inner(function.ret),
                ret_mark: function.ret_mark,
            })
        }
        TyKind::Array { element, size } => Ty::new(&TyKind::Array {
            element: inner(*element),
            size: *size,
        }),
        TyKind::Map(element) => Ty::map(inner(*element)),
        TyKind::Table(element) => Ty::new(&TyKind::Table(inner(*element))),
        TyKind::Stream(element) => Ty::new(&TyKind::Stream(inner(*element))),
        TyKind::Future(element) => Ty::new(&TyKind::Future(inner(*element))),
        TyKind::Typedesc(element) => Ty::new(&TyKind::Typedesc(inner(*element))),
        _ => ty,
    }
}

/// The type inside a type that is made of one other.
fn inner_type(ty: Ty) -> Option<Ty> {
    match ty.kind() {
        TyKind::Array { element: inner, .. }
        | TyKind::Map(inner)
        | TyKind::Table(inner)
        | TyKind::Stream(inner)
        | TyKind::Future(inner)
        | TyKind::Typedesc(inner) => Some(*inner),
        _ => None,
    }
}

/// What `actual` holds where `pattern`, a type made of one other, holds that one.
fn parts_of(db: &dyn Db, pattern: Ty, actual: Ty) -> Vec<Ty> {
    match (pattern.kind(), actual.kind()) {
        (TyKind::Array { .. }, TyKind::Array { element, .. }) => vec![*element],
        (TyKind::Array { .. }, TyKind::Tuple { members, rest }) => {
            members.iter().chain(rest).copied().collect()
        }
        (TyKind::Map(_), TyKind::Record(id)) => {
            let definition = record_def(db, *id);
            let fields = definition.fields.iter().map(|field| field.ty);
            fields.chain(definition.rest).collect()
        }
        (TyKind::Map(_), TyKind::Map(inner))
        | (TyKind::Table(_), TyKind::Table(inner))
        | (TyKind::Stream(_), TyKind::Stream(inner))
        | (TyKind::Future(_), TyKind::Future(inner))
        | (TyKind::Typedesc(_), TyKind::Typedesc(inner)) => vec![*inner],
        (_, TyKind::Param(item)) => {
            let bound = param_bound(db, *item);
            let members = bound.members();
            let inner = members.into_iter().filter(|member| !is_generic(*member));
            inner
                .flat_map(|member| parts_of(db, pattern, member))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Reason and detail of an error type.
pub(super) fn error_parts(ty: Ty) -> Option<(Ty, Ty)> {
    match ty.kind() {
        TyKind::ErrorType { reason, detail } => Some((*reason, *detail)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ty::Literal;

    #[test]
    fn types_without_parameters_stay_as_they_are() {
        let pair = Ty::new(&TyKind::Tuple {
            members: [Ty::INT, Ty::map(Ty::STRING)].into(),
            rest: None,
        });
        assert!(!is_generic(pair));
        assert_eq!(replace(pair, &|_| Ty::ERROR), pair);
    }

    #[test]
    fn parameters_are_replaced_wherever_they_stand() {
        let item = ItemId::new(
            crate::base::FileId::new("t.bal"),
            crate::base::Name::new("Type"),
            0,
        );
        let param = Ty::new(&TyKind::Param(item));
        let function = |ty: Ty| {
            Ty::function(FunctionTy {
                params: [ParamTy {
                    name: None,
                    ty: Ty::array(ty),
                    defaultable: false,
                    mark: None,
                }]
                .into(),
                rest: None,
                ret: ty.optional(),
                ret_mark: None,
            })
        };
        assert!(is_generic(function(param)));
        assert_eq!(replace(function(param), &|_| Ty::INT), function(Ty::INT));
        let text = Ty::singleton(Literal::String("a".into()));
        assert_eq!(replace(Ty::map(param), &|_| text), Ty::map(text));
    }
}
