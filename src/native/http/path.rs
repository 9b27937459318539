//! Paths of requests and path templates of resources. Everything is compared as it was sent, still
//! percent-encoded, segment by segment; a parameter's value is decoded once, after the match.
//!
//! Input → output: `/items/{id}.json` → a [`Template`]; a request's path → [`RequestPath`].

use std::cmp::Ordering;

use percent_encoding::percent_decode_str;

/// A resource's path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    segments: Vec<Segment>,
    /// It ends with `*`: any further segments belong to it.
    is_open: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Literal(Box<str>),
    /// `{name}` and what has to stand behind it in the same segment.
    Param {
        name: Box<str>,
        suffix: Box<str>,
    },
}

/// A path that is no template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("Illegal open brace character in resource path config")]
    OpenBrace,
    #[error("Illegal closing brace detected in resource path config")]
    CloseBrace,
    #[error("Incomplete path param expression")]
    Incomplete,
    #[error("Illegal empty expression in resource path config")]
    Empty,
    #[error("Illegal '*' in resource path config")]
    Star,
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let text = text.trim();
        let text = text.strip_prefix('/').unwrap_or(text);
        let (text, is_open) = match text.strip_suffix('*') {
            Some(before) if before.is_empty() || before.ends_with('/') => (before, true),
            _ => (text, false),
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        let segments = match text {
            "" => Vec::new(),
            _ => text
                .split('/')
                .map(Segment::parse)
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { segments, is_open })
    }

    /// The names of its parameters.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Param { name, .. } => Some(&**name),
            Segment::Literal(_) => None,
        })
    }

    /// Whether the path below the service's is one of this template's.
    pub fn matches(&self, path: &[&str]) -> bool {
        let fits = match self.is_open {
            true => path.len() >= self.segments.len(),
            false => path.len() == self.segments.len(),
        };
        fits && self
            .segments
            .iter()
            .zip(path)
            .all(|(segment, text)| segment.matches(text))
    }

    /// The decoded values of the parameters in a path that matches; `None` when one is not valid.
    pub fn values(&self, path: &[&str]) -> Option<Vec<(String, String)>> {
        let params = self.segments.iter().zip(path);
        let values = params.filter_map(|(segment, text)| match segment {
            Segment::Literal(_) => None,
            Segment::Param { name, suffix } => {
                let text = text.strip_suffix(&**suffix).unwrap_or(text);
                Some(decoded(text).map(|value| (name.to_string(), value)))
            }
        });
        values.collect()
    }

    /// What `*` stands for in a path that matches, with its slash.
    pub fn rest(&self, path: &[&str]) -> String {
        let rest = path.get(self.segments.len()..).unwrap_or_default();
        rest.iter().flat_map(|segment| ["/", segment]).collect()
    }

    /// Whether both stand for the same paths.
    pub fn is_same_address(&self, other: &Self) -> bool {
        self.cmp_specific(other) == Ordering::Equal
    }

    /// The more specific template is less: literals before parameters, longer suffixes first, `*` last.
    pub fn cmp_specific(&self, other: &Self) -> Ordering {
        for (one, other) in self.segments.iter().zip(&other.segments) {
            let order = one.cmp_specific(other);
            if order != Ordering::Equal {
                return order;
            }
        }
        let by_length = other.segments.len().cmp(&self.segments.len());
        by_length.then(self.is_open.cmp(&other.is_open))
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.contains('*') {
            return Err(TemplateError::Star);
        }
        let Some(rest) = text.strip_prefix('{') else {
            return match text.find(['{', '}']).map(|at| text.as_bytes()[at]) {
                None => Ok(Self::Literal(text.into())),
                Some(b'{') => Err(TemplateError::OpenBrace),
                Some(_) => Err(TemplateError::CloseBrace),
            };
        };
        let (name, suffix) = rest.split_once('}').ok_or(TemplateError::Incomplete)?;
        if name.contains('{') || suffix.contains('{') {
            return Err(TemplateError::OpenBrace);
        }
        if suffix.contains('}') {
            return Err(TemplateError::CloseBrace);
        }
        let name = name.trim();
        if name.is_empty() {
            return Err(TemplateError::Empty);
        }
        Ok(Self::Param {
            name: name.into(),
            suffix: suffix.into(),
        })
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => **literal == *text,
            Self::Param { suffix, .. } => text.len() > suffix.len() && text.ends_with(&**suffix),
        }
    }

    fn cmp_specific(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Literal(one), Self::Literal(other)) => {
                other.len().cmp(&one.len()).then_with(|| one.cmp(other))
            }
            (Self::Literal(_), Self::Param { .. }) => Ordering::Less,
            (Self::Param { .. }, Self::Literal(_)) => Ordering::Greater,
            (Self::Param { suffix: one, .. }, Self::Param { suffix: other, .. }) => {
                other.len().cmp(&one.len()).then_with(|| one.cmp(other))
            }
        }
    }
}

/// The path of a request, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestPath<'p> {
    /// Its segments as they were sent, without matrix parameters and the slash at the end.
    pub segments: Vec<&'p str>,
}

impl<'p> RequestPath<'p> {
    /// `path` is what stands before the query. `None`: a segment steps to its parent or itself.
    pub fn parse(path: &'p str) -> Option<Self> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let mut segments: Vec<&str> = path.split('/').map(without_matrix).collect();
        if segments.last().is_some_and(|last| last.is_empty()) {
            segments.pop();
        }
        match segments.iter().any(|segment| is_dots(segment)) {
            true => None,
            false => Some(Self { segments }),
        }
    }
}

fn without_matrix(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default()
}

/// `.` or `..`, encoded or not.
fn is_dots(segment: &str) -> bool {
    // The longest form is `%2e%2e`.
    segment.len() <= 6
        && matches!(
            segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
            "." | ".."
        )
}

/// The matrix parameters behind the last segment of `path` in the path that was sent.
pub fn matrix_parameters(raw_path: &str, path: &str) -> Vec<(String, String)> {
    let raw_path = raw_path.split('?').next().unwrap_or_default();
    let wanted: Vec<&str> = path.trim_matches('/').split('/').collect();
    let sent: Vec<&str> = raw_path.trim_start_matches('/').split('/').collect();
    let is_there = wanted.len() <= sent.len()
        && wanted
            .iter()
            .zip(&sent)
            .all(|(wanted, sent)| *wanted == without_matrix(sent));
    let Some(segment) = sent.get(wanted.len() - 1).filter(|_| is_there) else {
        return Vec::new();
    };
    let pairs = segment.split(';').skip(1).filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(name)?, decoded(value)?))
    });
    pairs.filter(|(name, _)| !name.is_empty()).collect()
}

/// The parameters behind the first question mark, in their order, decoded; `+` is a blank. What does
/// not decode stays as it is.
pub fn query_parameters(raw_path: &str) -> Vec<(String, String)> {
    let Some((_, query)) = raw_path.split_once('?') else {
        return Vec::new();
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        decoded(&text).unwrap_or(text)
    };
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (plain(name), plain(value))
        })
        .collect()
}

/// Percent-decoded once; `None` when that gives no text.
fn decoded(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let digits = rest.as_bytes().get(at + 1..at + 3)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        rest = &rest[at + 3..];
    }
    let bytes = percent_decode_str(text).decode_utf8().ok()?;
    Some(bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{RequestPath, Template, TemplateError, matrix_parameters, query_parameters};

    fn template(text: &str) -> Template {
        Template::parse(text).expect("a template")
    }

    #[test]
    fn templates_match_whole_segments() {
        for (text, path, expected) in [
            ("/", "/", true),
            ("/a", "/a", true),
            ("/a", "/a/", true),
            ("/a", "/A", false),
            ("/a", "/ab", false),
            ("/a", "//a", false),
            ("/a", "/%61", false),
            ("/{x}", "/a", true),
            ("/{x}", "/", false),
            ("/{x}/b", "//b", false),
            ("/{x}.json", "/a.json", true),
            ("/{x}.json", "/.json", false),
            ("/a/*", "/a", true),
            ("/a/*", "/a/b/c", true),
            ("/*", "/x", true),
            ("/a/b", "/a;k=v/b;x=y", true),
        ] {
            let parsed = RequestPath::parse(path).expect("a path");
            assert_eq!(
                template(text).matches(&parsed.segments),
                expected,
                "{text} {path}"
            );
        }
    }

    #[test]
    fn steps_are_not_taken() {
        for path in ["/a/../b", "/.", "/%2e%2E/x", "/a/.%2e", "/..;x=y/b"] {
            assert_eq!(RequestPath::parse(path), None, "{path}");
        }
        assert!(RequestPath::parse("/...").is_some());
    }

    #[test]
    fn values_are_decoded_once() {
        let values = |text: &str, path: &str| {
            let parsed = RequestPath::parse(path).expect("a path");
            template(text).values(&parsed.segments)
        };
        let one = |value: &str| Some(vec![("x".to_owned(), value.to_owned())]);
        assert_eq!(values("/{x}", "/a%2Fb%252F"), one("a/b%2F"));
        assert_eq!(values("/{ x }.txt", "/%C3%A4.txt"), one("ä"));
        assert_eq!(values("/{x}", "/%ff"), None);
        assert_eq!(values("/{x}", "/%4"), None);
        assert_eq!(template("/a/*").rest(&["a", "b", "c"]), "/b/c");
    }

    #[test]
    fn the_more_specific_comes_first() {
        let mut templates = ["/*", "/{x}", "/{x}.json", "/ab", "/a/*", "/a/{x}", "/{x}/b"];
        templates.sort_by(|one, other| template(one).cmp_specific(&template(other)));
        let expected = ["/ab", "/a/{x}", "/a/*", "/{x}.json", "/{x}/b", "/{x}", "/*"];
        assert_eq!(templates, expected);
        assert!(template("/{x}/b").is_same_address(&template("{y}/b/")));
    }

    #[test]
    fn broken_templates_are_refused() {
        for (text, error) in [
            ("/a{x}", TemplateError::OpenBrace),
            ("/{x}{y}", TemplateError::OpenBrace),
            ("/{x", TemplateError::Incomplete),
            ("/x}", TemplateError::CloseBrace),
            ("/{}", TemplateError::Empty),
            ("/a*/b", TemplateError::Star),
        ] {
            assert_eq!(Template::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn parameters_of_queries_and_segments() {
        let pairs = |pairs: Vec<(String, String)>| -> Vec<String> {
            pairs
                .iter()
                .map(|(name, value)| format!("{name}:{value}"))
                .collect()
        };
        let query = query_parameters("/p?a=1&b=x+y%26&a=2&c&&%zz=%");
        assert_eq!(pairs(query), ["a:1", "b:x y&", "a:2", "c:", "%zz:%"]);
        let matrix = matrix_parameters("/a;x=1;y=%20/b;z=3?q", "/a");
        assert_eq!(pairs(matrix), ["x:1", "y: "]);
        assert_eq!(pairs(matrix_parameters("/a/b;z=3", "/a/b/")), ["z:3"]);
        assert!(matrix_parameters("/a/b;z=3", "/b").is_empty());
    }
}
