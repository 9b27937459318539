//! What a condition says about locals when it holds and when it does not (spec/language.md 4.5). Read off the
//! typed condition; applied around the code that the condition guards.

use crate::syntax::ast::{ExprId, StmtId};
use crate::types::hir::{Expr, ExprKind, LocalId};
use crate::types::ty::{Ty, TyKind};

use super::cx::Cx;
use super::scope::{Loop, Narrowed};

/// Types of locals by the outcome of a condition.
#[derive(Clone, Default, Debug)]
pub(super) struct Facts {
    pub when_true: Vec<(LocalId, Ty)>,
    pub when_false: Vec<(LocalId, Ty)>,
}

impl Cx<'_> {
    /// A condition: boolean, with what it says.
    pub fn condition(&mut self, id: ExprId) -> (Expr, Facts) {
        let condition = self.expr_of(id, Ty::BOOLEAN);
        let facts = self.facts(&condition);
        (condition, facts)
    }

    /// What a typed boolean expression says about locals.
    pub fn facts(&self, condition: &Expr) -> Facts {
        match &condition.kind {
            ExprKind::Is { value, ty } => match value.kind {
                ExprKind::Local(local) => self.test_facts(local, value.ty, *ty),
                _ => Facts::default(),
            },
            ExprKind::Not(inner) => {
                let inner = self.facts(inner);
                Facts {
                    when_true: inner.when_false,
                    when_false: inner.when_true,
                }
            }
            ExprKind::And(left, right) => {
                let (left, right) = (self.facts(left), self.facts(right));
                Facts {
                    when_true: both(left.when_true, right.when_true),
                    when_false: either(&left.when_false, &right.when_false),
                }
            }
            ExprKind::Or(left, right) => {
                let (left, right) = (self.facts(left), self.facts(right));
                Facts {
                    when_true: either(&left.when_true, &right.when_true),
                    when_false: both(left.when_false, right.when_false),
                }
            }
            _ => Facts::default(),
        }
    }

    fn test_facts(&self, local: LocalId, current: Ty, tested: Ty) -> Facts {
        if current.is_error() || tested.is_error() {
            return Facts::default();
        }
        let fact = |ty: Ty| {
            if ty == Ty::NEVER {
                Vec::new()
            } else {
                vec![(local, ty)]
            }
        };
        Facts {
            when_true: fact(self.intersection(current, tested)),
            when_false: fact(self.difference(current, tested)),
        }
    }

    /// The values of `current` that are of type `tested`, as far as types can say it.
    pub fn intersection(&self, current: Ty, tested: Ty) -> Ty {
        let mut parts = Vec::new();
        for member in current.members() {
            let mut inside = tested.members();
            inside.retain(|&part| self.fits(part, member));
            if self.fits(member, tested) {
                // Where each fits the other (`table<record {}>` and a table of known rows), the test
                // says more.
                let same = inside.iter().find(|&&part| self.fits(member, part));
                parts.push(same.copied().unwrap_or(member));
            } else {
                parts.extend(inside);
            }
        }
        if parts.is_empty() {
            return tested;
        }
        Ty::union(parts)
    }

    /// The members of `current` that are not all of type `tested`.
    pub fn difference(&self, current: Ty, tested: Ty) -> Ty {
        let stays = |member: &Ty| !self.fits(*member, tested);
        Ty::union(current.members().into_iter().filter(stays))
    }

    /// Runs `body` where the locals have these types; afterwards they have their earlier ones.
    pub fn narrowed<T>(&mut self, facts: &[(LocalId, Ty)], body: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.frame().narrowed.clone();
        self.narrow(facts);
        let result = body(self);
        self.frame().narrowed = before;
        result
    }

    /// The locals have these types from here on.
    pub fn narrow(&mut self, facts: &[(LocalId, Ty)]) {
        for &(local, ty) in facts {
            let Some(range) = self.frame().local(local).map(|local| local.range) else {
                continue;
            };
            let steady = if self.is_capture(local) {
                self.foresight.trust_steady(range)
            } else {
                self.foresight.trust_unassigned_inside(range)
            };
            if steady {
                self.frame().narrowed.insert(local, ty);
            }
        }
    }

    /// Where paths meet: a local is narrowed to what it is on all of them.
    pub fn join(&mut self, paths: Vec<Narrowed>) -> Narrowed {
        let mut paths = paths.into_iter();
        let Some(mut joined) = paths.next() else {
            return Narrowed::default();
        };
        for path in paths {
            joined.retain(|local, ty| match path.get(local) {
                Some(other) => {
                    *ty = Ty::union([*ty, *other]);
                    true
                }
                None => false,
            });
        }
        let frame = self.frame();
        let declared: Vec<(LocalId, Ty)> = joined
            .keys()
            .filter_map(|&id| frame.local(id).map(|local| (id, local.ty)))
            .collect();
        for (local, declared) in declared {
            if joined
                .get(&local)
                .is_some_and(|&ty| self.fits(declared, ty))
            {
                joined.remove(&local);
            }
        }
        joined
    }

    /// Enters a statement that may run again: what it assigns is not narrowed at its start.
    pub fn enter_loop(&mut self, stmt: StmtId, is_transaction: bool) {
        let mut narrowed = std::mem::take(&mut self.frame().narrowed);
        let ranges: Vec<_> = narrowed
            .keys()
            .filter_map(|&id| self.frames.last()?.local(id).map(|l| (id, l.range)))
            .collect();
        for (local, range) in ranges {
            if !self.foresight.trust_unassigned_in(stmt, range) {
                narrowed.remove(&local);
            }
        }
        let frame = self.frame();
        frame.narrowed = narrowed;
        frame.loops.push(Loop {
            stmt,
            is_transaction,
            has_break: false,
        });
    }

    /// Leaves it; says whether a `break` does.
    pub fn leave_loop(&mut self) -> bool {
        let left = self.frame().loops.pop();
        left.is_some_and(|left| left.has_break)
    }
}

/// Both hold; the second was tested where the first held.
fn both(first: Vec<(LocalId, Ty)>, second: Vec<(LocalId, Ty)>) -> Vec<(LocalId, Ty)> {
    let mut facts = first;
    for (local, ty) in second {
        match facts.iter_mut().find(|(known, _)| *known == local) {
            Some((_, slot)) => *slot = ty,
            None => facts.push((local, ty)),
        }
    }
    facts
}

/// One of them holds: what both speak of.
fn either(first: &[(LocalId, Ty)], second: &[(LocalId, Ty)]) -> Vec<(LocalId, Ty)> {
    first
        .iter()
        .filter_map(|&(local, ty)| {
            let (_, other) = second.iter().find(|(known, _)| *known == local)?;
            Some((local, Ty::union([ty, *other])))
        })
        .collect()
}

/// The type of a variable that is declared by `var`: a constant's value does not fix it.
pub(super) fn widened(ty: Ty) -> Ty {
    match ty.kind() {
        TyKind::Singleton(value) => crate::types::literal_base(value),
        _ => ty,
    }
}
