//! Error constructors.

use crate::syntax::ast::{Arg, ExprId};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn error_constructor(&mut self, id: ExprId, _args: &[Arg], _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
