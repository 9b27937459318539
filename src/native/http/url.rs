//! Addresses that a client calls: reading them leniently, joining a redirection to where it came from,
//! comparing origins.

use std::fmt::Write;

use http::Uri;

/// An absolute `http` or `https` address. Characters that an address cannot have are percent-encoded, so
/// that `/find?name=Jo Doe` works and no line end gets through.
pub fn parse(text: &str) -> Option<Uri> {
    let uri: Uri = encoded(text).parse().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_user = uri.authority()?.as_str().contains('@');
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    (is_http && has_host && !has_user).then_some(uri)
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c) {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Scheme, host and port of an address, as `https://host:443`.
pub fn origin(text: &str) -> Option<String> {
    let uri = parse(text)?;
    let scheme = uri.scheme_str()?;
    let port = uri
        .port_u16()
        .unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some(format!(
        "{scheme}://{}:{port}",
        uri.host()?.to_ascii_lowercase()
    ))
}

/// The address that `location` means where it was read from `base` (RFC 3986 section 5, without the
/// parts that only documents need).
pub fn resolve(base: &str, location: &str) -> Option<String> {
    let location = location.trim();
    if parse(location).is_some() {
        return Some(location.to_owned());
    }
    let uri = parse(base)?;
    let scheme = uri.scheme_str()?;
    let authority = uri.authority()?.as_str();
    let resolved = if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if has_scheme(location) {
        return None;
    } else if location.starts_with('?') {
        format!("{scheme}://{authority}{}{location}", uri.path())
    } else {
        let folder = uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!(
            "{scheme}://{authority}{}",
            without_steps(&format!("{folder}/{location}"))
        )
    };
    parse(&resolved).map(|_| resolved)
}

/// `ftp://host`, `mailto:x`: other schemes are not followed.
fn has_scheme(text: &str) -> bool {
    let scheme = text.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.contains(':')
}

/// Takes `.` and `..` out of a path.
fn without_steps(path: &str) -> String {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let mut segments: Vec<&str> = Vec::new();
    let mut parts = path.trim_start_matches('/').split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part {
            "." | ".." => {
                if part == ".." {
                    segments.pop();
                }
                if is_last {
                    segments.push("");
                }
            }
            _ => segments.push(part),
        }
    }
    let path = format!("/{}", segments.join("/"));
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::{origin, parse, resolve};

    #[test]
    fn addresses_are_http() {
        for (text, expected) in [
            ("http://a/b c?d=ä", Some("http://a/b%20c?d=%C3%A4")),
            ("https://a:1", Some("https://a:1/")),
            ("http://a/x\r\ny: z", Some("http://a/x%0D%0Ay:%20z")),
            ("http://a/%41", Some("http://a/%41")),
            ("http://u:p@a/", None),
            ("ftp://a/", None),
            ("/a", None),
            ("http:///a", None),
            ("", None),
        ] {
            let parsed = parse(text).map(|uri| uri.to_string());
            assert_eq!(parsed.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn locations_are_relative_to_their_source() {
        let base = "https://a:1/b/c?q";
        for (location, expected) in [
            ("http://x/y", Some("http://x/y")),
            ("//x/y", Some("https://x/y")),
            ("/x", Some("https://a:1/x")),
            ("x?y", Some("https://a:1/b/x?y")),
            ("../x", Some("https://a:1/x")),
            ("../../../x/./y", Some("https://a:1/x/y")),
            ("?z", Some("https://a:1/b/c?z")),
            ("javascript:x", None),
            ("ftp://x/", None),
        ] {
            assert_eq!(resolve(base, location).as_deref(), expected, "{location}");
        }
    }

    #[test]
    fn origins_have_a_port() {
        assert_eq!(origin("HTTPS://A.b/x"), origin("https://a.B:443"));
        assert_ne!(origin("https://a"), origin("http://a"));
        assert_ne!(origin("https://a"), origin("https://a.evil"));
    }
}
