//! Statements (spec/taint.md section 5).

use crate::base::TextRange;
use crate::types::hir::{
    Block, Clause, ClauseKind, Expr, IterKind, Pattern, Peer, Place, Stmt, StmtKind, Transaction,
};
use crate::types::{FuncId, FuncKey, Ty};

use super::super::ir::{Access, Call, Move, OpKind, Parts, Reg, Target};
use super::super::unit::Unit;
use super::builder::{Builder, Loop};
use super::channels;

impl Builder<'_> {
    pub fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if !self.is_reached() {
                return;
            }
            let next = self.next;
            self.stmt(stmt);
            self.next = next;
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let range = stmt.range;
        match &stmt.kind {
            StmtKind::Let { local, value } => {
                let value = match value {
                    Some(value) => self.expr(value),
                    None => self.clean(range),
                };
                let how = super::assigned(self.local_name(*local));
                self.declare(*local, value, how, range);
            }
            StmtKind::Destructure {
                pattern,
                value,
                declares: _,
            } => {
                let value = self.expr(value);
                self.bind(pattern, value, range);
            }
            StmtKind::Assign { place, value } => {
                let target = self.target(place);
                let value = self.expr(value);
                self.write_target(&target, value, range);
            }
            StmtKind::Compound {
                place,
                op: _,
                value,
                ty,
            } => self.compound(place, value, *ty, range),
            StmtKind::Expr(value) => {
                self.expr(value);
            }
            StmtKind::If {
                condition,
                then,
                otherwise,
            } => self.if_else(condition, then, otherwise.as_ref()),
            StmtKind::While { condition, body } => self.while_loop(condition, body),
            StmtKind::Foreach {
                pattern,
                iterable,
                kind,
                body,
            } => self.foreach(pattern, iterable, *kind, body),
            StmtKind::Match { value, clauses } => self.match_stmt(value, clauses),
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let from = self.expr(value);
                    self.push(OpKind::Return { from }, range);
                }
                self.exit();
            }
            StmtKind::Break => {
                if let Some(after) = self.loops.last().map(|around| around.after) {
                    self.goto(after);
                }
            }
            StmtKind::Continue => {
                if let Some(head) = self.loops.last().map(|around| around.head) {
                    self.goto(head);
                }
            }
            StmtKind::Panic(value) => {
                let from = self.expr(value);
                let kind = OpKind::Panic {
                    from,
                    only_errors: false,
                };
                self.push(kind, range);
                self.exit();
            }
            StmtKind::Block(body) | StmtKind::Lock { body, .. } => self.block(body),
            StmtKind::Worker {
                function, future, ..
            } => {
                let value = self.start_worker(*function, range);
                self.declare(*future, value, Move::Silent, range);
            }
            StmtKind::Fork(workers) => {
                for worker in workers {
                    self.stmt(worker);
                }
            }
            StmtKind::Send { value, to } => {
                let value = self.expr(value);
                self.send(value, *to, range);
            }
            StmtKind::Transaction(transaction) => self.transaction(transaction),
            StmtKind::Abort | StmtKind::Retry | StmtKind::Error => {}
            StmtKind::Forever(queries) => {
                for query in queries {
                    self.stream_query(query);
                }
            }
        }
    }

    fn compound(&mut self, place: &Place, value: &Expr, ty: Ty, range: TextRange) {
        let target = self.target(place);
        let old = self.read_target(&target, place);
        let value = self.expr(value);
        let parts = self.parts(ty);
        let result = if parts.structured {
            self.cell_of(vec![old, value], range)
        } else {
            self.scalar(vec![old, value], range)
        };
        self.write_target(&target, result, range);
    }

    fn if_else(&mut self, condition: &Expr, then: &Block, otherwise: Option<&Block>) {
        self.expr(condition);
        let then_block = self.new_block();
        let else_block = self.new_block();
        let after = self.new_block();
        self.branch(vec![then_block, else_block]);
        self.start(then_block);
        self.block(then);
        self.goto(after);
        self.start(else_block);
        if let Some(otherwise) = otherwise {
            self.block(otherwise);
        }
        self.goto(after);
        self.start(after);
    }

    fn while_loop(&mut self, condition: &Expr, body: &Block) {
        let (head, first_site) = self.begin_loop();
        let next = self.next;
        self.expr(condition);
        self.next = next;
        let body_block = self.new_block();
        let after = self.new_block();
        self.branch(vec![body_block, after]);
        self.loops.push(Loop { head, after });
        self.start(body_block);
        self.block(body);
        self.loops.pop();
        self.end_loop(head, first_site);
        self.start(after);
    }

    fn foreach(&mut self, pattern: &Pattern, iterable: &Expr, kind: IterKind, body: &Block) {
        let range = iterable.range;
        let iterable_reg = self.expr(iterable);
        let iterable_reg = match kind {
            IterKind::Object | IterKind::Dynamic => self.iterator(iterable_reg, iterable.ty, range),
            _ => iterable_reg,
        };
        let (head, first_site) = self.begin_loop();
        let body_block = self.new_block();
        let after = self.new_block();
        self.branch(vec![body_block, after]);
        self.loops.push(Loop { head, after });
        self.start(body_block);
        let item = self.temporary();
        let member = OpKind::Load {
            to: item,
            base: iterable_reg,
            access: Access::Any,
            parts: self.parts(pattern.ty),
            text: "".into(),
        };
        self.push(member, range);
        let item = match kind {
            // The items of an xml value are its own parts.
            IterKind::Xml | IterKind::Dynamic => self.join(vec![item, iterable_reg], range),
            IterKind::Object => self.next_item(item, iterable_reg, iterable.ty, range),
            _ => item,
        };
        self.bind_loop(pattern, item);
        self.block(body);
        self.loops.pop();
        self.end_loop(head, first_site);
        self.start(after);
    }

    fn match_stmt(&mut self, value: &Expr, clauses: &[Clause]) {
        let value = self.expr(value);
        let after = self.new_block();
        let mut is_total = false;
        for clause in clauses {
            let body = self.new_block();
            let next = self.new_block();
            if let ClauseKind::Values(values) = &clause.kind {
                for value in values {
                    self.expr(value);
                }
            }
            self.branch(vec![body, next]);
            self.start(body);
            if let ClauseKind::Pattern { pattern, .. } = &clause.kind {
                self.bind(pattern, value, pattern.range);
                is_total |= clause.guard.is_none() && pattern.is_catch_all();
            } else if matches!(clause.kind, ClauseKind::Any) {
                is_total = true;
            }
            if let Some(guard) = &clause.guard {
                self.expr(guard);
                let guarded = self.new_block();
                self.branch(vec![guarded, next]);
                self.start(guarded);
            }
            self.block(&clause.body);
            self.goto(after);
            self.start(next);
        }
        if is_total {
            self.exit();
        } else {
            self.goto(after);
        }
        self.start(after);
    }

    fn transaction(&mut self, transaction: &Transaction) {
        if let Some(retries) = &transaction.retries {
            self.expr(retries);
        }
        // The body may run again, so what it leaves behind is seen by it.
        let (head, first_site) = self.begin_loop();
        let after = self.new_block();
        self.block(&transaction.body);
        self.optional(transaction.onretry.as_ref());
        let again = self.new_block();
        self.branch(vec![again, after]);
        self.start(again);
        self.end_loop(head, first_site);
        self.start(after);
        self.optional(transaction.committed.as_ref());
        self.optional(transaction.aborted.as_ref());
    }

    fn optional(&mut self, block: Option<&Block>) {
        let Some(block) = block else { return };
        let body = self.new_block();
        let after = self.new_block();
        self.branch(vec![body, after]);
        self.start(body);
        self.block(block);
        self.goto(after);
        self.start(after);
    }

    /// Runs a worker beside what follows; the value is its future.
    fn start_worker(&mut self, key: FuncKey, range: TextRange) -> Reg {
        let function = self.function_value(key, range);
        let id = FuncId {
            item: self.unit.function().item,
            key,
        };
        self.callee(Unit::Function(id));
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target: Target::Worker(function),
            receiver: None,
            args: Vec::new(),
            rest: None,
            parts: Parts::ALL,
            trust: None,
            trap: None,
            is_started: false,
        };
        self.push(OpKind::Call(Box::new(call)), range);
        self.container(vec![to], Vec::new(), range)
    }

    pub fn send(&mut self, value: Reg, to: Peer, range: TextRange) {
        let id = self.unit.function();
        let channel = channels::of_message(self.db, id, self.function, to, true);
        if let Some(cell) = self.channel(channel) {
            let how = Move::Sent;
            self.push(OpKind::WriteCell { cell, value, how }, range);
        }
    }

    pub fn receive(&mut self, from: Peer, ty: Ty, range: TextRange) -> Reg {
        let id = self.unit.function();
        let channel = channels::of_message(self.db, id, self.function, from, false);
        let Some(cell) = self.channel(channel) else {
            return self.clean(range);
        };
        let got = self.temporary();
        let parts = self.parts(ty);
        self.push(
            OpKind::ReadCell {
                to: got,
                cell,
                parts,
            },
            range,
        );
        let to = self.temporary();
        let how = Move::Received;
        self.push(
            OpKind::Move {
                to,
                from: got,
                parts,
                how,
            },
            range,
        );
        to
    }
}
