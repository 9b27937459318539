//! What a static type says about the machine form of its values; decides between typed and dynamic
//! instructions.

use crate::types::{Literal, Ty, TyKind};

/// The one kind of all values of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Nil,
    Boolean,
    /// Ints, among them perhaps bytes.
    Int,
    Byte,
    Float,
    Decimal,
    String,
    /// Anything else, or several kinds.
    Mixed,
}

impl Class {
    pub(super) fn of(ty: Ty) -> Self {
        match ty.kind() {
            TyKind::Nil => Self::Nil,
            TyKind::Boolean => Self::Boolean,
            TyKind::Int => Self::Int,
            TyKind::Byte => Self::Byte,
            TyKind::Float => Self::Float,
            TyKind::Decimal => Self::Decimal,
            TyKind::String => Self::String,
            TyKind::Singleton(value) => match value {
                Literal::Nil => Self::Nil,
                Literal::Boolean(_) => Self::Boolean,
                Literal::Int(_) => Self::Int,
                Literal::Byte(_) => Self::Byte,
                Literal::Float(_) => Self::Float,
                Literal::Decimal(_) => Self::Decimal,
                Literal::String(_) => Self::String,
            },
            TyKind::Union { members, .. } => {
                let mut classes = members.iter().map(|&member| Self::of(member));
                let first = classes.next().unwrap_or(Self::Mixed);
                classes.fold(first, Self::join)
            }
            _ => Self::Mixed,
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Int | Self::Byte, Self::Int | Self::Byte) if self != other => Self::Int,
            _ if self == other => self,
            _ => Self::Mixed,
        }
    }

    /// Whether the word of the value is an int.
    pub(super) fn is_int(self) -> bool {
        matches!(self, Self::Int | Self::Byte)
    }

    /// Whether the text form needs no look at the value's members.
    pub(super) fn is_simple(self) -> bool {
        self != Self::Mixed
    }
}

/// Whether the members of the list type `ty` are exactly of type int, float or boolean.
pub(super) fn element_class(ty: Ty) -> Class {
    match ty.kind() {
        TyKind::Array { element, .. } => match element.kind() {
            TyKind::Int => Class::Int,
            TyKind::Float => Class::Float,
            TyKind::Boolean => Class::Boolean,
            _ => Class::Mixed,
        },
        _ => Class::Mixed,
    }
}
