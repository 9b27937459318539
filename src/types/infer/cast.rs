//! Casts, of types and of trust (spec/language.md 4.4).

use crate::diagnostics::Code;
use crate::syntax::ast::{self, Annotation, ExprId, TypeId};
use crate::types::hir::{Expr, ExprKind};
use crate::types::ty::{Ty, TyKind};
use crate::types::{literal_base, mark_of, overlap};

use super::cx::Cx;

impl Cx<'_> {
    pub fn cast(
        &mut self,
        id: ExprId,
        annotations: &[Annotation],
        ty: Option<TypeId>,
        operand: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        let mark = mark_of(annotations);
        let target = ty.map(|ty| self.lower(ty));
        let hint = match target {
            None => expected,
            Some(target) => self.takes_context(operand).then_some(target),
        };
        let value = self.expr(operand, hint);
        if let Some(target) = target
            && !self.can_be_cast(value.ty, target)
        {
            let message = format!(
                "incompatible types: '{}' cannot be cast to '{}'",
                self.display(value.ty),
                self.display(target)
            );
            self.report(Code::E032, range, message);
            return Self::error_expr(range);
        }
        let ty = target.unwrap_or(value.ty);
        let kind = ExprKind::Cast {
            value: Box::new(value),
            target,
            mark,
        };
        Expr { kind, ty, range }
    }

    /// Whether the expression has no type of its own.
    fn takes_context(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            ast::Expr::Group(inner) => self.takes_context(*inner),
            ast::Expr::Literal(ast::Literal::Null)
            | ast::Expr::List(_)
            | ast::Expr::Record(_)
            | ast::Expr::Table(_)
            | ast::Expr::Arrow { .. }
            | ast::Expr::New { .. }
            | ast::Expr::Receive(_)
            | ast::Expr::WaitAll(_) => true,
            _ => false,
        }
    }

    fn can_be_cast(&self, from: Ty, to: Ty) -> bool {
        overlap(self.db, from, to) || (has_number(from) && has_number(to))
    }
}

/// Whether a value of the type may be a number by its static type.
fn has_number(ty: Ty) -> bool {
    ty.members().iter().any(|&member| {
        let base = match member.kind() {
            TyKind::Singleton(value) => literal_base(value),
            _ => member,
        };
        matches!(base, Ty::INT | Ty::BYTE | Ty::FLOAT | Ty::DECIMAL)
    })
}
