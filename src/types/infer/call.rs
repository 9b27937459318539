//! Calls of functions and function values.

use crate::syntax::ast::{Arg, ExprId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn call(
        &mut self,
        id: ExprId,
        _callee: ExprId,
        _args: &[Arg],
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
