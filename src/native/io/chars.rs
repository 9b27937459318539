//! Channels of characters over channels of bytes.
//!
//! Input → output: bytes in UTF-8, ASCII, Latin-1 or UTF-16 ⇄ text. Bytes that are no text of
//! their character set read as U+FFFD.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bytes::{ByteReader, ByteWriter};
use super::failure::{Failure, Outcome};

/// A byte channel that layers above it share with the program.
pub type Shared<T> = Arc<Mutex<T>>;

/// Locks a channel; a fault while it was locked leaves it as far as it had come.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A character set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charset {
    Utf8,
    Ascii,
    Latin1,
    Utf16 { is_little: bool },
}

impl Charset {
    /// The character set with a name, in any case.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Self::Utf8,
            "US-ASCII" | "ASCII" => Self::Ascii,
            "ISO-8859-1" | "LATIN1" | "ISO8859_1" => Self::Latin1,
            "UTF-16" | "UTF-16BE" => Self::Utf16 { is_little: false },
            "UTF-16LE" => Self::Utf16 { is_little: true },
            _ => return None,
        })
    }

    /// The bytes of a text; characters that the set does not have become `?`.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let limited = |limit: u32| {
            text.chars()
                .map(|c| u8::try_from(c as u32).ok().filter(|_| (c as u32) < limit))
                .map(|byte| byte.unwrap_or(b'?'))
                .collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Ascii => limited(0x80),
            Self::Latin1 => limited(0x100),
            Self::Utf16 { is_little } => text
                .encode_utf16()
                .flat_map(|unit| {
                    if is_little {
                        unit.to_le_bytes()
                    } else {
                        unit.to_be_bytes()
                    }
                })
                .collect(),
        }
    }

    /// The text of all of `bytes`.
    pub fn decode(self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len());
        let mut at = 0;
        while let Some((c, n_bytes)) = self.first(bytes.get(at..).unwrap_or_default()) {
            text.push(c);
            at += n_bytes;
        }
        text
    }

    /// The first character and how many bytes it takes.
    fn first(self, bytes: &[u8]) -> Option<(char, usize)> {
        const BAD: char = char::REPLACEMENT_CHARACTER;
        let &byte = bytes.first()?;
        Some(match self {
            Self::Ascii if byte >= 0x80 => (BAD, 1),
            Self::Ascii | Self::Latin1 => (char::from(byte), 1),
            Self::Utf8 if byte < 0x80 => (char::from(byte), 1),
            Self::Utf8 => first_utf8(bytes),
            Self::Utf16 { is_little } => first_utf16(bytes, is_little),
        })
    }

    /// Bytes that any character takes at most.
    const LONGEST: usize = 4;
}

fn first_utf8(bytes: &[u8]) -> (char, usize) {
    let head = bytes.get(..Charset::LONGEST).unwrap_or(bytes);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => {
            let good = head.get(..error.valid_up_to()).unwrap_or_default();
            match std::str::from_utf8(good) {
                Ok(text) if !text.is_empty() => text,
                _ => {
                    let n_bad = error.error_len().unwrap_or(head.len());
                    return (char::REPLACEMENT_CHARACTER, n_bad.max(1));
                }
            }
        }
    };
    let c = valid.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    (c, c.len_utf8())
}

fn first_utf16(bytes: &[u8], is_little: bool) -> (char, usize) {
    let unit = |at: usize| {
        let pair: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    let Some(high) = unit(0) else {
        return (char::REPLACEMENT_CHARACTER, bytes.len());
    };
    let units = [high, unit(2).unwrap_or_default()];
    let is_pair = (0xD800..0xDC00).contains(&high);
    let used = if is_pair { &units[..] } else { &units[..1] };
    match char::decode_utf16(used.iter().copied()).next() {
        Some(Ok(c)) => (c, c.len_utf16() * 2),
        _ => (char::REPLACEMENT_CHARACTER, 2),
    }
}

/// A source of characters.
pub struct CharReader {
    pub bytes: Shared<ByteReader>,
    charset: Charset,
    is_end_seen: bool,
}

/// A destination of characters.
pub struct CharWriter {
    pub bytes: Shared<ByteWriter>,
    charset: Charset,
}

impl CharReader {
    pub fn new(bytes: Shared<ByteReader>, charset: Charset) -> Self {
        Self {
            bytes,
            charset,
            is_end_seen: false,
        }
    }

    /// Reads from a string.
    pub fn of_text(text: &str) -> Self {
        let bytes = ByteReader::of_memory(text.as_bytes().to_vec());
        Self::new(Arc::new(Mutex::new(bytes)), Charset::Utf8)
    }

    /// Whether `n_chars` can be had without asking the file.
    pub fn has_ready(&self, n_chars: usize) -> bool {
        let n_bytes = n_chars.saturating_mul(Charset::LONGEST);
        let bytes = self.bytes.try_lock();
        bytes.is_ok_and(|bytes| bytes.has_ready(n_bytes))
    }

    /// Whether the next line, in which quotes may hide line ends, lies in memory.
    pub fn has_line_ready(&self, is_quoted: bool) -> bool {
        let bytes = self.bytes.try_lock();
        bytes.is_ok_and(|bytes| bytes.has_line_ready(is_quoted))
    }

    /// Up to `wanted` characters. Fewer at the end, after that the failure.
    pub fn read(&mut self, wanted: i64) -> Outcome<String> {
        let wanted = usize::try_from(wanted).unwrap_or(0);
        if self.is_end_seen {
            return Err(Failure::EndOfFile);
        }
        let mut text = String::new();
        let mut n_chars = 0;
        while n_chars < wanted {
            let Some(c) = self.next_char()? else {
                self.is_end_seen = true;
                break;
            };
            text.push(c);
            n_chars += 1;
        }
        if n_chars == 0 && self.is_end_seen {
            return Err(Failure::EndOfFile);
        }
        Ok(text)
    }

    /// The next character, `None` at the end.
    pub fn next_char(&mut self) -> Outcome<Option<char>> {
        let mut bytes = lock(&self.bytes);
        let Some((c, n_bytes)) = self.charset.first(bytes.peek(Charset::LONGEST)?) else {
            return Ok(None);
        };
        bytes.skip(n_bytes);
        Ok(Some(c))
    }

    /// The next character, still there afterwards.
    pub fn peek(&mut self) -> Outcome<Option<char>> {
        let mut bytes = lock(&self.bytes);
        let first = self.charset.first(bytes.peek(Charset::LONGEST)?);
        Ok(first.map(|(c, _)| c))
    }

    /// All that is left.
    pub fn read_rest(&mut self) -> Outcome<String> {
        let content = lock(&self.bytes).read_rest()?;
        self.is_end_seen = true;
        Ok(self.charset.decode(&content))
    }
}

impl CharWriter {
    pub fn new(bytes: Shared<ByteWriter>, charset: Charset) -> Self {
        Self { bytes, charset }
    }

    /// Writes text and gives the number of its bytes.
    pub fn write(&self, text: &str) -> Outcome<usize> {
        let content = self.charset.encode(text);
        lock(&self.bytes).write(&content)?;
        Ok(content.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{CharReader, Charset, Failure};
    use crate::native::io::bytes::ByteReader;

    fn reader(content: &[u8], charset: Charset) -> CharReader {
        let bytes = ByteReader::of_memory(content.to_vec());
        CharReader::new(Arc::new(Mutex::new(bytes)), charset)
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        let mut channel = reader("café 😀!".as_bytes(), Charset::Utf8);
        assert_eq!(channel.read(4).as_deref(), Ok("café"));
        assert_eq!(channel.read(3).as_deref(), Ok(" 😀!"));
        assert_eq!(channel.read(1), Err(Failure::EndOfFile));
    }

    #[test]
    fn character_sets_read_what_they_wrote() {
        for name in ["utf-8", "UTF-16", "UTF-16LE"] {
            let charset = Charset::of_name(name).expect("a known name");
            let text = "aé😀z";
            assert_eq!(charset.decode(&charset.encode(text)), text, "{name}");
        }
        let latin = Charset::of_name("ISO-8859-1").expect("a known name");
        assert_eq!(latin.decode(&latin.encode("é😀")), "é?");
        assert_eq!(Charset::of_name("EBCDIC"), None);
    }

    #[test]
    fn broken_text_reads_as_replacement_characters() {
        let text = Charset::Utf8.decode(b"a\xff\xe2\x82b\xf0\x9f");
        assert_eq!(text, String::from_utf8_lossy(b"a\xff\xe2\x82b\xf0\x9f"));
        assert_eq!(
            Charset::Utf16 { is_little: false }.decode(&[0xd8]),
            "\u{fffd}"
        );
    }
}
