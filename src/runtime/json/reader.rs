//! JSON text → a sequence of [`Event`]s (RFC 8259; spec/langlib.md, `fromJsonString`). Knows nothing of
//! values: the builder of the module above turns events into them.
//!
//! Numbers with a fraction or an exponent are floats, others ints. Nesting is held in a list, not on the
//! machine's stack, and is limited.

use std::borrow::Cow;

use crate::limits;

/// One step of a JSON text.
#[derive(Clone, PartialEq, Debug)]
pub enum Event<'a> {
    Nil,
    Boolean(bool),
    Int(i64),
    Float(f64),
    String(Cow<'a, str>),
    /// The key of the value that follows.
    Key(Cow<'a, str>),
    StartList,
    EndList,
    StartMap,
    EndMap,
}

/// Why a text is no JSON; lines and columns count from 1.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[error("{problem} at line: {line} column: {column}")]
pub struct JsonError {
    pub problem: String,
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    List,
    Map,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value must follow.
    Value,
    /// Behind `[`: a value or `]`.
    FirstItem,
    /// Behind `{`: a key or `}`.
    FirstKey,
    /// Behind a value: `,` or the end of the list, the mapping or the text.
    AfterValue,
    Done,
}

/// Reads one JSON text from its start to its end.
pub struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    scopes: Vec<Scope>,
    state: State,
}

impl<'a> JsonReader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            scopes: Vec::new(),
            state: State::Value,
        }
    }

    /// The next event; `None` when the text has ended rightly.
    pub fn next_event(&mut self) -> Result<Option<Event<'a>>, JsonError> {
        loop {
            self.skip_blanks();
            let byte = self.peek();
            match self.state {
                State::Done => return Ok(None),
                State::Value => return self.value().map(Some),
                State::FirstItem if byte == Some(b']') => return Ok(Some(self.close())),
                State::FirstItem => return self.value().map(Some),
                State::FirstKey if byte == Some(b'}') => return Ok(Some(self.close())),
                State::FirstKey => return self.key().map(Some),
                State::AfterValue => match (self.scopes.last(), byte) {
                    (None, None) => self.state = State::Done,
                    (None, Some(_)) => return Err(self.unexpected("the end of the text")),
                    (Some(Scope::List), Some(b',')) => {
                        self.at += 1;
                        self.state = State::Value;
                    }
                    (Some(Scope::Map), Some(b',')) => {
                        self.at += 1;
                        self.skip_blanks();
                        return self.key().map(Some);
                    }
                    (Some(Scope::List), Some(b']')) | (Some(Scope::Map), Some(b'}')) => {
                        return Ok(Some(self.close()));
                    }
                    (Some(Scope::List), _) => return Err(self.unexpected("',' or ']'")),
                    (Some(Scope::Map), _) => return Err(self.unexpected("',' or '}'")),
                },
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn close(&mut self) -> Event<'a> {
        self.at += 1;
        self.state = State::AfterValue;
        match self.scopes.pop() {
            Some(Scope::Map) => Event::EndMap,
            Some(Scope::List) | None => Event::EndList,
        }
    }

    fn open(&mut self, scope: Scope) -> Result<(), JsonError> {
        if self.scopes.len() >= limits::DATA_DEPTH as usize {
            return Err(self.error("nested too deeply".to_owned()));
        }
        self.at += 1;
        self.scopes.push(scope);
        Ok(())
    }

    fn value(&mut self) -> Result<Event<'a>, JsonError> {
        let event = match self.peek() {
            Some(b'{') => {
                self.open(Scope::Map)?;
                self.state = State::FirstKey;
                return Ok(Event::StartMap);
            }
            Some(b'[') => {
                self.open(Scope::List)?;
                self.state = State::FirstItem;
                return Ok(Event::StartList);
            }
            Some(b'"') => Event::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z') => self.word()?,
            _ => return Err(self.unexpected("a value")),
        };
        self.state = State::AfterValue;
        Ok(event)
    }

    fn key(&mut self) -> Result<Event<'a>, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("'\"'"));
        }
        let key = self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("':'"));
        }
        self.at += 1;
        self.state = State::Value;
        Ok(Event::Key(key))
    }

    fn word(&mut self) -> Result<Event<'a>, JsonError> {
        let rest = self.rest();
        let len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let event = match rest.get(..len) {
            Some("null") => Event::Nil,
            Some("true") => Event::Boolean(true),
            Some("false") => Event::Boolean(false),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += len;
        Ok(event)
    }

    fn number(&mut self) -> Result<Event<'a>, JsonError> {
        let rest = self.rest();
        let len = rest
            .bytes()
            .take_while(|b| b.is_ascii_digit() || b"+-.eE".contains(b))
            .count();
        let text = rest.get(..len).unwrap_or("");
        if !is_number(text) {
            return Err(self.error(format!("invalid number '{text}'")));
        }
        let event = if text.contains(['.', 'e', 'E']) {
            text.parse().ok().map(Event::Float)
        } else {
            text.parse().ok().map(Event::Int)
        };
        let Some(event) = event else {
            return Err(self.error(format!("number '{text}' out of range")));
        };
        self.at += len;
        Ok(event)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let opening = self.at;
        self.at += 1;
        let mut decoded: Option<String> = None;
        loop {
            let rest = self.rest();
            let plain = rest
                .bytes()
                .position(|b| b == b'"' || b == b'\\' || b < 0x20)
                .unwrap_or(rest.len());
            let part = rest.get(..plain).unwrap_or("");
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match decoded {
                        None => Cow::Borrowed(part),
                        Some(mut text) => {
                            text.push_str(part);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(part);
                    let c = self.escape()?;
                    decoded.get_or_insert_default().push(c);
                }
                // Raw controls are taken as they are: the reference does.
                Some(control) => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(part);
                    text.push(char::from(control));
                    self.at += 1;
                }
                None => {
                    self.at = opening;
                    return Err(self.error("unterminated string".to_owned()));
                }
            }
        }
    }

    /// The character of the escape at the reader's place.
    fn escape(&mut self) -> Result<char, JsonError> {
        let code = self.text.as_bytes().get(self.at + 1).copied();
        let c = match code {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.error("invalid escape".to_owned())),
        };
        self.at += 2;
        Ok(c)
    }

    /// `\uXXXX`; two that form a surrogate pair are one character, a lone half is U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let Some(first) = self.hex_unit(self.at) else {
            return Err(self.error("invalid escape".to_owned()));
        };
        self.at += 6;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let second = (first < 0xDC00).then(|| self.hex_unit(self.at)).flatten();
        if let Some(second @ 0xDC00..=0xDFFF) = second {
            self.at += 6;
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex_unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
    }

    fn unexpected(&self, wanted: &str) -> JsonError {
        let found = match self.rest().chars().next() {
            None => "end of text".to_owned(),
            Some(c) => format!("'{c}'"),
        };
        self.error(format!("expected {wanted}, found {found}"))
    }

    fn error(&self, problem: String) -> JsonError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        JsonError {
            problem,
            line: before.bytes().filter(|&b| b == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
        }
    }
}

/// `-? (0 | [1-9][0-9]*) ('.' [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> Result<Vec<Event<'_>>, JsonError> {
        let mut reader = JsonReader::new(text);
        let mut events = Vec::new();
        while let Some(event) = reader.next_event()? {
            events.push(event);
        }
        Ok(events)
    }

    #[test]
    fn events_follow_the_text() {
        let found = events(r#" {"a": [1, 2.5, -0, 1e3], "b\u0041\ud83d\ude00": null} "#).unwrap();
        assert_eq!(
            found,
            [
                Event::StartMap,
                Event::Key("a".into()),
                Event::StartList,
                Event::Int(1),
                Event::Float(2.5),
                Event::Int(0),
                Event::Float(1000.0),
                Event::EndList,
                Event::Key("bA😀".into()),
                Event::Nil,
                Event::EndMap,
            ]
        );
    }

    #[test]
    fn broken_texts_say_where() {
        let cases = [
            (
                "",
                "expected a value, found end of text at line: 1 column: 1",
            ),
            (
                "{\"a\": }",
                "expected a value, found '}' at line: 1 column: 7",
            ),
            ("{\"a\" 1}", "expected ':', found '1' at line: 1 column: 6"),
            (
                "[1, 2",
                "expected ',' or ']', found end of text at line: 1 column: 6",
            ),
            ("{a: 1}", "expected '\"', found 'a' at line: 1 column: 2"),
            (
                "[1,\n é]",
                "expected a value, found 'é' at line: 2 column: 2",
            ),
            ("[1,]", "expected a value, found ']' at line: 1 column: 4"),
            (
                "{\"a\":1,}",
                "expected '\"', found '}' at line: 1 column: 8",
            ),
            ("01", "invalid number '01' at line: 1 column: 1"),
            (
                "99999999999999999999",
                "number '99999999999999999999' out of range at line: 1 column: 1",
            ),
            ("\"ab", "unterminated string at line: 1 column: 1"),
            ("nul", "expected a value, found 'n' at line: 1 column: 1"),
            (
                "1 2",
                "expected the end of the text, found '2' at line: 1 column: 3",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(events(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let deep = "[".repeat(200_000);
        assert_eq!(events(&deep).unwrap_err().problem, "nested too deeply");
    }
}
