//! Type tests, `? :`, `check`, `trap`, `typeof` (spec/language.md 4.5, 5.11).

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{CheckKind, ExprId, TypeId};
use crate::types::classify::{error_part, without_error};
use crate::types::hir::{Expr, ExprKind};
use crate::types::ty::{Ty, TyKind};
use crate::types::{generic_error, overlap};

use super::cx::Cx;

impl Cx<'_> {
    pub fn ternary(
        &mut self,
        id: ExprId,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let (condition, facts) = self.condition(condition);
        let then = self.narrowed(&facts.when_true, |cx| cx.expr(then, expected));
        let otherwise = self.narrowed(&facts.when_false, |cx| cx.expr(otherwise, expected));
        let ty = Ty::union([then.ty, otherwise.ty]);
        let kind = ExprKind::Ternary {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        Expr {
            kind,
            ty,
            range: self.range(id),
        }
    }

    pub fn type_test(&mut self, id: ExprId, operand: ExprId, ty: TypeId) -> Expr {
        let range = self.range(id);
        let value = self.expr(operand, None);
        let ty = self.lower(ty);
        self.unnecessary_test(&value, ty, range);
        let kind = ExprKind::Is {
            value: Box::new(value),
            ty,
        };
        Expr {
            kind,
            ty: Ty::BOOLEAN,
            range,
        }
    }

    /// E036 for a test whose outcome is known. What earlier tests say of a variable does not count: release 1.1
    /// knows less of it than `narrow`, and what it takes must not be refused.
    fn unnecessary_test(&mut self, value: &Expr, tested: Ty, range: TextRange) {
        let ty = match value.kind {
            ExprKind::Local(local) => self.frame().local(local).map_or(value.ty, |local| local.ty),
            _ => value.ty,
        };
        if ty.is_error() || tested.is_error() || ty == Ty::NEVER {
            return;
        }
        if self.fits(ty, tested) {
            let message = "unnecessary condition: expression will always evaluate to 'true'";
            self.report(Code::E036, range, message);
        } else if !overlap(self.db, ty, tested) {
            let message = format!(
                "incompatible types: '{}' will not be matched to '{}'",
                self.display(ty),
                self.display(tested)
            );
            self.report(Code::E036, range, message);
        }
    }

    pub fn check(
        &mut self,
        id: ExprId,
        kind: CheckKind,
        operand: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        let value = self.expr(operand, self.or_error(expected));
        if value.ty.is_error() {
            return Self::error_expr(range);
        }
        let errors = error_part(value.ty);
        let ty = without_error(value.ty);
        if errors == Ty::NEVER {
            let word = match kind {
                CheckKind::Check => "check",
                CheckKind::Panic => "checkpanic",
            };
            let message = format!(
                "invalid usage of the '{word}' expression operator: no expression type is equivalent to error type"
            );
            self.report(Code::E060, range, message);
            return Self::error_expr(range);
        }
        let value = Box::new(value);
        let kind = match kind {
            CheckKind::Check => {
                self.check_leaves(errors, range);
                ExprKind::Check(value)
            }
            CheckKind::Panic => ExprKind::CheckPanic(value),
        };
        Expr { kind, ty, range }
    }

    /// Whether the errors of a `check` may leave the function here.
    fn check_leaves(&mut self, errors: Ty, range: TextRange) {
        let ret = self.frame().ret;
        if self.frame().in_transaction {
            let message = "check expression cannot be used to exit from a transaction";
            self.report(Code::E088, range, message);
        } else if !self.fits(errors, ret) {
            let message = "invalid usage of the 'check' expression operator: no matching error return type(s) in the enclosing invokable";
            self.report(Code::E061, range, message);
        }
    }

    pub fn trap(&mut self, id: ExprId, operand: ExprId, expected: Option<Ty>) -> Expr {
        let value = self.expr(operand, self.or_error(expected));
        let ty = Ty::union([value.ty, generic_error(self.db)]);
        Expr {
            kind: ExprKind::Trap(Box::new(value)),
            ty,
            range: self.range(id),
        }
    }

    /// What the operand may be where an error is taken from it or added to it.
    fn or_error(&self, expected: Option<Ty>) -> Option<Ty> {
        expected.map(|expected| Ty::union([expected, generic_error(self.db)]))
    }

    pub fn type_of(&mut self, id: ExprId, operand: ExprId) -> Expr {
        let value = self.expr(operand, None);
        let ty = Ty::new(&TyKind::Typedesc(value.ty));
        Expr {
            kind: ExprKind::TypeOf(Box::new(value)),
            ty,
            range: self.range(id),
        }
    }
}
