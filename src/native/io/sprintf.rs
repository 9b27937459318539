//! `io:sprintf` (spec/stdlib.md, io).
//!
//! Input → output: a format and its arguments, asked one by one → the text, or the reason of the
//! panic. How a value is written by `%s` is the caller's business.

use std::fmt::Write as _;

/// An argument, as far as conversions tell values apart.
#[derive(Clone, PartialEq, Debug)]
pub enum Argument {
    Boolean(bool),
    Int(i64),
    Float(f64),
    /// In its text form without an exponent.
    Decimal(String),
    Bytes(Vec<u8>),
    /// Anything else: its type.
    Other(String),
}

/// The arguments of a call.
pub trait Arguments {
    /// The argument at an index, `None` behind the last one.
    fn get(&self, index: usize) -> Option<Argument>;
    /// What `toString` gives for it.
    fn text(&self, index: usize) -> String;
}

/// `%[width][.precision]C`.
#[derive(Default)]
struct Conversion {
    is_zero_padded: bool,
    width: usize,
    precision: Option<usize>,
}

/// Widths and precisions beyond this are no layout but an attack on memory.
const MAX_WIDTH: usize = 1 << 20;

/// Formats; the error is the reason of the panic.
pub fn sprintf(format: &str, arguments: &impl Arguments) -> Result<String, String> {
    let mut text = String::with_capacity(format.len() + 16);
    let mut next = 0;
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let (conversion, letter, behind) = read_conversion(after)?;
        rest = behind;
        if letter == '%' {
            text.push('%');
            continue;
        }
        let converted = convert(letter, &conversion, next, arguments)?;
        next += 1;
        pad(&mut text, &converted, &conversion, letter);
    }
    text.push_str(rest);
    Ok(text)
}

fn read_conversion(text: &str) -> Result<(Conversion, char, &str), String> {
    let mut conversion = Conversion::default();
    let (width, rest) = digits(text);
    conversion.is_zero_padded = width.starts_with('0');
    conversion.width = number(width)?;
    let rest = if let Some(behind) = rest.strip_prefix('.') {
        let (precision, rest) = digits(behind);
        conversion.precision = Some(number(precision)?);
        rest
    } else {
        rest
    };
    let mut chars = rest.chars();
    let letter = chars
        .next()
        .ok_or_else(|| "unknown format conversion '%'".to_owned())?;
    Ok((conversion, letter, chars.as_str()))
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn number(digits: &str) -> Result<usize, String> {
    if digits.is_empty() {
        return Ok(0);
    }
    digits
        .parse()
        .ok()
        .filter(|&number| number <= MAX_WIDTH)
        .ok_or_else(|| format!("format width out of range: {digits}"))
}

fn convert(
    letter: char,
    conversion: &Conversion,
    index: usize,
    arguments: &impl Arguments,
) -> Result<String, String> {
    if !matches!(letter, 'b' | 'B' | 'd' | 'f' | 'x' | 'X' | 's') {
        return Err(format!("unknown format conversion '{letter}'"));
    }
    let argument = arguments
        .get(index)
        .ok_or_else(|| "not enough format arguments".to_owned())?;
    Ok(match (letter, &argument) {
        ('s', _) => truncated(arguments.text(index), conversion.precision),
        ('b', Argument::Boolean(truth)) => truth.to_string(),
        ('B', Argument::Boolean(truth)) => truth.to_string().to_ascii_uppercase(),
        ('d', Argument::Int(number)) => number.to_string(),
        ('f', Argument::Float(number)) => fixed_float(*number, conversion.precision.unwrap_or(6)),
        ('f', Argument::Decimal(digits)) => fixed(digits, conversion.precision.unwrap_or(6)),
        ('x', Argument::Int(number)) => format!("{number:x}"),
        ('X', Argument::Int(number)) => format!("{number:X}"),
        ('x', Argument::Bytes(bytes)) => hex(bytes),
        ('X', Argument::Bytes(bytes)) => hex(bytes).to_ascii_uppercase(),
        _ => {
            return Err(format!(
                "illegal format conversion '{letter} != {}'",
                type_name(&argument)
            ));
        }
    })
}

/// The digits of each byte, without a zero in front, as the reference prints them.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:x}");
        text
    })
}

fn type_name(argument: &Argument) -> &str {
    match argument {
        Argument::Boolean(_) => "boolean",
        Argument::Int(_) => "int",
        Argument::Float(_) => "float",
        Argument::Decimal(_) => "decimal",
        Argument::Bytes(_) => "byte[]",
        Argument::Other(name) => name,
    }
}

fn truncated(mut text: String, precision: Option<usize>) -> String {
    if let Some((end, _)) = precision.and_then(|n_chars| text.char_indices().nth(n_chars)) {
        text.truncate(end);
    }
    text
}

fn pad(text: &mut String, converted: &str, conversion: &Conversion, letter: char) {
    let missing = conversion.width.saturating_sub(converted.chars().count());
    if missing == 0 || !conversion.is_zero_padded || letter == 's' {
        text.extend(std::iter::repeat_n(' ', missing));
        text.push_str(converted);
        return;
    }
    let (sign, digits) = match converted.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", converted),
    };
    text.push_str(sign);
    text.extend(std::iter::repeat_n('0', missing));
    text.push_str(digits);
}

/// A float with a number of decimals; half of the last one rounds away from zero, counted on the
/// shortest digits that read back the same value.
fn fixed_float(number: f64, n_decimals: usize) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        format!("{sign}Infinity")
    } else {
        fixed(&number.to_string(), n_decimals)
    }
}

/// Plain digits (`-12.345`) with a number of decimals, rounded half up.
fn fixed(digits: &str, n_decimals: usize) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let wanted = whole.len() + n_decimals;
    let rounds_up = kept.get(wanted).is_some_and(|digit| *digit >= b'5');
    kept.resize(wanted, b'0');
    if rounds_up && !increment(&mut kept) {
        kept.insert(0, b'1');
    }
    let mut text: String = kept.iter().map(|&digit| char::from(digit)).collect();
    if n_decimals > 0 {
        text.insert(text.len() - n_decimals, '.');
    }
    text.insert_str(0, sign);
    text
}

/// Adds one to the last digit; false when it carries over the first.
fn increment(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Argument, Arguments, sprintf};

    impl Arguments for Vec<(Argument, &str)> {
        fn get(&self, index: usize) -> Option<Argument> {
            self.as_slice()
                .get(index)
                .map(|(argument, _)| argument.clone())
        }

        fn text(&self, index: usize) -> String {
            self.as_slice()
                .get(index)
                .map(|(_, text)| (*text).to_owned())
                .unwrap_or_default()
        }
    }

    fn text(text: &'static str) -> (Argument, &'static str) {
        (Argument::Other("string".into()), text)
    }

    fn float(number: f64) -> (Argument, &'static str) {
        (Argument::Float(number), "")
    }

    fn int(number: i64) -> (Argument, &'static str) {
        (Argument::Int(number), "")
    }

    #[test]
    fn widths_pad_and_precisions_cut() {
        let arguments = vec![
            float(123_456_789.987_654_3),
            int(12345),
            text("Hello Ballerina"),
        ];
        assert_eq!(
            sprintf("[%5.4f][%15d][%9.2s]", &arguments).as_deref(),
            Ok("[123456789.9877][          12345][       He]")
        );
        assert_eq!(
            sprintf("%05d|%05d", &vec![int(42), int(-42)]).as_deref(),
            Ok("00042|-0042")
        );
    }

    #[test]
    fn decimals_round_half_up() {
        let arguments = vec![
            float(1.756),
            float(0.125),
            float(-9.995),
            float(2.5),
            float(1e21),
        ];
        assert_eq!(
            sprintf("%.2f %.2f %.2f %.0f %.1f", &arguments).as_deref(),
            Ok("1.76 0.13 -10.00 3 1000000000000000000000.0")
        );
        let arguments = vec![(Argument::Decimal("3.25".into()), ""), float(f64::NAN)];
        assert_eq!(sprintf("%f %f", &arguments).as_deref(), Ok("3.250000 NaN"));
    }

    #[test]
    fn hexadecimal_takes_ints_and_bytes() {
        let arguments = vec![
            int(57005),
            int(255),
            int(-1),
            (Argument::Bytes(vec![10, 255]), ""),
        ];
        assert_eq!(
            sprintf("%x %X %x %x", &arguments).as_deref(),
            Ok("dead FF ffffffffffffffff aff")
        );
    }

    #[test]
    fn percent_signs_take_no_argument_and_surplus_ones_are_ignored() {
        assert_eq!(sprintf("%% 100%%", &vec![int(1)]).as_deref(), Ok("% 100%"));
    }

    #[test]
    fn bad_formats_say_what_is_wrong() {
        let cases = [
            ("%z", "unknown format conversion 'z'"),
            ("%d", "illegal format conversion 'd != string'"),
            ("%s %s", "not enough format arguments"),
            ("100%", "unknown format conversion '%'"),
            (
                "%99999999999999999999d",
                "format width out of range: 99999999999999999999",
            ),
        ];
        for (format, reason) in cases {
            assert_eq!(sprintf(format, &vec![text("x")]), Err(reason.to_owned()));
        }
    }
}
