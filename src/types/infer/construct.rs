//! List and mapping constructors.

use crate::syntax::ast::{ExprId, RecordEntry};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn list(&mut self, id: ExprId, _items: &[ExprId], _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn mapping(&mut self, id: ExprId, _entries: &[RecordEntry], _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
