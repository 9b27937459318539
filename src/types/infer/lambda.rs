//! Anonymous and arrow functions, services as values.

use crate::syntax::ast::{Annotation, ExprId, Function, Ident, Method};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn lambda(&mut self, id: ExprId, _function: &Function) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn arrow(
        &mut self,
        id: ExprId,
        _params: &[Ident],
        _body: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn service_value(
        &mut self,
        id: ExprId,
        _annotations: &[Annotation],
        _methods: &[Method],
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
