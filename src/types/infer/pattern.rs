//! Binding, destructuring and match patterns (spec/language.md 2.5): the parts of a value and their types, names
//! declared, places assigned to. E059 where a pattern does not fit the type.
//!
//! Patterns of declarations and assignments must fit every value of the type; those of `match` are given
//! the part of the type that they may match ([`super::matching`]).

use rustc_hash::FxHashSet;

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ErrorFieldPattern, ExprId, FieldPattern, Ident, PatternId};
use crate::types::classify;
use crate::types::constant;
use crate::types::generic_error;
use crate::types::hir::{ExprKind, Pattern, PatternKind, PlaceKind};
use crate::types::queries::{open_rest, record_def};
use crate::types::ty::{Ty, TyKind};

use super::cx::Cx;
use super::scope::LocalKind;

/// What a pattern is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// The names are new variables.
    Declare(LocalKind),
    /// The names are places.
    Assign,
    /// As `Declare`; members that a value may lack are there when the pattern matches.
    Match,
}

/// A pattern under way.
struct Taking {
    purpose: Purpose,
    names: FxHashSet<Name>,
}

impl Cx<'_> {
    /// A pattern that declares its names, for values of type `ty`; in the innermost scope.
    pub fn binding(&mut self, id: PatternId, ty: Ty, kind: LocalKind) -> Pattern {
        self.pattern(id, ty, Purpose::Declare(kind))
    }

    /// A pattern of places that are assigned to.
    pub fn assignment(&mut self, id: PatternId, ty: Ty) -> Pattern {
        self.pattern(id, ty, Purpose::Assign)
    }

    pub fn pattern(&mut self, id: PatternId, ty: Ty, purpose: Purpose) -> Pattern {
        let mut taking = Taking {
            purpose,
            names: FxHashSet::default(),
        };
        self.take(id, ty, &mut taking)
    }

    fn take(&mut self, id: PatternId, ty: Ty, taking: &mut Taking) -> Pattern {
        let ast = self.ast;
        let range = ast.pattern_range(id);
        let kind = match ast.pattern(id) {
            ast::Pattern::Invalid => PatternKind::Wrong,
            ast::Pattern::Name(name) => self.take_name(*name, ty, taking),
            ast::Pattern::Reference(target) => self.take_place(*target, ty, range),
            ast::Pattern::Constant(value) => self.take_constant(*value),
            ast::Pattern::Literal(literal) => {
                constant::literal_value(literal).map_or(PatternKind::Wrong, PatternKind::Literal)
            }
            ast::Pattern::List { members, rest } => {
                self.take_list(members, *rest, ty, range, taking)
            }
            ast::Pattern::Record {
                fields,
                rest,
                closed,
            } => self.take_mapping(fields, *rest, closed.is_some(), ty, range, taking),
            ast::Pattern::ErrorValue {
                ty: named,
                reason,
                fields,
                rest,
            } => {
                let ty = match named {
                    Some(named) => {
                        let named = self.lower(*named);
                        if taking.purpose != Purpose::Match {
                            self.require_pattern(ty, named, range);
                        }
                        named
                    }
                    None => ty,
                };
                self.take_error(*reason, fields, *rest, ty, range, taking)
            }
        };
        Pattern { kind, range, ty }
    }

    fn take_name(&mut self, name: Ident, ty: Ty, taking: &mut Taking) -> PatternKind {
        if name.is_discard() {
            return PatternKind::Discard;
        }
        if !taking.names.insert(name.name) {
            let message = format!(
                "variables in a binding pattern must be distinct; found duplicate variable '{}'",
                name.name
            );
            self.report(Code::E059, name.range, message);
            return PatternKind::Wrong;
        }
        let kind = match taking.purpose {
            Purpose::Declare(kind) => kind,
            Purpose::Assign | Purpose::Match => LocalKind::Variable,
        };
        PatternKind::Bind(self.declare(name, ty, kind))
    }

    fn take_place(&mut self, target: ExprId, ty: Ty, range: TextRange) -> PatternKind {
        let place = self.place(target, false);
        match place.kind {
            PlaceKind::Discard => return PatternKind::Discard,
            PlaceKind::Wrong => return PatternKind::Wrong,
            PlaceKind::Local(local) => self.mark_assigned(local),
            _ => {}
        }
        self.require_pattern(ty, place.ty, range);
        PatternKind::Assign(Box::new(place))
    }

    /// E030 unless a value of type `from` may go where `to` is expected.
    fn require_pattern(&mut self, from: Ty, to: Ty, range: TextRange) {
        if !self.fits(from, to) {
            let message = format!(
                "incompatible types: expected '{}', found '{}'",
                self.display(to),
                self.display(from)
            );
            self.report(Code::E030, range, message);
        }
    }

    fn take_constant(&mut self, value: ExprId) -> PatternKind {
        let value = self.expr(value, None);
        match value.kind {
            ExprKind::Literal(literal) => PatternKind::Literal(literal),
            ExprKind::Error => PatternKind::Wrong,
            _ => {
                let message = "expression is not a constant expression";
                self.report(Code::E057, value.range, message);
                PatternKind::Wrong
            }
        }
    }

    // ---- lists --------------------------------------------------------------------------------

    fn take_list(
        &mut self,
        members: &[PatternId],
        rest: Option<PatternId>,
        ty: Ty,
        range: TextRange,
        taking: &mut Taking,
    ) -> PatternKind {
        let ty = self.list_part(members.len(), rest.is_some(), ty, range, taking.purpose);
        let mut items = Vec::new();
        for (at, &member) in members.iter().enumerate() {
            let item = Self::item_type(ty, at);
            items.push(self.take(member, item, taking));
        }
        let rest = rest.map(|rest| {
            let rest_ty = Self::items_from(ty, members.len());
            Box::new(self.take(rest, rest_ty, taking))
        });
        PatternKind::List { items, rest }
    }

    /// `ty` when a list pattern fits it, else the failed type (E059).
    fn list_part(
        &mut self,
        n_members: usize,
        has_rest: bool,
        ty: Ty,
        range: TextRange,
        purpose: Purpose,
    ) -> Ty {
        if purpose == Purpose::Match || ty.is_error() {
            return ty;
        }
        let mut same_count = true;
        for member in ty.members() {
            same_count &= match member.kind() {
                TyKind::Tuple { members, rest } => {
                    if has_rest {
                        n_members <= members.len()
                    } else {
                        rest.is_none() && members.len() == n_members
                    }
                }
                TyKind::Array {
                    size: Some(size), ..
                } => n_members == *size as usize || (has_rest && n_members <= *size as usize),
                TyKind::Array { size: None, .. } => true,
                _ => {
                    let message = format!(
                        "invalid list binding pattern; expected an array or a tuple, but found '{}'",
                        self.display(ty)
                    );
                    self.report(Code::E059, range, message);
                    return Ty::ERROR;
                }
            };
        }
        if !same_count {
            let message = "invalid tuple binding pattern; member variable count mismatch with member type count";
            self.report(Code::E059, range, message);
            return Ty::ERROR;
        }
        ty
    }

    /// The type of the member at `at` of lists of type `ty`.
    pub fn item_type(ty: Ty, at: usize) -> Ty {
        let item = |member: &Ty| match member.kind() {
            TyKind::Tuple { members, rest } => members.get(at).copied().or(*rest),
            TyKind::Array { element, .. } => Some(*element),
            TyKind::Any | TyKind::Anydata | TyKind::Json | TyKind::Error => Some(*member),
            _ => None,
        };
        or_error(Ty::union(ty.members().iter().filter_map(item)))
    }

    /// The type of the list of members from `at` on.
    fn items_from(ty: Ty, at: usize) -> Ty {
        let remaining = |member: &Ty| match member.kind() {
            TyKind::Tuple { members, rest } => {
                let members: Box<[Ty]> = members.iter().skip(at).copied().collect();
                Some(match (members.is_empty(), rest) {
                    (true, Some(rest)) => Ty::array(*rest),
                    _ => Ty::new(&TyKind::Tuple {
                        members,
                        rest: *rest,
                    }),
                })
            }
            TyKind::Array { element, .. } => Some(Ty::array(*element)),
            TyKind::Any | TyKind::Anydata | TyKind::Json => Some(Ty::array(*member)),
            TyKind::Error => Some(Ty::ERROR),
            _ => None,
        };
        or_error(Ty::union(ty.members().iter().filter_map(remaining)))
    }

    // ---- mappings -----------------------------------------------------------------------------

    fn take_mapping(
        &mut self,
        fields: &[FieldPattern],
        rest: Option<PatternId>,
        closed: bool,
        ty: Ty,
        range: TextRange,
        taking: &mut Taking,
    ) -> PatternKind {
        let ty = self.mapping_part(ty, range, taking.purpose);
        let present = taking.purpose == Purpose::Match;
        let keys: Vec<Name> = fields.iter().map(|field| field.key.name).collect();
        let mut taken = Vec::new();
        for field in fields {
            let member = self.field_type(ty, field.key, present);
            taken.push((field.key.name, self.take(field.pattern, member, taking)));
        }
        let closed = closed || (present && rest.is_none() && self.is_closed(ty));
        let rest = rest.map(|rest| {
            let rest_ty = self.fields_besides(ty, &keys);
            Box::new(self.take(rest, rest_ty, taking))
        });
        PatternKind::Mapping {
            fields: taken,
            rest,
            closed,
        }
    }

    fn mapping_part(&mut self, ty: Ty, range: TextRange, purpose: Purpose) -> Ty {
        let is_mapping = |member: &Ty| matches!(member.kind(), TyKind::Record(_) | TyKind::Map(_));
        if purpose == Purpose::Match || ty.is_error() || ty.members().iter().all(is_mapping) {
            return ty;
        }
        let message = format!(
            "invalid record binding pattern; expected a record or a map, but found '{}'",
            self.display(ty)
        );
        self.report(Code::E059, range, message);
        Ty::ERROR
    }

    /// The type of the field `key` of mappings of type `ty`; E059 when a closed record has no such field. `present`:
    /// the field is known to be there.
    fn field_type(&mut self, ty: Ty, key: Ident, present: bool) -> Ty {
        let mut types = Vec::new();
        for member in ty.members() {
            match self.member_field(member, key.name) {
                Some((field, required)) => {
                    types.push(if required || present {
                        field
                    } else {
                        field.optional()
                    });
                }
                None if present => {}
                None => {
                    let message = format!(
                        "invalid record binding pattern; unknown field '{}' in record type '{}'",
                        key.name,
                        self.display(member)
                    );
                    self.report(Code::E059, key.range, message);
                    return Ty::ERROR;
                }
            }
        }
        or_error(Ty::union(types))
    }

    /// The field's type, and whether it is always there.
    pub fn member_field(&self, ty: Ty, name: Name) -> Option<(Ty, bool)> {
        match ty.kind() {
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                match definition.field(name) {
                    Some(field) => Some((field.ty, !field.optional)),
                    None => definition.rest.map(|rest| (rest, false)),
                }
            }
            TyKind::Map(element) => Some((*element, false)),
            TyKind::Any | TyKind::Anydata | TyKind::Json | TyKind::Error => Some((ty, true)),
            _ => None,
        }
    }

    fn is_closed(&self, ty: Ty) -> bool {
        ty.members().iter().all(|member| match member.kind() {
            TyKind::Record(id) => record_def(self.db, *id).rest.is_none(),
            _ => false,
        })
    }

    /// The type of the mapping of the fields that are not among `taken`.
    fn fields_besides(&self, ty: Ty, taken: &[Name]) -> Ty {
        let mut types = Vec::new();
        for member in ty.members() {
            match member.kind() {
                TyKind::Record(id) => {
                    let definition = record_def(self.db, *id);
                    let others = definition.fields.iter();
                    let others = others.filter(|field| !taken.contains(&field.name));
                    types.extend(others.map(|field| field.ty).chain(definition.rest));
                }
                TyKind::Map(element) => types.push(*element),
                TyKind::Error => return Ty::ERROR,
                _ => types.push(member),
            }
        }
        Ty::map(match Ty::union(types) {
            Ty::NEVER => open_rest(self.db),
            ty => ty,
        })
    }

    // ---- errors -------------------------------------------------------------------------------

    fn take_error(
        &mut self,
        reason: Option<PatternId>,
        fields: &[ErrorFieldPattern],
        rest: Option<PatternId>,
        ty: Ty,
        range: TextRange,
        taking: &mut Taking,
    ) -> PatternKind {
        let errors = classify::error_part(ty);
        if !ty.is_error() && taking.purpose != Purpose::Match && errors != ty {
            self.require_pattern(ty, generic_error(self.db), range);
        }
        let mut reasons = Vec::new();
        let mut details = Vec::new();
        for member in errors.members() {
            if let TyKind::ErrorType { reason, detail } = member.kind() {
                reasons.push(*reason);
                details.push(*detail);
            }
        }
        let reason_ty = or_error(Ty::union(reasons));
        let detail = or_error(Ty::union(details));
        let reason = reason.map(|reason| Box::new(self.take(reason, reason_ty, taking)));
        let present = taking.purpose == Purpose::Match;
        let keys: Vec<Name> = fields.iter().map(|field| field.key.name).collect();
        let mut taken = Vec::new();
        for field in fields {
            let member = self.field_type(detail, field.key, present);
            taken.push((field.key.name, self.take(field.pattern, member, taking)));
        }
        let rest = rest.map(|rest| {
            let rest_ty = self.fields_besides(detail, &keys);
            Box::new(self.take(rest, rest_ty, taking))
        });
        PatternKind::Error {
            reason,
            details: taken,
            rest,
        }
    }
}

/// A union without members is one that failed.
fn or_error(ty: Ty) -> Ty {
    if ty == Ty::NEVER { Ty::ERROR } else { ty }
}
