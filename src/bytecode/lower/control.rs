//! Leaving blocks: `break`, `continue`, `return`, and `lock`, which must be undone on every way out.

use rustc_hash::FxHashMap;

use crate::base::{ItemId, TextRange};
use crate::bytecode::op::Op;
use crate::types::hir::{Block, Expr, ExprKind, StmtKind};

use super::context::index_u32;
use super::function::{FnCx, Label, Reg, Res};

/// The loop around a statement.
pub(super) struct LoopCx {
    /// Where `continue` goes.
    pub(super) next: Label,
    /// Where `break` goes.
    pub(super) exit: Label,
    /// How many cleanups there were outside of the loop.
    pub(super) n_cleanups: usize,
}

/// The transaction block around a statement.
#[derive(Clone, Copy)]
pub(super) struct TransactionCx {
    pub(super) abort: Label,
    pub(super) retry: Label,
    pub(super) n_cleanups: usize,
}

/// What must be done when a block is left early.
#[derive(Clone, Copy)]
pub(super) enum Cleanup {
    Unlock(u32),
}

/// Which locks exclude each other: those that share a module variable, directly or through others.
#[derive(Default)]
pub(super) struct LockGroups {
    /// Of each lock statement another one of its group, or itself.
    parents: Vec<u32>,
    first_use: FxHashMap<ItemId, u32>,
}

impl LockGroups {
    /// A provisional number for a lock over `variables`.
    fn add(&mut self, variables: &[ItemId]) -> u32 {
        let lock = index_u32(self.parents.len());
        self.parents.push(lock);
        for &variable in variables {
            let other = *self.first_use.entry(variable).or_insert(lock);
            let (mine, theirs) = (self.root(lock), self.root(other));
            if let Some(parent) = self.parents.get_mut(mine as usize) {
                *parent = theirs;
            }
        }
        lock
    }

    fn root(&self, lock: u32) -> u32 {
        let mut root = lock;
        while let Some(&parent) = self.parents.get(root as usize)
            && parent != root
        {
            root = parent;
        }
        root
    }

    /// Replaces the provisional numbers by those of the groups; how many groups there are.
    pub(super) fn resolve(&self, ops: &mut [Op]) -> u32 {
        let mut groups: FxHashMap<u32, u32> = FxHashMap::default();
        for op in ops {
            if let Op::Lock { d } | Op::Unlock { d } = op {
                let next = index_u32(groups.len());
                *d = *groups.entry(self.root(*d)).or_insert(next);
            }
        }
        index_u32(groups.len())
    }
}

impl FnCx<'_, '_> {
    /// Undoes what was begun since there were `n_kept` cleanups; they stay in force for other ways.
    fn unwind(&mut self, n_kept: usize) {
        for at in (n_kept..self.cleanups.len()).rev() {
            match self.cleanups.get(at) {
                Some(Cleanup::Unlock(lock)) => {
                    let d = *lock;
                    self.emit(Op::Unlock { d });
                }
                None => {}
            }
        }
    }

    /// Where a `break` or `continue` goes that has nothing to undo.
    pub(super) fn lone_jump(&self, stmt: &StmtKind) -> Option<Label> {
        let innermost = self.loops.last()?;
        if innermost.n_cleanups < self.cleanups.len() {
            return None;
        }
        match stmt {
            StmtKind::Break => Some(innermost.exit),
            StmtKind::Continue => Some(innermost.next),
            _ => None,
        }
    }

    pub(super) fn break_loop(&mut self, range: TextRange) -> Res {
        let Some(innermost) = self.loops.last() else {
            return Err(self.untyped("a break outside of a loop", range));
        };
        let (exit, n_cleanups) = (innermost.exit, innermost.n_cleanups);
        self.unwind(n_cleanups);
        self.jump(Op::Jmp { d: 0 }, exit);
        Ok(())
    }

    pub(super) fn continue_loop(&mut self, range: TextRange) -> Res {
        let Some(innermost) = self.loops.last() else {
            return Err(self.untyped("a continue outside of a loop", range));
        };
        let (next, n_cleanups) = (innermost.next, innermost.n_cleanups);
        self.unwind(n_cleanups);
        self.jump(Op::Jmp { d: 0 }, next);
        Ok(())
    }

    pub(super) fn return_stmt(&mut self, value: Option<&Expr>) -> Res {
        let Some(value) = value else {
            self.unwind(0);
            self.emit(Op::ReturnNil);
            return Ok(());
        };
        if is_nil(value) {
            self.unwind(0);
            self.emit(Op::ReturnNil);
            return Ok(());
        }
        let a = self.value(value)?;
        self.return_register(a);
        Ok(())
    }

    /// Returns the value in `a`, leaving all blocks.
    pub(super) fn return_register(&mut self, a: Reg) {
        self.unwind(0);
        self.emit_return(a);
    }

    pub(super) fn lock(&mut self, body: &Block, variables: &[ItemId]) -> Res {
        let lock = self.cx.locks.add(variables);
        self.emit(Op::Lock { d: lock });
        self.cleanups.push(Cleanup::Unlock(lock));
        let start = self.cx.pc();
        let result = self.block(body);
        self.cleanups.pop();
        result?;
        let end = self.cx.pc();
        let after = self.label();
        let error = self.alloc()?;
        self.handler(start, end + 2, error);
        self.emit(Op::Unlock { d: lock });
        self.jump(Op::Jmp { d: 0 }, after);
        self.emit(Op::Unlock { d: lock });
        self.emit(Op::Panic { a: error });
        self.bind(after);
        Ok(())
    }

    /// `abort` and `retry`.
    pub(super) fn leave_transaction(&mut self, retry: bool, range: TextRange) -> Res {
        let Some(around) = self.transaction else {
            return Err(self.untyped("an abort outside of a transaction", range));
        };
        self.unwind(around.n_cleanups);
        let target = if retry { around.retry } else { around.abort };
        self.jump(Op::Jmp { d: 0 }, target);
        Ok(())
    }
}

fn is_nil(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(crate::types::Literal::Nil))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Name};

    #[test]
    fn locks_that_share_a_variable_are_one() {
        let item = |name: &str| ItemId::new(FileId::new("locks.bal"), Name::new(name), 0);
        let mut groups = LockGroups::default();
        let locks = [
            groups.add(&[item("a")]),
            groups.add(&[item("b")]),
            groups.add(&[]),
            groups.add(&[item("c"), item("a")]),
        ];
        let mut ops: Vec<Op> = locks.iter().map(|&d| Op::Lock { d }).collect();
        assert_eq!(groups.resolve(&mut ops), 3);
        let numbers = [0, 1, 2, 0].map(|d| Op::Lock { d });
        assert_eq!(ops, numbers);
    }
}
