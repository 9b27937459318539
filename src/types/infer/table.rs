//! Table literals.

use crate::syntax::ast::{ExprId, TableLiteral};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn table(&mut self, id: ExprId, _table: &TableLiteral, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
