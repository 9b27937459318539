//! XML templates and the attributes of xml values.

use crate::syntax::ast::{ExprId, XmlTemplate};
use crate::types::hir::Expr;

use super::cx::Cx;

impl Cx<'_> {
    pub fn xml_template(&mut self, id: ExprId, _template: &XmlTemplate) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn xml_attributes(&mut self, id: ExprId, _base: ExprId, _index: Option<ExprId>) -> Expr {
        Self::error_expr(self.range(id))
    }
}
