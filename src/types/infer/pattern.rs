//! Binding and destructuring patterns (spec/language.md 2.5).

use crate::syntax::ast::PatternId;
use crate::types::hir::{Pattern, PatternKind};
use crate::types::ty::Ty;

use super::cx::Cx;
use super::scope::LocalKind;

impl Cx<'_> {
    /// A pattern that declares its names, for values of type `ty`; in the innermost scope.
    pub fn binding(&mut self, id: PatternId, ty: Ty, _kind: LocalKind) -> Pattern {
        Pattern {
            kind: PatternKind::Wrong,
            range: self.ast.pattern_range(id),
            ty,
        }
    }
}
