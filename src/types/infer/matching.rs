//! `match` (spec/language.md 5.12): static, structured and error patterns; E058 for those that cannot match.

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId, MatchClause, MatchPattern, PatternId};
use crate::types::hir::{Clause, ClauseKind, Expr, ExprKind, MappingEntry, StmtKind};
use crate::types::queries::record_def;
use crate::types::ty::{Literal, Ty, TyKind};

use super::cx::Cx;
use super::pattern::Purpose;

const NEVER_MATCHED: &str = "pattern will not be matched";
const ALWAYS_MATCHED: &str = "pattern will always be matched";
const UNREACHABLE: &str = "unreachable pattern: preceding patterns are too general or the pattern ordering is not correct";

/// The clauses looked at so far.
#[derive(Default)]
struct Seen {
    literals: Vec<Literal>,
    /// One of them matches everything.
    all: bool,
}

impl Cx<'_> {
    pub fn match_stmt(&mut self, scrutinee: ExprId, clauses: &[MatchClause]) -> StmtKind {
        let was_dead = self.frame().is_dead;
        let value = self.action(scrutinee, None);
        let before = self.frame().narrowed.clone();
        let mut seen = Seen::default();
        let mut ends = Vec::new();
        let mut typed = Vec::new();
        for clause in clauses {
            let general = self.is_general(clause);
            if seen.all {
                self.report(Code::E058, clause.pattern_range, UNREACHABLE);
            } else if general && clauses.len() == 1 {
                self.report(Code::E058, clause.pattern_range, ALWAYS_MATCHED);
            }
            self.frame().is_dead = false;
            typed.push(self.clause(clause, &value, &mut seen));
            let frame = self.frame();
            let end = std::mem::replace(&mut frame.narrowed, before.clone());
            if !frame.is_dead {
                ends.push(end);
            }
            seen.all |= general;
        }
        if !seen.all {
            ends.push(before);
        }
        self.frame().is_dead = was_dead || ends.is_empty();
        let joined = self.join(ends);
        self.frame().narrowed = joined;
        StmtKind::Match {
            value,
            clauses: typed,
        }
    }

    /// Whether the clause matches everything: `_`, or a name without guard.
    fn is_general(&self, clause: &MatchClause) -> bool {
        match &clause.pattern {
            MatchPattern::Static(values) => values.iter().any(|&value| self.is_wildcard(value)),
            MatchPattern::Var(pattern) => {
                clause.guard.is_none()
                    && matches!(self.ast.pattern(*pattern), ast::Pattern::Name(_))
            }
            MatchPattern::Error(_) => false,
        }
    }

    fn is_wildcard(&self, value: ExprId) -> bool {
        matches!(self.ast.expr(value), ast::Expr::Name(name)
            if name.prefix.is_none() && name.name.is_discard())
    }

    fn clause(&mut self, clause: &MatchClause, value: &Expr, seen: &mut Seen) -> Clause {
        let (kind, guard, body) = self.scoped(|cx| {
            let kind = match &clause.pattern {
                MatchPattern::Static(values) => cx.values(values, value.ty, seen),
                MatchPattern::Var(pattern) | MatchPattern::Error(pattern) => {
                    cx.shape(*pattern, value.ty, clause.pattern_range)
                }
            };
            let guard = clause.guard.map(|guard| {
                let (guard, facts) = cx.condition(guard);
                cx.narrow(&facts.when_true);
                guard
            });
            (kind, guard, cx.block(clause.body))
        });
        Clause {
            kind,
            guard,
            body,
            range: clause.range,
        }
    }

    // ---- static patterns ----------------------------------------------------------------------

    fn values(&mut self, values: &[ExprId], ty: Ty, seen: &mut Seen) -> ClauseKind {
        let mut typed = Vec::new();
        let mut matches_all = false;
        for &id in values {
            if self.is_wildcard(id) {
                matches_all = true;
                continue;
            }
            let value = self.static_value(id, ty);
            if matches!(value.kind, ExprKind::Error) {
                continue;
            }
            if !self.can_equal(&value, ty) {
                self.report(Code::E058, value.range, NEVER_MATCHED);
            } else if let ExprKind::Literal(literal) = &value.kind {
                if seen.literals.contains(literal) && !seen.all {
                    self.report(Code::E058, value.range, UNREACHABLE);
                }
                seen.literals.push(literal.clone());
            }
            typed.push(value);
        }
        if matches_all {
            ClauseKind::Any
        } else {
            ClauseKind::Values(typed)
        }
    }

    /// A literal, constant, or list or mapping of these.
    fn static_value(&mut self, id: ExprId, ty: Ty) -> Expr {
        let expected = matches!(self.ast.expr(id), ast::Expr::Literal(_)).then_some(ty);
        let value = self.expr(id, expected);
        if let Some(wrong) = variable_in(&value) {
            let message = "expression is not a constant expression";
            self.report(Code::E057, wrong, message);
            return Self::error_expr(value.range);
        }
        value
    }

    /// Whether a value of type `ty` may be equal to a static pattern.
    fn can_equal(&self, value: &Expr, ty: Ty) -> bool {
        ty.members().iter().any(|&member| match &value.kind {
            ExprKind::Literal(literal) => self.may_hold(member, literal),
            ExprKind::List(items) => items.iter().enumerate().all(|(at, item)| {
                Self::has_length(member, items.len())
                    && self.can_equal(item, Self::item_type(member, at))
            }),
            ExprKind::Mapping(entries) => entries.iter().all(|entry| match entry {
                MappingEntry::Field { name, value, .. } => self
                    .member_field(member, *name)
                    .is_some_and(|(field, _)| self.can_equal(value, field)),
                MappingEntry::Computed { .. } => true,
            }),
            _ => true,
        })
    }

    fn may_hold(&self, ty: Ty, literal: &Literal) -> bool {
        match (literal, ty.kind()) {
            (Literal::Int(int), TyKind::Byte) => u8::try_from(*int).is_ok(),
            (Literal::Byte(_), TyKind::Int) => true,
            _ => self.fits(Ty::singleton(literal.clone()), ty),
        }
    }

    /// Whether `ty` has lists of this length.
    fn has_length(ty: Ty, n_members: usize) -> bool {
        match ty.kind() {
            TyKind::Tuple { members, rest } => {
                members.len() == n_members || (rest.is_some() && members.len() <= n_members)
            }
            TyKind::Array { size, .. } => size.is_none_or(|size| size as usize == n_members),
            TyKind::Any | TyKind::Anydata | TyKind::Json | TyKind::Error => true,
            _ => false,
        }
    }

    // ---- structured patterns ------------------------------------------------------------------

    fn shape(&mut self, pattern: PatternId, ty: Ty, range: TextRange) -> ClauseKind {
        let mut part = self.matching_part(pattern, ty);
        if part == Ty::NEVER {
            self.report(Code::E058, range, NEVER_MATCHED);
            part = Ty::ERROR;
        }
        // An error pattern with a type of its own has that.
        let ty = match self.ast.pattern(pattern) {
            ast::Pattern::ErrorValue {
                ty: Some(named), ..
            } if !part.is_error() => self.lower(*named),
            _ => part,
        };
        let pattern = self.pattern(pattern, part, Purpose::Match);
        ClauseKind::Pattern { pattern, ty }
    }

    /// The members of `ty` of which the pattern may match a value.
    fn matching_part(&mut self, id: PatternId, ty: Ty) -> Ty {
        let ast = self.ast;
        if ty.is_error() {
            return ty;
        }
        match ast.pattern(id) {
            ast::Pattern::List { members, rest } => self.each_member(ty, |cx, member| {
                let fits = match rest {
                    None => Self::has_length(member, members.len()),
                    Some(_) => Self::has_at_least(member, members.len()),
                };
                fits && members.iter().enumerate().all(|(at, &inner)| {
                    let item = Self::item_type(member, at);
                    cx.matching_part(inner, item) != Ty::NEVER
                })
            }),
            ast::Pattern::Record { fields, rest, .. } => self.each_member(ty, |cx, member| {
                let all_taken = rest.is_some() || cx.takes_all(member, fields);
                all_taken
                    && fields.iter().all(|field| {
                        cx.member_field(member, field.key.name)
                            .is_some_and(|(ty, _)| cx.matching_part(field.pattern, ty) != Ty::NEVER)
                    })
            }),
            ast::Pattern::ErrorValue { ty: named, .. } => {
                let named = named.map(|named| self.lower(named));
                self.each_member(ty, |cx, member| {
                    matches!(member.kind(), TyKind::ErrorType { .. })
                        && named
                            .is_none_or(|named| cx.fits(named, member) || cx.fits(member, named))
                })
            }
            ast::Pattern::Literal(literal) => {
                match crate::types::constant::literal_value(literal) {
                    Some(literal) => {
                        self.each_member(ty, |cx, member| cx.may_hold(member, &literal))
                    }
                    None => ty,
                }
            }
            ast::Pattern::Invalid
            | ast::Pattern::Name(_)
            | ast::Pattern::Reference(_)
            | ast::Pattern::Constant(_) => ty,
        }
    }

    fn each_member(&mut self, ty: Ty, mut fits: impl FnMut(&mut Self, Ty) -> bool) -> Ty {
        let members = ty.members();
        let n_members = members.len();
        let fitting: Vec<Ty> = members
            .into_iter()
            .filter(|&member| fits(self, member))
            .collect();
        if fitting.len() == n_members {
            ty
        } else {
            Ty::union(fitting)
        }
    }

    fn has_at_least(ty: Ty, n_members: usize) -> bool {
        match ty.kind() {
            TyKind::Tuple { members, rest } => rest.is_some() || members.len() >= n_members,
            TyKind::Array { size, .. } => size.is_none_or(|size| size as usize >= n_members),
            TyKind::Any | TyKind::Anydata | TyKind::Json | TyKind::Error => true,
            _ => false,
        }
    }

    /// Whether the fields may be all that a value of type `ty` has.
    fn takes_all(&self, ty: Ty, fields: &[ast::FieldPattern]) -> bool {
        let TyKind::Record(id) = ty.kind() else {
            return true;
        };
        let definition = record_def(self.db, *id);
        let taken = |name| fields.iter().any(|field| field.key.name == name);
        definition.rest.is_some()
            || definition
                .fields
                .iter()
                .all(|field| field.optional || taken(field.name))
    }
}

/// The first part of a static pattern that is no constant.
fn variable_in(value: &Expr) -> Option<TextRange> {
    match &value.kind {
        ExprKind::Error | ExprKind::Literal(_) | ExprKind::Bytes(_) | ExprKind::Global(_) => None,
        ExprKind::Convert(inner) | ExprKind::Unary { operand: inner, .. } => variable_in(inner),
        ExprKind::List(items) => items.iter().find_map(variable_in),
        ExprKind::Mapping(entries) => entries.iter().find_map(|entry| match entry {
            MappingEntry::Field { value, .. } => variable_in(value),
            MappingEntry::Computed { key, value, .. } => {
                variable_in(key).or_else(|| variable_in(value))
            }
        }),
        _ => Some(value.range),
    }
}
