//! The arena of an item: nodes in vectors, named by typed indices, with their ranges beside them.
//! An id is valid for the item that made it; asking another item's arena gives the error node of
//! that kind, never a panic.

use super::{Block, Expr, ItemAst, Pattern, Stmt, TypeExpr, XmlNode};
use crate::base::TextRange;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $id(u32);

        impl $id {
            /// The index of the node among its kind in the item, for tables beside the arena.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id with this index: the inverse of [`Self::index`].
            pub const fn from_index(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )*};
}

ids! {
    /// An expression of an item.
    ExprId;
    /// A statement of an item.
    StmtId;
    /// A block of an item.
    BlockId;
    /// A type as written in an item.
    TypeId;
    /// A binding, match or destructuring pattern of an item.
    PatternId;
    /// A node of an XML template of an item.
    XmlNodeId;
}

/// Nodes and ranges; equal when the text of the item is equal up to blanks of equal length.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::syntax) struct Arena {
    exprs: Vec<Expr>,
    expr_ranges: Vec<TextRange>,
    stmts: Vec<Stmt>,
    stmt_ranges: Vec<TextRange>,
    blocks: Vec<Block>,
    block_ranges: Vec<TextRange>,
    types: Vec<TypeExpr>,
    type_ranges: Vec<TextRange>,
    patterns: Vec<Pattern>,
    pattern_ranges: Vec<TextRange>,
    xml_nodes: Vec<XmlNode>,
    xml_ranges: Vec<TextRange>,
    /// Sorted by expression: see [`ItemAst::type_reading`].
    type_readings: Vec<(ExprId, TypeId)>,
}

macro_rules! adders {
    ($($add:ident $node:ty, $id:ident, $nodes:ident $ranges:ident;)*) => {
        impl Arena {$(
            pub fn $add(&mut self, node: $node, range: TextRange) -> $id {
                let id = $id::from_index(self.$nodes.len());
                self.$nodes.push(node);
                self.$ranges.push(range);
                id
            }
        )*}
    };
}

adders! {
    add_expr Expr, ExprId, exprs expr_ranges;
    add_stmt Stmt, StmtId, stmts stmt_ranges;
    add_block Block, BlockId, blocks block_ranges;
    add_type TypeExpr, TypeId, types type_ranges;
    add_pattern Pattern, PatternId, patterns pattern_ranges;
    add_xml XmlNode, XmlNodeId, xml_nodes xml_ranges;
}

impl Arena {
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.exprs.get(id.index()).unwrap_or(&Expr::Error)
    }

    pub fn expr_range(&self, id: ExprId) -> TextRange {
        range_at(&self.expr_ranges, id.index())
    }

    pub fn stmt(&self, id: StmtId) -> &Stmt {
        self.stmts.get(id.index()).unwrap_or(&Stmt::Error)
    }

    pub fn stmt_range(&self, id: StmtId) -> TextRange {
        range_at(&self.stmt_ranges, id.index())
    }

    pub fn block(&self, id: BlockId) -> &Block {
        self.blocks.get(id.index()).unwrap_or(&EMPTY_BLOCK)
    }

    pub fn pattern(&self, id: PatternId) -> &Pattern {
        self.patterns.get(id.index()).unwrap_or(&Pattern::Invalid)
    }

    pub fn pattern_range(&self, id: PatternId) -> TextRange {
        range_at(&self.pattern_ranges, id.index())
    }

    pub fn ty(&self, id: TypeId) -> &TypeExpr {
        self.types.get(id.index()).unwrap_or(&TypeExpr::Error)
    }

    pub fn type_range(&self, id: TypeId) -> TextRange {
        range_at(&self.type_ranges, id.index())
    }

    pub fn type_reading(&self, id: ExprId) -> Option<TypeId> {
        let at = self
            .type_readings
            .binary_search_by_key(&id, |&(expr, _)| expr)
            .ok()?;
        self.type_readings.get(at).map(|&(_, ty)| ty)
    }

    /// Notes that `expr`, the newest expression, may also be read as `ty`.
    pub fn set_type_reading(&mut self, expr: ExprId, ty: TypeId) {
        self.type_readings.push((expr, ty));
    }
}

fn range_at(ranges: &[TextRange], index: usize) -> TextRange {
    ranges.get(index).copied().unwrap_or_default()
}

static EMPTY_BLOCK: Block = Block { stmts: Vec::new() };

impl ItemAst {
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.arena.expr(id)
    }

    pub fn expr_range(&self, id: ExprId) -> TextRange {
        self.arena.expr_range(id)
    }

    pub fn stmt(&self, id: StmtId) -> &Stmt {
        self.arena.stmt(id)
    }

    pub fn stmt_range(&self, id: StmtId) -> TextRange {
        self.arena.stmt_range(id)
    }

    pub fn block(&self, id: BlockId) -> &Block {
        self.arena.block(id)
    }

    /// The block with its braces.
    pub fn block_range(&self, id: BlockId) -> TextRange {
        range_at(&self.arena.block_ranges, id.index())
    }

    pub fn ty(&self, id: TypeId) -> &TypeExpr {
        self.arena.ty(id)
    }

    pub fn type_range(&self, id: TypeId) -> TextRange {
        self.arena.type_range(id)
    }

    pub fn pattern(&self, id: PatternId) -> &Pattern {
        self.arena.pattern(id)
    }

    pub fn pattern_range(&self, id: PatternId) -> TextRange {
        self.arena.pattern_range(id)
    }

    pub fn xml_node(&self, id: XmlNodeId) -> &XmlNode {
        self.arena
            .xml_nodes
            .get(id.index())
            .unwrap_or(&XmlNode::Error)
    }

    pub fn xml_range(&self, id: XmlNodeId) -> TextRange {
        range_at(&self.arena.xml_ranges, id.index())
    }

    /// The type that an expression reads as where a `typedesc` is asked, for the shapes that are
    /// types and expressions at once: `(A|B)`, `[A, B]`, `A|B`. A plain name is a
    /// [`Expr::Name`] and has none; what can only be a type is an [`Expr::TypeDesc`].
    pub fn type_reading(&self, id: ExprId) -> Option<TypeId> {
        self.arena.type_reading(id)
    }

    /// How many expressions the item holds; ids run from 0.
    pub fn n_exprs(&self) -> usize {
        self.arena.exprs.len()
    }

    pub fn n_stmts(&self) -> usize {
        self.arena.stmts.len()
    }

    pub fn n_types(&self) -> usize {
        self.arena.types.len()
    }

    pub fn n_patterns(&self) -> usize {
        self.arena.patterns.len()
    }
}
