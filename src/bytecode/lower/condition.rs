//! Conditions as jumps: a test and its jump are one instruction wherever the operands allow, and no
//! boolean is made. At the bottom of a loop the jump is the loop's own form, which counts against the
//! budget of the strand.

use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{BinaryOp, Expr, ExprKind};
use crate::types::{Literal, Ty, TyKind, classify, is_assignable};

use super::class::Class;
use super::expr::{basic_tag, int_literal};
use super::function::{FnCx, Label, Reg, Res};
use super::operators::{cond, joint_class};

/// Where a condition jumps to.
#[derive(Clone, Copy)]
struct Target {
    label: Label,
    /// Backwards, as the last instruction of a loop.
    is_loop: bool,
}

impl FnCx<'_, '_> {
    /// Jumps to `label` when `condition` is `when`, else goes on.
    pub(super) fn branch(&mut self, condition: &Expr, when: bool, label: Label) -> Res {
        let target = Target {
            label,
            is_loop: false,
        };
        self.branch_on(condition, when, target)
    }

    /// The bottom of a loop that begins at `label`: goes there while `condition` holds.
    pub(super) fn loop_while(&mut self, condition: &Expr, label: Label) -> Res {
        let target = Target {
            label,
            is_loop: true,
        };
        self.branch_on(condition, true, target)
    }

    fn branch_on(&mut self, condition: &Expr, when: bool, target: Target) -> Res {
        let condition = self.peel(condition);
        let mark = self.mark();
        match &condition.kind {
            ExprKind::Not(operand) => self.branch_on(operand, !when, target)?,
            ExprKind::And(lhs, rhs) => self.branch_both(lhs, rhs, when, true, target)?,
            ExprKind::Or(lhs, rhs) => self.branch_both(lhs, rhs, when, false, target)?,
            ExprKind::Literal(Literal::Boolean(value)) => {
                if *value == when {
                    self.go(target);
                }
            }
            ExprKind::Binary { op, lhs, rhs } => {
                self.branch_binary(*op, lhs, rhs, condition, when, target)?;
            }
            ExprKind::Is { value, ty } => self.branch_is(value, *ty, when, target)?,
            _ => {
                let a = self.value(condition)?;
                self.branch_boolean(a, when, target);
            }
        }
        self.release(mark);
        Ok(())
    }

    /// `&&` (`decides` true: both must hold) and `||`.
    fn branch_both(
        &mut self,
        lhs: &Expr,
        rhs: &Expr,
        when: bool,
        both: bool,
        target: Target,
    ) -> Res {
        if when == both {
            // The left side alone decides the other outcome.
            let skip = self.label();
            self.branch(lhs, !when, skip)?;
            self.branch_on(rhs, when, target)?;
            self.bind(skip);
            return Ok(());
        }
        self.branch_on(lhs, when, target)?;
        self.branch_on(rhs, when, target)
    }

    fn go(&mut self, target: Target) {
        let op = if target.is_loop {
            Op::Loop { d: 0 }
        } else {
            Op::Jmp { d: 0 }
        };
        self.jump(op, target.label);
    }

    fn branch_boolean(&mut self, a: Reg, when: bool, target: Target) {
        let op = match (when, target.is_loop) {
            (true, false) => Op::JmpTrue { a, d: 0 },
            (false, false) => Op::JmpFalse { a, d: 0 },
            (true, true) => Op::TrueLoop { a, d: 0 },
            (false, true) => Op::FalseLoop { a, d: 0 },
        };
        self.jump(op, target.label);
    }

    /// Jumps by an instruction that has no form for the bottom of loops; `opposite` tests the opposite.
    fn jump_by(&mut self, op: Op, opposite: Op, target: Target) {
        if target.is_loop {
            let out = self.label();
            self.jump(opposite, out);
            self.jump(Op::Loop { d: 0 }, target.label);
            self.bind(out);
        } else {
            self.jump(op, target.label);
        }
    }

    // ---- comparisons

    fn branch_binary(
        &mut self,
        op: BinaryOp,
        lhs: &Expr,
        rhs: &Expr,
        whole: &Expr,
        when: bool,
        target: Target,
    ) -> Res {
        match op {
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                match joint_class(lhs.ty, rhs.ty) {
                    Class::Int | Class::Byte => self.branch_ints(op, lhs, rhs, when, target),
                    Class::Float => self.branch_floats(op, lhs, rhs, when, target),
                    _ => {
                        let b = self.value(lhs)?;
                        let c = self.value(rhs)?;
                        let a = self.alloc()?;
                        let cond = cond(op);
                        self.emit(Op::Compare { a, b, c, cond });
                        self.branch_boolean(a, when, target);
                        Ok(())
                    }
                }
            }
            BinaryOp::Eq => self.branch_equal(lhs, rhs, when, target),
            BinaryOp::Ne => self.branch_equal(lhs, rhs, !when, target),
            _ => {
                let a = self.alloc()?;
                self.value_to(whole, a)?;
                self.branch_boolean(a, when, target);
                Ok(())
            }
        }
    }

    fn branch_ints(
        &mut self,
        op: BinaryOp,
        lhs: &Expr,
        rhs: &Expr,
        when: bool,
        target: Target,
    ) -> Res {
        let op = if when { op } else { opposite(op) };
        if let Some(Ok(k)) = int_literal(rhs).map(i16::try_from) {
            let a = self.int_value(lhs)?;
            self.jump(int_k(op, a, k, target.is_loop), target.label);
            return Ok(());
        }
        if let Some(Ok(k)) = int_literal(lhs).map(i16::try_from) {
            let a = self.int_value(rhs)?;
            self.jump(int_k(mirrored(op), a, k, target.is_loop), target.label);
            return Ok(());
        }
        let left = self.int_value(lhs)?;
        let right = self.int_value(rhs)?;
        let (a, b) = match op {
            BinaryOp::Gt | BinaryOp::Ge => (right, left),
            _ => (left, right),
        };
        let is_strict = matches!(op, BinaryOp::Lt | BinaryOp::Gt);
        let op = match (is_strict, target.is_loop) {
            (true, false) => Op::LtIntJmp { a, b, d: 0 },
            (false, false) => Op::LeIntJmp { a, b, d: 0 },
            (true, true) => Op::LtIntLoop { a, b, d: 0 },
            (false, true) => Op::LeIntLoop { a, b, d: 0 },
        };
        self.jump(op, target.label);
        Ok(())
    }

    /// With NaN every comparison is false, so the opposite of `<` is not `>=` but `not <`.
    fn branch_floats(
        &mut self,
        op: BinaryOp,
        lhs: &Expr,
        rhs: &Expr,
        when: bool,
        target: Target,
    ) -> Res {
        let left = self.value(lhs)?;
        let right = self.value(rhs)?;
        let (a, b) = match op {
            BinaryOp::Gt | BinaryOp::Ge => (right, left),
            _ => (left, right),
        };
        let is_strict = matches!(op, BinaryOp::Lt | BinaryOp::Gt);
        let (holds, fails) = if is_strict {
            (
                Op::LtFloatJmp { a, b, d: 0 },
                Op::NotLtFloatJmp { a, b, d: 0 },
            )
        } else {
            (
                Op::LeFloatJmp { a, b, d: 0 },
                Op::NotLeFloatJmp { a, b, d: 0 },
            )
        };
        match (when, target.is_loop, is_strict) {
            (true, true, true) => self.jump(Op::LtFloatLoop { a, b, d: 0 }, target.label),
            (true, true, false) => self.jump(Op::LeFloatLoop { a, b, d: 0 }, target.label),
            (true, ..) => self.jump(holds, target.label),
            (false, ..) => self.jump_by(fails, holds, target),
        }
        Ok(())
    }

    fn branch_equal(&mut self, lhs: &Expr, rhs: &Expr, when: bool, target: Target) -> Res {
        let (lhs, rhs) = (self.peel(lhs), self.peel(rhs));
        // Constants stand on the right.
        let (lhs, rhs) = if matches!(lhs.kind, ExprKind::Literal(_)) {
            (rhs, lhs)
        } else {
            (lhs, rhs)
        };
        let class = joint_class(lhs.ty, rhs.ty);
        if class.is_int() {
            return self.branch_equal_ints(lhs, rhs, when, target);
        }
        let a = self.value(lhs)?;
        if let ExprKind::Literal(value) = &rhs.kind {
            self.branch_literal(a, value, lhs.ty, when, target)?;
            return Ok(());
        }
        let b = self.value(rhs)?;
        let (equal, unequal) = if class == Class::Float {
            (Op::EqFloatJmp { a, b, d: 0 }, Op::NeFloatJmp { a, b, d: 0 })
        } else {
            (Op::EqJmp { a, b, d: 0 }, Op::NeJmp { a, b, d: 0 })
        };
        self.jump_either(equal, unequal, when, target);
        Ok(())
    }

    fn jump_either(&mut self, holds: Op, fails: Op, when: bool, target: Target) {
        if when {
            self.jump_by(holds, fails, target);
        } else {
            self.jump_by(fails, holds, target);
        }
    }

    fn branch_equal_ints(&mut self, lhs: &Expr, rhs: &Expr, when: bool, target: Target) -> Res {
        let a = self.int_value(lhs)?;
        if let Some(Ok(k)) = int_literal(rhs).map(i16::try_from) {
            if !when && target.is_loop {
                self.jump(Op::NeIntKLoop { a, k, d: 0 }, target.label);
                return Ok(());
            }
            let (equal, unequal) = (Op::EqIntKJmp { a, k, d: 0 }, Op::NeIntKJmp { a, k, d: 0 });
            self.jump_either(equal, unequal, when, target);
            return Ok(());
        }
        let b = self.int_value(rhs)?;
        if !when && target.is_loop {
            self.jump(Op::NeIntLoop { a, b, d: 0 }, target.label);
            return Ok(());
        }
        let (equal, unequal) = (Op::EqIntJmp { a, b, d: 0 }, Op::NeIntJmp { a, b, d: 0 });
        self.jump_either(equal, unequal, when, target);
        Ok(())
    }

    /// Jumps to `label` when it is `when` that the value in `a`, of type `ty`, equals `value`.
    pub(super) fn branch_if_equal(
        &mut self,
        a: Reg,
        value: &Literal,
        ty: Ty,
        when: bool,
        label: Label,
    ) -> Res {
        let target = Target {
            label,
            is_loop: false,
        };
        self.branch_literal(a, value, ty, when, target)
    }

    fn branch_literal(
        &mut self,
        a: Reg,
        value: &Literal,
        ty: Ty,
        when: bool,
        target: Target,
    ) -> Res {
        let number = match value {
            Literal::Int(value) => i16::try_from(*value).ok(),
            Literal::Byte(value) => Some(i16::from(*value)),
            _ => None,
        };
        let (holds, fails) = match (value, number) {
            (Literal::Nil, _) => (Op::JmpNil { a, d: 0 }, Op::JmpNotNil { a, d: 0 }),
            (_, Some(k)) if Class::of(ty).is_int() => {
                (Op::EqIntKJmp { a, k, d: 0 }, Op::NeIntKJmp { a, k, d: 0 })
            }
            (Literal::Boolean(value), _) if Class::of(ty) == Class::Boolean => {
                self.branch_boolean(a, when == *value, target);
                return Ok(());
            }
            (Literal::Boolean(_), _) => return self.branch_loaded(a, value, ty, when, target),
            _ => match u16::try_from(self.constant_of(value)) {
                Ok(k) => (Op::EqConstJmp { a, k, d: 0 }, Op::NeConstJmp { a, k, d: 0 }),
                Err(_) => return self.branch_loaded(a, value, ty, when, target),
            },
        };
        self.jump_either(holds, fails, when, target);
        Ok(())
    }

    /// Equality with a constant that has no form of its own.
    fn branch_loaded(
        &mut self,
        a: Reg,
        value: &Literal,
        ty: Ty,
        when: bool,
        target: Target,
    ) -> Res {
        let b = self.alloc()?;
        self.literal(value, ty, b);
        let (equal, unequal) = (Op::EqJmp { a, b, d: 0 }, Op::NeJmp { a, b, d: 0 });
        self.jump_either(equal, unequal, when, target);
        Ok(())
    }

    // ---- type tests

    fn branch_is(&mut self, value: &Expr, ty: Ty, when: bool, target: Target) -> Res {
        let a = self.value(value)?;
        self.branch_type(a, value.ty, ty, when, target)
    }

    /// Jumps to `label` when the value in `a`, statically of type `from`, is not a `ty`.
    pub(super) fn unless_is(&mut self, a: Reg, from: Ty, ty: Ty, label: Label) -> Res {
        let target = Target {
            label,
            is_loop: false,
        };
        self.branch_type(a, from, ty, false, target)
    }

    fn branch_type(&mut self, a: Reg, from: Ty, ty: Ty, when: bool, target: Target) -> Res {
        match self.quick_test(from, ty) {
            Quick::Nil(is_nil) => {
                let (nil, not_nil) = (Op::JmpNil { a, d: 0 }, Op::JmpNotNil { a, d: 0 });
                self.jump_either(nil, not_nil, when == is_nil, target);
            }
            Quick::Error(is_error) => {
                let (error, fine) = (Op::JmpError { a, d: 0 }, Op::JmpNotError { a, d: 0 });
                self.jump_either(error, fine, when == is_error, target);
            }
            Quick::Tag(tag) => {
                let tag = tag as u8;
                let (holds, fails) = (Op::JmpTag { a, tag, d: 0 }, Op::JmpNotTag { a, tag, d: 0 });
                self.jump_either(holds, fails, when, target);
            }
            Quick::Int => self.branch_int_tag(a, when, target),
            Quick::None => {
                let d = self.cx.ty(ty).0;
                let result = self.alloc()?;
                self.emit(Op::Is { a: result, b: a, d });
                self.branch_boolean(result, when, target);
            }
        }
        Ok(())
    }

    /// `is int`: ints and bytes.
    fn branch_int_tag(&mut self, a: Reg, when: bool, target: Target) {
        let (int, byte) = (Tag::Int as u8, Tag::Byte as u8);
        let not_int = Op::JmpNotTag { a, tag: int, d: 0 };
        let is_int = Op::JmpTag { a, tag: int, d: 0 };
        let not_byte = Op::JmpNotTag { a, tag: byte, d: 0 };
        let is_byte = Op::JmpTag { a, tag: byte, d: 0 };
        if when {
            self.jump_by(is_int, not_int, target);
            self.jump_by(is_byte, not_byte, target);
        } else {
            let out = self.label();
            self.jump(is_int, out);
            self.jump_by(not_byte, is_byte, target);
            self.bind(out);
        }
    }

    /// A test for `ty` on values of `from` that needs no look into the types.
    fn quick_test(&self, from: Ty, ty: Ty) -> Quick {
        if ty == Ty::NIL {
            return Quick::Nil(true);
        }
        if ty == Ty::INT && from == Ty::INT.optional() {
            return Quick::Nil(false);
        }
        if ty == Ty::INT {
            return Quick::Int;
        }
        let basic = match ty.kind() {
            TyKind::Boolean => Some(TypeId::BOOLEAN),
            TyKind::Float => Some(TypeId::FLOAT),
            TyKind::Decimal => Some(TypeId::DECIMAL),
            TyKind::String => Some(TypeId::STRING),
            _ => None,
        };
        if let Some(tag) = basic.and_then(basic_tag) {
            return Quick::Tag(tag);
        }
        if ty == crate::types::generic_error(self.cx.db) {
            return Quick::Error(true);
        }
        let (inside, outside): (Vec<Ty>, Vec<Ty>) = from
            .members()
            .into_iter()
            .partition(|&member| is_assignable(self.cx.db, member, ty));
        if inside.is_empty() || outside.is_empty() || from.is_error() {
            return Quick::None;
        }
        let is_error = |member: &Ty| matches!(member.kind(), TyKind::ErrorType { .. });
        if outside == [Ty::NIL] && !classify::is_nilable(ty) {
            return Quick::Nil(false);
        }
        if outside.iter().all(is_error) && !classify::contains_error(ty) {
            return Quick::Error(false);
        }
        if inside.iter().all(is_error) && !outside.iter().any(is_error) {
            return Quick::Error(true);
        }
        Quick::None
    }
}

/// Tests that one or two instructions do.
enum Quick {
    /// The value is nil, or is not.
    Nil(bool),
    /// The value is an error, or is none.
    Error(bool),
    Tag(Tag),
    Int,
    None,
}

fn opposite(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::Le,
        _ => BinaryOp::Lt,
    }
}

/// The comparison with its sides exchanged.
fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        _ => BinaryOp::Le,
    }
}

fn int_k(op: BinaryOp, a: Reg, k: i16, is_loop: bool) -> Op {
    match (op, is_loop) {
        (BinaryOp::Lt, false) => Op::LtIntKJmp { a, k, d: 0 },
        (BinaryOp::Le, false) => Op::LeIntKJmp { a, k, d: 0 },
        (BinaryOp::Gt, false) => Op::GtIntKJmp { a, k, d: 0 },
        (_, false) => Op::GeIntKJmp { a, k, d: 0 },
        (BinaryOp::Lt, true) => Op::LtIntKLoop { a, k, d: 0 },
        (BinaryOp::Le, true) => Op::LeIntKLoop { a, k, d: 0 },
        (BinaryOp::Gt, true) => Op::GtIntKLoop { a, k, d: 0 },
        (_, true) => Op::GeIntKLoop { a, k, d: 0 },
    }
}
