//! Floats in hexadecimal: `0x1.8p1`. Text in both directions, correctly rounded (IEEE 754 binary64).

use std::fmt::Write as _;

/// The shortest hexadecimal text of a float: one digit before the point, binary exponent behind `p`.
pub fn hex_float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) & 0x7ff;
    let (lead, exponent) = match (biased, fraction) {
        (0, 0) => (0, 0),
        (0, _) => (0, -1022),
        _ => (1, i64::try_from(biased).unwrap_or(0) - 1023),
    };
    let mut digits = String::new();
    _ = write!(digits, "{fraction:013x}");
    let shown = digits.trim_end_matches('0');
    let shown = if shown.is_empty() { "0" } else { shown };
    format!("{sign}0x{lead}.{shown}p{exponent}")
}

/// The float written as `[sign]0xDIGITS[.DIGITS]pEXPONENT`, `NaN` or `Infinity`; the exponent may be missing.
pub fn parse_hex_float(text: &str) -> Option<f64> {
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let value = match magnitude {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        _ => parse_magnitude(magnitude)?,
    };
    Some(if negative { -value } else { value })
}

fn parse_magnitude(text: &str) -> Option<f64> {
    let text = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    let (digits, exponent) = match text.split_once(['p', 'P']) {
        Some((digits, exponent)) => (digits, parse_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = Mantissa::default();
    for c in whole.chars() {
        mantissa.push(c.to_digit(16)?, false);
    }
    for c in fraction.chars() {
        mantissa.push(c.to_digit(16)?, true);
    }
    Some(mantissa.scaled(exponent))
}

/// A decimal exponent; beyond any meaning it is cut off.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 40);
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

/// The leading 60 bits or so of a number, the rest as a sticky bit.
#[derive(Default)]
struct Mantissa {
    bits: u64,
    sticky: bool,
    exponent: i64,
}

impl Mantissa {
    fn push(&mut self, digit: u32, behind_point: bool) {
        if self.bits >> 60 == 0 {
            self.bits = self.bits << 4 | u64::from(digit);
            self.exponent -= i64::from(behind_point) * 4;
        } else {
            self.sticky |= digit != 0;
            self.exponent += i64::from(!behind_point) * 4;
        }
    }

    /// The number times 2^`exponent`, rounded once, half to even.
    fn scaled(self, exponent: i64) -> f64 {
        if self.bits == 0 {
            return 0.0;
        }
        let zeros = self.bits.leading_zeros();
        let bits = self.bits << zeros;
        // The value of the top bit is 2^top.
        let top = self.exponent + exponent + 63 - i64::from(zeros);
        if top > 1023 {
            return f64::INFINITY;
        }
        let precision = if top >= -1022 { 53 } else { 53 + 1022 + top };
        let Ok(precision @ 0..) = i32::try_from(precision) else {
            return 0.0;
        };
        let dropped = 64 - precision.unsigned_abs();
        let (kept, rest) = if dropped == 64 {
            (0, bits)
        } else {
            (bits >> dropped, bits << (64 - dropped))
        };
        let half = 1 << 63;
        let up = rest > half || rest == half && (self.sticky || kept & 1 == 1);
        let rounded = (kept + u64::from(up)) as f64;
        rounded * power_of_two(top - i64::from(precision) + 1)
    }
}

/// 2^`exponent` for -1074 ≤ exponent ≤ 1023.
fn power_of_two(exponent: i64) -> f64 {
    if exponent >= -1022 {
        f64::from_bits(u64::try_from(exponent + 1023).unwrap_or(0) << 52)
    } else {
        f64::from_bits(1 << (exponent + 1074).clamp(0, 51))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back() {
        let cases = [
            (1.0, "0x1.0p0"),
            (3.0, "0x1.8p1"),
            (-0.1, "-0x1.999999999999ap-4"),
            (0.0, "0x0.0p0"),
            (f64::from_bits(1), "0x0.0000000000001p-1022"),
            (f64::MIN_POSITIVE, "0x1.0p-1022"),
            (f64::MAX, "0x1.fffffffffffffp1023"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in cases {
            assert_eq!(hex_float_text(value), text);
            assert_eq!(parse_hex_float(text), Some(value), "{text}");
        }
        assert!(parse_hex_float("NaN").unwrap().is_nan());
    }

    #[test]
    fn rounding_is_half_to_even() {
        let cases = [
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000080000001p0", 1.0 + f64::EPSILON),
            ("0x1.00000000000018p0", 1.0 + 2.0 * f64::EPSILON),
            ("0x0.8p-1074", 0.0),
            ("0x0.81p-1074", f64::from_bits(1)),
            ("0x1p1024", f64::INFINITY),
            ("0xAp-2", 2.5),
            ("0x.8p0", 0.5),
            ("0x10000000000000000p0", 18_446_744_073_709_551_616.0),
        ];
        for (text, value) in cases {
            assert_eq!(parse_hex_float(text), Some(value), "{text}");
        }
        for text in ["", "0x", "0x.p1", "0x1p", "1.8p1", "0x1.8p+-1", "0xgp1"] {
            assert_eq!(parse_hex_float(text), None, "{text}");
        }
    }
}
