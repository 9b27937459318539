//! Statements (spec/language.md 2.4, chapter 5).

use crate::syntax::ast::BlockId;
use crate::types::hir::Block;

use super::cx::Cx;

impl Cx<'_> {
    /// The statements of a block, in a scope of its own.
    pub fn block(&mut self, _id: BlockId) -> Block {
        Block::default()
    }
}
