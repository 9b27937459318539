//! Workers: their functions, and whether their messages pair up (spec/language.md 5.17).
//!
//! The messages of all strands of a function (its own and its workers) are read off the finished HIR: names of
//! peers (E085), places (E086), flushes (E087); then the strands are run against each other, message by
//! message, until none can go on.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId, StmtId};
use crate::types::generic_error;
use crate::types::hir::{
    Block, Body, Expr, ExprKind, FuncKey, FuncKind, FunctionKind, Peer, Stmt, StmtKind,
};
use crate::types::ty::{Ty, TyKind};
use crate::types::walk;

use super::cx::Cx;
use super::function::{Head, number};
use super::scope::LocalKind;

/// A function's own strand, or one of its workers.
struct Strand {
    name: Peer,
    events: Vec<Event>,
    at: usize,
    /// The synchronous message at `at` lies there to be taken.
    is_offering: bool,
}

/// A message given or taken.
#[derive(Clone, Copy)]
struct Event {
    kind: EventKind,
    peer: Peer,
    range: TextRange,
    /// What is sent, or what is expected.
    ty: Ty,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EventKind {
    Send,
    SyncSend,
    Receive,
}

impl Cx<'_> {
    // ---- statements ---------------------------------------------------------------------------

    pub fn worker(&mut self, stmt: StmtId, worker: &ast::Worker) -> StmtKind {
        let parent = self.frames.last().map(|frame| frame.key);
        let key = FuncKey {
            kind: FuncKind::Worker,
            node: number(stmt.index()),
            member: 0,
        };
        let annotations = self.annotations(&worker.annotations);
        let ret = self.return_type(worker.returns.as_ref(), worker.name.range);
        let result = ret.ty;
        let place = self.enter(key, result);
        let body = self.block(worker.body);
        let head = Head {
            name: worker.name.name,
            name_range: worker.name.range,
            kind: FunctionKind::Worker,
            is_public: false,
            parent,
            params: Vec::new(),
            rest: None,
            ret,
            annotations,
        };
        self.leave(place, head, Body::Block(body));
        let future = Ty::new(&TyKind::Future(result));
        StmtKind::Worker {
            function: key,
            name: worker.name.name,
            future: self.declare(worker.name, future, LocalKind::Worker),
        }
    }

    pub fn fork(&mut self, workers: &[StmtId]) -> StmtKind {
        let ast = self.ast;
        let mut started = Vec::new();
        for &id in workers {
            if let ast::Stmt::Worker(worker) = ast.stmt(id) {
                let kind = self.worker(id, worker);
                let range = ast.stmt_range(id);
                started.push(Stmt { kind, range });
            }
        }
        self.check_messages(None, &started);
        StmtKind::Fork(started)
    }

    pub fn send(&mut self, value: ExprId, peer: ast::Peer, extra: Option<ExprId>) -> StmtKind {
        let data = Ty::union([Ty::ANYDATA, generic_error(self.db)]);
        let value = self.action(value, None);
        let value = self.require(value, data);
        if let Some(extra) = extra {
            self.expr(extra, None);
            let message = "a message to a worker has one value";
            self.report(Code::E047, self.range(extra), message);
        }
        StmtKind::Send {
            value,
            to: match peer {
                ast::Peer::Worker(name) => Peer::Worker(name.name),
                ast::Peer::Default(_) => Peer::Default,
            },
        }
    }

    // ---- messages -----------------------------------------------------------------------------

    /// Looks at the messages between the workers that `stmts` start, and the strand that runs `own`.
    pub fn check_messages(&mut self, own: Option<&Block>, stmts: &[Stmt]) {
        let n_found = self.found.len();
        let mut strands = Vec::new();
        if let Some(own) = own {
            strands.push(self.strand(Peer::Default, own));
        }
        for stmt in stmts {
            let StmtKind::Worker { function, name, .. } = stmt.kind else {
                continue;
            };
            let functions = self.functions.iter().flatten();
            let body =
                functions
                    .filter(|known| known.key == function)
                    .find_map(|known| match &known.body {
                        Body::Block(body) => Some(body.clone()),
                        _ => None,
                    });
            if let Some(body) = body {
                strands.push(self.strand(Peer::Worker(name), &body));
            }
        }
        self.check_peers(&strands);
        if self.found.len() == n_found {
            self.run_strands(strands);
        }
    }

    /// The messages of a strand; E086 for those that are no statements of its own block, E087 for flushes that
    /// wait for nothing.
    fn strand(&mut self, name: Peer, body: &Block) -> Strand {
        let mut found = Found::default();
        for stmt in &body.stmts {
            found.statement(stmt);
        }
        for (kind, range) in found.misplaced {
            let word = match kind {
                EventKind::Receive => "receive",
                EventKind::Send | EventKind::SyncSend => "send",
            };
            let message = format!(
                "invalid worker {word} statement position, must be a top level statement in a worker"
            );
            self.report(Code::E086, range, message);
        }
        for (peer, range) in found.flushes {
            let has_send = found.events.iter().any(|event| {
                event.kind == EventKind::Send && peer.is_none_or(|peer| event.peer == peer)
            });
            if !has_send {
                let from = peer_name(name);
                let message = match peer.map(peer_name) {
                    Some(to) => format!(
                        "invalid worker flush expression for '{to}', there are no worker send statements to '{to}' from '{from}'"
                    ),
                    None => format!(
                        "invalid worker flush expression, there are no worker send statements from '{from}'"
                    ),
                };
                self.report(Code::E087, range, message);
            }
        }
        Strand {
            name,
            events: found.events,
            at: 0,
            is_offering: false,
        }
    }

    /// E085 for peers that are no strands of the function.
    fn check_peers(&mut self, strands: &[Strand]) {
        let names: Vec<Peer> = strands.iter().map(|strand| strand.name).collect();
        for strand in strands {
            for event in &strand.events {
                if event.peer == strand.name {
                    let message =
                        format!("unsupported worker reference '{}'", peer_name(event.peer));
                    self.report(Code::E085, event.range, message);
                } else if !names.contains(&event.peer) {
                    let message = format!("undefined worker '{}'", peer_name(event.peer));
                    self.report(Code::E085, event.range, message);
                }
            }
        }
    }

    /// Lets the strands exchange their messages; E086 for the first that finds no partner.
    fn run_strands(&mut self, mut strands: Vec<Strand>) {
        let mut sent: FxHashMap<(Peer, Peer), VecDeque<Event>> = FxHashMap::default();
        let mut mismatched = Vec::new();
        loop {
            let mut goes_on = false;
            for strand in &mut strands {
                goes_on |= strand.go_on(&mut sent, &mut mismatched);
            }
            if !goes_on {
                break;
            }
        }
        for (sent, expected) in mismatched {
            if !self.fits(sent.ty, expected.ty) {
                let message = format!(
                    "incompatible types: expected '{}', found '{}'",
                    self.display(expected.ty),
                    self.display(sent.ty)
                );
                self.report(Code::E030, expected.range, message);
            }
        }
        let waiting = strands.iter().filter_map(Strand::next);
        let lonely = waiting
            .map(|event| event.range)
            .chain(sent.values().flatten().map(|event| event.range))
            .min();
        if let Some(range) = lonely {
            let states: Vec<String> = strands.iter().map(Strand::state).collect();
            let message = format!(
                "worker send/receive interactions are invalid; worker(s) cannot move onwards from the state: '[{}]'",
                states.join(", ")
            );
            self.report(Code::E086, range, message);
        }
    }
}

impl Strand {
    fn next(&self) -> Option<&Event> {
        self.events.get(self.at)
    }

    /// Goes on as far as it can; says whether that was any step at all.
    fn go_on(
        &mut self,
        sent: &mut FxHashMap<(Peer, Peer), VecDeque<Event>>,
        pairs: &mut Vec<(Event, Event)>,
    ) -> bool {
        let mut moved = false;
        while let Some(event) = self.events.get(self.at).copied() {
            match event.kind {
                EventKind::Send => {
                    let queue = sent.entry((self.name, event.peer)).or_default();
                    queue.push_back(event);
                }
                EventKind::SyncSend => {
                    let queue = sent.entry((self.name, event.peer)).or_default();
                    if !self.is_offering {
                        queue.push_back(event);
                        self.is_offering = true;
                        moved = true;
                    }
                    if queue.iter().any(|other| other.range == event.range) {
                        break;
                    }
                    self.is_offering = false;
                }
                EventKind::Receive => {
                    let queue = sent.get_mut(&(event.peer, self.name));
                    let Some(message) = queue.and_then(VecDeque::pop_front) else {
                        break;
                    };
                    pairs.push((message, event));
                }
            }
            self.at += 1;
            moved = true;
        }
        moved
    }

    /// What it does next, as the message of E086 spells it.
    fn state(&self) -> String {
        let Some(event) = self.next() else {
            return "FINISHED".to_owned();
        };
        let peer = peer_name(event.peer);
        match event.kind {
            EventKind::Send => format!("-> {peer}"),
            EventKind::SyncSend => format!("->> {peer}"),
            EventKind::Receive => format!("<- {peer}"),
        }
    }
}

/// The messages found in a strand.
#[derive(Default)]
struct Found {
    events: Vec<Event>,
    misplaced: Vec<(EventKind, TextRange)>,
    flushes: Vec<(Option<Peer>, TextRange)>,
}

impl Found {
    /// A statement of the strand's own block.
    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Send { value, to } => {
                self.expr(value);
                self.events.push(Event {
                    kind: EventKind::Send,
                    peer: *to,
                    range: stmt.range,
                    ty: value.ty,
                });
            }
            StmtKind::Let {
                value: Some(value), ..
            }
            | StmtKind::Destructure { value, .. }
            | StmtKind::Assign { value, .. }
            | StmtKind::Expr(value)
            | StmtKind::Return(Some(value))
            | StmtKind::Panic(value) => self.expr(value),
            StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::Foreach { .. }
            | StmtKind::Match { .. }
            | StmtKind::Block(_)
            | StmtKind::Lock { .. }
            | StmtKind::Transaction(_) => self.nested(stmt),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        walk::children(expr, &mut |child| self.expr(child));
        let (kind, peer, ty) = match &expr.kind {
            ExprKind::Receive(peer) => (EventKind::Receive, *peer, expr.ty),
            ExprKind::SyncSend { value, to } => (EventKind::SyncSend, *to, value.ty),
            ExprKind::Flush(peer) => {
                self.flushes.push((*peer, expr.range));
                return;
            }
            _ => return,
        };
        self.events.push(Event {
            kind,
            peer,
            range: expr.range,
            ty,
        });
    }

    /// A statement with blocks: no place for messages.
    fn nested(&mut self, stmt: &Stmt) {
        let mut sends = Vec::new();
        nested_sends(stmt, &mut sends);
        let sends = sends.into_iter().map(|range| (EventKind::Send, range));
        self.misplaced.extend(sends);
        let alone = Block {
            stmts: vec![stmt.clone()],
            end: stmt.range,
        };
        walk::block(&alone, &mut |expr| match &expr.kind {
            ExprKind::Receive(_) => self.misplaced.push((EventKind::Receive, expr.range)),
            ExprKind::SyncSend { .. } => self.misplaced.push((EventKind::SyncSend, expr.range)),
            ExprKind::Flush(peer) => self.flushes.push((*peer, expr.range)),
            _ => {}
        });
    }
}

fn nested_sends(stmt: &Stmt, found: &mut Vec<TextRange>) {
    if matches!(stmt.kind, StmtKind::Send { .. }) {
        found.push(stmt.range);
    }
    for block in blocks_of(stmt) {
        block
            .stmts
            .iter()
            .for_each(|inner| nested_sends(inner, found));
    }
}

/// The blocks directly inside a statement.
fn blocks_of(stmt: &Stmt) -> Vec<&Block> {
    match &stmt.kind {
        StmtKind::If {
            then, otherwise, ..
        } => std::iter::once(then).chain(otherwise).collect(),
        StmtKind::While { body, .. }
        | StmtKind::Foreach { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Lock { body, .. } => vec![body],
        StmtKind::Match { clauses, .. } => clauses.iter().map(|clause| &clause.body).collect(),
        StmtKind::Transaction(transaction) => {
            let handlers = [
                &transaction.onretry,
                &transaction.committed,
                &transaction.aborted,
            ];
            let handlers = handlers.into_iter().flatten();
            std::iter::once(&transaction.body).chain(handlers).collect()
        }
        _ => Vec::new(),
    }
}

fn peer_name(peer: Peer) -> &'static str {
    match peer {
        Peer::Default => "default",
        Peer::Worker(name) => name.as_str(),
    }
}
