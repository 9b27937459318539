//! The configuration file: TOML text in, entries out. Tables become key segments; strings, integers,
//! floats, booleans and arrays of these are values. What a configuration has no use for (dates,
//! tables inside arrays) is refused with its place, not skipped.

use std::path::Path;
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::registry::{Entry, Origin, Value};
use super::{ConfigError, Key};

/// The entries of the file, in the order of their keys.
pub(super) fn read(path: &Path) -> Result<Vec<(Key, Entry)>, ConfigError> {
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ConfigError::FileNotFound(path.to_owned()),
        _ => ConfigError::FileUnreadable {
            path: path.to_owned(),
            source,
        },
    })?;
    parse(path, &bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<(Key, Entry)>, ConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|wrong| {
        let valid = bytes.get(..wrong.valid_up_to()).unwrap_or_default();
        let valid = std::str::from_utf8(valid).unwrap_or_default();
        let (line, column) = line_column(valid, valid.len());
        ConfigError::Syntax {
            path: path.to_owned(),
            line,
            column,
            message: "the file is not valid UTF-8".to_owned(),
        }
    })?;
    let mut reader = Reader {
        path: Rc::from(path),
        text,
        lines: Lines::new(text),
        entries: Vec::new(),
    };
    let root = DeTable::parse(text).map_err(|wrong| {
        let at = wrong.span().map_or(0, |span| span.start);
        reader.error(at, wrong.message())
    })?;
    reader.table(&mut Vec::new(), root.get_ref())?;
    Ok(reader.entries)
}

struct Reader<'t> {
    path: Rc<Path>,
    text: &'t str,
    lines: Lines,
    entries: Vec<(Key, Entry)>,
}

impl Reader<'_> {
    fn table(&mut self, above: &mut Vec<String>, table: &DeTable<'_>) -> Result<(), ConfigError> {
        for (name, value) in table {
            above.push(name.get_ref().to_string());
            match value.get_ref() {
                DeValue::Table(inner) => self.table(above, inner)?,
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    let (line, column) = self.place(name.span().start);
                    let entry = Entry {
                        value: self.value(value)?,
                        origin: Origin::File {
                            path: self.path.to_path_buf(),
                            line,
                            column,
                        },
                    };
                    self.entries.push((Key::of(above.iter().cloned()), entry));
                }
            }
            above.pop();
        }
        Ok(())
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Result<Value, ConfigError> {
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) => Ok(Value::String(text.to_string())),
            DeValue::Boolean(value) => Ok(Value::Boolean(*value)),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map(Value::Int)
                .map_err(|_| self.error(at, "integer out of range")),
            DeValue::Float(digits) => digits
                .as_str()
                .parse()
                .map(Value::Float)
                .map_err(|_| self.error(at, "invalid float")),
            DeValue::Array(members) => {
                let members = members.iter().map(|member| self.value(member));
                Ok(Value::Array(members.collect::<Result<_, _>>()?))
            }
            DeValue::Datetime(_) => Err(self.error(
                at,
                "a configuration value cannot be a date or time; quote it",
            )),
            DeValue::Table(_) => {
                Err(self.error(at, "a configuration value cannot be an array of tables"))
            }
        }
    }

    fn error(&self, at: usize, message: &str) -> ConfigError {
        let (line, column) = self.place(at);
        ConfigError::Syntax {
            path: self.path.to_path_buf(),
            line,
            column,
            message: message.trim_end().replace('\n', ", "),
        }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let start = self.lines.start_of_line_at(at);
        let (line, start) = start;
        let before = self
            .text
            .get(start..at.min(self.text.len()))
            .unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// Where lines start, so that a place costs a search and not a scan of the file.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let behind_ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(behind_ends).collect())
    }

    /// The number (from 1) and the start of the line that holds offset `at`.
    fn start_of_line_at(&self, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|&start| start <= at);
        let start = self.0.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line.max(1), start)
    }
}

fn line_column(text: &str, at: usize) -> (usize, usize) {
    let (line, start) = Lines::new(text).start_of_line_at(at);
    let before = text.get(start..at).unwrap_or_default();
    (line, before.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::parse;
    use crate::config::registry::{Origin, Value};
    use crate::config::{ConfigError, Key};

    fn entries(text: &str) -> Vec<(Key, Value)> {
        let entries = parse(Path::new("f.toml"), text.as_bytes()).expect("valid");
        entries
            .into_iter()
            .map(|(key, entry)| (key, entry.value))
            .collect()
    }

    fn error(bytes: &[u8]) -> String {
        let error = parse(Path::new("f.toml"), bytes).expect_err("invalid");
        assert!(matches!(error, ConfigError::Syntax { .. }));
        error.to_string()
    }

    #[test]
    fn tables_become_segments() {
        let text = "[b7a.users]\n[b7a.users.admin]\npassword = \"x\"\n[b7a.users.\"a.b\"]\nn = 0x10\nf = 1.5\nb = true\nl = [1, \"a\"]\n";
        assert_eq!(
            entries(text),
            [
                (Key::of(["b7a", "users", "a.b", "b"]), Value::Boolean(true)),
                (Key::of(["b7a", "users", "a.b", "f"]), Value::Float(1.5)),
                (
                    Key::of(["b7a", "users", "a.b", "l"]),
                    Value::Array(vec![Value::Int(1), Value::String("a".to_owned())])
                ),
                (Key::of(["b7a", "users", "a.b", "n"]), Value::Int(16)),
                (
                    Key::of(["b7a", "users", "admin", "password"]),
                    Value::String("x".to_owned())
                ),
            ]
        );
    }

    #[test]
    fn entries_know_their_place() {
        let entries = parse(Path::new("f.toml"), b"a = 1\n  [t]\n  b = 2\n").expect("valid");
        let origins: Vec<String> = entries.iter().map(|(_, e)| e.origin.to_string()).collect();
        assert_eq!(origins, ["f.toml:1:1", "f.toml:3:3"]);
        assert!(matches!(
            entries[0].1.origin,
            Origin::File {
                line: 1,
                column: 1,
                ..
            }
        ));
    }

    #[test]
    fn errors_have_line_and_column() {
        assert!(
            error(b"a = 1\nb = \n").starts_with("f.toml:2:"),
            "{}",
            error(b"a = 1\nb = \n")
        );
        assert!(
            error(b"a = 1\na = 2\n").starts_with("f.toml:2:1: "),
            "{}",
            error(b"a = 1\na = 2\n")
        );
        assert_eq!(
            error(b"a = \"\xff\"\n"),
            "f.toml:1:6: the file is not valid UTF-8"
        );
        assert!(error(b"a = 99999999999999999999\n").starts_with("f.toml:1:5: "));
        assert!(error(b"a = 2020-01-01\n").contains("date or time"));
        assert!(error(b"[[a]]\nb = 1\n").contains("array of tables"));
    }
}
