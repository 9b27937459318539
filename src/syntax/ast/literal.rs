//! Literal values (spec/language.md chapter 1).

/// A literal as written. Numbers with a fraction keep their digits: whether they are `float` or
/// `decimal` depends on the type that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Literal {
    /// `()`
    Nil,
    /// `null`, which only a `json` may be.
    Null,
    Bool(bool),
    /// Decimal or hexadecimal. Negative only in patterns, in type unions and for the smallest
    /// value; elsewhere the sign is a prefix operator.
    Int(i64),
    /// A floating-point literal: its digits without suffix (`1.5e3`, `0x1.8p3`, `-1.5` in patterns
    /// and type unions).
    Float {
        text: Box<str>,
        suffix: Option<FloatSuffix>,
    },
    /// With its escapes resolved.
    String(Box<str>),
    /// `base16` and `base64` literals, decoded.
    Bytes(Box<[u8]>),
}

/// The letter behind a floating-point literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatSuffix {
    /// `f`: a `float`
    Float,
    /// `d`: a `decimal`
    Decimal,
}
