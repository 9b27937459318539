//! Run-time types: what a value carries as its inherent type, what `is`, casts and stores check
//! against, what `typeof` gives. Input → output: the lowering interns the types of the program
//! here, the runtime adds those that it makes itself.
//!
//! Structural types are interned (equal descriptors, equal [`TypeId`]); records and objects are
//! reserved first and defined later, so they may be recursive. Whether one type is assignable to
//! another is asked in `runtime::relation`; how a type is spelled in [`super::typetext`].

use rustc_hash::FxHashMap;

use crate::base::Name;

/// A run-time type, index into the program's [`TypeTable`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TypeId(pub u32);

/// A function, index into `Program::functions`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FuncId(pub u32);

/// A module variable, index into `Program::globals`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GlobalId(pub u32);

/// A run-time type (language.md 4.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypeDesc {
    Nil,
    Boolean,
    Int,
    Byte,
    Float,
    Decimal,
    String,
    Any,
    Anydata,
    Json,
    Handle,
    Xml,
    /// The type `service`; a particular service is an `Object` with `is_service`.
    Service,
    /// No value at all: the element type of `[]` before anything is known.
    Never,
    /// Singletons: the type has exactly these values.
    Finite {
        name: Option<Name>,
        values: Vec<Literal>,
    },
    Union {
        name: Option<Name>,
        members: Vec<TypeId>,
    },
    Array {
        element: TypeId,
        len: Option<u32>,
    },
    Tuple {
        members: Vec<TypeId>,
        rest: Option<TypeId>,
    },
    Map(TypeId),
    Table(TypeId),
    Stream(TypeId),
    Future(TypeId),
    Typedesc(TypeId),
    Error {
        name: Option<Name>,
        reason: TypeId,
        detail: TypeId,
    },
    Function(FunctionType),
    Record(Box<RecordType>),
    Object(Box<ObjectType>),
    /// Reserved, to be defined before the program runs.
    Undefined,
}

/// A value of a finite type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Literal {
    Nil,
    Boolean(bool),
    Int(i64),
    Byte(u8),
    /// The bits of a float.
    Float(u64),
    /// A decimal in its text form.
    Decimal(Box<str>),
    String(Box<str>),
}

/// The type of a function value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FunctionType {
    pub params: Vec<TypeId>,
    /// The element type of the rest parameter.
    pub rest: Option<TypeId>,
    pub ret: TypeId,
}

/// A record type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct RecordType {
    /// Empty for an anonymous record.
    pub name: Option<Name>,
    /// In declaration order, fields of included records first.
    pub fields: Vec<RecordField>,
    /// The type of further fields; a closed record has none.
    pub rest: Option<TypeId>,
    pub annotations: Vec<Annotation>,
}

/// A field of a record type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RecordField {
    pub name: Name,
    pub ty: TypeId,
    /// Declared with `?`: may be missing.
    pub optional: bool,
    /// A function without parameters that computes the default, for values that are not built by
    /// a literal (`constructFrom`, fillers).
    pub default: Option<FuncId>,
}

/// An object type, a class of objects or a service.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ObjectType {
    pub name: Option<Name>,
    /// The module that declares it, `org/name`; private members are only equal within it.
    pub module: Option<Name>,
    pub is_service: bool,
    pub is_abstract: bool,
    pub is_client: bool,
    pub fields: Vec<ObjectField>,
    pub methods: Vec<Method>,
    /// A function without parameters that makes a fresh object, when `__init` needs no argument
    /// and cannot fail: the filler value of arrays.
    pub filler: Option<FuncId>,
    pub annotations: Vec<Annotation>,
}

/// A field of an object type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ObjectField {
    pub name: Name,
    pub ty: TypeId,
    pub public: bool,
    pub private: bool,
}

/// A method of an object type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Method {
    pub name: Name,
    /// The code; none in an abstract object.
    pub func: Option<FuncId>,
    /// The signature without `self`.
    pub signature: FunctionType,
    pub public: bool,
    pub private: bool,
    pub remote: bool,
    pub resource: bool,
}

/// An annotation whose value is in a module variable.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Annotation {
    /// `org/module:Name`, as natives ask for it.
    pub key: Name,
    pub value: GlobalId,
}

/// Every type of a running program.
#[derive(Clone, Debug)]
pub struct TypeTable {
    types: Vec<TypeDesc>,
    interned: FxHashMap<TypeDesc, TypeId>,
}

macro_rules! well_known {
    ($($(#[$doc:meta])* $name:ident = $number:literal : $desc:expr;)*) => {
        impl TypeId {
            $($(#[$doc])* pub const $name: Self = Self($number);)*
        }
        fn well_known() -> Vec<TypeDesc> {
            vec![$($desc),*]
        }
    };
}

well_known! {
    NIL = 0: TypeDesc::Nil;
    BOOLEAN = 1: TypeDesc::Boolean;
    INT = 2: TypeDesc::Int;
    BYTE = 3: TypeDesc::Byte;
    FLOAT = 4: TypeDesc::Float;
    DECIMAL = 5: TypeDesc::Decimal;
    STRING = 6: TypeDesc::String;
    ANY = 7: TypeDesc::Any;
    ANYDATA = 8: TypeDesc::Anydata;
    JSON = 9: TypeDesc::Json;
    HANDLE = 10: TypeDesc::Handle;
    XML = 11: TypeDesc::Xml;
    SERVICE = 12: TypeDesc::Service;
    NEVER = 13: TypeDesc::Never;
    ANY_ARRAY = 14: array(TypeId::ANY);
    ANYDATA_ARRAY = 15: array(TypeId::ANYDATA);
    JSON_ARRAY = 16: array(TypeId::JSON);
    STRING_ARRAY = 17: array(TypeId::STRING);
    INT_ARRAY = 18: array(TypeId::INT);
    BYTE_ARRAY = 19: array(TypeId::BYTE);
    FLOAT_ARRAY = 20: array(TypeId::FLOAT);
    BOOLEAN_ARRAY = 21: array(TypeId::BOOLEAN);
    ANY_MAP = 22: TypeDesc::Map(TypeId::ANY);
    ANYDATA_MAP = 23: TypeDesc::Map(TypeId::ANYDATA);
    JSON_MAP = 24: TypeDesc::Map(TypeId::JSON);
    STRING_MAP = 25: TypeDesc::Map(TypeId::STRING);
    /// `error` without arguments.
    ERROR = 26: TypeDesc::Error { name: None, reason: TypeId::STRING, detail: TypeId::ERROR_DETAIL };
    /// `record {| string message?; error cause?; (anydata|error)...; |}`.
    ERROR_DETAIL = 27: TypeDesc::Record(Box::new(RecordType {
        name: Some(Name::new("Detail")),
        fields: vec![optional("message", TypeId::STRING), optional("cause", TypeId::ERROR)],
        rest: Some(TypeId::ANYDATA_OR_ERROR),
        annotations: Vec::new(),
    }));
    ANYDATA_OR_ERROR = 28: union(&[TypeId::ANYDATA, TypeId::ERROR]);
    /// Everything: `any|error`.
    ANY_OR_ERROR = 29: union(&[TypeId::ANY, TypeId::ERROR]);
    NIL_OR_ERROR = 30: union(&[TypeId::ERROR, TypeId::NIL]);
    /// `function () returns ()`.
    FUNCTION = 31: TypeDesc::Function(FunctionType { params: Vec::new(), rest: None, ret: TypeId::NIL });
    FUTURE = 32: TypeDesc::Future(TypeId::ANY_OR_ERROR);
    /// `(any|error)[]`.
    ANY_OR_ERROR_ARRAY = 33: array(TypeId::ANY_OR_ERROR);
    ANY_OR_ERROR_MAP = 34: TypeDesc::Map(TypeId::ANY_OR_ERROR);
    DECIMAL_ARRAY = 35: array(TypeId::DECIMAL);
    ANYDATA_OR_ERROR_MAP = 36: TypeDesc::Map(TypeId::ANYDATA_OR_ERROR);
}

fn array(element: TypeId) -> TypeDesc {
    TypeDesc::Array { element, len: None }
}

fn union(members: &[TypeId]) -> TypeDesc {
    TypeDesc::Union {
        name: None,
        members: members.to_vec(),
    }
}

fn optional(name: &str, ty: TypeId) -> RecordField {
    RecordField {
        name: Name::new(name),
        ty,
        optional: true,
        default: None,
    }
}

impl Default for TypeTable {
    fn default() -> Self {
        Self::new()
    }
}

impl TypeTable {
    /// The table with the well-known types (`TypeId::INT` …) and no others.
    pub fn new() -> Self {
        let types = well_known();
        let interned = types
            .iter()
            .enumerate()
            .filter(|(_, desc)| !is_nominal(desc))
            .map(|(index, desc)| (desc.clone(), TypeId(index_u32(index))))
            .collect();
        Self { types, interned }
    }

    /// The id of `desc`, the same one for equal descriptors (records and objects: a new one).
    pub fn intern(&mut self, desc: TypeDesc) -> TypeId {
        if let Some(&id) = self.interned.get(&desc) {
            return id;
        }
        let id = TypeId(index_u32(self.types.len()));
        if !is_nominal(&desc) {
            self.interned.insert(desc.clone(), id);
        }
        self.types.push(desc);
        id
    }

    /// An id for a record or object that is defined later.
    pub fn reserve(&mut self) -> TypeId {
        let id = TypeId(index_u32(self.types.len()));
        self.types.push(TypeDesc::Undefined);
        id
    }

    /// Defines a reserved id.
    pub fn define(&mut self, id: TypeId, desc: TypeDesc) {
        if let Some(place) = self.types.get_mut(id.0 as usize) {
            *place = desc;
        }
    }

    /// The descriptor of `id`.
    pub fn get(&self, id: TypeId) -> &TypeDesc {
        self.types
            .get(id.0 as usize)
            .unwrap_or(&TypeDesc::Undefined)
    }

    pub fn len(&self) -> usize {
        self.types.len()
    }

    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    pub fn array(&mut self, element: TypeId) -> TypeId {
        self.intern(array(element))
    }

    pub fn map(&mut self, member: TypeId) -> TypeId {
        self.intern(TypeDesc::Map(member))
    }

    /// `T?`, or `T` itself when it already takes nil.
    pub fn nilable(&mut self, ty: TypeId) -> TypeId {
        if self.admits_nil(ty) {
            return ty;
        }
        self.union(&[ty, TypeId::NIL])
    }

    /// The union of `members`, flat and without doubles.
    pub fn union(&mut self, members: &[TypeId]) -> TypeId {
        let mut flat: Vec<TypeId> = Vec::new();
        for &member in members {
            let parts = match self.get(member) {
                TypeDesc::Union {
                    name: None,
                    members,
                } => members.clone(),
                TypeDesc::Never => Vec::new(),
                _ => vec![member],
            };
            for part in parts {
                if !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        match flat.as_slice() {
            [] => TypeId::NEVER,
            [one] => *one,
            _ => self.intern(TypeDesc::Union {
                name: None,
                members: flat,
            }),
        }
    }

    /// Whether nil is a value of the type.
    pub fn admits_nil(&self, ty: TypeId) -> bool {
        match self.get(ty) {
            TypeDesc::Nil | TypeDesc::Any | TypeDesc::Anydata | TypeDesc::Json => true,
            TypeDesc::Union { members, .. } => {
                members.iter().any(|&member| self.admits_nil(member))
            }
            TypeDesc::Finite { values, .. } => values.contains(&Literal::Nil),
            _ => false,
        }
    }
}

/// Records and objects are never merged, even when two look alike.
fn is_nominal(desc: &TypeDesc) -> bool {
    matches!(
        desc,
        TypeDesc::Record(_) | TypeDesc::Object(_) | TypeDesc::Undefined
    )
}

fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_ids_are_interned() {
        let mut types = TypeTable::new();
        assert_eq!(types.array(TypeId::INT), TypeId::INT_ARRAY);
        assert_eq!(types.array(TypeId::DECIMAL), TypeId::DECIMAL_ARRAY);
        assert_eq!(types.map(TypeId::JSON), TypeId::JSON_MAP);
        let any_or_error = types.union(&[TypeId::ANY, TypeId::ERROR]);
        assert_eq!(any_or_error, TypeId::ANY_OR_ERROR);
    }

    #[test]
    fn unions_are_flat() {
        let mut types = TypeTable::new();
        let int_or_string = types.union(&[TypeId::INT, TypeId::STRING]);
        let nilable = types.nilable(int_or_string);
        let again = types.union(&[int_or_string, TypeId::NIL, TypeId::INT]);
        assert_eq!(nilable, again);
        assert_eq!(types.nilable(nilable), nilable);
    }
}
