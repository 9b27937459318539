//! The text of floats (spec/language.md 6.8): shortest digits that read back, at least one of them behind the
//! point; an exponent from 10⁷ on and below 10⁻³.

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

#[cfg(test)]
mod tests {
    use super::float_text;

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
