//! Multipart bodies (RFC 2046): parts → bytes and bytes → parts. A part is its headers and the bytes of
//! its body; a part that is itself multipart is bytes here.

use bytes::{Bytes, BytesMut};

use super::header::Headers;

/// Parts of one body, and lines of one part's head, that are read; more is refused.
const MAX_PARTS: usize = 1_000;
const MAX_HEADERS: usize = 100;

/// One part.
pub struct Part {
    pub headers: Headers,
    pub body: Bytes,
}

/// What is wrong with a body that should be multipart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MultipartError {
    #[error("the content type has no boundary")]
    NoBoundary,
    #[error("a part does not end")]
    Unterminated,
    #[error("a part has a malformed header")]
    Header,
    #[error("too many parts")]
    TooMany,
}

/// A boundary that no part contains, but for a chance of 2⁻¹²².
pub fn new_boundary() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The bytes of a body with these parts.
pub fn write(parts: &[Part], boundary: &str) -> Bytes {
    let mut out = BytesMut::new();
    for part in parts {
        push(&mut out, &["--", boundary, "\r\n"]);
        for (name, value) in part.headers.iter() {
            push(&mut out, &[name, ": ", &value, "\r\n"]);
        }
        push(&mut out, &["\r\n"]);
        out.extend_from_slice(&part.body);
        push(&mut out, &["\r\n"]);
    }
    push(&mut out, &["--", boundary, "--\r\n"]);
    out.freeze()
}

fn push(out: &mut BytesMut, texts: &[&str]) {
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// The parts of a body. Text before the first and behind the last boundary does not count.
pub fn read(body: &Bytes, boundary: &str) -> Result<Vec<Part>, MultipartError> {
    if boundary.is_empty() || boundary.len() > 70 {
        return Err(MultipartError::NoBoundary);
    }
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter may stand at the very beginning, without a line end before it.
    let first = match body.starts_with(&delimiter[2..]) {
        true => Some(delimiter.len() - 2),
        false => find(body, &delimiter).map(|at| at + delimiter.len()),
    };
    let mut at = first.ok_or(MultipartError::Unterminated)?;
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MAX_PARTS {
            return Err(MultipartError::TooMany);
        }
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if !rest[blanks..].starts_with(b"\r\n") {
            return Err(MultipartError::Unterminated);
        }
        let start = at + blanks;
        let end = find(&body[start..], &delimiter).ok_or(MultipartError::Unterminated)? + start;
        parts.push(part(body.slice(start..end))?);
        at = end + delimiter.len();
    }
}

/// A part from the line end behind its delimiter on.
fn part(content: Bytes) -> Result<Part, MultipartError> {
    if content.starts_with(b"\r\n\r\n") || content.len() < 4 {
        return Ok(Part {
            headers: Headers::default(),
            body: content.slice(content.len().min(4)..),
        });
    }
    let end = find(&content, b"\r\n\r\n").ok_or(MultipartError::Header)?;
    let head = std::str::from_utf8(&content[2..end]).map_err(|_| MultipartError::Header)?;
    let mut headers = Headers::default();
    for (n, line) in head.split("\r\n").enumerate() {
        let (name, value) = line.split_once(':').ok_or(MultipartError::Header)?;
        let added = headers.add(name, value.trim_matches([' ', '\t']));
        if added.is_err() || n == MAX_HEADERS {
            return Err(MultipartError::Header);
        }
    }
    let body = content.slice(end + 4..);
    Ok(Part { headers, body })
}

/// Where `needle` first stands. Its first byte is rare enough (a line end) for plain search.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{MultipartError, Part, read, write};
    use crate::native::mime::header::Headers;

    #[test]
    fn what_is_written_can_be_read() {
        let mut headers = Headers::default();
        headers.add("content-type", "text/plain").expect("valid");
        let one = Part {
            headers,
            body: Bytes::from_static(b"a\r\n--b\r\n"),
        };
        let two = Part {
            headers: Headers::default(),
            body: Bytes::new(),
        };
        let bytes = write(&[one, two], "xyz");
        let parts = read(&bytes, "xyz").expect("parts");
        assert_eq!(parts.len(), 2);
        assert_eq!(&*parts[0].body, b"a\r\n--b\r\n");
        let media = parts[0].headers.first("Content-Type");
        assert_eq!(media.as_deref(), Some("text/plain"));
        assert_eq!(parts[1].body.len(), 0);
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for (body, error) in [
            ("", MultipartError::Unterminated),
            ("--x\r\n\r\nabc", MultipartError::Unterminated),
            ("--x", MultipartError::Unterminated),
            ("--x\r\nabc\r\n--x--", MultipartError::Header),
            (
                "--x\r\nno header\r\n\r\nabc\r\n--x--",
                MultipartError::Header,
            ),
        ] {
            let result = read(&Bytes::from_static(body.as_bytes()), "x");
            assert_eq!(result.err(), Some(error), "{body:?}");
        }
        let empty = read(&Bytes::from_static(b"--x--\r\n"), "x");
        assert_eq!(empty.map(|parts| parts.len()), Ok(0));
    }
}
