//! A configuration key: a path of segments. Its text form joins them with dots; a segment may be
//! quoted (`b7a.users."a.b".password`), as in TOML, to hold dots of its own.

use std::fmt;

/// The path of one entry. Keys order by their segments, so that the entries of a table lie together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(Vec<String>);

impl Key {
    /// The key with exactly these segments.
    pub fn of<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// The key that `text` names: segments between dots, double quotes around a segment taken off.
    pub fn parse(text: &str) -> Self {
        let mut segments = Vec::new();
        let mut rest = text;
        loop {
            let (segment, behind) = next_segment(rest);
            segments.push(segment.to_owned());
            match behind {
                Some(behind) => rest = behind,
                None => return Self(segments),
            }
        }
    }

    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// Whether a segment is empty: no source can define such a key, except a file that quotes it.
    pub fn has_empty_segment(&self) -> bool {
        self.0.iter().any(String::is_empty)
    }

    #[must_use]
    pub fn child(&self, segment: impl Into<String>) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment.into());
        Self(segments)
    }

    /// What follows `prefix` in this key, joined with dots; `None` when it is not below `prefix`.
    pub fn below(&self, prefix: &Self) -> Option<String> {
        let rest = self.0.strip_prefix(prefix.0.as_slice())?;
        (!rest.is_empty()).then(|| rest.join("."))
    }

    /// The segments joined with dots, unquoted: what programs and messages call the key.
    pub fn dotted(&self) -> String {
        self.0.join(".")
    }

    /// The environment variable that stands for the key, if its name can be one.
    pub fn environment_name(&self) -> Option<String> {
        let name = self.dotted().replace('.', "_");
        let mut chars = name.chars();
        let starts_well = chars
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        let goes_on_well = chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
        (starts_well && goes_on_well).then_some(name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.dotted())
    }
}

/// The first segment of `text` and what stands behind its dot.
fn next_segment(text: &str) -> (&str, Option<&str>) {
    if let Some(quoted) = text.strip_prefix('"')
        && let Some((segment, behind)) = quoted.split_once('"')
    {
        if behind.is_empty() {
            return (segment, None);
        }
        if let Some(behind) = behind.strip_prefix('.') {
            return (segment, Some(behind));
        }
    }
    match text.split_once('.') {
        Some((segment, behind)) => (segment, Some(behind)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn quoted_segments_keep_their_dots() {
        assert_eq!(
            Key::parse("b7a.users.\"a.b\".password"),
            Key::of(["b7a", "users", "a.b", "password"])
        );
        assert_eq!(Key::parse("a\"b.c"), Key::of(["a\"b", "c"]));
        assert_eq!(Key::parse("\"a"), Key::of(["\"a"]));
    }

    #[test]
    fn below_matches_whole_segments() {
        let prefix = Key::parse("a.b");
        assert_eq!(Key::parse("a.b.c.d").below(&prefix).as_deref(), Some("c.d"));
        assert_eq!(Key::parse("a.bc").below(&prefix), None);
        assert_eq!(Key::parse("a.b").below(&prefix), None);
    }

    #[test]
    fn environment_names_are_plain() {
        assert_eq!(
            Key::parse("b7a.home").environment_name().as_deref(),
            Some("b7a_home")
        );
        assert_eq!(Key::parse("a-b").environment_name(), None);
        assert_eq!(Key::parse("1a").environment_name(), None);
    }
}
