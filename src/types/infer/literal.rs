//! Literals, by the type that their place expects.

use crate::syntax::ast::{self, ExprId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn literal(&mut self, id: ExprId, _literal: &ast::Literal, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
