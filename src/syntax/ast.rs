//! The syntax tree. A file is a list of imports, name space declarations and items; each item owns
//! one arena ([`ItemAst`]) with all its expressions, statements, blocks, types and patterns.
//!
//! All ranges inside an [`ItemAst`] count from the item's first token (documentation and
//! annotations included), so that an edit above an item leaves its tree equal and later stages can
//! cut off early. Imports and file-level name spaces belong to the file item: their ranges are
//! ranges of the file.
//!
//! The tree says what is written: it resolves nothing, checks no names and no types. What could not
//! be read stands as an `Error` node and has been reported.

mod arena;
mod decl;
mod expr;
mod literal;
mod query;
mod stmt;
mod types;
mod xml;

use std::sync::Arc;

use crate::base::{FileId, ItemId, Name, TextRange};
use crate::diagnostics::Diagnostic;

pub use arena::{BlockId, ExprId, PatternId, StmtId, TypeId, XmlNodeId};
pub use decl::{
    AnnotationDef, AttachKind, AttachPoint, Const, Function, FunctionBody, ItemKind, Method,
    ModuleVar, Param, ParamKind, ReturnType, ServiceDecl, TypeDef,
};
pub use expr::{
    Arg, BinaryOp, CheckKind, Expr, FieldName, Peer, RecordEntry, RecordKey, TableColumn,
    TableLiteral, TableRow, TemplatePart, UnaryOp, WaitEntry,
};
pub use literal::{FloatSuffix, Literal};
pub use query::{
    Events, InputStep, Join, JoinKind, OrderKey, OutputRate, Query, QueryInput, QuerySource,
    Select, SelectItem, StreamAction, StreamPattern, TimeScale, Timespan,
};
pub use stmt::{
    Block, ErrorFieldPattern, FieldPattern, MatchClause, MatchPattern, Pattern, Stmt, Transaction,
    VarType, Worker,
};
pub use types::{
    ArraySize, Builtin, FunctionType, FunctionTypeParam, ObjectField, ObjectMember, ObjectType,
    RecordField, RecordMember, RecordType, TypeExpr,
};
pub use xml::{XmlAttribute, XmlName, XmlNode, XmlTemplate};

pub(in crate::syntax) use arena::Arena;

/// What [`super::parse`] makes of a text: as much of the tree as can be read, and what was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedFile {
    pub file: FileId,
    pub imports: Vec<Import>,
    /// `xmlns` declarations of the file; their ranges are ranges of the file.
    pub namespaces: Vec<XmlNamespace>,
    pub items: Vec<Item>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A top-level item and where it stands in its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    pub id: ItemId,
    /// The item in the file; every range inside `ast` counts from its start.
    pub range: TextRange,
    pub ast: Arc<ItemAst>,
}

/// `import org/a.b version 1.0 as x;` (spec/language.md 2.1). Ranges are ranges of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    pub org: Option<Ident>,
    /// The parts of the module name, at least one.
    pub path: Vec<Ident>,
    pub version: Option<Name>,
    /// The name after `as`.
    pub alias: Option<Ident>,
    /// `org/a.b`: from the organisation (or the first part) to the last part.
    pub module_range: TextRange,
    pub range: TextRange,
}

impl Import {
    /// The module name without the organisation: `java.jdbc`.
    pub fn module_name(&self) -> String {
        let parts: Vec<&str> = self.path.iter().map(|part| part.name.as_str()).collect();
        parts.join(".")
    }

    /// `org/a.b`, or `a.b` when no organisation is written.
    pub fn full_name(&self) -> String {
        match self.org {
            Some(org) => format!("{}/{}", org.name, self.module_name()),
            None => self.module_name(),
        }
    }

    /// The prefix under which the file knows the module: the name after `as`, else the last part.
    pub fn prefix(&self) -> Option<Ident> {
        self.alias.or_else(|| self.path.last().copied())
    }
}

/// `xmlns "uri" as p;`, of a file or a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct XmlNamespace {
    pub uri: Box<str>,
    pub uri_range: TextRange,
    pub prefix: Option<Ident>,
    pub range: TextRange,
}

/// One top-level item: its head, its kind, and the arena of everything inside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemAst {
    pub documentation: Documentation,
    pub annotations: Vec<Annotation>,
    pub visibility: Option<Spanned<Visibility>>,
    /// None for a service without name and for an item whose name could not be read.
    pub name: Option<Ident>,
    pub kind: ItemKind,
    pub(in crate::syntax) arena: Arena,
}

/// A name as written. Two identifiers are the same name when `name` is equal; `'x` and `x` are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ident {
    /// Without the quote, escapes resolved.
    pub name: Name,
    /// With the quote.
    pub range: TextRange,
    pub quoted: bool,
}

impl Ident {
    pub fn as_str(self) -> &'static str {
        self.name.as_str()
    }

    /// Whether this is the discard target `_`.
    pub fn is_discard(self) -> bool {
        !self.quoted && self.as_str() == "_"
    }
}

/// `x` or `p:x`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QName {
    pub prefix: Option<Ident>,
    pub name: Ident,
}

impl QName {
    pub fn range(self) -> TextRange {
        match self.prefix {
            Some(prefix) => prefix.range.cover(self.name.range),
            None => self.name.range,
        }
    }
}

/// A node with its own range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    pub node: T,
    pub range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    Public,
    Private,
}

/// `@p:name {…}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annotation {
    pub name: QName,
    /// The record literal behind the name.
    pub value: Option<ExprId>,
    pub range: TextRange,
}

/// The documentation lines in front of a definition (spec/language.md 2.9).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Documentation {
    pub lines: Vec<DocLine>,
}

/// One `# …` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocLine {
    /// For `# + name - text` the name; `return` for the result.
    pub param: Option<Ident>,
    /// The text behind `#`, or behind the `-` of a parameter line, without blanks at its ends.
    pub text: Box<str>,
    /// From `#` to the last character of the line.
    pub range: TextRange,
}
