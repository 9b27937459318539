//! String templates, and what may be inserted into templates (spec/language.md 5.8).

use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId};
use crate::types::hir::{Expr, ExprKind, TemplatePart};
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn string_template(&mut self, id: ExprId, parts: &[ast::TemplatePart]) -> Expr {
        Expr {
            kind: ExprKind::StringTemplate(self.template_parts(parts)),
            ty: Ty::STRING,
            range: self.range(id),
        }
    }

    pub(super) fn template_parts(&mut self, parts: &[ast::TemplatePart]) -> Vec<TemplatePart> {
        parts
            .iter()
            .map(|part| match part {
                ast::TemplatePart::Text(text) => TemplatePart::Text(text.clone()),
                ast::TemplatePart::Expr(value) => {
                    TemplatePart::Value(self.insertion(*value, false))
                }
            })
            .collect()
    }

    /// A value that is inserted: of one simple type; between the tags of an element also xml.
    pub(super) fn insertion(&mut self, id: ExprId, takes_xml: bool) -> Expr {
        let value = self.expr(id, None);
        if value.ty.is_error() || (takes_xml && value.ty == Ty::XML) {
            return value;
        }
        if self
            .simple_base(value.ty)
            .is_some_and(|base| base != Ty::NIL)
        {
            return value;
        }
        let mut expected = vec![Ty::INT, Ty::FLOAT, Ty::DECIMAL, Ty::STRING, Ty::BOOLEAN];
        expected.extend(takes_xml.then_some(Ty::XML));
        let message = format!(
            "incompatible types: expected '{}', found '{}'",
            self.display(Ty::union(expected)),
            self.display(value.ty)
        );
        self.report(Code::E030, value.range, message);
        Self::error_expr(value.range)
    }
}
