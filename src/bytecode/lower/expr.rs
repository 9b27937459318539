//! Expressions into registers. [`FnCx::value`] gives the register where a value already is, or a new one;
//! [`FnCx::value_to`] makes the value in a register that the user names.

use crate::base::{ModuleId, Name, TextRange};
use crate::bytecode::chunk::Const;
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{Expr, ExprKind, UnaryOp};
use crate::types::{self, Literal, Ty, is_assignable};

use super::class::Class;
use super::function::{FnCx, Home, Reg, Res};

impl FnCx<'_, '_> {
    /// A register that holds the value of `expr`: that of a variable, or a new one.
    pub(super) fn value(&mut self, expr: &Expr) -> Res<Reg> {
        let expr = self.peel(expr);
        if let ExprKind::Local(local) = expr.kind
            && let Home::Register(register) = self.home(local)
        {
            return Ok(register);
        }
        if let Some(register) = self.loaded_constant(expr) {
            return Ok(register);
        }
        let register = self.alloc()?;
        self.value_to(expr, register)?;
        Ok(register)
    }

    fn loaded_constant(&mut self, expr: &Expr) -> Option<Reg> {
        match &expr.kind {
            ExprKind::Literal(value) => self.constant_register(value, expr.ty),
            _ => None,
        }
    }

    /// Like [`FnCx::value`], but a new value is made in `dst` when nothing reads `dst` before.
    pub(super) fn operand(&mut self, expr: &Expr, dst: Reg) -> Res<Reg> {
        let expr = self.peel(expr);
        if let ExprKind::Local(local) = expr.kind
            && let Home::Register(register) = self.home(local)
        {
            return Ok(register);
        }
        if let Some(register) = self.loaded_constant(expr) {
            return Ok(register);
        }
        let register = if self.is_fresh(dst) {
            dst
        } else {
            self.alloc()?
        };
        self.value_to(expr, register)?;
        Ok(register)
    }

    /// The value of `expr` in a new register, the next in the row.
    pub(super) fn push(&mut self, expr: &Expr) -> Res<Reg> {
        let register = self.alloc()?;
        self.value_to(expr, register)?;
        Ok(register)
    }

    /// Makes the value of `expr` in `dst`.
    pub(super) fn value_to(&mut self, expr: &Expr, dst: Reg) -> Res {
        let expr = self.peel(expr);
        let mark = self.mark();
        if self.is_deep() && !is_leaf(expr) {
            self.with_values_away(dst, |cx, result| cx.value_into(expr, result))?;
        } else {
            self.value_into(expr, dst)?;
        }
        self.release(mark);
        Ok(())
    }

    /// Evaluates `expr` for what it does.
    pub(super) fn effect(&mut self, expr: &Expr) -> Res {
        let mark = self.mark();
        let result = self.alloc()?;
        self.value_to(expr, result)?;
        self.release(mark);
        Ok(())
    }

    /// The expression without wrappers that do nothing at run time.
    pub(super) fn peel<'e>(&self, expr: &'e Expr) -> &'e Expr {
        let mut expr = expr;
        loop {
            expr = match &expr.kind {
                ExprKind::Cast {
                    value,
                    target: None,
                    ..
                } => value,
                ExprKind::Cast {
                    value,
                    target: Some(target),
                    ..
                } if self.is_free_cast(value.ty, *target) => value,
                ExprKind::Convert(value) if value.ty == expr.ty => value,
                ExprKind::Unary {
                    op: UnaryOp::Plus,
                    operand,
                } => operand,
                _ => return expr,
            };
        }
    }

    /// Whether a value of `from` is one of `to` as it is.
    fn is_free_cast(&self, from: Ty, to: Ty) -> bool {
        if from == to {
            return true;
        }
        // A byte that becomes an int changes its kind.
        let stays = Class::of(from) != Class::Byte || Class::of(to) != Class::Int;
        stays && !from.is_error() && is_assignable(self.cx.db, from, to)
    }

    fn value_into(&mut self, expr: &Expr, dst: Reg) -> Res {
        match &expr.kind {
            ExprKind::Error => return Err(self.untyped("an expression", expr.range)),
            ExprKind::Literal(value) => self.literal(value, expr.ty, dst),
            ExprKind::Bytes(bytes) => {
                let d = self.cx.constant(Const::Bytes(bytes.as_slice().into()));
                self.emit(Op::NewBytes { a: dst, d });
            }
            ExprKind::Local(local) => return self.local_to(*local, dst, expr.range),
            ExprKind::Global(item) => {
                let d = self.cx.global_of(*item).0;
                self.emit(Op::GetGlobal { a: dst, d });
            }
            ExprKind::Function(id) => {
                let d = self.cx.function(*id).0;
                self.emit(Op::LoadFunc { a: dst, d });
            }
            ExprKind::Lambda(key) => return self.closure(*key, dst, expr.range),
            ExprKind::TypeDesc(ty) => {
                let d = self.cx.ty(*ty).0;
                self.emit(Op::LoadType { a: dst, d });
            }
            ExprKind::List(items) => return self.list(items, expr.ty, dst),
            ExprKind::Mapping(entries) => return self.mapping(entries, expr, dst),
            ExprKind::Table(table) => return self.table(table, expr, dst),
            ExprKind::StringTemplate(parts) => return self.template(parts, dst),
            ExprKind::Xml(template) => return self.xml(template, dst),
            ExprKind::ErrorNew { reason, detail, .. } => {
                return self.error_new(reason, detail, expr, dst);
            }
            ExprKind::New { object, init, args } => {
                return self.new_object(*object, *init, args, expr.range, dst);
            }
            ExprKind::NewStream => return self.new_stream(expr, dst),
            ExprKind::ServiceNew { object, .. } => {
                let d = self.cx.object_ty(*object).0;
                self.emit(Op::NewObject { a: dst, d });
            }
            ExprKind::Unary { op, operand } => return self.unary(*op, operand, expr.ty, dst),
            ExprKind::Binary { op, lhs, rhs } => {
                return self.binary(*op, lhs, rhs, expr, dst);
            }
            ExprKind::And(lhs, rhs) => return self.short_circuit(lhs, rhs, false, dst),
            ExprKind::Or(lhs, rhs) => return self.short_circuit(lhs, rhs, true, dst),
            ExprKind::Not(operand) => {
                let b = self.operand(operand, dst)?;
                self.emit(Op::Not { a: dst, b });
            }
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => return self.ternary(condition, then, otherwise, dst),
            ExprKind::Elvis { value, otherwise } => {
                let done = self.label();
                self.value_to(value, dst)?;
                self.jump(Op::JmpNotNil { a: dst, d: 0 }, done);
                self.value_to(otherwise, dst)?;
                self.bind(done);
            }
            ExprKind::Is { value, ty } => {
                let b = self.operand(value, dst)?;
                let d = self.cx.ty(*ty).0;
                self.emit(Op::Is { a: dst, b, d });
            }
            ExprKind::TypeOf(value) => {
                let b = self.operand(value, dst)?;
                self.emit(Op::Typeof { a: dst, b });
            }
            ExprKind::Range {
                start,
                end,
                inclusive,
            } => {
                return self.range(start, end, *inclusive, expr.range, dst);
            }
            ExprKind::Cast { value, target, .. } => {
                let target = target.unwrap_or(value.ty);
                return self.convert(value, target, dst);
            }
            ExprKind::Convert(value) => return self.convert(value, expr.ty, dst),
            ExprKind::Check(value) => return self.check(value, dst),
            ExprKind::CheckPanic(value) => return self.check_panic(value, expr.range, dst),
            ExprKind::Trap(value) => return self.trapped(dst, |cx| cx.value_to(value, dst)),
            ExprKind::Field {
                base,
                name,
                kind,
                optional,
            } => return self.field(base, *name, *kind, *optional, expr, dst),
            ExprKind::Index { base, key, kind } => {
                return self.index(base, key, *kind, expr, dst);
            }
            ExprKind::XmlAttribute { base, key } => {
                return self.xml_attribute(base, key.as_deref(), expr, dst);
            }
            ExprKind::XmlChildren { base, name } => {
                return self.xml_children(base, name.as_deref(), expr, dst);
            }
            ExprKind::AnnotationAccess {
                base,
                qualified_name,
                ..
            } => return self.annotation_access(base, *qualified_name, dst),
            ExprKind::Call(call) => return self.call(call, dst),
            ExprKind::Start(call) => return self.start(call, dst),
            ExprKind::Wait(wait) => return self.wait(wait, expr, dst),
            ExprKind::Receive(peer) => return self.receive(*peer, expr.range, dst),
            ExprKind::SyncSend { value, to } => {
                return self.sync_send(value, *to, expr.range, dst);
            }
            ExprKind::Flush(peer) => return self.flush(*peer, expr.range, dst),
            ExprKind::TableQuery(query) => return self.table_query(query, expr, dst),
        }
        Ok(())
    }

    /// A range that is not simply walked: an object that the library makes.
    fn range(
        &mut self,
        start: &Expr,
        end: &Expr,
        inclusive: bool,
        range: TextRange,
        dst: Reg,
    ) -> Res {
        let module = ModuleId::new("ballerina/lang.object");
        let Some(maker) = types::module_function(self.cx.db, module, "rangeOf") else {
            return Err(self.untyped("a range", range));
        };
        let window = self.window(dst)?;
        self.value_to(start, window)?;
        self.push(end)?;
        let flag = self.alloc()?;
        self.emit(Op::LoadBool {
            a: flag,
            b: inclusive,
        });
        let d = self.cx.function(maker).0;
        self.at(range);
        self.emit(Op::Call { a: window, d });
        self.move_to(dst, window);
        Ok(())
    }

    // ---- literals

    pub(super) fn literal(&mut self, value: &Literal, ty: Ty, dst: Reg) {
        match value {
            Literal::Nil => {
                self.emit(Op::LoadNil { a: dst });
            }
            Literal::Boolean(value) => {
                self.emit(Op::LoadBool { a: dst, b: *value });
            }
            Literal::Byte(value) => {
                self.emit(Op::LoadByte {
                    a: dst,
                    d: i32::from(*value),
                });
            }
            Literal::Int(value) if Class::of(ty) == Class::Byte && u8::try_from(*value).is_ok() => {
                self.emit(Op::LoadByte {
                    a: dst,
                    d: i32::try_from(*value).unwrap_or(0),
                });
            }
            Literal::Int(value) => self.int_constant(*value, dst),
            Literal::Float(_) | Literal::Decimal(_) | Literal::String(_) => {
                let d = self.constant_of(value);
                self.emit(Op::LoadConst { a: dst, d });
            }
        }
    }

    pub(super) fn int_constant(&mut self, value: i64, a: Reg) {
        match i32::try_from(value) {
            Ok(d) => self.emit(Op::LoadInt { a, d }),
            Err(_) => {
                let d = self.cx.constant(Const::Int(value));
                self.emit(Op::LoadConst { a, d })
            }
        };
    }

    /// The place in the pool of a number or string.
    pub(super) fn constant_of(&mut self, value: &Literal) -> u32 {
        let constant = match value {
            Literal::Int(value) => Const::Int(*value),
            Literal::Byte(value) => Const::Int(i64::from(*value)),
            Literal::Float(bits) => Const::Float(f64::from_bits(*bits)),
            Literal::Decimal(text) => Const::Decimal(text.clone()),
            Literal::String(text) => Const::String(text.clone()),
            Literal::Nil | Literal::Boolean(_) => Const::String("".into()),
        };
        self.cx.constant(constant)
    }

    // ---- conversions

    /// `<target>value`, and implicit widening.
    fn convert(&mut self, value: &Expr, target: Ty, dst: Reg) -> Res {
        let (from, to) = (Class::of(value.ty), Class::of(target));
        if let Some(number) = int_literal(value) {
            match to {
                Class::Int => {
                    self.int_constant(number, dst);
                    return Ok(());
                }
                Class::Float if target == Ty::FLOAT => {
                    let d = self.cx.constant(Const::Float(number as f64));
                    self.emit(Op::LoadConst { a: dst, d });
                    return Ok(());
                }
                _ => {}
            }
        }
        let b = self.operand(value, dst)?;
        match (from, to) {
            (Class::Byte, Class::Int) if target == Ty::INT => {
                self.emit(Op::ByteToInt { a: dst, b });
            }
            (Class::Int | Class::Byte, Class::Float) if target == Ty::FLOAT => {
                self.emit(Op::IntToFloat { a: dst, b });
            }
            _ => {
                let d = self.cx.ty(target).0;
                self.emit(Op::Cast { a: dst, b, d });
            }
        }
        Ok(())
    }

    // ---- errors

    /// `check e`: the error leaves the function. In an initial or default value there is no function to
    /// leave; there it is a panic.
    fn check(&mut self, value: &Expr, dst: Reg) -> Res {
        if self.is_synthetic() {
            return self.check_panic(value, value.range, dst);
        }
        // An error never reaches the variable that is assigned.
        let a = self.operand(value, dst)?;
        let fine = self.label();
        self.jump(Op::JmpNotError { a, d: 0 }, fine);
        self.return_register(a);
        self.bind(fine);
        self.move_to(dst, a);
        Ok(())
    }

    fn check_panic(&mut self, value: &Expr, range: TextRange, dst: Reg) -> Res {
        let a = self.operand(value, dst)?;
        self.at(range);
        self.emit(Op::CheckPanic { a });
        self.move_to(dst, a);
        Ok(())
    }

    fn ternary(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr, dst: Reg) -> Res {
        let (no, done) = (self.label(), self.label());
        self.branch(condition, false, no)?;
        self.value_to(then, dst)?;
        self.jump(Op::Jmp { d: 0 }, done);
        self.bind(no);
        self.value_to(otherwise, dst)?;
        self.bind(done);
        Ok(())
    }

    /// `&&` (`when` false) and `||` (`when` true) as values: the left side decides when it is `when`.
    fn short_circuit(&mut self, lhs: &Expr, rhs: &Expr, when: bool, dst: Reg) -> Res {
        let done = self.label();
        self.value_to(lhs, dst)?;
        let op = if when {
            Op::JmpTrue { a: dst, d: 0 }
        } else {
            Op::JmpFalse { a: dst, d: 0 }
        };
        self.jump(op, done);
        self.value_to(rhs, dst)?;
        self.bind(done);
        Ok(())
    }

    /// The value that `td.@name` finds: a native looks the annotation up by its name.
    fn annotation_access(&mut self, base: &Expr, name: Name, dst: Reg) -> Res {
        let window = self.window(dst)?;
        self.value_to(base, window)?;
        let key = self.alloc()?;
        let d = self.cx.string(name.as_str());
        self.emit(Op::LoadConst { a: key, d });
        self.call_native("ballerina/lang.typedesc:annotationValue", window, 2);
        self.move_to(dst, window);
        Ok(())
    }
}

/// Whether the expression needs no register but that of its result.
fn is_leaf(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Literal(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Function(_)
            | ExprKind::TypeDesc(_)
    )
}

/// The value of an int literal, negated ones and widened bytes included.
pub(super) fn int_literal(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Int(value)) => Some(*value),
        ExprKind::Literal(Literal::Byte(value)) => Some(i64::from(*value)),
        ExprKind::Unary { op, operand } => {
            let value = int_literal(operand)?;
            match op {
                UnaryOp::Plus => Some(value),
                UnaryOp::Minus => Some(value.wrapping_neg()),
                UnaryOp::BitNot => Some(!value),
            }
        }
        ExprKind::Convert(inner) if Class::of(expr.ty).is_int() => int_literal(inner),
        ExprKind::Cast {
            value,
            target: None,
            ..
        } => int_literal(value),
        _ => None,
    }
}

/// The tag of all values of a basic type but nil.
pub(super) fn basic_tag(id: TypeId) -> Option<Tag> {
    match id {
        TypeId::BOOLEAN => Some(Tag::Boolean),
        TypeId::FLOAT => Some(Tag::Float),
        TypeId::DECIMAL => Some(Tag::Decimal),
        TypeId::STRING => Some(Tag::String),
        _ => None,
    }
}
