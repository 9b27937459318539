//! The text of a statement: placeholders, list expansion and what kind of statement it is.
//!
//! Input → output: SQL text → positions of its question marks, a text with as many question marks
//! as lists have members. Values never become part of the text. Quoted text, quoted names and
//! comments are passed over; the text is not parsed any further.

use std::borrow::Cow;

/// Byte offsets of the placeholders.
pub fn placeholders(sql: &str) -> Vec<usize> {
    let mut found = Vec::new();
    walk_code(sql, |offset, byte| {
        if byte == b'?' {
            found.push(offset);
        }
    });
    found
}

/// Replaces the `i`-th placeholder by `counts[i]` of them, separated by commas.
pub fn expand<'a>(sql: &'a str, positions: &[usize], counts: &[usize]) -> Cow<'a, str> {
    if counts.iter().all(|&count| count == 1) {
        return Cow::Borrowed(sql);
    }
    let mut expanded = String::with_capacity(sql.len() + 2 * counts.iter().sum::<usize>());
    let mut copied = 0;
    for (&position, &count) in positions.iter().zip(counts) {
        expanded.push_str(sql.get(copied..position).unwrap_or_default());
        for nth in 0..count {
            expanded.push_str(if nth == 0 { "?" } else { ",?" });
        }
        // An empty list fits no row: `IN (NULL)` is never true.
        if count == 0 {
            expanded.push_str("NULL");
        }
        copied = position + 1;
    }
    expanded.push_str(sql.get(copied..).unwrap_or_default());
    Cow::Owned(expanded)
}

/// What a statement does, as far as its result depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Insert,
    Definition,
    Other,
}

/// The kind of a statement, by its first word.
pub fn kind(sql: &str) -> Kind {
    let word = words(sql).next().unwrap_or_default().to_ascii_uppercase();
    match word.as_str() {
        "INSERT" | "REPLACE" => Kind::Insert,
        "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "COMMENT" | "RENAME" => Kind::Definition,
        "WITH" if words(sql).any(|word| word.eq_ignore_ascii_case("INSERT")) => Kind::Insert,
        _ => Kind::Other,
    }
}

/// The table that an INSERT statement names, without its quotes.
pub fn insert_table(sql: &str) -> Option<String> {
    let start = code_position_of_word(sql, "INTO")?;
    let rest = sql.get(start..)?.trim_start();
    let mut name = identifier(rest)?;
    if let Some(behind) = rest.get(name.1..)
        && let Some(second) = behind.trim_start().strip_prefix('.')
    {
        // `schema.table`
        name = identifier(second.trim_start())?;
    }
    Some(name.0)
}

/// An identifier at the start of `text`, and how many bytes it takes.
fn identifier(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next()?;
    let close = match quote {
        '"' | '`' => quote,
        '[' => ']',
        _ => {
            let end = text
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .unwrap_or(text.len());
            let name = text.get(..end)?;
            return (!name.is_empty()).then(|| (name.to_owned(), end));
        }
    };
    let inner = text.get(1..)?;
    let end = inner.find(close)?;
    Some((inner.get(..end)?.to_owned(), end + 2))
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    word_ranges(sql)
        .into_iter()
        .filter_map(|(start, end)| sql.get(start..end))
}

fn code_position_of_word(sql: &str, wanted: &str) -> Option<usize> {
    word_ranges(sql)
        .into_iter()
        .find(|&(start, end)| {
            sql.get(start..end)
                .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
        })
        .map(|(_, end)| end)
}

/// Ranges of the words outside of quotes and comments.
fn word_ranges(sql: &str) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    walk_code(sql, |offset, byte| {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 {
            match ranges.last_mut() {
                Some((_, end)) if *end == offset => *end = offset + 1,
                _ => ranges.push((offset, offset + 1)),
            }
        }
    });
    ranges
}

/// Calls `visit` with every byte outside of quotes and comments.
fn walk_code(sql: &str, mut visit: impl FnMut(usize, u8)) {
    let bytes = sql.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        at = match (byte, next) {
            (b'\'' | b'"' | b'`', _) => end_of(bytes, at + 1, &[byte]),
            (b'[', _) => end_of(bytes, at + 1, b"]"),
            (b'-', Some(b'-')) => end_of(bytes, at + 2, b"\n"),
            (b'/', Some(b'*')) => end_of(bytes, at + 2, b"*/"),
            _ => {
                visit(at, byte);
                at + 1
            }
        };
    }
}

/// Index behind the next `close` from `start` on, or the end of the text. A doubled quote inside
/// quoted text ends it and starts it again, which comes to the same.
fn end_of(bytes: &[u8], start: usize, close: &[u8]) -> usize {
    bytes
        .get(start..)
        .and_then(|rest| rest.windows(close.len()).position(|part| part == close))
        .map_or(bytes.len(), |offset| start + offset + close.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, expand, insert_table, kind, placeholders};

    #[test]
    fn question_marks_in_quotes_and_comments_are_no_placeholders() {
        let sql = "SELECT '?', \"?\" -- ?\n, [?], `?` /* ? */ FROM t WHERE a = ? AND b = 'it''s ?' AND c = ?";
        let found = placeholders(sql);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|&at| sql.as_bytes()[at] == b'?'));
    }

    #[test]
    fn lists_expand_their_placeholder_alone() {
        let sql = "SELECT * FROM t WHERE id IN (?) AND n <> '?' AND age > ?";
        let positions = placeholders(sql);
        assert_eq!(
            expand(sql, &positions, &[3, 1]),
            "SELECT * FROM t WHERE id IN (?,?,?) AND n <> '?' AND age > ?"
        );
        assert_eq!(
            expand(sql, &positions, &[0, 1]),
            "SELECT * FROM t WHERE id IN (NULL) AND n <> '?' AND age > ?"
        );
    }

    #[test]
    fn kinds_are_told_by_the_first_word() {
        assert_eq!(kind("-- note\n insert into t values (1)"), Kind::Insert);
        assert_eq!(kind("  Create table t (a int)"), Kind::Definition);
        assert_eq!(kind("UPDATE t SET a = 1"), Kind::Other);
        assert_eq!(
            kind("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x"),
            Kind::Insert
        );
        assert_eq!(kind(""), Kind::Other);
    }

    #[test]
    fn the_table_of_an_insert_is_found_in_every_spelling() {
        for sql in [
            "INSERT INTO student (a) VALUES (1)",
            "insert or ignore into main.student values (1)",
            "INSERT INTO \"student\" VALUES ('INTO x')",
            "INSERT INTO [main].[student] VALUES (1)",
        ] {
            assert_eq!(insert_table(sql).as_deref(), Some("student"), "{sql}");
        }
        assert_eq!(insert_table("INSERT"), None);
    }
}
