//! The entries of a run and the look-ups of `ballerina/config` (spec/config.md section 1).
//!
//! A look-up asks the entries first, the environment second; the caller supplies the default. String
//! values that are encrypted are decrypted at each look-up, into a text that wipes itself.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;
use zeroize::Zeroizing;

use super::cipher::{self, Cipher, DecryptError};
use super::load::Environment;
use super::{ConfigError, Key};

/// The value of an entry, as its source has it: encrypted strings still are.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    String(String),
    Int(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Value>),
}

/// Where an entry comes from; its text names the place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    CommandLine,
    Environment,
    File {
        path: PathBuf,
        line: usize,
        column: usize,
    },
    Program,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment => f.write_str("environment"),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Program => f.write_str("setConfig"),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub value: Value,
    pub origin: Origin,
}

/// What a look-up found, decrypted where it was encrypted.
pub enum Found {
    Text(Zeroizing<String>),
    /// Text of an environment variable: numbers in it must parse.
    Environment(Zeroizing<String>),
    Int(i64),
    Float(f64),
    Boolean(bool),
    Array,
}

/// Why a look-up has no answer although there is an entry. Becomes a panic of the language.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LookupError {
    #[error("config key '{key}' does not map to a valid '{kind}'")]
    NotA { key: String, kind: &'static str },
    #[error("failed to retrieve encrypted value: '{0}'")]
    Undecryptable(String),
}

/// The configuration of a run. Shared by all strands; `setConfig` writes to it.
pub struct Registry {
    entries: RwLock<Entries>,
    environment: Box<dyn Environment>,
    cipher: Option<Cipher>,
}

#[derive(Default)]
struct Entries {
    by_key: BTreeMap<Key, Entry>,
    /// Entries whose quoted segments hold dots, under their dotted text.
    by_dotted: FxHashMap<String, Key>,
}

impl Entries {
    fn insert(&mut self, key: Key, entry: Entry) {
        if key.segments().iter().any(|segment| segment.contains('.')) {
            self.by_dotted
                .entry(key.dotted())
                .or_insert_with(|| key.clone());
        }
        self.by_key.insert(key, entry);
    }

    fn get(&self, text: &str) -> Option<&Entry> {
        let exact = self.by_key.get(&Key::parse(text));
        exact.or_else(|| self.by_key.get(self.by_dotted.get(text)?))
    }
}

impl Registry {
    pub(super) fn new(
        entries: impl IntoIterator<Item = (Key, Entry)>,
        environment: Box<dyn Environment>,
    ) -> Self {
        let mut all = Entries::default();
        for (key, entry) in entries {
            all.insert(key, entry);
        }
        Self {
            entries: RwLock::new(all),
            environment,
            cipher: None,
        }
    }

    /// A registry without entries that sees nothing of the environment: for tests and for programs
    /// that run without configuration.
    pub fn empty() -> Self {
        Self::new([], Box::new(super::load::NoEnvironment))
    }

    pub(super) fn has_encrypted(&self) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries
            .by_key
            .values()
            .any(|entry| payload(entry).is_some())
    }

    /// Takes the cipher and tries it on every encrypted value.
    pub(super) fn unlock(&mut self, cipher: Cipher) -> Result<(), ConfigError> {
        let entries = self
            .entries
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        for (key, entry) in &entries.by_key {
            let Some(payload) = payload(entry) else {
                continue;
            };
            let key = key.dotted();
            let origin = entry.origin.clone();
            cipher.decrypt(payload).map_err(|error| match error {
                DecryptError::NotBase64 => ConfigError::NotBase64 {
                    key,
                    origin,
                    value: payload.to_owned(),
                },
                DecryptError::Rejected => ConfigError::Undecryptable { key, origin },
            })?;
        }
        self.cipher = Some(cipher);
        Ok(())
    }

    /// Whether there is an entry (the environment does not count).
    pub fn contains(&self, key: &str) -> bool {
        self.read(key, |_| ()).is_some()
    }

    /// The entry, else the environment variable, under the text `key`.
    pub fn lookup(&self, key: &str) -> Result<Option<Found>, LookupError> {
        if let Some(value) = self.read(key, |entry| entry.value.clone()) {
            return self.found(key, value).map(Some);
        }
        let variable = Key::parse(key)
            .environment_name()
            .and_then(|name| self.environment.variable(&name))
            .filter(|text| !text.is_empty());
        let Some(text) = variable else {
            return Ok(None);
        };
        self.decrypted(key, text)
            .map(|text| Some(Found::Environment(text)))
    }

    /// The string entry at exactly `key`, decrypted; no environment, no quoting rules: for user
    /// tables, whose segments come from outside. An entry that is no string reads as its text.
    pub fn exact_text(&self, key: &Key) -> Result<Option<Zeroizing<String>>, LookupError> {
        let value = {
            let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
            entries.by_key.get(key).map(|entry| entry.value.clone())
        };
        match value {
            None | Some(Value::Array(_)) => Ok(None),
            Some(Value::String(text)) => self.decrypted(&key.dotted(), text).map(Some),
            Some(Value::Int(value)) => Ok(Some(Zeroizing::new(value.to_string()))),
            Some(Value::Float(value)) => Ok(Some(Zeroizing::new(value.to_string()))),
            Some(Value::Boolean(value)) => Ok(Some(Zeroizing::new(value.to_string()))),
        }
    }

    /// Some string entry `leaf` of a table below `table`, decrypted: what an unknown user's password is
    /// checked against in vain. The first by key, so that it is always the same one.
    pub fn any_text_below(
        &self,
        table: &Key,
        leaf: &str,
    ) -> Result<Option<Zeroizing<String>>, LookupError> {
        let found = {
            let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
            let below = entries.by_key.range(table.clone()..);
            let mut below =
                below.take_while(|(key, _)| key.segments().starts_with(table.segments()));
            below.find_map(|(key, entry)| match &entry.value {
                Value::String(text) if key.segments().last().is_some_and(|last| last == leaf) => {
                    Some((key.dotted(), text.clone()))
                }
                _ => None,
            })
        };
        let Some((key, text)) = found else {
            return Ok(None);
        };
        self.decrypted(&key, text).map(Some)
    }

    /// `getAsInt`.
    pub fn int(&self, key: &str) -> Result<Option<i64>, LookupError> {
        let wrong = || not_a(key, "int");
        match self.lookup(key)? {
            None => Ok(None),
            Some(Found::Int(value)) => Ok(Some(value)),
            Some(Found::Text(text) | Found::Environment(text)) => {
                text.parse().map(Some).map_err(|_| wrong())
            }
            Some(Found::Float(_) | Found::Boolean(_) | Found::Array) => Err(wrong()),
        }
    }

    /// `getAsFloat`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer entry widens as in the language"
    )]
    pub fn float(&self, key: &str) -> Result<Option<f64>, LookupError> {
        let wrong = || not_a(key, "float");
        match self.lookup(key)? {
            None => Ok(None),
            Some(Found::Float(value)) => Ok(Some(value)),
            Some(Found::Int(value)) => Ok(Some(value as f64)),
            Some(Found::Text(text) | Found::Environment(text)) => {
                text.parse().map(Some).map_err(|_| wrong())
            }
            Some(Found::Boolean(_) | Found::Array) => Err(wrong()),
        }
    }

    /// `getAsBoolean`.
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, LookupError> {
        match self.lookup(key)? {
            None => Ok(None),
            Some(Found::Boolean(value)) => Ok(Some(value)),
            Some(Found::Text(text) | Found::Environment(text)) => {
                Ok(Some(text.eq_ignore_ascii_case("true")))
            }
            Some(Found::Int(_) | Found::Float(_) | Found::Array) => Err(not_a(key, "boolean")),
        }
    }

    /// `getAsMap`: the scalar entries below `prefix`, with what their keys have beyond it; strings
    /// as they stand. Sorted by key.
    pub fn below(&self, prefix: &str) -> Vec<(String, Value)> {
        let prefix = Key::parse(prefix);
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let from = entries.by_key.range(prefix.clone()..);
        from.take_while(|(key, _)| key.segments().starts_with(prefix.segments()))
            .filter(|(_, entry)| !matches!(entry.value, Value::Array(_)))
            .filter_map(|(key, entry)| Some((key.below(&prefix)?, entry.value.clone())))
            .collect()
    }

    /// `setConfig`.
    pub fn set(&self, key: &str, value: Value) {
        let origin = Origin::Program;
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(Key::parse(key), Entry { value, origin });
    }

    fn read<T>(&self, key: &str, take: impl FnOnce(&Entry) -> T) -> Option<T> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).map(take)
    }

    fn found(&self, key: &str, value: Value) -> Result<Found, LookupError> {
        Ok(match value {
            Value::String(text) => Found::Text(self.decrypted(key, text)?),
            Value::Int(value) => Found::Int(value),
            Value::Float(value) => Found::Float(value),
            Value::Boolean(value) => Found::Boolean(value),
            Value::Array(_) => Found::Array,
        })
    }

    fn decrypted(&self, key: &str, text: String) -> Result<Zeroizing<String>, LookupError> {
        let Some(payload) = cipher::payload(&text) else {
            return Ok(Zeroizing::new(text));
        };
        let plain = self.cipher.as_ref().map(|cipher| cipher.decrypt(payload));
        match plain {
            Some(Ok(plain)) => Ok(plain),
            Some(Err(_)) | None => Err(LookupError::Undecryptable(key.to_owned())),
        }
    }
}

/// The error of a look-up whose entry has another type.
pub fn not_a(key: &str, kind: &'static str) -> LookupError {
    LookupError::NotA {
        key: key.to_owned(),
        kind,
    }
}

fn payload(entry: &Entry) -> Option<&str> {
    match &entry.value {
        Value::String(text) => cipher::payload(text),
        Value::Int(_) | Value::Float(_) | Value::Boolean(_) | Value::Array(_) => None,
    }
}
