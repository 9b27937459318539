//! A value of the language in two words: what it is and its bits. Simple values hold themselves,
//! all others are a handle into the isolate's heap. Copying a value copies two words; nothing is
//! counted and nothing is dropped.
//!
//! Op bodies and natives reach the words only through the functions here. A getter of the wrong
//! kind is a fault of the lowering: it panics in builds with debug assertions and gives a wrong
//! number, never undefined behaviour, in others.

use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{FuncId, TypeId};

/// A value.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct V {
    tag: Tag,
    bits: u64,
}

impl Default for V {
    fn default() -> Self {
        Self::NIL
    }
}

impl std::fmt::Debug for V {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.tag {
            Tag::Nil => f.write_str("()"),
            Tag::Boolean => write!(f, "{}", self.bits != 0),
            Tag::Int | Tag::Byte => write!(f, "{}", self.bits as i64),
            Tag::Float => write!(f, "{:?}", f64::from_bits(self.bits)),
            tag => write!(f, "{tag:?}#{}", self.bits),
        }
    }
}

impl V {
    pub const NIL: Self = Self {
        tag: Tag::Nil,
        bits: 0,
    };
    pub const ABSENT: Self = Self {
        tag: Tag::Absent,
        bits: 0,
    };
    pub const TRUE: Self = Self::boolean(true);
    pub const FALSE: Self = Self::boolean(false);

    /// A value of this kind with these bits.
    #[inline]
    pub const fn new(tag: Tag, bits: u64) -> Self {
        Self { tag, bits }
    }

    #[inline]
    pub const fn int(value: i64) -> Self {
        Self::new(Tag::Int, value as u64)
    }

    #[inline]
    pub const fn byte(value: u8) -> Self {
        Self::new(Tag::Byte, value as u64)
    }

    #[inline]
    pub const fn float(value: f64) -> Self {
        Self::new(Tag::Float, value.to_bits())
    }

    #[inline]
    pub const fn boolean(value: bool) -> Self {
        Self::new(Tag::Boolean, value as u64)
    }

    pub const fn typedesc(ty: TypeId) -> Self {
        Self::new(Tag::Typedesc, ty.0 as u64)
    }

    pub const fn func(func: FuncId) -> Self {
        Self::new(Tag::Func, func.0 as u64)
    }

    /// A handle of a heap kind.
    #[inline]
    pub const fn handle(tag: Tag, index: u32) -> Self {
        Self::new(tag, index as u64)
    }

    /// What a field of form `Ref(tag)` holds: 0 is nil.
    #[inline]
    pub const fn of_ref(tag: Tag, word: u64) -> Self {
        if word == 0 {
            Self::NIL
        } else {
            Self::new(tag, word)
        }
    }

    #[inline]
    pub const fn tag(self) -> Tag {
        self.tag
    }

    #[inline]
    pub const fn bits(self) -> u64 {
        self.bits
    }

    /// The handle of a heap value.
    #[inline]
    pub const fn index(self) -> u32 {
        self.bits as u32
    }

    #[inline]
    pub fn is_nil(self) -> bool {
        self.tag as u64 == Tag::Nil as u64
    }

    #[inline]
    pub fn is_absent(self) -> bool {
        self.tag as u64 == Tag::Absent as u64
    }

    #[inline]
    pub fn is_error(self) -> bool {
        self.tag as u64 == Tag::Error as u64
    }

    /// Whether this is an int or a byte.
    #[inline]
    pub fn is_integer(self) -> bool {
        matches!(self.tag, Tag::Int | Tag::Byte)
    }

    /// The number of an int or byte.
    #[inline]
    pub fn as_int(self) -> i64 {
        debug_assert!(self.is_integer(), "an int was expected, not {self:?}");
        self.bits as i64
    }

    #[inline]
    pub fn as_float(self) -> f64 {
        debug_assert!(self.tag == Tag::Float, "a float was expected, not {self:?}");
        f64::from_bits(self.bits)
    }

    #[inline]
    pub fn as_bool(self) -> bool {
        debug_assert!(
            self.tag == Tag::Boolean,
            "a boolean was expected, not {self:?}"
        );
        self.bits != 0
    }

    pub fn as_byte(self) -> u8 {
        debug_assert!(self.is_integer(), "a byte was expected, not {self:?}");
        self.bits as u8
    }

    pub fn as_type(self) -> TypeId {
        debug_assert!(
            self.tag == Tag::Typedesc,
            "a typedesc was expected, not {self:?}"
        );
        TypeId(self.bits as u32)
    }

    pub fn as_func(self) -> FuncId {
        debug_assert!(
            self.tag == Tag::Func,
            "a function was expected, not {self:?}"
        );
        FuncId(self.bits as u32)
    }

    /// The number when this is an int or byte.
    pub fn to_int(self) -> Option<i64> {
        self.is_integer().then_some(self.bits as i64)
    }

    pub fn to_float(self) -> Option<f64> {
        (self.tag == Tag::Float).then_some(f64::from_bits(self.bits))
    }

    pub fn to_bool(self) -> Option<bool> {
        (self.tag == Tag::Boolean).then_some(self.bits != 0)
    }

    /// `self`, or `None` when it is nil or not given.
    pub fn present(self) -> Option<Self> {
        (self.tag as u64 > Tag::Absent as u64).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_sixteen_bytes() {
        assert_eq!(size_of::<V>(), 16);
    }

    #[test]
    fn values_hold_what_they_are_made_of() {
        assert_eq!(V::int(-3).as_int(), -3);
        assert_eq!(V::byte(255).as_int(), 255);
        assert_eq!(V::float(-0.5).as_float(), -0.5);
        assert!(V::default().is_nil());
        assert_eq!(V::ABSENT.present(), None);
        assert_eq!(V::int(0).present(), Some(V::int(0)));
        assert_eq!(V::of_ref(Tag::Record, 0), V::NIL);
    }
}
