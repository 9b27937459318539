//! Fields, indexes, annotations of types.

use crate::syntax::ast::{ExprId, FieldName, QName};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn field(&mut self, id: ExprId, _base: ExprId, _optional: bool, _name: FieldName) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn index(
        &mut self,
        id: ExprId,
        _base: ExprId,
        _index: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn annotation_access(&mut self, id: ExprId, _base: ExprId, _name: QName) -> Expr {
        Self::error_expr(self.range(id))
    }
}
