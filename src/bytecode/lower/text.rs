//! Joining strings: chains of `+` and string templates become one instruction over a row of registers.

use crate::bytecode::op::Op;
use crate::types::hir::{BinaryOp, Callee, Expr, ExprKind, TemplatePart};

use super::class::Class;
use super::fast_path;
use super::function::{FnCx, Home, Reg, Res};

/// Parts that are joined at once.
const ROW: usize = 60;

enum Part<'e> {
    Text(&'e str),
    Value(&'e Expr),
}

impl FnCx<'_, '_> {
    /// The sum of strings `expr` into `dst`.
    pub(super) fn join_strings(&mut self, expr: &Expr, dst: Reg) -> Res {
        let parts = self.summands(expr);
        // `s = s + …` extends the variable in place.
        if let Some((Part::Value(first), rest)) = parts.split_first()
            && let ExprKind::Local(local) = first.kind
            && self.home(local) == Home::Register(dst)
            && !rest.is_empty()
        {
            let b = self.joined_parts(rest)?;
            self.emit(Op::Append { a: dst, b });
            return Ok(());
        }
        self.join_to(&parts, dst)
    }

    /// A register with the text of `expr`, itself perhaps a sum.
    pub(super) fn joined(&mut self, expr: &Expr) -> Res<Reg> {
        let parts = self.summands(expr);
        self.joined_parts(&parts)
    }

    fn joined_parts(&mut self, parts: &[Part<'_>]) -> Res<Reg> {
        if let [Part::Value(one)] = parts
            && Class::of(one.ty) == Class::String
        {
            return self.value(one);
        }
        let register = self.alloc()?;
        self.join_to(parts, register)?;
        Ok(register)
    }

    pub(super) fn template(&mut self, parts: &[TemplatePart], dst: Reg) -> Res {
        let parts: Vec<Part<'_>> = parts
            .iter()
            .map(|part| match part {
                TemplatePart::Text(text) => Part::Text(text),
                TemplatePart::Value(value) => Part::Value(value),
            })
            .collect();
        self.join_to(&parts, dst)
    }

    fn join_to(&mut self, parts: &[Part<'_>], dst: Reg) -> Res {
        let mark = self.mark();
        let (first, rest) = parts.split_at(parts.len().min(ROW));
        match first {
            [] => {
                let d = self.cx.string("");
                self.emit(Op::LoadConst { a: dst, d });
                return Ok(());
            }
            [Part::Text(text)] => {
                let d = self.cx.string(text);
                self.emit(Op::LoadConst { a: dst, d });
                return Ok(());
            }
            [Part::Value(value)] => {
                let b = self.operand(value, dst)?;
                self.emit(Op::ToText { a: dst, b });
                self.release(mark);
                return Ok(());
            }
            _ => {}
        }
        let into = if rest.is_empty() { dst } else { self.alloc()? };
        self.join_row(first, into)?;
        for row in rest.chunks(ROW) {
            let mark = self.mark();
            let b = self.alloc()?;
            self.join_row(row, b)?;
            self.emit(Op::Append { a: into, b });
            self.release(mark);
        }
        self.move_to(dst, into);
        self.release(mark);
        Ok(())
    }

    fn join_row(&mut self, parts: &[Part<'_>], dst: Reg) -> Res {
        let mark = self.mark();
        let b = self.window(dst)?;
        for (at, part) in parts.iter().enumerate() {
            let register = if at == 0 { b } else { self.alloc()? };
            match part {
                Part::Text(text) => {
                    let d = self.cx.string(text);
                    self.emit(Op::LoadConst { a: register, d });
                }
                Part::Value(value) => self.value_to(value, register)?,
            }
        }
        let c = u8::try_from(parts.len()).unwrap_or(u8::MAX);
        self.emit(Op::Concat { a: dst, b, c });
        self.release(mark);
        Ok(())
    }

    /// The parts of a chain of `+` on strings, in order. `x.toString()` of a simple value is `x` here: the
    /// instruction writes its text.
    fn summands<'e>(&self, expr: &'e Expr) -> Vec<Part<'e>> {
        let mut reversed = Vec::new();
        let mut left = self.peel(expr);
        loop {
            match &left.kind {
                ExprKind::Binary {
                    op: BinaryOp::Add,
                    lhs,
                    rhs,
                } if Class::of(left.ty) == Class::String => {
                    reversed.push(self.summand(self.peel(rhs)));
                    left = self.peel(lhs);
                }
                _ => {
                    reversed.push(self.summand(left));
                    break;
                }
            }
        }
        reversed.reverse();
        reversed
    }

    fn summand<'e>(&self, expr: &'e Expr) -> Part<'e> {
        if let ExprKind::Call(call) = &expr.kind
            && let Callee::Function(id) = call.callee
            && let [Some(arg)] = call.args.positional.as_slice()
            && Class::of(arg.value.ty).is_simple()
            && fast_path::is_to_string(self.cx.db, id)
        {
            return Part::Value(&arg.value);
        }
        Part::Value(expr)
    }
}
