//! Interned types (spec/language.md chapter 4). A [`Ty`] is a `Copy` handle; equal structure is the
//! equal handle. Record and object types are nominal handles ([`RecordId`], [`ObjectId`]: the
//! place where the type is written); their members are looked up by query, so recursive types need no
//! special form here and subtyping compares members on demand.
//!
//! The table only grows and is shared by the process; the numbers of handles must never decide the order
//! of any output.

use std::sync::{LazyLock, RwLock};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::{ItemId, Name};

/// An interned type.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ty(u32);

/// The written place of a record type: its item and the number of its type node there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RecordId {
    pub item: ItemId,
    pub node: u32,
}

/// The written place of an object type, of a service definition or of a service constructor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ObjectId {
    pub item: ItemId,
    pub node: u32,
    pub kind: ObjectIdKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ObjectIdKind {
    /// `object { … }`; `node` is the type node.
    Type,
    /// `service s on … { … }`; `node` is 0.
    Service,
    /// `service { … }` as an expression; `node` is the expression node.
    ServiceValue,
}

/// A value known at compile time: members of finite types, constants, match patterns.
/// Float and decimal texts are normalised, so that equal values are equal literals.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Literal {
    Nil,
    Boolean(bool),
    Int(i64),
    Byte(u8),
    /// The bits of the double.
    Float(u64),
    /// Plain or exponent notation, as `decimal` prints it.
    Decimal(Box<str>),
    String(Box<str>),
}

/// The structure of a type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TyKind {
    /// The type of what failed; compatible with everything in both directions.
    Error,
    /// No value: the type of an expression that never completes, and of an empty union.
    Never,
    Nil,
    Boolean,
    Int,
    Byte,
    Float,
    Decimal,
    String,
    /// A finite type of one value; also the type of a constant.
    Singleton(Literal),
    /// Everything but errors.
    Any,
    Anydata,
    Json,
    Handle,
    Xml,
    /// The type `service`.
    Service,
    /// Two or more members, flattened, without repetitions, in the order written. `name`: the type
    /// definition, when all members are singletons and it is known by that name in messages.
    Union {
        members: Box<[Ty]>,
        name: Option<ItemId>,
    },
    /// `size` is the fixed length; `T[*]` has the length of its initialiser.
    Array {
        element: Ty,
        size: Option<u32>,
    },
    Tuple {
        members: Box<[Ty]>,
        rest: Option<Ty>,
    },
    Map(Ty),
    Table(Ty),
    Stream(Ty),
    Future(Ty),
    Typedesc(Ty),
    /// `error<reason, detail>`.
    ErrorType {
        reason: Ty,
        detail: Ty,
    },
    Function(Box<FunctionTy>),
    Record(RecordId),
    Object(ObjectId),
    /// A type parameter of the language library (`@typeParam type Type any|error;`), bound to its
    /// definition; calls replace it by what the arguments say.
    Param(ItemId),
}

/// The type of a function value; of a method without its receiver.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FunctionTy {
    pub params: Box<[ParamTy]>,
    /// The rest parameter; its `ty` is the type of one member.
    pub rest: Option<ParamTy>,
    pub ret: Ty,
    pub ret_mark: Option<Mark>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ParamTy {
    pub name: Option<Name>,
    pub ty: Ty,
    /// The parameter may be left out.
    pub defaultable: bool,
    pub mark: Option<Mark>,
}

/// `@tainted` or `@untainted` (spec/taint.md section 2); where both stand, `@untainted` wins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mark {
    Tainted,
    Untainted,
}

struct Table {
    ids: IndexSet<&'static TyKind, FxBuildHasher>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(|| {
    let mut table = Table {
        ids: IndexSet::default(),
    };
    for kind in BUILTINS {
        table.ids.insert(kind);
    }
    RwLock::new(table)
});

/// In the order of the constants of [`Ty`].
const BUILTINS: &[TyKind] = &[
    TyKind::Error,
    TyKind::Never,
    TyKind::Nil,
    TyKind::Boolean,
    TyKind::Int,
    TyKind::Byte,
    TyKind::Float,
    TyKind::Decimal,
    TyKind::String,
    TyKind::Any,
    TyKind::Anydata,
    TyKind::Json,
    TyKind::Handle,
    TyKind::Xml,
    TyKind::Service,
];

impl Ty {
    pub const ERROR: Ty = Ty(0);
    pub const NEVER: Ty = Ty(1);
    pub const NIL: Ty = Ty(2);
    pub const BOOLEAN: Ty = Ty(3);
    pub const INT: Ty = Ty(4);
    pub const BYTE: Ty = Ty(5);
    pub const FLOAT: Ty = Ty(6);
    pub const DECIMAL: Ty = Ty(7);
    pub const STRING: Ty = Ty(8);
    pub const ANY: Ty = Ty(9);
    pub const ANYDATA: Ty = Ty(10);
    pub const JSON: Ty = Ty(11);
    pub const HANDLE: Ty = Ty(12);
    pub const XML: Ty = Ty(13);
    pub const SERVICE: Ty = Ty(14);

    pub fn new(kind: &TyKind) -> Self {
        let id = |index: usize| Self(u32::try_from(index).expect("fewer than 2^32 types"));
        {
            let table = TABLE
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(index) = table.ids.get_index_of(kind) {
                return id(index);
            }
        }
        let mut table = TABLE
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match table.ids.get_index_of(kind) {
            Some(index) => id(index),
            None => id(table.ids.insert_full(Box::leak(Box::new(kind.clone()))).0),
        }
    }

    pub fn kind(self) -> &'static TyKind {
        let table = TABLE
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        table
            .ids
            .get_index(self.0 as usize)
            .copied()
            .unwrap_or(&TyKind::Error)
    }

    /// The union of `types`: flattened, without repetitions; the only member when there is one. A
    /// failed member makes the whole union failed. Does not merge subtypes.
    pub fn union(types: impl IntoIterator<Item = Ty>) -> Self {
        let mut members: IndexSet<Ty, FxBuildHasher> = IndexSet::default();
        for ty in types {
            match ty.kind() {
                TyKind::Error => return Self::ERROR,
                TyKind::Never => {}
                TyKind::Union { members: inner, .. } => members.extend(inner.iter().copied()),
                _ => {
                    members.insert(ty);
                }
            }
        }
        match members.len() {
            0 => Self::NEVER,
            1 => members[0],
            _ => {
                let members = members.into_iter().collect();
                Self::new(&TyKind::Union {
                    members,
                    name: None,
                })
            }
        }
    }

    /// `self?`.
    #[must_use]
    pub fn optional(self) -> Self {
        Self::union([self, Self::NIL])
    }

    pub fn array(element: Ty) -> Self {
        Self::new(&TyKind::Array {
            element,
            size: None,
        })
    }

    pub fn map(element: Ty) -> Self {
        Self::new(&TyKind::Map(element))
    }

    pub fn singleton(value: Literal) -> Self {
        match value {
            Literal::Nil => Self::NIL,
            value => Self::new(&TyKind::Singleton(value)),
        }
    }

    pub fn function(function: FunctionTy) -> Self {
        Self::new(&TyKind::Function(Box::new(function)))
    }

    /// The members of a union; the type itself when it is none; nothing for [`Ty::NEVER`].
    pub fn members(self) -> Vec<Ty> {
        match self.kind() {
            TyKind::Union { members, .. } => members.to_vec(),
            TyKind::Never => Vec::new(),
            _ => vec![self],
        }
    }

    pub fn is_error(self) -> bool {
        self == Self::ERROR
    }
}

impl std::fmt::Debug for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_name_their_kinds() {
        for (index, kind) in BUILTINS.iter().enumerate() {
            assert_eq!(Ty(u32::try_from(index).unwrap()), Ty::new(kind));
        }
        assert_eq!(Ty::SERVICE.kind(), &TyKind::Service);
    }

    #[test]
    fn unions_are_flat_and_without_repetitions() {
        let inner = Ty::union([Ty::INT, Ty::STRING]);
        assert_eq!(Ty::union([inner, Ty::INT]), inner);
        assert_eq!(Ty::union([Ty::INT, Ty::INT]), Ty::INT);
        assert_eq!(Ty::INT.members(), &[Ty::INT]);
        assert_eq!(Ty::union([Ty::NEVER, Ty::ERROR]), Ty::ERROR);
    }
}
