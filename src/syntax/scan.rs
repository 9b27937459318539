//! One pass over the bytes of a file before the grammar sees them. It knows strings, templates,
//! comments and brackets, and nothing of the grammar. Input: the text; output: the text with its
//! comments blanked out (all offsets stay), the places where top-level items can be cut apart, the
//! lexical errors (E002), and the first bracket of each piece that is nested too deeply, so that
//! neither the grammar nor later passes meet a nesting that they cannot bear.

use std::borrow::Cow;

use crate::base::TextRange;
use crate::limits;

/// What a file looks like from outside.
pub(super) struct Scan<'t> {
    /// The text without comments and bad characters, which are blanks now.
    pub text: Cow<'t, str>,
    pub segments: Vec<Segment>,
    pub errors: Vec<LexicalError>,
    /// The deepest nesting of brackets.
    pub max_depth: usize,
}

/// A piece of the file that holds whole top-level items, as far as brackets and semicolons tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub start: usize,
    pub end: usize,
    /// Whether every bracket in it has its partner.
    pub balanced: bool,
    /// The first bracket that is nested too deeply.
    pub too_deep: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct LexicalError {
    pub range: TextRange,
    pub message: String,
}

/// Scans a text. A template that is not closed is taken to end with its line; which one of several
/// lacks its end is guessed by the first that runs over something that begins an item.
pub(super) fn scan(text: &str) -> Scan<'_> {
    let mut cut_templates = Vec::new();
    loop {
        let mut scanner = Scanner::new(text, &cut_templates);
        scanner.run();
        let unclosed = scanner.unclosed_template();
        match unclosed.filter(|_| cut_templates.len() < MAX_RESCANS) {
            None => return scanner.finish(),
            Some(opening) => cut_templates.push(opening),
        }
    }
}

/// How many unclosed templates of a file are looked at one by one.
const MAX_RESCANS: usize = 8;

/// How far back the partner of a closing bracket is looked for when others stand between.
const MAX_UNCLOSED: usize = 32;

/// An open bracket; `$` is `${` in a template and a backtick is the template itself.
#[derive(Clone, Copy)]
struct Open {
    bracket: u8,
    at: usize,
}

struct Scanner<'t, 'c> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    stack: Vec<Open>,
    /// Open XML elements of the templates on the stack.
    xml_depth: usize,
    blanks: Vec<(usize, usize)>,
    errors: Vec<LexicalError>,
    segments: Vec<Segment>,
    segment: Segment,
    /// Whether the current segment is past its documentation and annotations.
    in_item: bool,
    max_depth: usize,
    cut_templates: &'c [usize],
    suspect: Option<usize>,
    unclosed: Option<usize>,
}

impl<'t, 'c> Scanner<'t, 'c> {
    fn new(text: &'t str, cut_templates: &'c [usize]) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            pos: 0,
            stack: Vec::new(),
            xml_depth: 0,
            blanks: Vec::new(),
            errors: Vec::new(),
            segments: Vec::new(),
            segment: fresh_segment(0),
            in_item: false,
            max_depth: 0,
            cut_templates,
            suspect: None,
            unclosed: None,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) {
        while self.pos < self.bytes.len() {
            match self.stack.last() {
                Some(open) if open.bracket == b'`' => self.template_text(*open),
                _ => self.code(),
            }
        }
        if let Some(open) = self.stack.iter().find(|open| open.bracket == b'`') {
            self.unclosed = Some(self.suspect.unwrap_or(open.at));
        }
        if !self.stack.is_empty() {
            self.segment.balanced = false;
        }
        self.cut(self.bytes.len());
    }

    /// The opening of a template without end that has not been cut yet.
    fn unclosed_template(&self) -> Option<usize> {
        self.unclosed
            .filter(|opening| !self.cut_templates.contains(opening))
    }

    fn code(&mut self) {
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | 0x0C => self.pos += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.in_item |= self.stack.is_empty();
                self.word();
            }
            b'0'..=b'9' => self.word(),
            b'/' if self.peek(1) == b'/' => {
                let end = self.line_end();
                self.blanks.push((self.pos, end));
                self.pos = end;
            }
            b'"' => self.string(),
            b'\'' => self.quoted_name(),
            b'`' => self.template_start(),
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(byte),
            b';' => {
                self.pos += 1;
                if self.stack.is_empty() {
                    self.cut(self.pos);
                }
            }
            b'@' if self.stack.is_empty() && !self.in_item => self.annotation_name(),
            b'#' if self.begins_line() => self.pos = self.line_end(),
            b':' | b'.' | b',' | b'?' | b'|' | b'=' | b'+' | b'-' | b'*' | b'/' | b'%' | b'!'
            | b'>' | b'<' | b'&' | b'^' | b'~' | b'@' => self.pos += 1,
            _ => self.other_character(),
        }
    }

    fn word(&mut self) {
        while matches!(self.peek(0), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') {
            self.pos += 1;
        }
    }

    /// `@p:name` in front of an item: its record literal does not end the item.
    fn annotation_name(&mut self) {
        self.pos += 1;
        self.skip_blanks();
        self.word();
        if self.peek(0) == b':' {
            self.pos += 1;
            self.word();
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(0), b' ' | b'\t' | b'\r' | b'\n' | 0x0C) {
            self.pos += 1;
        }
    }

    fn line_end(&self) -> usize {
        line_end(self.bytes, self.pos)
    }

    fn begins_line(&self) -> bool {
        begins_line(self.bytes, self.pos)
    }

    fn string(&mut self) {
        match string_end(self.bytes, self.pos) {
            Ok(end) => self.pos = end,
            Err(end) => {
                self.error(self.pos, self.pos + 1, "unterminated string literal".into());
                self.pos = end;
            }
        }
    }

    fn quoted_name(&mut self) {
        let start = self.pos;
        self.pos = quoted_end(self.text, start);
        if self.pos == start + 1 {
            self.bad_character(start, '\'');
        } else {
            self.in_item |= self.stack.is_empty();
        }
    }

    fn other_character(&mut self) {
        let Some(character) = self
            .text
            .get(self.pos..)
            .and_then(|rest| rest.chars().next())
        else {
            self.pos += 1;
            return;
        };
        let start = self.pos;
        self.pos += character.len_utf8();
        if is_name_char(character) {
            self.in_item |= self.stack.is_empty();
        } else {
            self.bad_character(start, character);
        }
    }

    fn bad_character(&mut self, start: usize, character: char) {
        let end = start + character.len_utf8();
        let shown = if character.is_control() || (character.is_whitespace() && character != ' ') {
            format!("invalid character U+{:04X}", u32::from(character))
        } else {
            format!("invalid character '{character}'")
        };
        self.error(start, end, shown);
        self.blanks.push((start, end));
    }

    fn error(&mut self, start: usize, end: usize, message: String) {
        self.errors.push(LexicalError {
            range: text_range(start, end),
            message,
        });
    }

    fn open(&mut self, bracket: u8) {
        self.stack.push(Open {
            bracket,
            at: self.pos,
        });
        self.pos += 1;
        self.note_depth();
    }

    fn note_depth(&mut self) {
        let depth = self.stack.len() + self.xml_depth;
        self.max_depth = self.max_depth.max(depth);
        if depth > limits::NESTING as usize && self.segment.too_deep.is_none() {
            self.segment.too_deep = Some(self.pos - 1);
        }
    }

    fn close(&mut self, bracket: u8) {
        let partner = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        let closes =
            |open: &Open| open.bracket == partner || (open.bracket == b'$' && bracket == b'}');
        self.pos += 1;
        if self.stack.last().is_some_and(closes) {
            self.stack.pop();
        } else {
            self.segment.balanced = false;
            let near = self.stack.len().saturating_sub(MAX_UNCLOSED);
            let inside = self
                .stack
                .iter()
                .skip(near)
                .rposition(|open| matches!(open.bracket, b'`' | b'$'));
            let from = near + inside.unwrap_or(0);
            let found = (from..self.stack.len())
                .rev()
                .find(|&at| self.stack.get(at).is_some_and(closes));
            if let Some(at) = found {
                self.stack.truncate(at);
            }
        }
        if bracket == b'}' && self.stack.is_empty() && self.in_item && self.item_may_end() {
            self.cut(self.pos);
        }
    }

    /// Whether what follows a closing brace can only begin a new item.
    fn item_may_end(&self) -> bool {
        let at = skip_blanks_and_comments(self.bytes, self.pos);
        match self.bytes.get(at) {
            None | Some(b'#' | b'@') => true,
            Some(_) => starts_item(self.text, at),
        }
    }

    fn cut(&mut self, end: usize) {
        self.segment.end = end;
        self.segments.push(self.segment);
        self.segment = fresh_segment(end);
        self.in_item = false;
    }

    fn template_start(&mut self) {
        let before = self
            .bytes
            .get(..self.pos)
            .unwrap_or_default()
            .trim_ascii_end();
        if before.ends_with(b"base16") || before.ends_with(b"base64") {
            match raw_end(self.bytes, self.pos) {
                Some(end) => self.pos = end,
                None => {
                    self.error(
                        self.pos,
                        self.pos + 1,
                        "unterminated byte array literal".into(),
                    );
                    self.pos = self.line_end();
                }
            }
            return;
        }
        if self.cut_templates.contains(&self.pos) {
            self.error(self.pos, self.pos + 1, "unterminated template".into());
            self.pos = self.line_end();
            return;
        }
        self.open(b'`');
    }

    fn template_text(&mut self, open: Open) {
        match self.peek(0) {
            b'\\' => self.pos += 2,
            b'`' => {
                self.pos += 1;
                self.stack.pop();
                self.xml_depth = if self.stack.is_empty() {
                    0
                } else {
                    self.xml_depth
                };
            }
            b'$' if self.peek(1) == b'{' => {
                self.stack.push(Open {
                    bracket: b'$',
                    at: self.pos,
                });
                self.pos += 2;
                self.note_depth();
            }
            b'<' => {
                if self.peek(1) == b'/' {
                    self.xml_depth = self.xml_depth.saturating_sub(1);
                } else if !matches!(self.peek(1), b'!' | b'?') {
                    self.xml_depth += 1;
                    self.note_depth();
                }
                self.pos += 1;
            }
            b'/' if self.peek(1) == b'>' => {
                self.xml_depth = self.xml_depth.saturating_sub(1);
                self.pos += 2;
            }
            b'\n' => {
                self.pos += 1;
                let suspicious = self.peek(0) == b'}' || starts_item(self.text, self.pos);
                if suspicious && self.suspect.is_none() {
                    self.suspect = Some(open.at);
                }
            }
            _ => self.pos += 1,
        }
        self.pos = self.pos.min(self.bytes.len());
    }

    fn finish(self) -> Scan<'t> {
        let text = if self.blanks.is_empty() {
            Cow::Borrowed(self.text)
        } else {
            Cow::Owned(blanked(self.text, &self.blanks))
        };
        Scan {
            text,
            segments: self.segments,
            errors: self.errors,
            max_depth: self.max_depth,
        }
    }
}

fn fresh_segment(start: usize) -> Segment {
    Segment {
        start,
        end: start,
        balanced: true,
        too_deep: None,
    }
}

/// The text with blanks in place of the ranges, byte for byte.
fn blanked(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for &(start, end) in ranges {
        result.push_str(text.get(copied..start).unwrap_or_default());
        result.extend(std::iter::repeat_n(' ', end - start));
        copied = end;
    }
    result.push_str(text.get(copied..).unwrap_or_default());
    result
}

pub(super) fn text_range(start: usize, end: usize) -> TextRange {
    TextRange::new(
        u32::try_from(start).unwrap_or(u32::MAX),
        u32::try_from(end).unwrap_or(u32::MAX),
    )
}

pub(super) fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes
        .get(from..)
        .and_then(|rest| rest.iter().position(|&byte| byte == b'\n'))
        .map_or(bytes.len(), |length| from + length)
}

pub(super) fn begins_line(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | 0x0C))
        .is_none_or(|&byte| byte == b'\n')
}

/// The end of the string literal at `start`, or the end of its line when it is not closed there.
pub(super) fn string_end(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return Err(bytes.len()),
            Some(b'"') => return Ok(at + 1),
            Some(b'\n') => return Err(at),
            Some(b'\\') if bytes.get(at + 1).is_some_and(|&next| next != b'\n') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// The end of a backticked text on one line.
pub(super) fn raw_end(bytes: &[u8], start: usize) -> Option<usize> {
    bytes
        .get(start + 1..)?
        .iter()
        .position(|&byte| byte == b'`' || byte == b'\n')
        .map(|length| start + 1 + length)
        .filter(|&end| bytes.get(end) == Some(&b'`'))
        .map(|end| end + 1)
}

/// The end of the quoted identifier at `start`; `start + 1` when nothing follows the quote.
pub(super) fn quoted_end(text: &str, start: usize) -> usize {
    let mut at = start + 1;
    let mut chars = text.get(at..).unwrap_or_default().chars();
    while let Some(character) = chars.next() {
        if character == '\\' {
            match chars.next() {
                Some(next) if !next.is_whitespace() => at += 1 + next.len_utf8(),
                _ => break,
            }
        } else if character.is_ascii_digit() || is_name_char(character) {
            at += character.len_utf8();
        } else {
            break;
        }
    }
    at
}

/// Whether the character can stand in a name, digits aside (spec/language.md chapter 1).
pub(super) fn is_name_char(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic() || character == '_';
    }
    let excluded = matches!(character,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}'
        | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}');
    !excluded && !pest::unicode::PATTERN_SYNTAX(character)
}

fn skip_blanks_and_comments(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0C) => at += 1,
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            _ => return at,
        }
    }
}

/// Whether a word that begins a top-level item stands at `at`.
pub(super) fn starts_item(text: &str, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "function",
        "public",
        "type",
        "service",
        "import",
        "const",
        "listener",
        "final",
        "annotation",
        "remote",
        "private",
        "xmlns",
    ];
    let rest = text.get(at..).unwrap_or_default();
    WORDS.iter().any(|word| {
        rest.strip_prefix(word).is_some_and(|after| {
            !after.starts_with(|next: char| next.is_ascii_digit() || is_name_char(next))
        })
    })
}
