//! Structured header values: a value, then parameters behind semicolons, whose values may be quoted
//! (`text/html; charset="utf-8"`, `form-data; name=file`). Input → output: the header's text → its
//! parts, and parts → text. Nothing here fails: what is no parameter is passed over.

/// The value before the first semicolon and the parameters behind it, names in lower case, values
/// without their quotes.
pub fn split(text: &str) -> (String, Vec<(String, String)>) {
    let mut pieces = Pieces { rest: text };
    let base = pieces.next_piece().trim().to_owned();
    let mut parameters = Vec::new();
    while !pieces.rest.is_empty() {
        let piece = pieces.next_piece();
        let Some((name, value)) = piece.split_once('=') else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        if !name.is_empty() {
            parameters.push((name, unquoted(value.trim())));
        }
    }
    (base, parameters)
}

/// The value of one parameter.
pub fn parameter(text: &str, name: &str) -> Option<String> {
    let (_, parameters) = split(text);
    let mut found = parameters.into_iter().filter(|(known, _)| known == name);
    found.next().map(|(_, value)| value)
}

/// Splits at semicolons that are not inside quotes.
struct Pieces<'t> {
    rest: &'t str,
}

impl<'t> Pieces<'t> {
    fn next_piece(&mut self) -> &'t str {
        let (mut quoted, mut escaped) = (false, false);
        let end = self.rest.find(|c: char| {
            let was_escaped = std::mem::take(&mut escaped);
            match c {
                '\\' if quoted && !was_escaped => escaped = true,
                '"' if !was_escaped => quoted = !quoted,
                ';' if !quoted => return true,
                _ => {}
            }
            false
        });
        let (piece, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, ""),
        };
        self.rest = rest;
        piece
    }
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            _ => text.push(c),
        }
    }
    text
}

/// A text in quotes, for a parameter's value.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Whether the text is two tokens with a slash between them.
pub fn is_media_type(text: &str) -> bool {
    let tokens = text.split_once('/');
    tokens.is_some_and(|(main, sub)| is_token(main) && is_token(sub))
}

/// A word of headers (RFC 9110 section 5.6.2).
pub fn is_token(text: &str) -> bool {
    let in_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(in_token)
}

#[cfg(test)]
mod tests {
    use super::{is_media_type, parameter, quote, split};

    #[test]
    fn quotes_hide_semicolons() {
        let (base, parameters) = split("form-data; name=\"a;\\\"b\" ; FileName = x.txt;; odd");
        assert_eq!(base, "form-data");
        let expected = [("name", "a;\"b"), ("filename", "x.txt")];
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(parameters, expected);
        assert_eq!(quote("a\"b"), "\"a\\\"b\"");
        assert_eq!(
            parameter("multipart/mixed; boundary=abc", "boundary").as_deref(),
            Some("abc")
        );
    }

    #[test]
    fn media_types_are_two_tokens() {
        for good in ["text/plain", "application/vnd.x+json", "*/*"] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in [
            "text",
            "text/",
            "/plain",
            "a/b/c",
            "te xt/plain",
            "text/plain\r\n",
        ] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
