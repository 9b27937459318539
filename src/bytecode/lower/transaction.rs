//! Transactions (language.md 7.7): the block runs until it succeeds, is aborted, or has failed as often as
//! it may. Natives begin, commit and roll back what databases do inside.

use crate::bytecode::op::Op;
use crate::types::hir::{Block, Expr, Transaction};

use super::control::TransactionCx;
use super::expr::int_literal;
use super::function::{FnCx, Reg, Res};

/// Runs of the block when nothing is said.
const RUNS: i32 = 3;

impl FnCx<'_, '_> {
    pub(super) fn transaction(&mut self, transaction: &Transaction) -> Res {
        let runs = self.runs(transaction.retries.as_ref())?;
        let error = self.alloc()?;
        let (abort, retry) = (self.label(), self.label());
        let (committed, last, done) = (self.label(), self.label(), self.label());

        let begin = self.here();
        self.call_plain("ballerina/transactions:begin")?;
        let start = self.cx.pc();
        let outer = self.transaction.replace(TransactionCx {
            abort,
            retry,
            n_cleanups: self.cleanups.len(),
        });
        let result = self.block(&transaction.body);
        self.transaction = outer;
        result?;
        // False when a database has refused something inside.
        let is_committed = self.alloc()?;
        self.call_native("ballerina/transactions:commit", is_committed, 0);
        self.jump(
            Op::JmpFalse {
                a: is_committed,
                d: 0,
            },
            retry,
        );
        self.jump(Op::Jmp { d: 0 }, committed);

        // A panic arrives behind the instruction that stands for "no error".
        let failed = self.cx.pc() + 1;
        self.handler(start, failed, error);
        self.bind(retry);
        self.emit(Op::LoadNil { a: error });
        self.call_plain("ballerina/transactions:rollback")?;
        self.emit(Op::AddIntK {
            a: runs,
            b: runs,
            d: -1,
        });
        self.jump(
            Op::LeIntKJmp {
                a: runs,
                k: 0,
                d: 0,
            },
            last,
        );
        self.dropping_panics(transaction.onretry.as_ref())?;
        self.jump(Op::Loop { d: 0 }, begin);

        self.bind(last);
        self.dropping_panics(transaction.aborted.as_ref())?;
        self.jump(Op::JmpNil { a: error, d: 0 }, done);
        self.emit(Op::Panic { a: error });

        self.bind(abort);
        self.call_plain("ballerina/transactions:rollback")?;
        self.dropping_panics(transaction.aborted.as_ref())?;
        self.jump(Op::Jmp { d: 0 }, done);

        self.bind(committed);
        self.dropping_panics(transaction.committed.as_ref())?;
        self.bind(done);
        Ok(())
    }

    /// How often the block may still run, at least once.
    fn runs(&mut self, retries: Option<&Expr>) -> Res<Reg> {
        let register = self.alloc()?;
        let Some(retries) = retries else {
            self.emit(Op::LoadInt {
                a: register,
                d: RUNS,
            });
            return Ok(register);
        };
        self.value_to(retries, register)?;
        if int_literal(retries).is_none() {
            let fine = self.label();
            self.jump(
                Op::GeIntKJmp {
                    a: register,
                    k: 0,
                    d: 0,
                },
                fine,
            );
            self.panic_with("TransactionError", "invalid retry count")?;
            self.bind(fine);
        }
        Ok(register)
    }

    /// `panic error(reason, message = message)`.
    fn panic_with(&mut self, reason: &str, message: &str) -> Res {
        let mark = self.mark();
        let b = self.alloc()?;
        let d = self.cx.string(reason);
        self.emit(Op::LoadConst { a: b, d });
        let detail = self.alloc()?;
        let key = self.alloc()?;
        let value = self.alloc()?;
        let d = self.cx.string("message");
        self.emit(Op::LoadConst { a: key, d });
        let d = self.cx.string(message);
        self.emit(Op::LoadConst { a: value, d });
        let map = crate::bytecode::typedesc::TypeId::ANYDATA_OR_ERROR_MAP;
        self.emit(Op::NewMap {
            a: detail,
            b: key,
            c: 1,
            d: map.0,
        });
        let error = crate::bytecode::typedesc::TypeId::ERROR;
        self.emit(Op::NewError {
            a: b,
            b,
            d: error.0,
        });
        self.emit(Op::Panic { a: b });
        self.release(mark);
        Ok(())
    }

    /// Calls a native that takes nothing and gives nothing.
    fn call_plain(&mut self, key: &str) -> Res {
        let mark = self.mark();
        let window = self.alloc()?;
        self.call_native(key, window, 0);
        self.release(mark);
        Ok(())
    }

    /// Runs a block whose panics are forgotten.
    fn dropping_panics(&mut self, block: Option<&Block>) -> Res {
        let Some(block) = block else {
            return Ok(());
        };
        let mark = self.mark();
        let forgotten = self.alloc()?;
        self.trapped(forgotten, |cx| cx.block(block))?;
        self.release(mark);
        Ok(())
    }
}
