//! The text of numbers (spec/language.md 6.8). Floats: shortest digits that read back, at least one of them
//! behind the point; an exponent from 10⁷ on and below 10⁻³. And back: what `fromString` of ints and floats
//! takes, which is less than Rust's own parsers take.

/// `1.0`, `1.23456789E7`, `1.0E-4`, `NaN`, `-Infinity`.
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&magnitude) {
        // `{:?}` writes the shortest digits and always a fraction in this range.
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digits, exponent)) => format!("{digits}.0E{exponent}"),
        None => text,
    }
}

/// The int written as decimal digits with an optional sign.
pub fn parse_int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// The float written as decimal digits with an optional sign, fraction and exponent, or as `NaN` or
/// `Infinity`.
pub fn parse_float(text: &str) -> Option<f64> {
    let magnitude = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = magnitude
        .bytes()
        .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    if plain && magnitude.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return text.parse().ok();
    }
    let value = match magnitude {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        _ => return None,
    };
    Some(if text.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::{float_text, parse_float, parse_int};

    #[test]
    fn only_the_languages_own_numbers_parse() {
        assert_eq!(parse_int("-123"), Some(-123));
        assert_eq!(parse_int("+77"), Some(77));
        assert_eq!(parse_int("-9223372036854775808"), Some(i64::MIN));
        for text in ["", "+", "1_0", "9223372036854775808", " 1", "0x1", "--1"] {
            assert_eq!(parse_int(text), None, "{text}");
        }
        assert_eq!(parse_float("-1e3"), Some(-1000.0));
        assert_eq!(parse_float("12"), Some(12.0));
        assert_eq!(parse_float("-Infinity"), Some(f64::NEG_INFINITY));
        assert!(parse_float("NaN").is_some_and(f64::is_nan));
        for text in [
            "", "1,5", "inf", "nan", "infinity", "1_0", "e5", "1.5f", ".",
        ] {
            assert_eq!(parse_float(text), None, "{text}");
        }
    }

    #[test]
    fn the_texts_of_the_specification() {
        let cases = [
            (1.0, "1.0"),
            (10000.0, "10000.0"),
            (1.0 / 3.0, "0.3333333333333333"),
            (12_345_678.9, "1.23456789E7"),
            (0.0001, "1.0E-4"),
            (0.001, "0.001"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (1e30, "1.0E30"),
            (-0.0, "-0.0"),
            (-1.5e-9, "-1.5E-9"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in cases {
            assert_eq!(float_text(value), text);
        }
    }
}
