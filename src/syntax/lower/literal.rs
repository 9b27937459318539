//! Literals, escapes, template texts and documentation lines (spec/language.md chapter 1).

use super::{LowerCx, P};
use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{DocLine, Expr, ExprId, FloatSuffix, Ident, Literal, TemplatePart};
use crate::syntax::grammar::Rule;

/// The magnitude of the smallest `int`, which has no positive counterpart.
pub(super) const MIN_INT_MAGNITUDE: u64 = 1 << 63;

/// A numeric literal: an integer that fits, one that needs a minus in front, or one with a fraction.
pub(super) enum Number {
    Int(i64),
    /// 2⁶³
    MinMagnitude,
    Float {
        text: Box<str>,
        suffix: Option<FloatSuffix>,
    },
    TooLarge,
}

pub(super) fn number(text: &str) -> Number {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let is_float = match hex {
        Some(digits) => digits.contains(['.', 'p', 'P']),
        None => text.contains(['.', 'e', 'E', 'f', 'F', 'd', 'D']),
    };
    if is_float {
        return float(text, hex.is_some());
    }
    let value = match hex {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    match value {
        Ok(MIN_INT_MAGNITUDE) if hex.is_none() => Number::MinMagnitude,
        Ok(value) => i64::try_from(value).map_or(Number::TooLarge, Number::Int),
        Err(_) => Number::TooLarge,
    }
}

fn float(text: &str, is_hex: bool) -> Number {
    let suffix = match text.as_bytes().last() {
        Some(b'f' | b'F') if !is_hex => Some(FloatSuffix::Float),
        Some(b'd' | b'D') if !is_hex => Some(FloatSuffix::Decimal),
        _ => None,
    };
    let digits = match suffix {
        Some(_) => text.get(..text.len() - 1).unwrap_or(text),
        None => text,
    };
    Number::Float {
        text: digits.into(),
        suffix,
    }
}

impl<'t> LowerCx<'t> {
    /// A number that no minus stands directly in front of.
    pub(super) fn plain_number(&mut self, pair: &P<'t>) -> Literal {
        match number(pair.as_str()) {
            Number::Int(value) => Literal::Int(value),
            Number::Float { text, suffix } => Literal::Float { text, suffix },
            Number::MinMagnitude | Number::TooLarge => self.too_large(pair),
        }
    }

    pub(super) fn too_large(&mut self, pair: &P<'t>) -> Literal {
        let text = pair.as_str().trim_ascii_end();
        let kind = if text.contains(['x', 'X']) {
            "Hexadecimal"
        } else {
            "Integer"
        };
        let range = self.range(pair);
        self.problem(Code::E004, range, format!("{kind} '{text}' too large"));
        Literal::Int(i64::MAX)
    }

    /// `-1`, `- 2.5` as one literal, in patterns and finite types.
    pub(super) fn signed_number(&mut self, pair: P<'t>) -> Literal {
        let Some(inner) = pair.clone().into_inner().next() else {
            let digits = pair.as_str().trim_start_matches('-').trim_ascii();
            return match number(digits) {
                Number::Int(value) => Literal::Int(-value),
                Number::MinMagnitude => Literal::Int(i64::MIN),
                Number::Float { text, suffix } => Literal::Float {
                    text: format!("-{text}").into(),
                    suffix,
                },
                Number::TooLarge => self.too_large(&pair),
            };
        };
        self.plain_number(&inner)
    }

    pub(super) fn literal(&mut self, pair: P<'t>) -> Literal {
        match pair.as_rule() {
            Rule::number => self.plain_number(&pair),
            Rule::signed_number => self.signed_number(pair),
            Rule::string_literal => Literal::String(self.string_value(&pair)),
            Rule::bytes_literal => self.bytes(&pair),
            Rule::nil_literal => Literal::Nil,
            _ => match pair.as_str().trim_ascii_end() {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                _ => Literal::Null,
            },
        }
    }

    pub(super) fn literal_expr(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let literal = self.literal(pair);
        self.arena.add_expr(Expr::Literal(literal), range)
    }

    /// The value of a string literal, its escapes resolved.
    pub(super) fn string_value(&mut self, pair: &P<'t>) -> Box<str> {
        let text = pair.as_str();
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or_default();
        if !inner.contains('\\') {
            return inner.into();
        }
        let start = self.base + pair.as_span().start() + 1;
        let mut value = String::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(at) = rest.find('\\') {
            let (before, escape) = rest.split_at(at);
            value.push_str(before);
            let offset = start + (inner.len() - escape.len());
            let length = match string_escape(escape) {
                Ok((character, length)) => {
                    value.push(character);
                    length
                }
                Err(length) => {
                    let range = super::super::scan::text_range(offset, offset + length);
                    let shown = escape.get(..length).unwrap_or(escape);
                    self.syntax_error(range, format!("invalid escape sequence '{shown}'"));
                    length
                }
            };
            rest = escape.get(length..).unwrap_or_default();
        }
        value.push_str(rest);
        value.into()
    }

    fn bytes(&mut self, pair: &P<'t>) -> Literal {
        let text = pair.as_str();
        let digits: Vec<u8> = text
            .split('`')
            .nth(1)
            .unwrap_or_default()
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'\t'))
            .collect();
        let decoded = if text.starts_with("base16") {
            base16(&digits)
        } else {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD
                .decode(&digits)
                .ok()
        };
        let bytes = decoded.unwrap_or_else(|| {
            let range = self.range(pair);
            let kind = text.get(..6).unwrap_or_default();
            self.syntax_error(
                range,
                format!("invalid {kind} content in byte array literal"),
            );
            Vec::new()
        });
        Literal::Bytes(bytes.into())
    }

    /// The parts of a template or of a text in an XML template.
    pub(super) fn template_parts(
        &mut self,
        pairs: impl Iterator<Item = P<'t>>,
        unescape: fn(&str) -> String,
    ) -> Vec<TemplatePart> {
        let mut parts = Vec::new();
        for pair in pairs {
            if pair.as_rule() == Rule::interpolation {
                let value = self.interpolation(pair);
                parts.push(TemplatePart::Expr(value));
            } else {
                parts.push(TemplatePart::Text(unescape(pair.as_str()).into()));
            }
        }
        parts
    }

    pub(super) fn interpolation(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        match pair.into_inner().next() {
            Some(inner) => self.expr(inner),
            None => self.error_expr(range),
        }
    }
}

/// The character and length of the escape at the start of `text`, or the length of what is none.
fn string_escape(text: &str) -> Result<(char, usize), usize> {
    let mut chars = text.chars().skip(1);
    let Some(kind) = chars.next() else {
        return Err(1);
    };
    let simple = match kind {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{C}',
        'r' => '\r',
        '"' | '\'' | '\\' => kind,
        'u' => return unicode_escape(text),
        _ => return Err(1 + kind.len_utf8()),
    };
    Ok((simple, 2))
}

/// `\uXXXX`; two of them may form a surrogate pair.
fn unicode_escape(text: &str) -> Result<(char, usize), usize> {
    let unit = |at: usize| -> Option<u32> {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        escape
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then_some(())?;
        u32::from_str_radix(escape, 16).ok()
    };
    let first = unit(0).ok_or(2usize)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let second = unit(6).ok_or(6usize)?;
    let both = [first, second].map(|unit| u16::try_from(unit).unwrap_or_default());
    match char::decode_utf16(both).next() {
        Some(Ok(character)) if second >= 0xDC00 => Ok((character, 12)),
        _ => Err(6),
    }
}

/// The text of a string template: known escapes resolved, other backslashes kept.
pub(super) fn unescape_template(text: &str) -> String {
    unescape(text, &['`', '$', '{', '\\', '"', '\''], true)
}

/// The text of an XML template: only what the template itself needs is escaped.
pub(super) fn unescape_xml(text: &str) -> String {
    let plain = unescape(text, &['`', '$', '{', '\\'], false);
    let plain = plain.replace("\r\n", "\n");
    if plain.contains('&') {
        resolve_entities(&plain)
    } else {
        plain
    }
}

/// Comments, instructions and CDATA have no entities.
pub(super) fn unescape_raw(text: &str) -> String {
    unescape(text, &['`', '$', '{', '\\'], false)
}

fn unescape(text: &str, marks: &[char], controls: bool) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        value.push_str(before);
        let next = escape.chars().nth(1);
        let length = match next {
            Some(mark) if marks.contains(&mark) => {
                value.push(mark);
                2
            }
            Some('b' | 't' | 'n' | 'f' | 'r' | 'u') if controls => match string_escape(escape) {
                Ok((character, length)) => {
                    value.push(character);
                    length
                }
                Err(_) => {
                    value.push('\\');
                    1
                }
            },
            _ => {
                value.push('\\');
                1
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    value.push_str(rest);
    value
}

fn resolve_entities(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        value.push_str(before);
        // Longer than any reference that resolves: `&#x10FFFF;`
        let end = entity.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity_char(entity.get(1..end)?)?, end))) {
            Some((character, end)) => {
                value.push(character);
                rest = entity.get(end + 1..).unwrap_or_default();
            }
            None => {
                value.push('&');
                rest = entity.get(1..).unwrap_or_default();
            }
        }
    }
    value.push_str(rest);
    value
}

fn entity_char(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// The name that a quoted identifier stands for.
pub(super) fn unescape_name(quoted: &str) -> String {
    let mut name = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        name.push_str(before);
        if let Ok((character, length)) = unicode_escape(escape) {
            name.push(character);
            rest = escape.get(length..).unwrap_or_default();
        } else {
            rest = escape.get(1..).unwrap_or_default();
            // The escaped character stands for itself, a backslash too.
            if let Some(character) = rest.chars().next() {
                name.push(character);
                rest = rest.get(character.len_utf8()..).unwrap_or_default();
            }
        }
    }
    name.push_str(rest);
    name
}

fn base16(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, odd) = digits.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? * 16 + digit(low)?).ok())
        .collect()
}

/// `# text` or `# + name - text`.
pub(super) fn doc_line<'t>(cx: &mut LowerCx<'t>, pair: &P<'t>) -> DocLine {
    let range = cx.range(pair);
    let text = pair.as_str().trim_start_matches('#').trim();
    let plain = |text: &str| DocLine {
        param: None,
        text: text.into(),
        range,
    };
    let Some(rest) = text.strip_prefix('+') else {
        return plain(text);
    };
    let Some((name, description)) = rest.split_once('-') else {
        return plain(text);
    };
    let name = name.trim();
    let Some(at) = pair.as_str().find(name).filter(|_| !name.is_empty()) else {
        return plain(text);
    };
    let start = range.start + u32::try_from(at).unwrap_or_default();
    let length = u32::try_from(name.len()).unwrap_or_default();
    DocLine {
        param: Some(Ident {
            name: Name::new(&unescape_name(name.trim_start_matches('\''))),
            range: TextRange::new(start, start + length),
            quoted: name.starts_with('\''),
        }),
        text: description.trim().into(),
        range,
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, number, string_escape, unescape_name, unescape_template, unescape_xml};

    #[test]
    fn numbers_are_sorted_by_kind() {
        assert!(matches!(
            number("0x7FFFFFFFFFFFFFFF"),
            Number::Int(i64::MAX)
        ));
        assert!(matches!(
            number("9223372036854775808"),
            Number::MinMagnitude
        ));
        assert!(matches!(number("0x8000000000000000"), Number::TooLarge));
        assert!(matches!(number("0xFF"), Number::Int(255)));
        assert!(matches!(
            number("0x1.8p3"),
            Number::Float { suffix: None, .. }
        ));
        assert!(matches!(
            number("1e3d"),
            Number::Float {
                suffix: Some(_),
                ..
            }
        ));
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(string_escape("\\u0041b"), Ok(('A', 6)));
        assert_eq!(string_escape("\\uD83D\\uDE00"), Ok(('😀', 12)));
        assert_eq!(string_escape("\\q"), Err(2));
        assert_eq!(unescape_template("a\\`b\\${c\\n"), "a`b${c\n");
        assert_eq!(unescape_xml("a &lt; b &#65; & c \\n"), "a < b A & c \\n");
        assert_eq!(unescape_name("a\\ b\\u0041"), "a bA");
    }
}
