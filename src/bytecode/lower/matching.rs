//! `match`: clauses in order, each a chain of tests that jumps to the next clause where one fails.

use crate::bytecode::op::Op;
use crate::types::hir::{Clause, ClauseKind, Expr, ExprKind, Pattern, PatternKind};
use crate::types::{Ty, is_assignable};

use super::function::{FnCx, Label, Reg, Res};

impl FnCx<'_, '_> {
    pub(super) fn match_stmt(&mut self, value: &Expr, clauses: &[Clause]) -> Res {
        let subject = self.value(value)?;
        let done = self.label();
        for clause in clauses {
            let next = self.label();
            self.nested(|cx| cx.clause(clause, subject, value.ty, next))?;
            if !self.ends_with_leave() {
                self.jump(Op::Jmp { d: 0 }, done);
            }
            self.bind(next);
        }
        self.bind(done);
        Ok(())
    }

    fn clause(&mut self, clause: &Clause, subject: Reg, subject_ty: Ty, next: Label) -> Res {
        self.at(clause.range);
        match &clause.kind {
            ClauseKind::Any => {}
            ClauseKind::Values(values) => self.test_values(values, subject, subject_ty, next)?,
            ClauseKind::Pattern { pattern, ty } => {
                if needs_type_test(pattern) && !is_assignable(self.cx.db, subject_ty, *ty) {
                    let mark = self.mark();
                    self.unless_is(subject, subject_ty, *ty, next)?;
                    self.release(mark);
                }
                self.take_apart(pattern, subject, Some(next))?;
            }
        }
        if let Some(guard) = &clause.guard {
            self.begin_statement();
            let mark = self.mark();
            self.branch(guard, false, next)?;
            self.release(mark);
        }
        self.block(&clause.body)
    }

    /// Goes on when the subject equals one of the values.
    fn test_values(&mut self, values: &[Expr], subject: Reg, ty: Ty, next: Label) -> Res {
        let Some((last, others)) = values.split_last() else {
            return Ok(());
        };
        let found = self.label();
        for value in others {
            let mark = self.mark();
            self.test_value(value, subject, ty, true, found)?;
            self.release(mark);
        }
        let mark = self.mark();
        self.test_value(last, subject, ty, false, next)?;
        self.release(mark);
        self.bind(found);
        Ok(())
    }

    /// Jumps to `label` when it is `when` that the subject equals `value`.
    fn test_value(&mut self, value: &Expr, subject: Reg, ty: Ty, when: bool, label: Label) -> Res {
        let value = self.peel(value);
        if let ExprKind::Literal(literal) = &value.kind {
            return self.branch_if_equal(subject, literal, ty, when, label);
        }
        let (a, b) = (subject, self.value(value)?);
        let op = if when {
            Op::EqJmp { a, b, d: 0 }
        } else {
            Op::NeJmp { a, b, d: 0 }
        };
        self.jump(op, label);
        Ok(())
    }
}

/// Whether the pattern asks for more than its form: a name alone takes everything, and lists and mappings
/// are tested member by member.
fn needs_type_test(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Error { .. })
}
