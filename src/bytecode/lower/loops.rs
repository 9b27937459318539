//! `while` and `foreach`. A loop tests at its bottom: one jump a turn. The test before the first turn
//! is a copy of the condition when that is short, else a jump to the bottom.

use crate::bytecode::op::Op;
use crate::types::hir::{Block, Expr, ExprKind, IterKind, Pattern, PatternKind};
use crate::types::{Literal, TyKind, walk};

use super::class::{Class, element_class};
use super::control::LoopCx;
use super::function::{FnCx, Home, Label, Reg, Res};

/// Expressions in a condition that is worth a second copy.
const SHORT: u32 = 12;

impl FnCx<'_, '_> {
    pub(super) fn while_loop(&mut self, condition: &Expr, body: &Block) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let mark = self.mark();
        if is_true(condition) {
            self.bind(top);
            self.loop_body(body, next, exit)?;
            self.bind(next);
            self.jump(Op::Loop { d: 0 }, top);
            self.bind(exit);
            return Ok(());
        }
        if is_short(condition) {
            self.branch(condition, false, exit)?;
        } else {
            self.jump(Op::Jmp { d: 0 }, next);
        }
        self.release(mark);
        self.bind(top);
        self.loop_body(body, next, exit)?;
        self.bind(next);
        self.at(condition.range);
        self.loop_while(condition, top)?;
        self.release(mark);
        self.bind(exit);
        Ok(())
    }

    fn loop_body(&mut self, body: &Block, next: Label, exit: Label) -> Res {
        self.loops.push(LoopCx {
            next,
            exit,
            n_cleanups: self.cleanups.len(),
        });
        let result = self.block(body);
        self.loops.pop();
        result
    }

    pub(super) fn foreach(
        &mut self,
        pattern: &Pattern,
        iterable: &Expr,
        kind: IterKind,
        body: &Block,
    ) -> Res {
        let iterable = self.peel(iterable);
        if let ExprKind::Range {
            start,
            end,
            inclusive,
        } = &iterable.kind
        {
            return self.foreach_int(pattern, start, end, *inclusive, body);
        }
        match kind {
            IterKind::Object | IterKind::Range => self.foreach_object(pattern, iterable, body),
            IterKind::Array if matches!(iterable.ty.kind(), TyKind::Array { .. }) => {
                self.foreach_array(pattern, iterable, body)
            }
            IterKind::Array
            | IterKind::Tuple
            | IterKind::Mapping
            | IterKind::String
            | IterKind::Xml
            | IterKind::Table
            | IterKind::Dynamic => self.foreach_native(pattern, iterable, body),
        }
    }

    /// `foreach int i in a ... b`: the variable is the counter.
    fn foreach_int(
        &mut self,
        pattern: &Pattern,
        start: &Expr,
        end: &Expr,
        inclusive: bool,
        body: &Block,
    ) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let counter = self.push(start)?;
        let limit = self.unchanged(end)?;
        // Nothing to do at all?
        let (a, b, d) = (limit, counter, 0);
        if inclusive {
            self.jump(Op::LtIntJmp { a, b, d }, exit);
        } else {
            self.jump(Op::LeIntJmp { a, b, d }, exit);
        }
        self.bind(top);
        self.nested(|cx| {
            match &pattern.kind {
                PatternKind::Bind(local) if !cx.is_boxed(*local) => {
                    cx.set_home(*local, Home::Register(counter));
                }
                _ => cx.bind_pattern_from(pattern, counter)?,
            }
            cx.loop_body(body, next, exit)
        })?;
        self.bind(next);
        let (a, b) = (counter, limit);
        if inclusive {
            self.jump(Op::ForLe { a, b, d }, top);
        } else {
            self.jump(Op::ForLt { a, b, d }, top);
        }
        self.bind(exit);
        Ok(())
    }

    /// A register with the value of `expr` that the loop does not change.
    fn unchanged(&mut self, expr: &Expr) -> Res<Reg> {
        let expr = self.peel(expr);
        if let ExprKind::Local(local) = expr.kind
            && let Home::Register(register) = self.home(local)
            && let Some(known) = self.function.and_then(|function| function.local(local))
            && !known.is_assigned
        {
            return Ok(register);
        }
        self.push(expr)
    }

    /// Arrays by index: the instructions are frequent ones, and members that are added meanwhile are seen.
    fn foreach_array(&mut self, pattern: &Pattern, iterable: &Expr, body: &Block) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let list = self.unchanged(iterable)?;
        let index = self.alloc()?;
        self.emit(Op::LoadInt { a: index, d: 0 });
        let len = self.alloc()?;
        self.emit(Op::ListLen { a: len, b: list });
        self.jump(Op::LeIntKJmp { a: len, k: 0, d: 0 }, exit);
        self.bind(top);
        let member = self.alloc()?;
        let (a, b, c) = (member, list, index);
        self.emit(match element_class(iterable.ty) {
            Class::Int => Op::GetInt { a, b, c },
            Class::Float => Op::GetFloat { a, b, c },
            Class::Boolean => Op::GetBool { a, b, c },
            _ => Op::GetElem { a, b, c },
        });
        self.nested(|cx| {
            cx.loop_variable(pattern, member)?;
            cx.loop_body(body, next, exit)
        })?;
        self.bind(next);
        self.emit(Op::ListLen { a: len, b: list });
        let (a, b, d) = (index, len, 0);
        self.jump(Op::ForLt { a, b, d }, top);
        self.bind(exit);
        Ok(())
    }

    /// Tuples, mappings, strings, xml, tables, and values of several kinds.
    fn foreach_native(&mut self, pattern: &Pattern, iterable: &Expr, body: &Block) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let state = self.alloc_row(2)?;
        let mark = self.mark();
        let iterated = self.value(iterable)?;
        self.emit(Op::IterNew {
            a: state,
            b: iterated,
        });
        self.release(mark);
        let member = self.alloc()?;
        let (a, b, d) = (state, member, 0);
        self.jump(Op::IterNext { a, b, d }, exit);
        self.bind(top);
        self.nested(|cx| {
            cx.loop_variable(pattern, member)?;
            cx.loop_body(body, next, exit)
        })?;
        self.bind(next);
        self.jump(Op::IterLoop { a, b, d }, top);
        self.bind(exit);
        Ok(())
    }

    /// Objects with `__iterator()`, ranges that are values among them.
    fn foreach_object(&mut self, pattern: &Pattern, iterable: &Expr, body: &Block) -> Res {
        let (next, exit) = (self.label(), self.label());
        let iterator = self.push(iterable)?;
        self.call_method_named("__iterator", iterator, 1);
        self.bind(next);
        let member = self.alloc()?;
        self.move_to(member, iterator);
        self.call_method_named("next", member, 1);
        self.jump(Op::JmpNil { a: member, d: 0 }, exit);
        let d = self.cx.string("value");
        self.emit(Op::GetFieldName {
            a: member,
            b: member,
            d,
        });
        self.nested(|cx| {
            cx.loop_variable(pattern, member)?;
            cx.loop_body(body, next, exit)
        })?;
        self.jump(Op::Loop { d: 0 }, next);
        self.bind(exit);
        Ok(())
    }

    /// Binds the pattern to the member in a register that the loop writes anew each turn.
    fn loop_variable(&mut self, pattern: &Pattern, member: Reg) -> Res {
        match &pattern.kind {
            PatternKind::Bind(local) if !self.is_boxed(*local) => {
                self.set_home(*local, Home::Register(member));
                Ok(())
            }
            _ => self.bind_pattern_from(pattern, member),
        }
    }
}

fn is_true(condition: &Expr) -> bool {
    matches!(condition.kind, ExprKind::Literal(Literal::Boolean(true)))
}

fn is_short(condition: &Expr) -> bool {
    let mut n_parts = 0;
    let mut is_plain = true;
    walk::expr(condition, &mut |part| {
        n_parts += 1;
        is_plain &= !matches!(
            part.kind,
            ExprKind::Lambda(_) | ExprKind::New { .. } | ExprKind::Trap(_)
        );
    });
    is_plain && n_parts <= SHORT
}
