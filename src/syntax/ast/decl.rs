//! Definitions (spec/language.md 2.2).

use super::{
    Annotation, BlockId, Documentation, ExprId, Ident, Spanned, TypeId, VarType, Visibility,
};
use crate::base::TextRange;

/// What a top-level item defines; its name, annotations and visibility are in the item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ItemKind {
    Function(Function),
    Service(ServiceDecl),
    Type(TypeDef),
    Annotation(AnnotationDef),
    Var(ModuleVar),
    Const(Const),
    /// A definition that could not be read, reported. Its name, when there is one, is declared all
    /// the same, so that uses of it are no further errors.
    Error,
}

/// A function, method, or lambda without what stands before the word `function`, save for the
/// qualifiers `remote` and `resource`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    /// The range of the word `remote`.
    pub is_remote: Option<TextRange>,
    /// The range of the word `resource`.
    pub is_resource: Option<TextRange>,
    /// None for a lambda.
    pub name: Option<Ident>,
    /// In the order written; a rest parameter is one of them.
    pub params: Vec<Param>,
    pub returns: Option<ReturnType>,
    pub body: FunctionBody,
    /// From the first qualifier or the word `function` to the end of the body.
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FunctionBody {
    Block(BlockId),
    /// `= @annot external;`
    External {
        annotations: Vec<Annotation>,
        /// The word `external`.
        range: TextRange,
    },
    /// `;`: a declaration without body (methods only)
    None,
}

/// A parameter; its range goes from its first annotation to its name or default.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Param {
    pub kind: ParamKind,
    pub annotations: Vec<Annotation>,
    pub is_public: Option<TextRange>,
    /// The element type for a rest parameter.
    pub ty: TypeId,
    pub name: Ident,
    pub range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    Required,
    Default(ExprId),
    Rest,
}

/// `returns @annot T`; the type's own range excludes the annotations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnType {
    pub annotations: Vec<Annotation>,
    pub ty: TypeId,
}

/// A function of a service or object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Method {
    pub documentation: Documentation,
    pub annotations: Vec<Annotation>,
    pub visibility: Option<Spanned<Visibility>>,
    /// With a name always.
    pub function: Function,
    pub range: TextRange,
}

/// `service s on a, b { … }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceDecl {
    pub listeners: Vec<ExprId>,
    pub methods: Vec<Method>,
}

/// `type T …;`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeDef {
    pub ty: TypeId,
}

/// `const annotation T x on source type, …;`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnnotationDef {
    pub is_const: bool,
    pub ty: Option<TypeId>,
    pub attach: Vec<AttachPoint>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttachPoint {
    pub is_source: bool,
    pub kind: AttachKind,
    pub range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AttachKind {
    Type,
    ObjectType,
    Function,
    ObjectFunction,
    ResourceFunction,
    Parameter,
    Return,
    Service,
    Worker,
    Start,
    Annotation,
    External,
    Var,
    Const,
    Listener,
}

impl AttachKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::ObjectType => "object type",
            Self::Function => "function",
            Self::ObjectFunction => "object function",
            Self::ResourceFunction => "resource function",
            Self::Parameter => "parameter",
            Self::Return => "return",
            Self::Service => "service",
            Self::Worker => "worker",
            Self::Start => "start",
            Self::Annotation => "annotation",
            Self::External => "external",
            Self::Var => "var",
            Self::Const => "const",
            Self::Listener => "listener",
        }
    }
}

/// `final T x = e;`, `var x = e;`, `listener T x = e;`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleVar {
    pub is_listener: bool,
    pub is_final: bool,
    pub ty: VarType,
    pub init: ExprId,
    /// The declaration behind its annotations and `public`.
    pub range: TextRange,
}

/// `const T x = e;`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Const {
    pub ty: Option<TypeId>,
    pub value: ExprId,
}
