//! Which variables live in cells. A variable that an anonymous function or worker uses is copied into it
//! when nobody assigns to it after its declaration; else all of them share a cell.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::types::FuncKey;
use crate::types::hir::{
    Block, Body, Function, HirItem, LocalId, Pattern, PatternKind, PlaceKind, Stmt, StmtKind,
};

/// The variables of one item that live in cells, by function.
#[derive(Default, Debug)]
pub(super) struct Cells {
    boxed: FxHashSet<(FuncKey, LocalId)>,
}

impl Cells {
    pub(super) fn of(item: &HirItem) -> Self {
        if item.functions.iter().all(|f| f.captures.is_empty()) {
            return Self::default();
        }
        // Where each captured name is declared: functions come after the ones that hold them.
        let mut owner: FxHashMap<(FuncKey, LocalId), (FuncKey, LocalId)> = FxHashMap::default();
        for function in &item.functions {
            let Some(parent) = function.parent else {
                continue;
            };
            for capture in &function.captures {
                let outer = (parent, capture.outer);
                let declared = owner.get(&outer).copied().unwrap_or(outer);
                owner.insert((function.key, capture.inner), declared);
            }
        }
        let captured: FxHashSet<_> = owner.values().copied().collect();
        let mut shared = FxHashSet::default();
        for function in &item.functions {
            let mut assigned = |local: LocalId| {
                let used = (function.key, local);
                let declared = owner.get(&used).copied().unwrap_or(used);
                if captured.contains(&declared) {
                    shared.insert(declared);
                }
            };
            each_assigned(function, &mut assigned);
        }
        let inner = owner
            .iter()
            .filter(|(_, declared)| shared.contains(*declared))
            .map(|(used, _)| *used);
        let boxed = inner.chain(shared.iter().copied()).collect();
        Self { boxed }
    }

    pub(super) fn contains(&self, function: FuncKey, local: LocalId) -> bool {
        self.boxed.contains(&(function, local))
    }
}

/// Calls `found` with every variable that the function's own code assigns to, declarations apart.
fn each_assigned(function: &Function, found: &mut dyn FnMut(LocalId)) {
    for (at, local) in function.locals.iter().enumerate() {
        if local.is_assigned {
            found(LocalId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
    }
    if let Body::Block(body) = &function.body {
        block(body, found);
    }
}

fn block(block: &Block, found: &mut dyn FnMut(LocalId)) {
    for statement in &block.stmts {
        stmt(statement, found);
    }
}

fn stmt(stmt: &Stmt, found: &mut dyn FnMut(LocalId)) {
    match &stmt.kind {
        StmtKind::Assign { place, .. } | StmtKind::Compound { place, .. } => {
            if let PlaceKind::Local(local) = place.kind {
                found(local);
            }
        }
        StmtKind::Destructure { pattern, .. } => self::pattern(pattern, found),
        StmtKind::If {
            then, otherwise, ..
        } => {
            block(then, found);
            otherwise.iter().for_each(|body| block(body, found));
        }
        StmtKind::While { body, .. }
        | StmtKind::Foreach { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Lock { body, .. } => block(body, found),
        StmtKind::Match { clauses, .. } => {
            clauses.iter().for_each(|clause| block(&clause.body, found));
        }
        StmtKind::Transaction(transaction) => {
            block(&transaction.body, found);
            let after = [
                &transaction.onretry,
                &transaction.committed,
                &transaction.aborted,
            ];
            after
                .into_iter()
                .flatten()
                .for_each(|body| block(body, found));
        }
        // A variable that is declared without a value may be assigned after a function has captured it;
        // those assignments are found where they stand.
        StmtKind::Let { .. }
        | StmtKind::Expr(_)
        | StmtKind::Return(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Panic(_)
        | StmtKind::Worker { .. }
        | StmtKind::Fork(_)
        | StmtKind::Send { .. }
        | StmtKind::Abort
        | StmtKind::Retry
        | StmtKind::Forever(_)
        | StmtKind::Error => {}
    }
}

fn pattern(pattern: &Pattern, found: &mut dyn FnMut(LocalId)) {
    let mut each = |inner: &Pattern| self::pattern(inner, found);
    match &pattern.kind {
        PatternKind::Assign(place) => {
            if let PlaceKind::Local(local) = place.kind {
                found(local);
            }
        }
        PatternKind::List { items, rest } => {
            items.iter().for_each(&mut each);
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Mapping { fields, rest, .. } => {
            fields.iter().for_each(|(_, field)| each(field));
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Error {
            reason,
            details,
            rest,
        } => {
            reason.iter().for_each(|reason| each(reason));
            details.iter().for_each(|(_, detail)| each(detail));
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Bind(_)
        | PatternKind::Discard
        | PatternKind::Literal(_)
        | PatternKind::Wrong => {}
    }
}
