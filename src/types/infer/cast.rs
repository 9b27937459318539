//! Casts, of types and of trust.

use crate::syntax::ast::{Annotation, ExprId, TypeId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn cast(
        &mut self,
        id: ExprId,
        _annotations: &[Annotation],
        _ty: Option<TypeId>,
        _operand: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
