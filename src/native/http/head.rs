//! The strict reading of a request's head (spec/http.md section 7): what a proxy in front might read
//! differently is refused, so that no bytes can be taken for a request by one and not by the other.
//!
//! Input → output: the bytes of a head with its empty line → how long the body is, or the status to
//! refuse the request with. hyper parses the head again for its content; it is more lenient.

use http::uri::Authority;

use crate::native::mime::media::is_token;

/// Limits of a listener on a request's head and body.
#[derive(Clone, Copy, Debug)]
pub struct HeadLimits {
    pub uri: usize,
    pub headers: usize,
    /// Bytes of a body, if there is a limit.
    pub body: Option<u64>,
}

/// Fields of a head; the parser behind has the same limit.
const MAX_FIELDS: usize = 100;

/// What follows a head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    Length(u64),
    Chunked,
}

/// Why a request is not read; the connection is closed after the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub status: u16,
    pub text: &'static str,
}

impl Refusal {
    pub const MALFORMED: Self = Self::new(400, "malformed request");
    pub const URI_TOO_LONG: Self = Self::new(414, "request address too long");
    pub const HEADERS_TOO_LARGE: Self = Self::new(413, "request headers too large");
    pub const BODY_TOO_LARGE: Self = Self::new(413, "request body too large");
    pub const TIMEOUT: Self = Self::new(408, "request timeout");
    const EXPECTATION: Self = Self::new(417, "unknown expectation");
    const NOT_IMPLEMENTED: Self = Self::new(501, "not implemented");
    const VERSION: Self = Self::new(505, "HTTP version not supported");

    const fn new(status: u16, text: &'static str) -> Self {
        Self { status, text }
    }
}

/// Checks a head: request line, fields, the empty line, all ended by CR LF.
pub fn check(head: &[u8], limits: HeadLimits) -> Result<Framing, Refusal> {
    let lines = head.strip_suffix(b"\r\n\r\n").ok_or(Refusal::MALFORMED)?;
    // Field values may hold any bytes above ASCII; which ones does not matter here.
    let lines = String::from_utf8_lossy(lines);
    let mut lines = lines.split("\r\n");
    let line = RequestLine::parse(lines.next().unwrap_or_default(), limits.uri)?;
    let mut fields = Fields::default();
    let mut size = 0;
    for (n, line) in lines.enumerate() {
        size += line.len() + 2;
        if size > limits.headers || n >= MAX_FIELDS {
            return Err(Refusal::HEADERS_TOO_LARGE);
        }
        fields.add(line)?;
    }
    fields.framing(&line, limits.body)
}

struct RequestLine {
    is_1_1: bool,
}

impl RequestLine {
    fn parse(line: &str, max_uri: usize) -> Result<Self, Refusal> {
        let mut words = line.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refusal::MALFORMED);
        };
        if target.len() > max_uri {
            return Err(Refusal::URI_TOO_LONG);
        }
        let is_1_1 = match version {
            "HTTP/1.1" => true,
            "HTTP/1.0" => false,
            _ if version.starts_with("HTTP/") => return Err(Refusal::VERSION),
            _ => return Err(Refusal::MALFORMED),
        };
        if method == "CONNECT" {
            return Err(Refusal::NOT_IMPLEMENTED);
        }
        let is_visible = target.bytes().all(|byte| byte.is_ascii_graphic());
        let has_form = target.starts_with('/')
            || (target == "*" && method == "OPTIONS")
            || target.contains("://");
        match is_token(method) && is_visible && has_form {
            true => Ok(Self { is_1_1 }),
            false => Err(Refusal::MALFORMED),
        }
    }
}

/// What the fields of a head say about its body and its host.
#[derive(Default)]
struct Fields {
    hosts: usize,
    length: Option<u64>,
    codings: Vec<String>,
    has_transfer_encoding: bool,
}

impl Fields {
    fn add(&mut self, line: &str) -> Result<(), Refusal> {
        let (name, value) = line.split_once(':').ok_or(Refusal::MALFORMED)?;
        // A blank before the colon and a folded line fail here as well: neither is a token.
        let is_plain = |byte: u8| byte == b'\t' || !byte.is_ascii_control();
        if !is_token(name) || !value.bytes().all(is_plain) {
            return Err(Refusal::MALFORMED);
        }
        let value = value.trim_matches([' ', '\t']);
        match name.to_ascii_lowercase().as_str() {
            "host" => self.host(value),
            "content-length" => self.content_length(value),
            "transfer-encoding" => {
                self.has_transfer_encoding = true;
                let codings = value.split(',').map(str::trim);
                self.codings.extend(codings.map(str::to_ascii_lowercase));
                Ok(())
            }
            "expect" if !value.eq_ignore_ascii_case("100-continue") => Err(Refusal::EXPECTATION),
            _ => Ok(()),
        }
    }

    fn host(&mut self, value: &str) -> Result<(), Refusal> {
        self.hosts += 1;
        let is_authority = value.parse::<Authority>().is_ok() && !value.contains('@');
        match value.is_empty() || is_authority {
            true => Ok(()),
            false => Err(Refusal::MALFORMED),
        }
    }

    fn content_length(&mut self, value: &str) -> Result<(), Refusal> {
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let length: Option<u64> = value.parse().ok().filter(|_| is_number);
        // The largest values mean something else to the parser behind.
        let length = length.filter(|length| *length <= u64::MAX / 2);
        if length.is_none() || self.length.is_some_and(|known| Some(known) != length) {
            return Err(Refusal::MALFORMED);
        }
        self.length = length;
        Ok(())
    }

    fn framing(&self, line: &RequestLine, max_body: Option<u64>) -> Result<Framing, Refusal> {
        if self.hosts > 1 || (line.is_1_1 && self.hosts == 0) {
            return Err(Refusal::MALFORMED);
        }
        if !self.has_transfer_encoding {
            let length = self.length.unwrap_or(0);
            return match max_body.is_some_and(|max| length > max) {
                true => Err(Refusal::BODY_TOO_LARGE),
                false => Ok(Framing::Length(length)),
            };
        }
        let chunked = self
            .codings
            .iter()
            .filter(|name| *name == "chunked")
            .count();
        let is_last = self.codings.last().is_some_and(|name| name == "chunked");
        if !line.is_1_1 || self.length.is_some() || chunked != 1 || !is_last {
            return Err(Refusal::MALFORMED);
        }
        match self.codings.len() {
            1 => Ok(Framing::Chunked),
            _ => Err(Refusal::NOT_IMPLEMENTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, HeadLimits, Refusal, check};

    const LIMITS: HeadLimits = HeadLimits {
        uri: 40,
        headers: 200,
        body: Some(1_000),
    };

    fn checked(head: &str) -> Result<Framing, u16> {
        check(head.as_bytes(), LIMITS).map_err(|refusal| refusal.status)
    }

    #[test]
    fn bodies_have_one_length() {
        let with = |fields: &str| checked(&format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"));
        for (fields, expected) in [
            ("", Ok(Framing::Length(0))),
            ("Content-Length: 12\r\n", Ok(Framing::Length(12))),
            (
                "Content-Length: 12\r\nContent-Length: 12\r\n",
                Ok(Framing::Length(12)),
            ),
            ("Transfer-Encoding: Chunked\r\n", Ok(Framing::Chunked)),
            ("Content-Length: 12\r\nContent-Length: 13\r\n", Err(400)),
            ("Content-Length: 12, 12\r\n", Err(400)),
            ("Content-Length: +12\r\n", Err(400)),
            ("Content-Length: 1 2\r\n", Err(400)),
            ("Content-Length: 0x12\r\n", Err(400)),
            ("Content-Length:\r\n", Err(400)),
            ("Content-Length: 18446744073709551615\r\n", Err(400)),
            ("Content-Length: 1001\r\n", Err(413)),
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                Err(400),
            ),
            (
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                Err(400),
            ),
            ("Transfer-Encoding: gzip, chunked\r\n", Err(501)),
            ("Transfer-Encoding: chunked, gzip\r\n", Err(400)),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                Err(400),
            ),
            ("Transfer-Encoding: xchunked\r\n", Err(400)),
            ("Transfer-Encoding: \"chunked\"\r\n", Err(400)),
            ("Transfer-Encoding:\r\n", Err(400)),
            ("Expect: 100-continue\r\n", Ok(Framing::Length(0))),
            ("Expect: more\r\n", Err(417)),
        ] {
            assert_eq!(with(fields), expected, "{fields:?}");
        }
        let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(checked(old), Err(400));
    }

    #[test]
    fn heads_are_exact() {
        for (head, expected) in [
            ("GET / HTTP/1.1\r\n\r\n", Err(400)),
            ("GET / HTTP/1.0\r\n\r\n", Ok(Framing::Length(0))),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", Err(400)),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", Err(400)),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nX: ä\tb\r\n\r\n",
                Ok(Framing::Length(0)),
            ),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Err(400)),
            ("GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", Err(400)),
            ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", Err(400)),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", Err(400)),
            (
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                Ok(Framing::Length(0)),
            ),
            (
                "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
                Ok(Framing::Length(0)),
            ),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", Err(505)),
            ("GET / FTP\r\nHost: a\r\n\r\n", Err(400)),
            ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", Err(501)),
        ] {
            assert_eq!(checked(head), expected, "{head:?}");
        }
        let uri = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(40));
        assert_eq!(checked(&uri), Err(414));
        let large = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
            "x".repeat(200)
        );
        assert_eq!(checked(&large), Err(Refusal::HEADERS_TOO_LARGE.status));
    }
}
