//! Type tests, `?:` and `? :`, `check`, `trap`, `typeof`.

use crate::syntax::ast::{CheckKind, ExprId, TypeId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn ternary(
        &mut self,
        id: ExprId,
        _condition: ExprId,
        _then: ExprId,
        _otherwise: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn type_test(&mut self, id: ExprId, _operand: ExprId, _ty: TypeId) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn check(
        &mut self,
        id: ExprId,
        _kind: CheckKind,
        _operand: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn trap(&mut self, id: ExprId, _operand: ExprId, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn type_of(&mut self, id: ExprId, _operand: ExprId) -> Expr {
        Self::error_expr(self.range(id))
    }
}
