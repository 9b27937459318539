//! Interned names: every identifier, path and module name of the process is stored once and
//! referred to by a `u32`. The table only grows; texts live as long as the process, so that a name
//! is `Copy` and its text `'static`.

use std::fmt;
use std::sync::{LazyLock, RwLock};

use rustc_hash::FxHashMap;

/// An interned text. Equality is identity; the order of `Name`s is the order of interning and
/// must never decide output (compare [`Name::as_str`] for that).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

#[derive(Default)]
struct Table {
    ids: FxHashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Name {
    /// The name for `text`, the same one for the same text in the whole process.
    pub fn new(text: &str) -> Self {
        {
            let table = TABLE
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(&id) = table.ids.get(text) {
                return Self(id);
            }
        }
        let mut table = TABLE
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&id) = table.ids.get(text) {
            return Self(id);
        }
        let id = u32::try_from(table.texts.len()).expect("fewer than 2^32 distinct names");
        let text: &'static str = Box::leak(text.into());
        table.texts.push(text);
        table.ids.insert(text, id);
        Self(id)
    }

    /// The name for `text` when there is one already. For texts from outside: they must not make the
    /// table grow.
    pub fn existing(text: &str) -> Option<Self> {
        let table = TABLE
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        table.ids.get(text).copied().map(Self)
    }

    /// The text of the name.
    pub fn as_str(self) -> &'static str {
        let table = TABLE
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        table.texts.get(self.0 as usize).copied().unwrap_or("")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn the_same_text_is_the_same_name() {
        assert_eq!(Name::new("a"), Name::new("a"));
        assert_ne!(Name::new("a"), Name::new("b"));
        assert_eq!(Name::new("studentId").as_str(), "studentId");
    }
}
