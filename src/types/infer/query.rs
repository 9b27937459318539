//! Table queries and stream queries.

use crate::syntax::ast::{ExprId, Query};
use crate::types::hir::{Expr, StmtKind};
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn table_query(&mut self, id: ExprId, _query: &Query, _expected: Option<Ty>) -> Expr {
        Self::error_expr(self.range(id))
    }

    pub fn forever(&mut self, _queries: &[Query]) -> StmtKind {
        StmtKind::Error
    }
}
