//! `new`: objects, streams.

use crate::syntax::ast::{Arg, ExprId, QName};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    pub fn new_object(
        &mut self,
        id: ExprId,
        _class: Option<QName>,
        _args: Option<&[Arg]>,
        _expected: Option<Ty>,
    ) -> Expr {
        Self::error_expr(self.range(id))
    }
}
