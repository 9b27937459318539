//! Calls of methods, library functions of values, and remote methods.

use crate::syntax::ast::{Arg, ExprId, Ident};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn method_call(
        &mut self,
        id: ExprId,
        _receiver: ExprId,
        _name: Ident,
        _args: &[Arg],
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn remote_call(
        &mut self,
        id: ExprId,
        _receiver: ExprId,
        _name: Ident,
        _args: &[Arg],
        _action_allowed: bool,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
