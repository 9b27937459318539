//! Actions: starting strands, waiting, messages between workers.

use crate::syntax::ast::{Annotation, ExprId, Ident, Peer, WaitEntry};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn start(
        &mut self,
        id: ExprId,
        _annotations: &[Annotation],
        _call: ExprId,
        _allowed: bool,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn wait(&mut self, id: ExprId, _future: ExprId, _allowed: bool) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn wait_all(
        &mut self,
        id: ExprId,
        _entries: &[WaitEntry],
        _expected: Option<Ty>,
        _allowed: bool,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn receive(
        &mut self,
        id: ExprId,
        _peer: Peer,
        _expected: Option<Ty>,
        _allowed: bool,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn sync_send(&mut self, id: ExprId, _value: ExprId, _peer: Peer, _allowed: bool) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn flush(&mut self, id: ExprId, _peer: Option<Ident>, _allowed: bool) -> Expr {
        Self::error_expr(self.range(id))
    }
}
