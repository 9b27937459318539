//! What can be assigned to (spec/language.md 5.2, 5.7).

use crate::syntax::ast::ExprId;
use crate::types::hir::{Place, PlaceKind};
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    /// The target of an assignment, checked to be assignable (E048, E056, E034, E091 …). Its `ty` is what may be
    /// stored. `compound`: it is read as well.
    pub fn place(&mut self, id: ExprId, _compound: bool) -> Place {
        Place {
            kind: PlaceKind::Wrong,
            ty: Ty::ERROR,
            range: self.range(id),
        }
    }
}
