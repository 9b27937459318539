//! Actions: starting strands, waiting, messages between workers (spec/language.md 5.10, 5.17).

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{
    self, Annotation, BinaryOp, ExprId, Ident, ReturnType, Stmt, StmtId, WaitEntry,
};
use crate::types::hir::{Expr, ExprKind, Peer, RecordDef, Wait};
use crate::types::ty::{Ty, TyKind};
use crate::types::{any_or_error, classify, generic_error, lower_type, record_def};

use super::cx::Cx;

impl Cx<'_> {
    /// E046 unless an action may stand at `range`.
    pub fn allow_action(&mut self, allowed: bool, range: TextRange) {
        if !allowed {
            let message = "action invocation as an expression not allowed here";
            self.report(Code::E046, range, message);
        }
    }

    pub fn start(
        &mut self,
        id: ExprId,
        annotations: &[Annotation],
        call: ExprId,
        allowed: bool,
    ) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        self.annotations(annotations);
        let started = self.action(call, None);
        match started.kind {
            ExprKind::Call(call) => Expr {
                kind: ExprKind::Start(call),
                ty: future(started.ty),
                range,
            },
            ExprKind::Error => Self::error_expr(range),
            _ => {
                let message = "invalid async operation usage, require an invocation";
                self.report(Code::E047, range, message);
                Self::error_expr(range)
            }
        }
    }

    /// `wait f`, `wait f1|f2`.
    pub fn wait(&mut self, id: ExprId, future: ExprId, allowed: bool) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        let mut alternatives = Vec::new();
        self.alternatives(future, &mut alternatives);
        let (futures, results): (Vec<Expr>, Vec<Ty>) = alternatives
            .into_iter()
            .map(|alternative| self.awaited(alternative))
            .unzip();
        let ty = Ty::union(results);
        let kind = match <[Expr; 1]>::try_from(futures) {
            Ok([only]) => Wait::One(Box::new(only)),
            Err(several) => Wait::Any(several),
        };
        Expr {
            kind: ExprKind::Wait(kind),
            ty,
            range,
        }
    }

    fn alternatives(&self, id: ExprId, found: &mut Vec<ExprId>) {
        match self.ast.expr(id) {
            ast::Expr::Binary {
                op: BinaryOp::BitOr,
                lhs,
                rhs,
            } => {
                self.alternatives(*lhs, found);
                self.alternatives(*rhs, found);
            }
            ast::Expr::Group(inner) if self.is_alternative(*inner) => {
                self.alternatives(*inner, found);
            }
            _ => found.push(id),
        }
    }

    fn is_alternative(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            ast::Expr::Group(inner) => self.is_alternative(*inner),
            ast::Expr::Binary { op, .. } => *op == BinaryOp::BitOr,
            _ => false,
        }
    }

    /// A future, and the type of its result.
    fn awaited(&mut self, id: ExprId) -> (Expr, Ty) {
        let any_future = future(any_or_error(self.db));
        let expr = self.action(id, None);
        let expr = self.require(expr, any_future);
        let results = expr
            .ty
            .members()
            .into_iter()
            .map(|member| match member.kind() {
                TyKind::Future(result) => *result,
                _ => Ty::ERROR,
            });
        let ty = Ty::union(results);
        (expr, ty)
    }

    /// `wait {a, b: f}`: a map or record, as the place expects.
    pub fn wait_all(
        &mut self,
        id: ExprId,
        entries: &[WaitEntry],
        expected: Option<Ty>,
        allowed: bool,
    ) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        let mut futures: Vec<(Name, Expr)> = Vec::with_capacity(entries.len());
        let mut results = Vec::with_capacity(entries.len());
        for entry in entries {
            let (expr, ty) = self.awaited(entry.value);
            if futures.iter().any(|(known, _)| *known == entry.key.name) {
                let message = format!(
                    "invalid usage of record literal: duplicate key '{}'",
                    entry.key.name
                );
                self.report(Code::E071, entry.key.range, message);
                continue;
            }
            results.push((entry.key, ty));
            futures.push((entry.key.name, expr));
        }
        let ty = self.collected(&results, expected, range);
        Expr {
            kind: ExprKind::Wait(Wait::All(futures)),
            ty,
            range,
        }
    }

    /// The type of the results of several strands together.
    fn collected(&mut self, results: &[(Ident, Ty)], expected: Option<Ty>, range: TextRange) -> Ty {
        let members = expected.map(Ty::members).unwrap_or_default();
        for member in members {
            match member.kind() {
                TyKind::Error => return Ty::ERROR,
                TyKind::Map(element) => {
                    for (key, ty) in results {
                        self.check_result(*key, *ty, *element);
                    }
                    return member;
                }
                TyKind::Record(id) => {
                    let definition = record_def(self.db, *id);
                    self.collected_record(results, &definition, member, range);
                    return member;
                }
                _ => {}
            }
        }
        Ty::map(Ty::union(results.iter().map(|(_, ty)| *ty)))
    }

    fn collected_record(
        &mut self,
        results: &[(Ident, Ty)],
        definition: &RecordDef,
        ty: Ty,
        range: TextRange,
    ) {
        for (key, result) in results {
            let field = definition.field(key.name).map(|field| field.ty);
            match field.or(definition.rest) {
                Some(wanted) => self.check_result(*key, *result, wanted),
                None => {
                    let record = self.display(ty);
                    let message = format!("undefined field '{}' in record '{record}'", key.name);
                    self.report(Code::E023, key.range, message);
                }
            }
        }
        for field in &definition.fields {
            let given = results.iter().any(|(key, _)| key.name == field.name);
            if !given && !field.optional && field.default.is_none() {
                let message = format!(
                    "missing non-defaultable required record field '{}'",
                    field.name
                );
                self.report(Code::E070, range, message);
            }
        }
    }

    fn check_result(&mut self, key: Ident, found: Ty, wanted: Ty) {
        if !self.fits(found, wanted) {
            let message = format!(
                "incompatible types: expected '{}', found '{}'",
                self.display(future(wanted)),
                self.display(future(found))
            );
            self.report(Code::E030, key.range, message);
        }
    }

    /// `<- worker`: of the type that the place expects; that the sent value fits it is checked where messages
    /// are paired.
    pub fn receive(
        &mut self,
        id: ExprId,
        peer: ast::Peer,
        expected: Option<Ty>,
        allowed: bool,
    ) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        let ty = expected.unwrap_or_else(|| {
            let message = "invalid usage of receive expression, var not allowed";
            self.report(Code::E033, range, message);
            Ty::ERROR
        });
        Expr {
            kind: ExprKind::Receive(peer_of(peer)),
            ty,
            range,
        }
    }

    /// `e ->> worker`: nil, or the error with which the receiver ended.
    pub fn sync_send(&mut self, id: ExprId, value: ExprId, peer: ast::Peer, allowed: bool) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        let value = self.message(value);
        let ty = match peer {
            ast::Peer::Worker(name) => self.delivery(Some(name.name)),
            ast::Peer::Default(_) => Ty::NIL,
        };
        Expr {
            kind: ExprKind::SyncSend {
                value: Box::new(value),
                to: peer_of(peer),
            },
            ty,
            range,
        }
    }

    /// The value of a message: data or an error.
    pub fn message(&mut self, value: ExprId) -> Expr {
        let data = Ty::union([Ty::ANYDATA, generic_error(self.db)]);
        let value = self.action(value, None);
        self.require(value, data)
    }

    pub fn flush(&mut self, id: ExprId, peer: Option<Ident>, allowed: bool) -> Expr {
        let range = self.range(id);
        self.allow_action(allowed, range);
        let peer = peer.map(|name| name.name);
        Expr {
            kind: ExprKind::Flush(peer.map(Peer::Worker)),
            ty: self.delivery(peer),
            range,
        }
    }

    /// What a sender gets back from worker `name`, or from any worker: nil, or the error that it returned before
    /// it took the message.
    fn delivery(&self, name: Option<Name>) -> Ty {
        let mut results = vec![Ty::NIL];
        for at in 0..self.ast.n_stmts() {
            let Stmt::Worker(worker) = self.ast.stmt(StmtId::from_index(at)) else {
                continue;
            };
            if name.is_none_or(|name| worker.name.name == name) {
                results.push(self.failure(worker.returns.as_ref()));
            }
        }
        Ty::union(results)
    }

    /// The errors that a worker may return; what is wrong in its type is reported there.
    fn failure(&self, returns: Option<&ReturnType>) -> Ty {
        let Some(returns) = returns else {
            return Ty::NEVER;
        };
        let ty = lower_type(self.db, self.item, self.ast, returns.ty, &mut Vec::new());
        classify::error_part(ty)
    }
}

/// The other end of a message.
pub(super) fn peer_of(peer: ast::Peer) -> Peer {
    match peer {
        ast::Peer::Worker(name) => Peer::Worker(name.name),
        ast::Peer::Default(_) => Peer::Default,
    }
}

fn future(result: Ty) -> Ty {
    Ty::new(&TyKind::Future(result))
}
