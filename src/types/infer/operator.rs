//! Unary and binary operators.

use crate::syntax::ast::{BinaryOp, ExprId, UnaryOp};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn not(&mut self, id: ExprId, _operand: ExprId) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn unary(
        &mut self,
        id: ExprId,
        _op: UnaryOp,
        _operand: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn binary(
        &mut self,
        id: ExprId,
        _op: BinaryOp,
        _lhs: ExprId,
        _rhs: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
