//! Types as written (spec/language.md 2.3).

use super::{
    Annotation, Documentation, ExprId, Ident, Literal, Method, ParamKind, QName, ReturnType,
    Spanned, TypeId, Visibility,
};
use crate::base::TextRange;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeExpr {
    /// Could not be read; reported.
    Error,
    Builtin(Builtin),
    /// `()`
    Nil,
    Name(QName),
    /// A member of a finite type, in the union of a type definition
    Literal(Literal),
    /// `T[]`, `T[3]`, `T[*]`. For `T[2][3]` the outer node has size 2 and elements `T[3]`.
    Array {
        element: TypeId,
        size: ArraySize,
    },
    /// `A|B|C`: at least two members
    Union(Vec<TypeId>),
    /// `T?`
    Optional(TypeId),
    /// `(T)`
    Group(TypeId),
    Tuple {
        members: Vec<TypeId>,
        rest: Option<TypeId>,
    },
    Map(TypeId),
    Future(TypeId),
    Table(TypeId),
    Stream(TypeId),
    /// `typedesc<T>`; without parameter in `typedesc`
    Typedesc(Option<TypeId>),
    /// `error<R, D>`; both absent in `error`
    ErrorType {
        reason: Option<TypeId>,
        detail: Option<TypeId>,
    },
    Record(Box<RecordType>),
    Object(Box<ObjectType>),
    Function(Box<FunctionType>),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Builtin {
    Any,
    Anydata,
    Handle,
    Boolean,
    Int,
    Byte,
    Float,
    Decimal,
    String,
    Xml,
    Json,
    Service,
}

impl Builtin {
    pub const ALL: &'static [Self] = &[
        Self::Any,
        Self::Anydata,
        Self::Handle,
        Self::Boolean,
        Self::Int,
        Self::Byte,
        Self::Float,
        Self::Decimal,
        Self::String,
        Self::Xml,
        Self::Json,
        Self::Service,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Anydata => "anydata",
            Self::Handle => "handle",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Byte => "byte",
            Self::Float => "float",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::Xml => "xml",
            Self::Json => "json",
            Self::Service => "service",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArraySize {
    /// `[]`
    Open,
    /// `[3]`
    Fixed { size: i64, range: TextRange },
    /// `[*]`: as long as its initialiser
    Infer,
}

/// `record { … }` or `record {| … |}`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordType {
    /// Whether it is written with `{| |}`.
    pub exclusive: bool,
    pub members: Vec<RecordMember>,
    /// `T...;`
    pub rest: Option<TypeId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordMember {
    Field(RecordField),
    /// `*T;` with the range of the whole inclusion
    Inclusion {
        ty: TypeId,
        range: TextRange,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordField {
    pub documentation: Documentation,
    pub annotations: Vec<Annotation>,
    pub ty: TypeId,
    pub name: Ident,
    /// `T name?;`
    pub optional: bool,
    pub default: Option<ExprId>,
    pub range: TextRange,
}

/// `abstract client object { … }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectType {
    /// The range of the word `abstract`.
    pub is_abstract: Option<TextRange>,
    /// The range of the word `client`.
    pub is_client: Option<TextRange>,
    pub members: Vec<ObjectMember>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ObjectMember {
    Field(ObjectField),
    Method(Box<Method>),
    /// `*T;`
    Inclusion {
        ty: TypeId,
        range: TextRange,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectField {
    pub documentation: Documentation,
    pub annotations: Vec<Annotation>,
    pub visibility: Option<Spanned<Visibility>>,
    pub ty: TypeId,
    pub name: Ident,
    pub default: Option<ExprId>,
    pub range: TextRange,
}

/// `function (T a, U...) returns V`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionType {
    pub params: Vec<FunctionTypeParam>,
    pub returns: Option<ReturnType>,
}

/// A parameter of a function type; its kind is never a default.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionTypeParam {
    pub annotations: Vec<Annotation>,
    pub is_public: Option<TextRange>,
    pub ty: TypeId,
    pub kind: ParamKind,
    pub name: Option<Ident>,
    pub range: TextRange,
}
