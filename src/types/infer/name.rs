//! Names as values: locals, module variables, constants, functions, types.

use crate::syntax::ast::{ExprId, QName, TypeId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn name(&mut self, id: ExprId, _name: &QName, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn type_desc(&mut self, id: ExprId, _ty: TypeId) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn group(&mut self, id: ExprId, _inner: ExprId, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
