//! Statements and blocks.

use crate::bytecode::op::Op;
use crate::types::Ty;
use crate::types::hir::{
    BinaryOp, Block, Expr, ExprKind, LocalId, Place, PlaceKind, Stmt, StmtKind,
};

use super::function::{FnCx, Home, Res};

impl FnCx<'_, '_> {
    /// A block: its variables end with it.
    pub(super) fn block(&mut self, block: &Block) -> Res {
        self.nested(|cx| cx.statements(&block.stmts))
    }

    fn statements(&mut self, stmts: &[Stmt]) -> Res {
        let mut rest = stmts;
        while let Some((first, behind)) = rest.split_first() {
            if matches!(first.kind, StmtKind::Worker { .. }) {
                let n_workers = rest
                    .iter()
                    .take_while(|stmt| matches!(stmt.kind, StmtKind::Worker { .. }))
                    .count();
                let (workers, behind) = rest.split_at(n_workers);
                self.workers(workers, true)?;
                rest = behind;
                continue;
            }
            self.stmt(first)?;
            rest = behind;
        }
        Ok(())
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) -> Res {
        self.begin_statement();
        self.at(stmt.range);
        let mark = self.mark();
        match &stmt.kind {
            // These declare variables that live on behind the statement.
            StmtKind::Let { local, value } => return self.let_stmt(*local, value.as_ref()),
            StmtKind::Destructure {
                pattern,
                value,
                declares: true,
            } => return self.declare_pattern(pattern, value),
            StmtKind::Fork(workers) => return self.workers(workers, false),
            StmtKind::Worker { .. } => return self.workers(std::slice::from_ref(stmt), true),
            StmtKind::Destructure {
                pattern,
                value,
                declares: false,
            } => self.assign_pattern(pattern, value)?,
            StmtKind::Assign { place, value } => self.assign(place, value)?,
            StmtKind::Compound {
                place,
                op,
                value,
                ty,
            } => self.compound(place, *op, value, *ty)?,
            StmtKind::Expr(value) => self.effect(value)?,
            StmtKind::If {
                condition,
                then,
                otherwise,
            } => self.if_stmt(condition, then, otherwise.as_ref())?,
            StmtKind::While { condition, body } => {
                self.with_constants(|cx| cx.while_loop(condition, body))?;
            }
            StmtKind::Foreach {
                pattern,
                iterable,
                kind,
                body,
            } => self.with_constants(|cx| cx.foreach(pattern, iterable, *kind, body))?,
            StmtKind::Match { value, clauses } => self.match_stmt(value, clauses)?,
            StmtKind::Return(value) => self.return_stmt(value.as_ref())?,
            StmtKind::Break => self.break_loop(stmt.range)?,
            StmtKind::Continue => self.continue_loop(stmt.range)?,
            StmtKind::Panic(value) => {
                let a = self.value(value)?;
                self.emit(Op::Panic { a });
            }
            StmtKind::Block(block) => self.block(block)?,
            StmtKind::Lock { body, variables } => self.lock(body, variables)?,
            StmtKind::Send { value, to } => self.send(value, *to, stmt.range)?,
            StmtKind::Transaction(transaction) => self.transaction(transaction)?,
            StmtKind::Abort => self.leave_transaction(false, stmt.range)?,
            StmtKind::Retry => self.leave_transaction(true, stmt.range)?,
            StmtKind::Forever(_) => return Err(self.unsupported("'forever'", stmt.range)),
            StmtKind::Error => return Err(self.untyped("a statement", stmt.range)),
        }
        self.release(mark);
        Ok(())
    }

    fn let_stmt(&mut self, local: LocalId, value: Option<&Expr>) -> Res {
        let register = self.alloc()?;
        match value {
            Some(value) => self.value_to(value, register)?,
            // A cell is made at once; a plain register is written before it is read.
            None if self.is_boxed(local) => {
                self.emit(Op::LoadNil { a: register });
            }
            None => {}
        }
        self.settle(local, register)
    }

    fn if_stmt(&mut self, condition: &Expr, then: &Block, otherwise: Option<&Block>) -> Res {
        let mark = self.mark();
        if otherwise.is_none()
            && let [only] = then.stmts.as_slice()
            && let Some(target) = self.lone_jump(&only.kind)
        {
            self.branch(condition, true, target)?;
            self.release(mark);
            return Ok(());
        }
        let no = self.label();
        self.branch(condition, false, no)?;
        self.release(mark);
        self.block(then)?;
        let Some(otherwise) = otherwise else {
            self.bind(no);
            return Ok(());
        };
        let after = self.label();
        if !self.ends_with_leave() {
            self.jump(Op::Jmp { d: 0 }, after);
        }
        self.bind(no);
        self.block(otherwise)?;
        self.bind(after);
        Ok(())
    }

    // ---- assignment

    fn assign(&mut self, place: &Place, value: &Expr) -> Res {
        match &place.kind {
            PlaceKind::Discard => self.effect(value),
            PlaceKind::Local(local) => self.assign_local(*local, value),
            PlaceKind::Global(item) => {
                let d = self.cx.global_of(*item).0;
                let a = self.value(value)?;
                self.emit(Op::SetGlobal { a, d });
                Ok(())
            }
            PlaceKind::Field { .. } | PlaceKind::Index { .. } | PlaceKind::XmlAttribute { .. } => {
                let value = self.value(value)?;
                self.store(place, value)
            }
            PlaceKind::Wrong => Err(self.untyped("an assignment", place.range)),
        }
    }

    fn assign_local(&mut self, local: LocalId, value: &Expr) -> Res {
        // A transaction goes on behind a panic: what was assigned last must then be whole.
        let in_place =
            !writes_early(value) || (self.transaction.is_none() && !mentions(value, local));
        match self.home(local) {
            Home::Register(register) if in_place => self.value_to(value, register),
            Home::Register(_) | Home::Nowhere | Home::Cell(_) | Home::Spilled { .. } => {
                let b = self.value(value)?;
                self.store_local(local, b, value.range)
            }
        }
    }

    /// `x op= e`.
    fn compound(&mut self, place: &Place, op: BinaryOp, value: &Expr, ty: Ty) -> Res {
        match &place.kind {
            PlaceKind::Local(local) => {
                if let Home::Register(register) = self.home(*local) {
                    return self.combine(op, register, place.ty, value, ty, register);
                }
                let old = self.local(*local, place.range)?;
                self.combine(op, old, place.ty, value, ty, old)?;
                self.store_local(*local, old, place.range)
            }
            PlaceKind::Global(item) => {
                let d = self.cx.global_of(*item).0;
                let a = self.alloc()?;
                self.emit(Op::GetGlobal { a, d });
                self.combine(op, a, place.ty, value, ty, a)?;
                self.emit(Op::SetGlobal { a, d });
                Ok(())
            }
            PlaceKind::Field { .. } | PlaceKind::Index { .. } => {
                let parts = self.place_parts(place)?;
                let a = self.alloc()?;
                self.load_place(place, &parts, a)?;
                self.combine(op, a, place.ty, value, ty, a)?;
                self.store_place(place, &parts, a)
            }
            PlaceKind::Discard | PlaceKind::XmlAttribute { .. } | PlaceKind::Wrong => {
                Err(self.untyped("a compound assignment", place.range))
            }
        }
    }
}

/// Whether the code of `expr` may write its result before it has read all its operands.
fn writes_early(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Elvis { .. } | ExprKind::And(..) | ExprKind::Or(..) | ExprKind::New { .. } => {
            true
        }
        ExprKind::Ternary {
            then, otherwise, ..
        } => writes_early(then) || writes_early(otherwise),
        ExprKind::Trap(inner) | ExprKind::Convert(inner) | ExprKind::Cast { value: inner, .. } => {
            writes_early(inner)
        }
        _ => false,
    }
}

fn mentions(expr: &Expr, local: LocalId) -> bool {
    let mut found = false;
    crate::types::walk::expr(expr, &mut |inner| {
        found |= matches!(inner.kind, ExprKind::Local(used) if used == local);
    });
    found
}
