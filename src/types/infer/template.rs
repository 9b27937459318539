//! String templates.

use crate::syntax::ast::{ExprId, TemplatePart};
use crate::types::hir::Expr;

use super::cx::Cx;

impl Cx<'_> {
    pub fn string_template(&mut self, id: ExprId, _parts: &[TemplatePart]) -> Expr {
        Self::error_expr(self.range(id))
    }
}
