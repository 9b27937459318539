//! Text records: lines of fields (spec/stdlib.md, io).
//!
//! Input → output: characters → records and back, in the formats `default`, `CSV` and `TDF`.
//! Separators are taken literally; a backslash in front of a character takes a meaning away from
//! it that only the reference's regular expressions give it.

use super::chars::{CharReader, CharWriter, Shared, lock};
use super::failure::{Failure, Outcome};

/// How records are laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    fields: String,
    /// Empty: any end of a line.
    records: String,
    is_quoted: bool,
    drops_trailing_empty: bool,
}

impl Layout {
    /// The layout of a text record channel; a format other than `default` counts more than the
    /// separators.
    pub fn of_format(fields: &str, records: &str, format: &str) -> Self {
        match format.to_ascii_lowercase().as_str() {
            "csv" => Self::csv(","),
            "tdf" => Self {
                fields: "\t".to_owned(),
                records: String::new(),
                is_quoted: false,
                drops_trailing_empty: false,
            },
            _ => {
                let records = literal(records);
                Self {
                    fields: literal(fields),
                    records: if records == "\n" {
                        String::new()
                    } else {
                        records
                    },
                    is_quoted: false,
                    drops_trailing_empty: true,
                }
            }
        }
    }

    /// Comma separated values, or with another separator.
    pub fn csv(fields: &str) -> Self {
        Self {
            fields: literal(fields),
            records: String::new(),
            is_quoted: true,
            drops_trailing_empty: false,
        }
    }

    /// The text of a record with its end.
    pub fn write(&self, record: &[String]) -> String {
        let mut text = String::new();
        for (nth, field) in record.iter().enumerate() {
            if nth > 0 {
                text.push_str(&self.fields);
            }
            if self.must_quote(field) {
                text.push('"');
                text.push_str(&field.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(field);
            }
        }
        text.push_str(if self.records.is_empty() {
            "\n"
        } else {
            &self.records
        });
        text
    }

    fn must_quote(&self, field: &str) -> bool {
        let has_separator = !self.fields.is_empty() && field.contains(&self.fields);
        has_separator || (self.is_quoted && field.contains(['"', '\n', '\r']))
    }

    /// The fields of a record without its end.
    fn split(&self, line: &str) -> Vec<String> {
        if self.fields.is_empty() {
            return vec![line.to_owned()];
        }
        let mut fields = if self.is_quoted || line.contains('"') {
            split_quoted(line, &self.fields)
        } else {
            line.split(self.fields.as_str())
                .map(str::to_owned)
                .collect()
        };
        if self.drops_trailing_empty {
            while fields.len() > 1 && fields.last().is_some_and(String::is_empty) {
                fields.pop();
            }
        }
        fields
    }
}

/// A separator without backslashes that take the meaning of a regular expression away.
fn literal(separator: &str) -> String {
    let mut text = String::with_capacity(separator.len());
    let mut chars = separator.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(escaped) => text.push(escaped),
            None => text.push('\\'),
        }
    }
    text
}

/// Fields of which some stand in double quotes, where a doubled quote is one.
fn split_quoted(line: &str, separator: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_inside = false;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let Some(field) = fields.last_mut() else {
            break;
        };
        if !is_inside && let Some(behind) = rest.strip_prefix(separator) {
            fields.push(String::new());
            rest = behind;
            continue;
        }
        let behind = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = behind;
        match c {
            '"' if is_inside && behind.starts_with('"') => {
                field.push('"');
                rest = behind.get(1..).unwrap_or_default();
            }
            '"' if is_inside => is_inside = false,
            '"' if field.is_empty() => is_inside = true,
            _ => field.push(c),
        }
    }
    fields
}

/// A source of records.
pub struct RecordReader {
    pub chars: Shared<CharReader>,
    layout: Layout,
}

/// A destination of records.
pub struct RecordWriter {
    pub chars: Shared<CharWriter>,
    pub layout: Layout,
}

impl RecordReader {
    pub fn new(chars: Shared<CharReader>, layout: Layout) -> Self {
        Self { chars, layout }
    }

    /// Whether a character can be had without asking the file.
    pub fn has_char_ready(&self) -> bool {
        self.chars.try_lock().is_ok_and(|chars| chars.has_ready(1))
    }

    /// Whether a record can be had without asking the file, as far as its bytes tell.
    pub fn has_record_ready(&self) -> bool {
        let chars = self.chars.try_lock();
        let has_lines = self.layout.records.is_empty();
        chars.is_ok_and(|chars| {
            chars.has_ready(usize::MAX) || has_lines && chars.has_line_ready(self.layout.is_quoted)
        })
    }

    pub fn has_next(&mut self) -> Outcome<bool> {
        Ok(lock(&self.chars).peek()?.is_some())
    }

    /// The next record; after the last one the failure.
    pub fn next_record(&mut self) -> Outcome<Vec<String>> {
        let line = self.line()?.ok_or(Failure::EndOfFile)?;
        Ok(self.layout.split(&line))
    }

    /// The text of the next record without its end.
    fn line(&mut self) -> Outcome<Option<String>> {
        let mut chars = lock(&self.chars);
        let mut line = String::new();
        let mut is_inside = false;
        let mut is_anything_read = false;
        while let Some(c) = chars.next_char()? {
            is_anything_read = true;
            if self.layout.is_quoted && c == '"' {
                is_inside = !is_inside;
            }
            line.push(c);
            if is_inside {
                continue;
            }
            if self.layout.records.is_empty() {
                if c == '\n' {
                    line.pop();
                    if line.ends_with('\r') {
                        line.pop();
                    }
                    return Ok(Some(line));
                }
            } else if line.ends_with(&self.layout.records) {
                line.truncate(line.len() - self.layout.records.len());
                return Ok(Some(line));
            }
        }
        Ok(is_anything_read.then_some(line))
    }
}

impl RecordWriter {
    pub fn write(&self, record: &[String]) -> Outcome<()> {
        let text = self.layout.write(record);
        lock(&self.chars).write(&text).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{CharReader, Failure, Layout, RecordReader};

    fn records(text: &str, layout: Layout) -> Vec<Vec<String>> {
        let chars = Arc::new(Mutex::new(CharReader::of_text(text)));
        let mut reader = RecordReader::new(chars, layout);
        let mut all = Vec::new();
        while reader.has_next().expect("open") {
            all.push(reader.next_record().expect("a record"));
        }
        assert_eq!(reader.next_record(), Err(Failure::EndOfFile));
        all
    }

    #[test]
    fn csv_reads_back_what_it_wrote() {
        let layout = Layout::csv(",");
        let record = ["1", "Smith, Ann", "say \"hi\"", "two\nlines", ""].map(str::to_owned);
        let text = layout.write(&record);
        assert_eq!(
            text,
            "1,\"Smith, Ann\",\"say \"\"hi\"\"\",\"two\nlines\",\n"
        );
        assert_eq!(records(&text, layout), [record.to_vec()]);
    }

    #[test]
    fn line_ends_of_both_kinds_end_a_record() {
        assert_eq!(
            records("a,b\r\nc\n\nd", Layout::csv(",")),
            [vec!["a", "b"], vec!["c"], vec![""], vec!["d"]]
        );
    }

    #[test]
    fn default_layout_takes_separators_literally() {
        let layout = Layout::of_format("\\|", ";", "default");
        assert_eq!(
            records("a|b||;c|d", layout),
            [vec!["a", "b"], vec!["c", "d"]]
        );
        let tabs = Layout::of_format("ignored", "ignored", "TDF");
        assert_eq!(records("a\t\tb\t\n", tabs), [vec!["a", "", "b", ""]]);
    }
}
