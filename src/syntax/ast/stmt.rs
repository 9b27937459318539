//! Statements, blocks and patterns (spec/language.md 2.4 and 2.5).

use super::{
    Annotation, BinaryOp, BlockId, ExprId, Ident, Literal, PatternId, Peer, Query, ReturnType,
    StmtId, TypeId, XmlNamespace,
};
use crate::base::TextRange;

/// `{ … }`. Workers of a function body are statements among the others.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Block {
    pub stmts: Vec<StmtId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stmt {
    /// Could not be read; reported.
    Error,
    /// `final var p = e;`, `T x;`
    Var {
        is_final: bool,
        ty: VarType,
        pattern: PatternId,
        init: Option<ExprId>,
    },
    /// `target = value;`: the target is a reference (or a call, which the checker refuses).
    Assign {
        target: ExprId,
        value: ExprId,
    },
    /// `target op= value;`
    CompoundAssign {
        op: BinaryOp,
        target: ExprId,
        value: ExprId,
    },
    /// `[a, b.c] = value;` The names in the pattern are [`Pattern::Reference`].
    Destructure {
        pattern: PatternId,
        value: ExprId,
    },
    Expr(ExprId),
    /// `if … else if … else …`: conditions and blocks in order.
    If {
        branches: Vec<(ExprId, BlockId)>,
        otherwise: Option<BlockId>,
    },
    While {
        condition: ExprId,
        body: BlockId,
    },
    Foreach {
        ty: VarType,
        pattern: PatternId,
        iterable: ExprId,
        body: BlockId,
    },
    Break,
    Continue,
    Match {
        scrutinee: ExprId,
        clauses: Vec<MatchClause>,
    },
    Return(Option<ExprId>),
    Panic(ExprId),
    Lock(BlockId),
    /// `fork { worker … }`
    Fork(Vec<StmtId>),
    /// A worker of a function body or of a `fork`.
    Worker(Box<Worker>),
    /// `value -> peer, extra;`
    Send {
        value: ExprId,
        peer: Peer,
        extra: Option<ExprId>,
    },
    Transaction(Box<Transaction>),
    Abort,
    Retry,
    XmlNamespace(XmlNamespace),
    /// `forever { from … => (…) {…} }`
    Forever(Vec<Query>),
    /// `from … => (…) {…}` as a statement
    StreamQuery(Box<Query>),
}

/// The type in front of a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarType {
    /// `var`, at this range
    Infer(TextRange),
    Type(TypeId),
}

/// `@annot worker w returns T { … }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worker {
    pub annotations: Vec<Annotation>,
    pub name: Ident,
    pub returns: Option<ReturnType>,
    pub body: BlockId,
}

/// `transaction with retries = n {…} onretry {…} committed {…} aborted {…}`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    pub retries: Option<ExprId>,
    pub body: BlockId,
    pub on_retry: Option<BlockId>,
    pub committed: Option<BlockId>,
    pub aborted: Option<BlockId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatchClause {
    pub pattern: MatchPattern,
    pub guard: Option<ExprId>,
    pub body: BlockId,
    pub pattern_range: TextRange,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MatchPattern {
    /// `1 | "a" | {a: 1} | NAME | _`: the alternatives, each a literal, a record or list of
    /// statics, or a name.
    Static(Vec<ExprId>),
    /// `var p`
    Var(PatternId),
    /// `error(…)` or `T(…)`, a [`Pattern::ErrorValue`]
    Error(PatternId),
}

/// A pattern. In declarations names are [`Pattern::Name`], in destructuring assignments
/// [`Pattern::Reference`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// Could not be read; reported.
    Invalid,
    /// A new variable, or `_`
    Name(Ident),
    /// A variable reference that is assigned to
    Reference(ExprId),
    /// A constant by name (reason of an error match pattern without `var`)
    Constant(ExprId),
    /// A literal (reason of an error match pattern)
    Literal(Literal),
    /// `[a, b, ...rest]`
    List {
        members: Vec<PatternId>,
        rest: Option<PatternId>,
    },
    /// `{a, b: p, ...rest}`; `closed` is the `!...` at the end.
    Record {
        fields: Vec<FieldPattern>,
        rest: Option<PatternId>,
        closed: Option<TextRange>,
    },
    /// `error(reason, key = p, ...rest)`, `T(key = p, ...rest)`
    ErrorValue {
        /// The type for `T(…)`
        ty: Option<TypeId>,
        /// Always there for `error(…)`
        reason: Option<PatternId>,
        fields: Vec<ErrorFieldPattern>,
        rest: Option<PatternId>,
    },
}

/// `key` or `key: pattern`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldPattern {
    pub key: Ident,
    /// The pattern; of the key's own name when none is written.
    pub pattern: PatternId,
    pub shorthand: bool,
}

/// `key = pattern`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorFieldPattern {
    pub key: Ident,
    pub pattern: PatternId,
}
