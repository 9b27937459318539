//! Messages between strands: which pairs of strands of a function send to one another. Each pair has a cell that
//! the strands write and read; for a worker these cells are captures.

use crate::base::Name;
use crate::db::Db;
use crate::types::hir::{Block, Body, ExprKind, Function, Peer, Stmt, StmtKind};
use crate::types::{self, FuncId, FuncKind, walk};

/// From one strand to another; `None` is the function's own strand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Channel {
    pub from: Option<Name>,
    pub to: Option<Name>,
}

/// How a strand names itself to those beside it.
fn own_name(function: &Function) -> Option<Name> {
    (function.key.kind == FuncKind::Worker).then_some(function.name)
}

/// The names of the workers written in the function.
fn workers(db: &dyn Db, id: FuncId, function: &Function) -> Vec<Name> {
    let item = types::infer(db, id.item);
    let functions = item.hir.functions.iter();
    functions
        .filter(|inner| inner.parent == Some(function.key) && inner.key.kind == FuncKind::Worker)
        .map(|worker| worker.name)
        .collect()
}

/// The channel of a message that `function` sends or receives.
pub fn of_message(
    db: &dyn Db,
    id: FuncId,
    function: &Function,
    peer: Peer,
    sends: bool,
) -> Channel {
    let own = workers(db, id, function);
    let (this, other) = match peer {
        // A worker of this function: here this strand is the function's own.
        Peer::Worker(name) if own.contains(&name) => (None, Some(name)),
        Peer::Worker(name) => (own_name(function), Some(name)),
        Peer::Default => (own_name(function), None),
    };
    if sends {
        Channel {
            from: this,
            to: other,
        }
    } else {
        Channel {
            from: other,
            to: this,
        }
    }
}

/// The channels to strands beside this one: they come from the function around.
pub fn from_parent(db: &dyn Db, id: FuncId, function: &Function) -> Vec<Channel> {
    if function.key.kind != FuncKind::Worker {
        return Vec::new();
    }
    let own = workers(db, id, function);
    let mut found = Vec::new();
    for (peer, sends) in messages(function) {
        let is_own = matches!(peer, Peer::Worker(name) if own.contains(&name));
        let channel = of_message(db, id, function, peer, sends);
        if !is_own && !found.contains(&channel) {
            found.push(channel);
        }
    }
    found
}

/// The channels between this function and its workers, and among these.
pub fn own(db: &dyn Db, id: FuncId, function: &Function) -> Vec<Channel> {
    let names = workers(db, id, function);
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    for (peer, sends) in messages(function) {
        if matches!(peer, Peer::Worker(name) if names.contains(&name)) {
            let channel = of_message(db, id, function, peer, sends);
            if !found.contains(&channel) {
                found.push(channel);
            }
        }
    }
    let item = types::infer(db, id.item);
    for worker in &item.hir.functions {
        if worker.parent == Some(function.key) && worker.key.kind == FuncKind::Worker {
            let worker_id = FuncId {
                item: id.item,
                key: worker.key,
            };
            for channel in from_parent(db, worker_id, worker) {
                if !found.contains(&channel) {
                    found.push(channel);
                }
            }
        }
    }
    found
}

/// The messages that the function itself sends (`true`) and receives.
fn messages(function: &Function) -> Vec<(Peer, bool)> {
    let mut found = Vec::new();
    walk::each_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Receive(peer) => found.push((*peer, false)),
        ExprKind::SyncSend { to, .. } => found.push((*to, true)),
        _ => {}
    });
    if let Body::Block(block) = &function.body {
        sends(block, &mut found);
    }
    found
}

fn sends(block: &Block, found: &mut Vec<(Peer, bool)>) {
    for stmt in &block.stmts {
        sends_of(stmt, found);
    }
}

fn sends_of(stmt: &Stmt, found: &mut Vec<(Peer, bool)>) {
    match &stmt.kind {
        StmtKind::Send { to, .. } => found.push((*to, true)),
        StmtKind::If {
            then, otherwise, ..
        } => {
            sends(then, found);
            otherwise.iter().for_each(|block| sends(block, found));
        }
        StmtKind::While { body, .. }
        | StmtKind::Foreach { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Lock { body, .. } => sends(body, found),
        StmtKind::Match { clauses, .. } => {
            clauses.iter().for_each(|clause| sends(&clause.body, found));
        }
        StmtKind::Transaction(transaction) => {
            sends(&transaction.body, found);
            let handlers = [
                &transaction.onretry,
                &transaction.committed,
                &transaction.aborted,
            ];
            handlers
                .into_iter()
                .flatten()
                .for_each(|block| sends(block, found));
        }
        StmtKind::Let { .. }
        | StmtKind::Destructure { .. }
        | StmtKind::Assign { .. }
        | StmtKind::Compound { .. }
        | StmtKind::Expr(_)
        | StmtKind::Return(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Panic(_)
        | StmtKind::Worker { .. }
        | StmtKind::Fork(_)
        | StmtKind::Abort
        | StmtKind::Retry
        | StmtKind::Forever(_)
        | StmtKind::Error => {}
    }
}
