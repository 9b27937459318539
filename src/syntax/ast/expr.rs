//! Expressions (spec/language.md 2.6).

use super::{
    Annotation, ExprId, Function, Ident, Literal, Method, QName, Query, TypeId, XmlTemplate,
};
use crate::base::TextRange;

/// An expression. Its range is found in the item; a binary expression starts at its left operand
/// (its parenthesis included), a call at its callee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expr {
    /// Could not be read; reported.
    Error,
    Literal(Literal),
    /// A variable, constant or function, or a type where a `typedesc` is asked; `_` too.
    Name(QName),
    /// `(e)`
    Group(ExprId),
    /// `[a, b]`
    List(Vec<ExprId>),
    /// `{a: 1, "b": 2, [c]: 3}`
    Record(Vec<RecordEntry>),
    /// `` string `text ${e}` ``
    StringTemplate(Vec<TemplatePart>),
    Xml(XmlTemplate),
    Table(Box<TableLiteral>),
    /// `function (…) returns T {…}`; never with a name, always with a block.
    Lambda(Box<Function>),
    /// `x => e`, `(a, b) => e`
    Arrow {
        params: Vec<Ident>,
        body: ExprId,
    },
    /// `new`, `new(args)`, `new T(args)`
    New {
        class: Option<QName>,
        /// None when no parentheses are written.
        args: Option<Vec<Arg>>,
    },
    /// `service {…}`
    Service {
        annotations: Vec<Annotation>,
        methods: Vec<Method>,
    },
    /// `from … select …` (a table query)
    Query(Box<Query>),
    /// What can only be a type: `map<string>`, `record {}`, `int`, `A[]`, `()?`
    TypeDesc(TypeId),
    /// `error(reason, detail = …)`
    ErrorConstructor {
        args: Vec<Arg>,
    },
    /// `base.name`, `base?.name`, `base.*`
    Field {
        base: ExprId,
        optional: bool,
        name: FieldName,
    },
    /// `base[index]`
    Index {
        base: ExprId,
        index: ExprId,
    },
    /// `callee(args)`; the callee is a [`Expr::Name`] for all ordinary calls. For `T(reason, …)`
    /// with an error type too.
    Call {
        callee: ExprId,
        args: Vec<Arg>,
    },
    /// `receiver.name(args)`
    MethodCall {
        receiver: ExprId,
        name: Ident,
        args: Vec<Arg>,
    },
    /// `receiver->name(args)`
    RemoteCall {
        receiver: ExprId,
        name: Ident,
        args: Vec<Arg>,
    },
    /// `base@`, `base@[index]`
    XmlAttributes {
        base: ExprId,
        index: Option<ExprId>,
    },
    /// `t.@name`: an annotation of a type
    AnnotationAccess {
        base: ExprId,
        name: QName,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        lhs: ExprId,
        rhs: ExprId,
    },
    /// `c ? a : b`
    Ternary {
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    /// `e is T`
    TypeTest {
        operand: ExprId,
        ty: TypeId,
    },
    /// `<@annot T> e`; no type in `<@untainted> e`.
    Cast {
        annotations: Vec<Annotation>,
        ty: Option<TypeId>,
        operand: ExprId,
    },
    /// `check e`, `checkpanic e`
    Check {
        kind: CheckKind,
        operand: ExprId,
    },
    Trap(ExprId),
    TypeOf(ExprId),
    /// `@strand{} start f()`
    Start {
        annotations: Vec<Annotation>,
        call: ExprId,
    },
    /// `wait f`, `wait f1|f2`
    Wait(ExprId),
    /// `wait {a, b: f}`
    WaitAll(Vec<WaitEntry>),
    /// `<- w`
    Receive(Peer),
    /// `e ->> w`
    SyncSend {
        value: ExprId,
        peer: Peer,
    },
    /// `flush w`
    Flush(Option<Ident>),
}

/// An argument of a call. A named one starts at its name, a rest one at its `...`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg {
    Positional(ExprId),
    Named {
        name: Ident,
        value: ExprId,
        range: TextRange,
    },
    Rest {
        value: ExprId,
        range: TextRange,
    },
}

impl Arg {
    pub fn value(self) -> ExprId {
        match self {
            Self::Positional(value) | Self::Named { value, .. } | Self::Rest { value, .. } => value,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordEntry {
    pub key: RecordKey,
    pub value: ExprId,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordKey {
    Ident(Ident),
    String {
        value: Box<str>,
        range: TextRange,
    },
    /// `[e]: …`, the expression inside the brackets
    Computed(ExprId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldName {
    Ident(Ident),
    /// `.*`: all children of an XML element
    Star(TextRange),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TemplatePart {
    Text(Box<str>),
    Expr(ExprId),
}

/// `table { {key id, name}, [ {1, "a"} ] }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableLiteral {
    pub columns: Vec<TableColumn>,
    pub columns_range: Option<TextRange>,
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableColumn {
    pub is_key: bool,
    pub name: Ident,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TableRow {
    /// `{1, "a"}`: values in the order of the columns
    Values {
        values: Vec<ExprId>,
        range: TextRange,
    },
    /// A record value
    Expr(ExprId),
}

/// `name` or `name: e` in `wait {…}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitEntry {
    pub key: Ident,
    /// The future; [`Expr::Name`] of the key when only a name is written.
    pub value: ExprId,
    pub shorthand: bool,
}

/// Who gets or sends a message: a worker, or the function's own strand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    Worker(Ident),
    Default(TextRange),
}

impl Peer {
    pub fn range(self) -> TextRange {
        match self {
            Self::Worker(name) => name.range,
            Self::Default(range) => range,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckKind {
    /// `check`: an error is returned
    Check,
    /// `checkpanic`: an error panics
    Panic,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    Plus,
    Minus,
    /// `~`
    BitNot,
    /// `!`
    Not,
}

impl UnaryOp {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::BitNot => "~",
            Self::Not => "!",
        }
    }
}

/// The infix operators between two expressions, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    Elvis,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    RefEqual,
    RefNotEqual,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    /// `...`
    ClosedRange,
    /// `..<`
    HalfOpenRange,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl BinaryOp {
    pub const ALL: &'static [Self] = &[
        Self::Elvis,
        Self::Or,
        Self::And,
        Self::BitOr,
        Self::BitXor,
        Self::BitAnd,
        Self::RefEqual,
        Self::RefNotEqual,
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::Greater,
        Self::LessEqual,
        Self::GreaterEqual,
        Self::ClosedRange,
        Self::HalfOpenRange,
        Self::ShiftLeft,
        Self::ShiftRight,
        Self::ShiftRightUnsigned,
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Remainder,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Elvis => "?:",
            Self::Or => "||",
            Self::And => "&&",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::BitAnd => "&",
            Self::RefEqual => "===",
            Self::RefNotEqual => "!==",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessEqual => "<=",
            Self::GreaterEqual => ">=",
            Self::ClosedRange => "...",
            Self::HalfOpenRange => "..<",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::ShiftRightUnsigned => ">>>",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}
