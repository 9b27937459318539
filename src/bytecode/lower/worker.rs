//! Workers: each is a strand that runs a function of its own; messages between two of them go over a
//! channel per direction. The channels of workers that start together are made before the first one and
//! handed to all that use them, behind the captured variables, in the order of [`channel_pairs`].

use crate::base::TextRange;
use crate::bytecode::op::Op;
use crate::types::hir::{
    Block, Body, Expr, ExprKind, FuncId, Function, FunctionKind, Peer, Stmt, StmtKind, Wait,
};
use crate::types::{self, FuncKey, TyKind, walk};

use super::function::{FnCx, Home, Reg, Res};

/// A worker statement.
struct Started<'s> {
    key: FuncKey,
    peer: Peer,
    stmt: &'s Stmt,
}

impl FnCx<'_, '_> {
    /// Starts workers that stand together; with `with_default`, the function itself is one of them.
    pub(super) fn workers(&mut self, stmts: &[Stmt], with_default: bool) -> Res {
        self.begin_statement();
        let workers: Vec<Started<'_>> = stmts
            .iter()
            .filter_map(|stmt| match &stmt.kind {
                StmtKind::Worker { function, name, .. } => Some(Started {
                    key: *function,
                    peer: Peer::Worker(*name),
                    stmt,
                }),
                _ => None,
            })
            .collect();
        let pairs = self.pairs_of(&workers, with_default);
        for &pair in &pairs {
            let register = self.alloc()?;
            self.emit(Op::NewChannel { a: register });
            self.channels.insert(pair, Home::Register(register));
        }
        for worker in &workers {
            self.start_worker(worker)?;
        }
        for pair in pairs {
            self.announce(pair, &workers)?;
        }
        Ok(())
    }

    /// The channels among `workers` and, with `with_default`, the function itself.
    fn pairs_of(&self, workers: &[Started<'_>], with_default: bool) -> Vec<(Peer, Peer)> {
        let inferred = types::infer(self.cx.db, self.item);
        let mut pairs = Vec::new();
        let functions = &inferred.hir.functions;
        for worker in workers {
            if let Some(function) = functions.iter().find(|f| f.key == worker.key) {
                add_pairs(function, worker.peer, &mut pairs);
            }
        }
        if with_default && let Some(own) = self.function {
            let mut of_function = Vec::new();
            add_pairs(own, self.own_peer(), &mut of_function);
            let is_among = |peer: Peer| workers.iter().any(|worker| worker.peer == peer);
            of_function.retain(|&(from, to)| is_among(from) || is_among(to));
            for pair in of_function {
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        pairs
    }

    fn start_worker(&mut self, worker: &Started<'_>) -> Res {
        let StmtKind::Worker {
            function: key,
            future,
            ..
        } = &worker.stmt.kind
        else {
            return Ok(());
        };
        self.at(worker.stmt.range);
        let id = FuncId {
            item: self.item,
            key: *key,
        };
        let Some(function) = types::function(self.cx.db, id) else {
            return Err(self.untyped("a worker", worker.stmt.range));
        };
        let d = self.cx.function(id).0;
        let register = self.alloc()?;
        let mark = self.mark();
        let c = self.alloc()?;
        let first = self.alloc()?;
        let mut n_captured = self.captured(&function.captures, first, 0, worker.stmt.range)?;
        let mut used = Vec::new();
        add_pairs(&function, worker.peer, &mut used);
        for pair in used {
            let place = if n_captured == 0 {
                first
            } else {
                self.alloc()?
            };
            let channel = self.channel(pair, worker.stmt.range)?;
            self.move_to(place, channel);
            n_captured += 1;
        }
        if n_captured == 0 {
            self.emit(Op::LoadFunc { a: c, d });
        } else {
            self.emit(Op::NewClosure {
                a: c,
                b: first,
                c: n_captured,
                d,
            });
        }
        self.emit(Op::Start {
            a: register,
            b: 0,
            c,
        });
        self.release(mark);
        self.settle(*future, register)
    }

    /// Tells a channel which strands are at its ends.
    fn announce(&mut self, pair: (Peer, Peer), workers: &[Started<'_>]) -> Res {
        let (from, to) = pair;
        for (peer, is_sender) in [(from, true), (to, false)] {
            let Some(worker) = workers.iter().find(|worker| worker.peer == peer) else {
                continue;
            };
            let StmtKind::Worker { future, .. } = &worker.stmt.kind else {
                continue;
            };
            let mark = self.mark();
            let a = self.channel(pair, worker.stmt.range)?;
            let b = self.local(*future, worker.stmt.range)?;
            self.emit(if is_sender {
                Op::ChannelSender { a, b }
            } else {
                Op::ChannelReceiver { a, b }
            });
            self.release(mark);
        }
        Ok(())
    }

    /// The channels that the worker `function` was given, in its registers behind the captured variables.
    pub(super) fn arriving_channels(&mut self, function: &Function) -> Res {
        if function.kind != FunctionKind::Worker {
            return Ok(());
        }
        let mut used = Vec::new();
        add_pairs(function, Peer::Worker(function.name), &mut used);
        for pair in used {
            let register = self.alloc()?;
            self.channels.insert(pair, Home::Register(register));
        }
        Ok(())
    }

    /// Who this function is among the workers.
    fn own_peer(&self) -> Peer {
        match self.function {
            Some(function) if function.kind == FunctionKind::Worker => Peer::Worker(function.name),
            _ => Peer::Default,
        }
    }

    fn channel(&mut self, pair: (Peer, Peer), range: TextRange) -> Res<Reg> {
        match self.channels.get(&pair) {
            Some(Home::Register(register)) => Ok(*register),
            _ => Err(self.untyped("a message to a worker that does not run", range)),
        }
    }

    // ---- messages

    pub(super) fn send(&mut self, value: &Expr, to: Peer, range: TextRange) -> Res {
        let b = self.channel((self.own_peer(), to), range)?;
        let a = self.value(value)?;
        self.emit(Op::Send { a, b });
        Ok(())
    }

    pub(super) fn sync_send(&mut self, value: &Expr, to: Peer, range: TextRange, dst: Reg) -> Res {
        let b = self.channel((self.own_peer(), to), range)?;
        let c = self.value(value)?;
        self.emit(Op::SyncSend { a: dst, b, c });
        Ok(())
    }

    pub(super) fn receive(&mut self, from: Peer, range: TextRange, dst: Reg) -> Res {
        let b = self.channel((from, self.own_peer()), range)?;
        self.emit(Op::Receive { a: dst, b });
        Ok(())
    }

    /// `flush w` waits for one worker, `flush` for all that this one sends to; the first error is the result.
    pub(super) fn flush(&mut self, peer: Option<Peer>, range: TextRange, dst: Reg) -> Res {
        let own = self.own_peer();
        if let Some(peer) = peer {
            let b = self.channel((own, peer), range)?;
            self.emit(Op::Flush { a: dst, b });
            return Ok(());
        }
        let mut pairs = Vec::new();
        if let Some(function) = self.function {
            add_pairs(function, own, &mut pairs);
        }
        pairs.retain(|&(from, _)| from == own);
        let done = self.label();
        self.emit(Op::LoadNil { a: dst });
        for pair in pairs {
            let b = self.channel(pair, range)?;
            self.emit(Op::Flush { a: dst, b });
            self.jump(Op::JmpError { a: dst, d: 0 }, done);
        }
        self.bind(done);
        Ok(())
    }

    // ---- wait

    pub(super) fn wait(&mut self, wait: &Wait, expr: &Expr, dst: Reg) -> Res {
        match wait {
            Wait::One(future) => {
                let b = self.operand(future, dst)?;
                self.at(expr.range);
                self.emit(Op::Wait { a: dst, b });
                Ok(())
            }
            Wait::Any(futures) => {
                let b = self.window(dst)?;
                for (at, future) in futures.iter().enumerate() {
                    let register = if at == 0 { b } else { self.alloc()? };
                    self.value_to(future, register)?;
                }
                let c = u8::try_from(futures.len()).unwrap_or(u8::MAX);
                self.at(expr.range);
                self.emit(Op::WaitAny { a: dst, b, c });
                Ok(())
            }
            Wait::All(futures) => self.wait_all(futures, expr, dst),
        }
    }

    /// A record or map of the results: the futures are evaluated first, then all are waited for.
    fn wait_all(&mut self, futures: &[(crate::base::Name, Expr)], expr: &Expr, dst: Reg) -> Res {
        let mut registers = Vec::with_capacity(futures.len());
        for (_, future) in futures {
            registers.push(self.push(future)?);
        }
        for &register in &registers {
            self.emit(Op::Wait {
                a: register,
                b: register,
            });
        }
        let names: Vec<_> = futures.iter().map(|(name, _)| *name).collect();
        let is_mapping = |ty: &types::Ty| matches!(ty.kind(), TyKind::Record(_) | TyKind::Map(_));
        let ty = expr.ty.members().into_iter().find(is_mapping);
        self.mapping_of_registers(&names, &registers, ty.unwrap_or(expr.ty), dst)
    }
}

/// Adds the (sender, receiver) pairs of the messages in the function's own code; `own` is its name.
fn add_pairs(function: &Function, own: Peer, pairs: &mut Vec<(Peer, Peer)>) {
    let Body::Block(body) = &function.body else {
        return;
    };
    let mut add = |pair: (Peer, Peer)| {
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    };
    each_send(body, &mut |to| add((own, to)));
    walk::each_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Receive(from) => add((*from, own)),
        ExprKind::SyncSend { to, .. } => add((own, *to)),
        _ => {}
    });
}

/// Sends stand in the worker's own block (language.md 5.17); nested plain blocks are walked all the same.
fn each_send(block: &Block, found: &mut dyn FnMut(Peer)) {
    for stmt in &block.stmts {
        match &stmt.kind {
            StmtKind::Send { to, .. } => found(*to),
            StmtKind::Block(inner) | StmtKind::Lock { body: inner, .. } => {
                each_send(inner, found);
            }
            StmtKind::If {
                then, otherwise, ..
            } => {
                each_send(then, found);
                otherwise.iter().for_each(|inner| each_send(inner, found));
            }
            StmtKind::While { body, .. } | StmtKind::Foreach { body, .. } => {
                each_send(body, found);
            }
            _ => {}
        }
    }
}
