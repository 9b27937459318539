//! Statements that branch, repeat or guard: `if`, `while`, `foreach`, `break` and `continue`, transactions,
//! locks. Each says what its branches know about locals (spec/language.md 4.5, 5.9, 5.18).

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::base::{ItemId, Name, TextRange};
use crate::db;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{self, BlockId, ExprId, ItemAst, PatternId, StmtId, VarType};
use crate::types::hir::{Block, Expr, ExprKind, IterKind, Stmt, StmtKind, Transaction};
use crate::types::queries::{object_def, record_def};
use crate::types::ty::{Literal, ObjectId, Ty, TyKind};
use crate::types::{classify, module_of};

use super::cx::Cx;
use super::scope::LocalKind;

impl Cx<'_> {
    pub fn if_stmt(
        &mut self,
        branches: &[(ExprId, BlockId)],
        otherwise: Option<BlockId>,
        range: TextRange,
    ) -> StmtKind {
        let was_dead = self.frame().is_dead;
        let mut typed = Vec::new();
        let mut ends = Vec::new();
        for &(condition, block) in branches {
            let (condition, facts) = self.condition(condition);
            let before = self.frame().narrowed.clone();
            self.narrow(&facts.when_true);
            self.frame().is_dead = false;
            let then = self.block(block);
            let frame = self.frame();
            let end = std::mem::replace(&mut frame.narrowed, before);
            if !frame.is_dead {
                ends.push(end);
            }
            self.narrow(&facts.when_false);
            typed.push((condition, then));
        }
        self.frame().is_dead = false;
        let mut otherwise = otherwise.map(|block| self.block(block));
        let frame = self.frame();
        if !frame.is_dead {
            ends.push(std::mem::take(&mut frame.narrowed));
        }
        frame.is_dead = was_dead || ends.is_empty();
        let joined = self.join(ends);
        self.frame().narrowed = joined;

        let (first, others) = typed.split_at(1.min(typed.len()));
        for (condition, then) in others.iter().rev().cloned() {
            let end = otherwise.as_ref().map_or(then.end, |block| block.end);
            let stmt = Stmt {
                range: TextRange::new(condition.range.start, range.end),
                kind: StmtKind::If {
                    condition,
                    then,
                    otherwise,
                },
            };
            otherwise = Some(Block {
                stmts: vec![stmt],
                end,
            });
        }
        match first.first().cloned() {
            Some((condition, then)) => StmtKind::If {
                condition,
                then,
                otherwise,
            },
            None => StmtKind::Error,
        }
    }

    // ---- loops --------------------------------------------------------------------------------

    pub fn while_stmt(&mut self, id: StmtId, condition: ExprId, body: BlockId) -> StmtKind {
        let was_dead = self.frame().is_dead;
        self.enter_loop(id, false);
        let (condition, facts) = self.condition(condition);
        let entry = self.frame().narrowed.clone();
        self.narrow(&facts.when_true);
        let body = self.block(body);
        let has_break = self.leave_loop();
        self.frame().narrowed = entry;
        if !has_break {
            self.narrow(&facts.when_false);
        }
        let endless = matches!(condition.kind, ExprKind::Literal(Literal::Boolean(true)));
        self.frame().is_dead = was_dead || (endless && !has_break);
        StmtKind::While { condition, body }
    }

    pub fn foreach(
        &mut self,
        id: StmtId,
        ty: VarType,
        pattern: PatternId,
        iterable: ExprId,
        body: BlockId,
    ) -> StmtKind {
        let was_dead = self.frame().is_dead;
        let iterable = self.action(iterable, None);
        let (kind, item) = self.iteration(&iterable);
        let item = match ty {
            VarType::Infer(_) => item,
            VarType::Type(ty) => {
                let declared = self.lower(ty);
                if !self.fits(item, declared) {
                    let message = format!(
                        "incompatible types: expected '{}', found '{}'",
                        self.display(declared),
                        self.display(item)
                    );
                    self.report(Code::E030, self.ast.pattern_range(pattern), message);
                }
                declared
            }
        };
        self.enter_loop(id, false);
        let entry = self.frame().narrowed.clone();
        let (pattern, body) = self.scoped(|cx| {
            let pattern = cx.binding(pattern, item, LocalKind::Final);
            (pattern, cx.block(body))
        });
        self.leave_loop();
        self.frame().narrowed = entry;
        self.frame().is_dead = was_dead;
        StmtKind::Foreach {
            pattern,
            iterable,
            kind,
            body,
        }
    }

    /// How a value is walked, and the type of what each turn is given (5.9); E035 when it cannot be.
    fn iteration(&mut self, iterable: &Expr) -> (IterKind, Ty) {
        if let ExprKind::Range { .. } = iterable.kind {
            return (IterKind::Range, Ty::INT);
        }
        if iterable.ty.is_error() {
            return (IterKind::Dynamic, Ty::ERROR);
        }
        let mut found: Option<(IterKind, Ty)> = None;
        for member in iterable.ty.members() {
            let Some((kind, item)) = self.iteration_of(member) else {
                let message = format!(
                    "incompatible types: '{}' is not an iterable collection",
                    self.display(iterable.ty)
                );
                self.report(Code::E035, iterable.range, message);
                return (IterKind::Dynamic, Ty::ERROR);
            };
            found = Some(match found {
                None => (kind, item),
                Some((first, ty)) if first == kind => (kind, Ty::union([ty, item])),
                Some((_, ty)) => (IterKind::Dynamic, Ty::union([ty, item])),
            });
        }
        found.unwrap_or((IterKind::Dynamic, Ty::ERROR))
    }

    fn iteration_of(&self, ty: Ty) -> Option<(IterKind, Ty)> {
        Some(match ty.kind() {
            TyKind::Array { element, .. } => (IterKind::Array, *element),
            TyKind::Tuple { members, rest } => (
                IterKind::Tuple,
                Ty::union(members.iter().chain(rest).copied()),
            ),
            TyKind::Map(element) => (IterKind::Mapping, *element),
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let fields = definition.fields.iter().map(|field| field.ty);
                (IterKind::Mapping, Ty::union(fields.chain(definition.rest)))
            }
            TyKind::String | TyKind::Singleton(Literal::String(_)) => {
                (IterKind::String, Ty::STRING)
            }
            TyKind::Xml => (IterKind::Xml, Ty::XML),
            TyKind::Table(row) => (IterKind::Table, *row),
            TyKind::Object(_) if ty == self.range_type() => (IterKind::Range, Ty::INT),
            TyKind::Object(id) => (IterKind::Object, self.iterated_by(*id)?),
            _ => return None,
        })
    }

    /// What `__iterator().next()` gives, in its field `value`.
    fn iterated_by(&self, object: ObjectId) -> Option<Ty> {
        let definition = object_def(self.db, object);
        let iterator = definition.method(Name::new("__iterator"))?.signature.ret;
        let TyKind::Object(iterator) = iterator.kind() else {
            return None;
        };
        let iterator = object_def(self.db, *iterator);
        let next = iterator.method(Name::new("next"))?.signature.ret;
        let TyKind::Record(entry) = classify::without_nil(next).kind() else {
            return None;
        };
        let entry = record_def(self.db, *entry);
        entry.field(Name::new("value")).map(|field| field.ty)
    }

    /// `break` and `continue`.
    pub fn jump(&mut self, range: TextRange, is_break: bool) -> StmtKind {
        let word = if is_break { "break" } else { "continue" };
        match self.frame().loops.last_mut() {
            Some(around) if around.is_transaction => {
                let message = format!("{word} statement cannot be used to exit from a transaction");
                self.report(Code::E088, range, message);
            }
            Some(around) => around.has_break |= is_break,
            None => {
                let message = format!("{word} cannot be used outside of a loop");
                self.report(Code::E052, range, message);
            }
        }
        self.frame().is_dead = true;
        if is_break {
            StmtKind::Break
        } else {
            StmtKind::Continue
        }
    }

    // ---- transactions -------------------------------------------------------------------------

    pub fn transaction(
        &mut self,
        id: StmtId,
        transaction: &ast::Transaction,
        range: TextRange,
    ) -> StmtKind {
        if self.frame().in_transaction {
            let message = "a transaction cannot be nested in another one";
            self.report(Code::E088, range, message);
        }
        let was_dead = self.frame().is_dead;
        let outer = self.frame().in_transaction;
        let retries = transaction.retries.map(|count| self.retry_count(count));
        self.enter_loop(id, true);
        let entry = self.frame().narrowed.clone();
        self.frame().in_transaction = true;
        let body = self.block(transaction.body);
        let onretry = transaction.on_retry.map(|block| self.handler(block));
        self.frame().in_transaction = outer;
        let committed = transaction.committed.map(|block| self.handler(block));
        let aborted = transaction.aborted.map(|block| self.handler(block));
        self.leave_loop();
        self.frame().narrowed = entry;
        self.frame().is_dead = was_dead;
        StmtKind::Transaction(Box::new(Transaction {
            retries,
            body,
            onretry,
            committed,
            aborted,
        }))
    }

    fn handler(&mut self, block: BlockId) -> Block {
        self.frame().is_dead = false;
        self.block(block)
    }

    /// A literal of at least 0 or a `final` variable.
    fn retry_count(&mut self, id: ExprId) -> Expr {
        let n_found = self.found.len();
        let count = self.expr_of(id, Ty::INT);
        let fits = match count.kind {
            ExprKind::Literal(Literal::Int(value)) => value >= 0,
            ExprKind::Local(local) => self.frame().kind(local) == LocalKind::Final,
            ExprKind::Global(item) => db::item_ast(self.db, item).is_some_and(
                |ast| matches!(&ast.kind, ast::ItemKind::Var(variable) if variable.is_final),
            ),
            _ => false,
        };
        if !fits && self.found.len() == n_found {
            self.report(Code::E088, count.range, "invalid transaction retry count");
        }
        count
    }

    /// `abort` and `retry`.
    pub fn leave_transaction(&mut self, word: &str, range: TextRange, kind: StmtKind) -> StmtKind {
        if !self.frame().in_transaction {
            let message = format!("{word} cannot be used outside of a transaction block");
            self.report(Code::E088, range, message);
        }
        self.frame().is_dead = true;
        kind
    }

    // ---- locks --------------------------------------------------------------------------------

    /// The module variables that a block names, and the functions that it calls by name, and so on. Read off the
    /// names alone: no local has the name of a module variable.
    pub fn variables_touched(&self, block: BlockId) -> Vec<ItemId> {
        let mut touched = Touched::default();
        let range = self.ast.block_range(block);
        self.touch(self.item, self.ast, Some(range), &mut touched);
        while let Some(function) = touched.work.pop() {
            if let Some(ast) = db::item_ast(self.db, function) {
                self.touch(function, &ast, None, &mut touched);
            }
        }
        touched.variables.into_iter().collect()
    }

    fn touch(&self, item: ItemId, ast: &ItemAst, inside: Option<TextRange>, found: &mut Touched) {
        for at in 0..ast.n_exprs() {
            let id = ExprId::from_index(at);
            let ast::Expr::Name(name) = ast.expr(id) else {
                continue;
            };
            let range = ast.expr_range(id);
            if inside.is_some_and(|outer| range.start < outer.start || range.end > outer.end) {
                continue;
            }
            let Ok(named) = resolve::lookup(self.db, item.file(), name) else {
                continue;
            };
            match resolve::definition(self.db, named).map(|definition| definition.kind) {
                Some(DefKind::Variable { listener: false }) => {
                    found.variables.insert(named);
                }
                Some(DefKind::Function)
                    if !module_of(self.db, named).is_library() && found.entered.insert(named) =>
                {
                    found.work.push(named);
                }
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Touched {
    variables: IndexSet<ItemId, FxBuildHasher>,
    entered: FxHashSet<ItemId>,
    work: Vec<ItemId>,
}
