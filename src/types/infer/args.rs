//! Arguments matched to parameters (spec/language.md 5.5).

use crate::base::{Name, TextRange};
use crate::syntax::ast::Arg;
use crate::types::hir::Args;
use crate::types::ty::FunctionTy;

use super::cx::Cx;

impl Cx<'_> {
    /// Matches the arguments of a call of `name` to the parameters of `signature` (E040–E043) and infers each with
    /// the type of its parameter (E030). `range` is the whole call.
    pub fn arguments(
        &mut self,
        _name: Name,
        _signature: &FunctionTy,
        _args: &[Arg],
        _range: TextRange,
    ) -> Args {
        Args::default()
    }
}
