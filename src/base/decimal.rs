//! The language's `decimal`: 34 significant digits, rounded half to even (IEEE 754 decimal128;
//! spec/language.md 6.2). A layer over `bigdecimal`, whose numbers are unbounded: this one rounds every
//! result, keeps the scale that the language prints, and has infinities and NaN for division by zero.
//!
//! Text goes in and out in the language's form (6.8): `1.10` keeps its scale, `1E+40` has an exponent.

use std::cmp::Ordering;
use std::fmt;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};

/// Significant digits of a result.
const DIGITS: u64 = 34;

/// Largest exponent of a number in scientific notation; beyond is infinity (decimal128).
const MAX_EXPONENT: i64 = 6144;

/// Digits below 10^-6176 do not exist.
const MAX_SCALE: i64 = 6176;

/// A decimal number.
#[derive(Clone, Debug)]
pub enum Decimal {
    Finite(BigDecimal),
    Infinity { negative: bool },
    NaN,
}

impl Decimal {
    pub fn zero() -> Self {
        Self::Finite(BigDecimal::zero())
    }

    /// The number written as `text`: digits with an optional sign, fraction and exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        // `bigdecimal` also takes `_` between digits; the language does not. An exponent of more digits than
        // this could make the library allocate without bound.
        let (_, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, ""));
        let plain = digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
        if !plain
            || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            || exponent.len() > 6
        {
            return None;
        }
        text.parse::<BigDecimal>().ok().map(Self::round)
    }

    pub fn from_int(value: i64) -> Self {
        Self::Finite(BigDecimal::from(value))
    }

    /// The exact shortest text of the float, as a decimal.
    pub fn from_float(value: f64) -> Self {
        if value.is_nan() {
            Self::NaN
        } else if value.is_infinite() {
            Self::Infinity {
                negative: value < 0.0,
            }
        } else {
            Self::parse(&super::number_text::float_text(value)).unwrap_or(Self::NaN)
        }
    }

    /// The nearest int, half to even; `None` when it does not fit.
    pub fn to_int(&self) -> Option<i64> {
        match self {
            Self::Finite(value) => value.with_scale_round(0, RoundingMode::HalfEven).to_i64(),
            Self::Infinity { .. } | Self::NaN => None,
        }
    }

    pub fn to_float(&self) -> f64 {
        match self {
            // Through text: the library's own conversion is not correctly rounded for long numbers.
            Self::Finite(value) => {
                let (digits, scale) = value.as_bigint_and_exponent();
                format!("{digits}e{}", -scale).parse().unwrap_or(f64::NAN)
            }
            Self::Infinity { negative: false } => f64::INFINITY,
            Self::Infinity { negative: true } => f64::NEG_INFINITY,
            Self::NaN => f64::NAN,
        }
    }

    /// The digits without an exponent.
    pub fn plain_text(&self) -> String {
        match self {
            Self::Finite(value) => value.to_plain_string(),
            Self::Infinity { .. } | Self::NaN => self.to_string(),
        }
    }

    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Finite(value) if value.is_zero())
    }

    pub fn is_negative(&self) -> bool {
        match self {
            Self::Finite(value) => value.sign() == Sign::Minus,
            Self::Infinity { negative } => *negative,
            Self::NaN => false,
        }
    }

    #[must_use]
    pub fn negate(&self) -> Self {
        match self {
            Self::Finite(value) => Self::Finite(-value),
            Self::Infinity { negative } => Self::Infinity {
                negative: !negative,
            },
            Self::NaN => Self::NaN,
        }
    }

    /// The sum; adding zero gives the other operand unchanged.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinity { negative: a }, Self::Infinity { negative: b }) if a != b => Self::NaN,
            (Self::Infinity { .. }, _) => self.clone(),
            (_, Self::Infinity { .. }) => other.clone(),
            (Self::Finite(a), Self::Finite(b)) => {
                if a.is_zero() {
                    other.clone()
                } else if b.is_zero() {
                    self.clone()
                } else {
                    Self::round(a + b)
                }
            }
        }
    }

    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negate())
    }

    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            // The library's own product forgets the scale of a factor that is one.
            (Self::Finite(a), Self::Finite(b)) => {
                let (a, a_scale) = a.as_bigint_and_exponent();
                let (b, b_scale) = b.as_bigint_and_exponent();
                Self::round(BigDecimal::new(a * b, a_scale + b_scale))
            }
            _ if self.is_zero() || other.is_zero() => Self::NaN,
            _ => Self::Infinity {
                negative: self.is_negative() != other.is_negative(),
            },
        }
    }

    /// The quotient. When it is exact it keeps the scale `self - other` where its digits allow
    /// (`10 / 4` is `2.5`), else 34 digits.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Self {
        let negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => Self::NaN,
            (Self::Infinity { .. }, Self::Infinity { .. }) => Self::NaN,
            (Self::Infinity { .. }, _) => Self::Infinity { negative },
            (_, Self::Infinity { .. }) => Self::zero(),
            (Self::Finite(_), Self::Finite(b)) if b.is_zero() => {
                if self.is_zero() {
                    Self::NaN
                } else {
                    Self::Infinity { negative }
                }
            }
            (Self::Finite(a), Self::Finite(b)) => Self::quotient(a, b),
        }
    }

    fn quotient(a: &BigDecimal, b: &BigDecimal) -> Self {
        let (numerator, a_scale) = a.as_bigint_and_exponent();
        let (denominator, b_scale) = b.as_bigint_and_exponent();
        // Never an exponent that neither operand has: `100 / 0.1` is `1000`.
        let wanted_scale = (a_scale - b_scale).max(a_scale.min(0));
        // Enough digits for 34 and one to round by, whatever the leading digits are.
        let shift = (DIGITS + 2 + b.digits()).saturating_sub(a.digits());
        let scaled = numerator * BigInt::from(10).pow(u32::try_from(shift).unwrap_or(u32::MAX));
        let mut quotient = &scaled / &denominator;
        let exact = (&quotient * &denominator) == scaled;
        let mut scale = a_scale - b_scale + i64::try_from(shift).unwrap_or(i64::MAX);
        if exact {
            let ten = BigInt::from(10);
            while scale > wanted_scale && (&quotient % &ten).is_zero() {
                quotient /= &ten;
                scale -= 1;
            }
            return Self::round(BigDecimal::new(quotient, scale));
        }
        // A sticky digit keeps a cut-off tail from looking like an exact half.
        let sticky = if is_negative(a, b) { -1 } else { 1 };
        quotient = quotient * 10 + sticky;
        Self::round(BigDecimal::new(quotient, scale + 1))
    }

    /// The remainder with the sign of the dividend.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Finite(a), Self::Finite(b)) if !b.is_zero() => Self::round(a % b),
            (Self::Finite(_), Self::Infinity { .. }) => self.clone(),
            _ => Self::NaN,
        }
    }

    /// The number rounded to `scale` digits behind the point.
    #[must_use]
    pub fn with_scale(&self, scale: i64, mode: RoundingMode) -> Self {
        match self {
            Self::Finite(value) => Self::Finite(value.with_scale_round(scale, mode)),
            Self::Infinity { .. } | Self::NaN => self.clone(),
        }
    }

    /// `None` when one of them is NaN.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let rank = |value: &Self| match value {
            Self::Infinity { negative: true } => -1,
            Self::Finite(_) | Self::NaN => 0,
            Self::Infinity { negative: false } => 1,
        };
        match (self, other) {
            (Self::NaN, _) | (_, Self::NaN) => None,
            (Self::Finite(a), Self::Finite(b)) => Some(a.cmp(b)),
            _ => Some(rank(self).cmp(&rank(other))),
        }
    }

    /// Rounds to 34 digits and to the exponents of decimal128.
    fn round(value: BigDecimal) -> Self {
        let value = if value.digits() > DIGITS {
            let precision = std::num::NonZeroU64::new(DIGITS).unwrap_or(std::num::NonZeroU64::MIN);
            value.with_precision_round(precision, RoundingMode::HalfEven)
        } else {
            value
        };
        let (_, scale) = value.as_bigint_and_exponent();
        let exponent = i64::try_from(value.digits()).unwrap_or(i64::MAX) - 1 - scale;
        if value.is_zero() {
            Self::Finite(BigDecimal::new(
                BigInt::zero(),
                scale.clamp(-MAX_EXPONENT, MAX_SCALE),
            ))
        } else if exponent > MAX_EXPONENT {
            Self::Infinity {
                negative: value.sign() == Sign::Minus,
            }
        } else if scale > MAX_SCALE {
            Self::Finite(value.with_scale_round(MAX_SCALE, RoundingMode::HalfEven))
        } else {
            Self::Finite(value)
        }
    }
}

/// Whether the quotient is negative although its cut-off digits are zero.
fn is_negative(a: &BigDecimal, b: &BigDecimal) -> bool {
    (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus)
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }
}

/// Plain digits with the scale, exponent form for large and very small numbers; zero is `0.0`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match self {
            Self::NaN => return f.write_str("NaN"),
            Self::Infinity { negative } => {
                return f.write_str(if *negative { "-Infinity" } else { "Infinity" });
            }
            Self::Finite(value) if value.is_zero() => return f.write_str("0.0"),
            Self::Finite(value) => value,
        };
        let (digits, scale) = value.as_bigint_and_exponent();
        let text = digits.magnitude().to_string();
        if digits.sign() == Sign::Minus {
            f.write_str("-")?;
        }
        let n_digits = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let exponent = n_digits - 1 - scale;
        if scale >= 0 && exponent >= -6 {
            let point = n_digits - scale;
            if scale == 0 {
                f.write_str(&text)
            } else if point > 0 {
                let (whole, fraction) = text.split_at(usize::try_from(point).unwrap_or(0));
                write!(f, "{whole}.{fraction}")
            } else {
                let zeros = usize::try_from(-point).unwrap_or(0);
                write!(f, "0.{}{text}", "0".repeat(zeros))
            }
        } else {
            let (first, further) = text.split_at(1);
            let point = if further.is_empty() { "" } else { "." };
            write!(f, "{first}{point}{further}E{exponent:+}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn dec(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn division_keeps_exact_quotients_short() {
        let cases = [
            ("1", "3", "0.3333333333333333333333333333333333"),
            ("2", "3", "0.6666666666666666666666666666666667"),
            ("-2", "3", "-0.6666666666666666666666666666666667"),
            ("10", "4", "2.5"),
            ("1.00", "2", "0.50"),
            ("6", "2", "3"),
            ("100", "0.1", "1000"),
        ];
        for (a, b, quotient) in cases {
            assert_eq!(dec(a).divide(&dec(b)).to_string(), quotient, "{a} / {b}");
        }
        assert_eq!(dec("1").divide(&dec("0")).to_string(), "Infinity");
        assert_eq!(dec("0").divide(&dec("0")).to_string(), "NaN");
    }

    #[test]
    fn texts_keep_their_scale() {
        for text in [
            "27.5", "8", "1.10", "-4.565", "1E+40", "0.000001", "1.5E-7", "0.0",
        ] {
            assert_eq!(dec(text).to_string(), text);
        }
        assert_eq!(dec("0.00").to_string(), "0.0");
        assert_eq!(dec("1.5").add(&dec("0.00")).to_string(), "1.5");
        assert_eq!(dec("1.5").multiply(&dec("2.0")).to_string(), "3.00");
        assert_eq!(dec("1.0").multiply(&dec("2")).to_string(), "2.0");
    }

    #[test]
    fn results_have_34_digits() {
        let third = dec("1").divide(&dec("3"));
        assert_eq!(
            third.multiply(&dec("3")).to_string(),
            "0.9999999999999999999999999999999999"
        );
        assert_eq!(dec("-10").remainder(&dec("4")).to_string(), "-2");
        assert_eq!(dec("2.5").to_int(), Some(2));
        assert_eq!(dec("3.5").to_int(), Some(4));
        assert_eq!(dec("1E+40").to_int(), None);
    }

    #[test]
    fn only_the_languages_own_texts_parse() {
        for text in ["", "abc", "1_000", "1e9999999", "--1", "e5", "0x10", "+"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
        assert_eq!(dec("12.340").to_string(), "12.340");
        assert!((dec("0.1").to_float() - 0.1).abs() < f64::EPSILON);
    }
}
