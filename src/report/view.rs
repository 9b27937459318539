//! Source texts as a terminal may see them: control and direction characters are made harmless (a
//! source file must not steer the reader's terminal, nor show its lines in another order), and of a
//! very long line only a window is shown.

use std::borrow::Cow;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use indexmap::IndexMap;

use super::{Place, Report};

/// A line longer than this (bytes) is shown as a window around the label.
const LONG_LINE: usize = 400;

/// Bytes of a long line shown before and behind the start of a label.
const WINDOW: usize = 100;

/// What the human format shows of the files of one report. Grows as labels ask for places.
pub(super) struct Views<'r> {
    report: &'r Report,
    whole: IndexMap<&'static str, View<'r>>,
    windows: Vec<View<'r>>,
}

/// One text that labels point into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ViewId {
    Whole(usize),
    Window(usize),
}

/// A whole file, or a window into one long line.
struct View<'r> {
    name: &'static str,
    text: Cow<'r, str>,
    starts: Vec<usize>,
    /// Line number of the first line, and how many characters of it are not shown on the left.
    first_line: usize,
    hidden_columns: usize,
}

impl<'r> Views<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        Self {
            report,
            whole: IndexMap::new(),
            windows: Vec::new(),
        }
    }

    /// The view that shows `place`, and the range of the place in it.
    pub(super) fn show(&mut self, place: Place) -> (ViewId, Range<usize>) {
        let (start, end) = (place.bytes.start as usize, place.bytes.end as usize);
        let report = self.report;
        let entry = self.whole.entry(place.file.path());
        let whole = ViewId::Whole(entry.index());
        let view = &*entry.or_insert_with_key(|path| View::of_file(report, path));
        let first = view.line_of(start);
        let last = view.line_of(end);
        let is_long = |line| view.range_of(line).len() > LONG_LINE;
        if !is_long(first) && !is_long(last) {
            return (whole, start..end);
        }
        let line = view.range_of(first);
        let text = view.text.as_ref();
        let from = boundary(text, start.saturating_sub(WINDOW).max(line.start));
        let to = boundary(text, (start + WINDOW).min(line.end));
        let window = View {
            name: view.name,
            text: Cow::Owned(text[from..to].to_owned()),
            starts: vec![0],
            first_line: first + 1,
            hidden_columns: text[line.start..from].chars().count(),
        };
        self.windows.push(window);
        let id = ViewId::Window(self.windows.len() - 1);
        (id, start - from..end.min(to).max(start) - from)
    }

    /// Forgets the windows that earlier diagnostics asked for.
    pub(super) fn forget_windows(&mut self) {
        self.windows.clear();
    }

    fn view(&self, id: ViewId) -> Result<&View<'r>, Error> {
        let found = match id {
            ViewId::Whole(index) => self.whole.get_index(index).map(|(_, view)| view),
            ViewId::Window(index) => self.windows.get(index),
        };
        found.ok_or(Error::FileMissing)
    }
}

impl<'r> View<'r> {
    fn of_file(report: &'r Report, path: &'static str) -> Self {
        let text = harmless(report.texts.get(path).map_or("", AsRef::as_ref));
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1));
        Self {
            name: path,
            starts: starts.collect(),
            text,
            first_line: 1,
            hidden_columns: 0,
        }
    }
    fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).max(1) - 1
    }

    /// The line without bounds checks on its number: an unknown line is empty at the end.
    fn range_of(&self, line: usize) -> Range<usize> {
        let end = self.text.len();
        let start = self.starts.get(line).copied().unwrap_or(end);
        start..self.starts.get(line + 1).copied().unwrap_or(end)
    }
}

impl<'a> Files<'a> for Views<'_> {
    type FileId = ViewId;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: ViewId) -> Result<String, Error> {
        Ok(harmless(self.view(id)?.name).into_owned())
    }

    fn source(&'a self, id: ViewId) -> Result<&'a str, Error> {
        Ok(&self.view(id)?.text)
    }

    fn line_index(&'a self, id: ViewId, byte_index: usize) -> Result<usize, Error> {
        Ok(self.view(id)?.line_of(byte_index))
    }

    fn line_number(&'a self, id: ViewId, line_index: usize) -> Result<usize, Error> {
        Ok(self.view(id)?.first_line + line_index)
    }

    fn column_number(
        &'a self,
        id: ViewId,
        line_index: usize,
        byte_index: usize,
    ) -> Result<usize, Error> {
        let view = self.view(id)?;
        let start = view.range_of(line_index).start;
        let before = view.text.get(start..byte_index).unwrap_or("");
        Ok(view.hidden_columns + before.chars().count() + 1)
    }

    fn line_range(&'a self, id: ViewId, line_index: usize) -> Result<Range<usize>, Error> {
        let view = self.view(id)?;
        if line_index < view.starts.len() {
            return Ok(view.range_of(line_index));
        }
        Err(Error::LineTooLarge {
            given: line_index,
            max: view.starts.len() - 1,
        })
    }
}

/// `text` with every character that could steer a terminal replaced by one that cannot, byte for
/// byte, so that all offsets stay.
fn harmless(text: &str) -> Cow<'_, str> {
    let mut chars = text.chars().peekable();
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let ends_line = c == '\r' && chars.peek().is_none_or(|&next| next == '\n');
        if !is_harmful(c) || ends_line {
            result.push(c);
        } else {
            match c.len_utf8() {
                1 => result.push('?'),
                2 => result.push_str("??"),
                _ => result.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }
    Cow::Owned(result)
}

/// `text` on one line and without anything that could steer a terminal.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_harmful(c) || c == '\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(harmless(&text.replace(['\r', '\n'], " ")).into_owned())
}

fn is_harmful(c: char) -> bool {
    let steers_direction = matches!(
        c,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    (c.is_control() && c != '\n' && c != '\t') || steers_direction
}

fn boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
