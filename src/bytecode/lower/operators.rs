//! Operators as values: typed instructions where the static types say the machine form, immediates for
//! small constants, chains of `+` on strings as one join.

use crate::bytecode::op::{Arith, Cond, Op};
use crate::types::Ty;
use crate::types::hir::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::class::Class;
use super::expr::int_literal;
use super::function::{FnCx, Home, Reg, Res};

impl FnCx<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, ty: Ty, dst: Reg) -> Res {
        match op {
            UnaryOp::Plus => return self.value_to(operand, dst),
            UnaryOp::Minus => {
                if let (Some(value), true) = (int_literal(operand), Class::of(ty).is_int()) {
                    self.int_constant(value.wrapping_neg(), dst);
                    return Ok(());
                }
                let b = self.operand(operand, dst)?;
                self.emit(match Class::of(operand.ty) {
                    Class::Int | Class::Byte => Op::NegInt { a: dst, b },
                    Class::Float => Op::NegFloat { a: dst, b },
                    _ => Op::Neg { a: dst, b },
                });
            }
            UnaryOp::BitNot => {
                let b = self.operand(operand, dst)?;
                self.emit(Op::NotInt { a: dst, b });
            }
        }
        Ok(())
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        lhs: &Expr,
        rhs: &Expr,
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        match op {
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                self.comparison(op, lhs, rhs, dst)
            }
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::RefEq | BinaryOp::RefNe => {
                self.equality(op, lhs, rhs, dst)
            }
            BinaryOp::Add if Class::of(expr.ty) == Class::String => self.join_strings(expr, dst),
            _ => {
                let class = joint_class(lhs.ty, rhs.ty);
                if class == Class::Float && self.multiply_add(op, lhs, rhs, dst)? {
                    return Ok(());
                }
                if class.is_int()
                    && op == BinaryOp::Sub
                    && let Some(Ok(d)) = int_literal(lhs).map(i32::try_from)
                {
                    let b = self.int_operand(rhs, dst)?;
                    self.emit(Op::RsubIntK { a: dst, b, d });
                    return Ok(());
                }
                if class.is_int()
                    && matches!(op, BinaryOp::Add | BinaryOp::Mul)
                    && int_literal(lhs).is_some()
                    && int_literal(rhs).is_none()
                {
                    let b = self.int_operand(rhs, dst)?;
                    return self.combine(op, b, rhs.ty, lhs, expr.ty, dst);
                }
                let b = if class.is_int() {
                    self.int_operand(lhs, dst)?
                } else {
                    self.operand(lhs, dst)?
                };
                self.combine(op, b, lhs.ty, rhs, expr.ty, dst)
            }
        }
    }

    /// `dst = b op rhs` for arithmetic and bits; `ty` is the type of the result.
    pub(super) fn combine(
        &mut self,
        op: BinaryOp,
        b: Reg,
        lhs_ty: Ty,
        rhs: &Expr,
        ty: Ty,
        dst: Reg,
    ) -> Res {
        let class = joint_class(lhs_ty, rhs.ty);
        if class.is_int() {
            self.combine_ints(op, b, rhs, dst)?;
            if Class::of(ty) == Class::Byte {
                self.emit(Op::IntToByte { a: dst, b: dst });
            }
            return Ok(());
        }
        if class == Class::String && op == BinaryOp::Add && dst == b {
            let b = self.joined(rhs)?;
            self.emit(Op::Append { a: dst, b });
            return Ok(());
        }
        if class == Class::Float && dst == b && self.multiply_into(op, rhs, dst)? {
            return Ok(());
        }
        let c = self.value(rhs)?;
        let op = if class == Class::Float {
            float_op(op, dst, b, c)
        } else {
            arith(op).map(|arith| Op::Arith {
                a: dst,
                b,
                c,
                arith,
            })
        };
        match op {
            Some(op) => {
                self.emit(op);
                Ok(())
            }
            None => Err(self.untyped("an operator", rhs.range)),
        }
    }

    fn combine_ints(&mut self, op: BinaryOp, b: Reg, rhs: &Expr, a: Reg) -> Res {
        if let Some(op) = int_literal(rhs).and_then(|value| int_immediate(op, a, b, value)) {
            self.emit(op);
            return Ok(());
        }
        let c = self.int_value(rhs)?;
        self.emit(match op {
            BinaryOp::Add => Op::AddInt { a, b, c },
            BinaryOp::Sub => Op::SubInt { a, b, c },
            BinaryOp::Mul => Op::MulInt { a, b, c },
            BinaryOp::Div => Op::DivInt { a, b, c },
            BinaryOp::Rem => Op::RemInt { a, b, c },
            BinaryOp::BitAnd => Op::AndInt { a, b, c },
            BinaryOp::BitOr => Op::OrInt { a, b, c },
            BinaryOp::BitXor => Op::XorInt { a, b, c },
            BinaryOp::Shl => Op::ShlInt { a, b, c },
            BinaryOp::Shr => Op::ShrInt { a, b, c },
            BinaryOp::UShr => Op::UshrInt { a, b, c },
            BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::RefEq
            | BinaryOp::RefNe => return Err(self.untyped("an operator", rhs.range)),
        });
        Ok(())
    }

    /// An operand that typed instructions on ints read: widening a byte is not needed there.
    pub(super) fn int_value(&mut self, expr: &Expr) -> Res<Reg> {
        self.value(without_widening(expr))
    }

    fn int_operand(&mut self, expr: &Expr, dst: Reg) -> Res<Reg> {
        self.operand(without_widening(expr), dst)
    }

    /// `x ± y * z` on floats as one instruction after `x`, when `x` may be computed in `dst`.
    fn multiply_add(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, dst: Reg) -> Res<bool> {
        if !matches!(op, BinaryOp::Add | BinaryOp::Sub) || product(self.peel(rhs)).is_none() {
            return Ok(false);
        }
        let lhs = self.peel(lhs);
        let is_dst =
            matches!(lhs.kind, ExprKind::Local(local) if self.home(local) == Home::Register(dst));
        if is_dst {
            return self.multiply_into(op, rhs, dst);
        }
        // A variable would have to be copied first, which costs as much as the fused form saves.
        if matches!(lhs.kind, ExprKind::Local(_)) || !self.is_fresh(dst) {
            return Ok(false);
        }
        self.value_to(lhs, dst)?;
        self.multiply_into(op, rhs, dst)
    }

    /// `dst = dst ± y * z`.
    fn multiply_into(&mut self, op: BinaryOp, rhs: &Expr, a: Reg) -> Res<bool> {
        let Some((first, second)) = product(self.peel(rhs)) else {
            return Ok(false);
        };
        if !matches!(op, BinaryOp::Add | BinaryOp::Sub) {
            return Ok(false);
        }
        let b = self.value(first)?;
        let c = self.value(second)?;
        self.emit(if op == BinaryOp::Add {
            Op::MulAddFloat { a, b, c }
        } else {
            Op::MulSubFloat { a, b, c }
        });
        Ok(true)
    }

    // ---- comparisons

    fn comparison(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, a: Reg) -> Res {
        let class = joint_class(lhs.ty, rhs.ty);
        let b = self.operand(lhs, a)?;
        let c = self.value(rhs)?;
        // `x > y` is `y < x`.
        let (less, first, second) = match op {
            BinaryOp::Gt => (true, c, b),
            BinaryOp::Ge => (false, c, b),
            BinaryOp::Lt => (true, b, c),
            _ => (false, b, c),
        };
        let (b_, c_) = (first, second);
        self.emit(match (class, less) {
            (Class::Int | Class::Byte, true) => Op::LtInt { a, b: b_, c: c_ },
            (Class::Int | Class::Byte, false) => Op::LeInt { a, b: b_, c: c_ },
            (Class::Float, true) => Op::LtFloat { a, b: b_, c: c_ },
            (Class::Float, false) => Op::LeFloat { a, b: b_, c: c_ },
            _ => Op::Compare {
                a,
                b,
                c,
                cond: cond(op),
            },
        });
        Ok(())
    }

    fn equality(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, a: Reg) -> Res {
        let class = joint_class(lhs.ty, rhs.ty);
        let b = self.operand(lhs, a)?;
        let c = self.value(rhs)?;
        self.emit(match op {
            BinaryOp::Eq if class.is_int() => Op::EqInt { a, b, c },
            BinaryOp::Ne if class.is_int() => Op::NeInt { a, b, c },
            BinaryOp::Eq if class == Class::Float => Op::EqFloat { a, b, c },
            BinaryOp::Eq => Op::Eq { a, b, c },
            BinaryOp::Ne => Op::Ne { a, b, c },
            BinaryOp::RefEq => Op::RefEq { a, b, c },
            _ => Op::RefNe { a, b, c },
        });
        Ok(())
    }
}

/// The kind in which an operation on values of both types is done.
pub(super) fn joint_class(lhs: Ty, rhs: Ty) -> Class {
    match (Class::of(lhs), Class::of(rhs)) {
        (l, r) if l.is_int() && r.is_int() => Class::Int,
        (l, r) if l == r => l,
        _ => Class::Mixed,
    }
}

/// The operand of a conversion from byte to int.
fn without_widening(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Convert(inner)
            if Class::of(inner.ty) == Class::Byte && Class::of(expr.ty) == Class::Int =>
        {
            inner
        }
        _ => expr,
    }
}

/// The factors of a product of floats.
fn product(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Binary {
            op: BinaryOp::Mul,
            lhs,
            rhs,
        } if joint_class(lhs.ty, rhs.ty) == Class::Float => Some((lhs, rhs)),
        _ => None,
    }
}

/// The form with an immediate operand.
fn int_immediate(op: BinaryOp, a: Reg, b: Reg, value: i64) -> Option<Op> {
    let d = i32::try_from(value).ok()?;
    let is_shift = (0..64).contains(&d);
    Some(match op {
        BinaryOp::Add => Op::AddIntK { a, b, d },
        BinaryOp::Sub => Op::AddIntK {
            a,
            b,
            d: d.checked_neg()?,
        },
        BinaryOp::Mul => Op::MulIntK { a, b, d },
        // Division by 0 and by -1 is left to the general form with its checks.
        BinaryOp::Div if d > 0 => Op::DivIntK { a, b, d },
        BinaryOp::Rem if d > 0 => Op::RemIntK { a, b, d },
        BinaryOp::BitAnd => Op::AndIntK { a, b, d },
        BinaryOp::Shl if is_shift => Op::ShlIntK { a, b, d },
        BinaryOp::Shr if is_shift => Op::ShrIntK { a, b, d },
        _ => return None,
    })
}

fn float_op(op: BinaryOp, a: Reg, b: Reg, c: Reg) -> Option<Op> {
    Some(match op {
        BinaryOp::Add => Op::AddFloat { a, b, c },
        BinaryOp::Sub => Op::SubFloat { a, b, c },
        BinaryOp::Mul => Op::MulFloat { a, b, c },
        BinaryOp::Div => Op::DivFloat { a, b, c },
        BinaryOp::Rem => Op::RemFloat { a, b, c },
        _ => return None,
    })
}

fn arith(op: BinaryOp) -> Option<Arith> {
    Some(match op {
        BinaryOp::Add => Arith::Add,
        BinaryOp::Sub => Arith::Sub,
        BinaryOp::Mul => Arith::Mul,
        BinaryOp::Div => Arith::Div,
        BinaryOp::Rem => Arith::Rem,
        _ => return None,
    })
}

pub(super) fn cond(op: BinaryOp) -> Cond {
    match op {
        BinaryOp::Lt => Cond::Lt,
        BinaryOp::Le => Cond::Le,
        BinaryOp::Gt => Cond::Gt,
        _ => Cond::Ge,
    }
}
