//! From diagnostics with locations relative to their items to places that people can find.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{FileId, ItemId, LineColumn, LineIndex, Location, TextRange};
use crate::diagnostics::{Code, Diagnostic};

/// What a report needs to know of the program.
pub trait Sources {
    /// The text of `file`; `None` for a file that could not be read.
    fn text(&self, file: FileId) -> Option<Arc<str>>;

    /// Where `item` starts in its file, in bytes.
    fn offset(&self, item: ItemId) -> u32;
}

/// Everything that one run has to say, in the order of printing.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sorted by file, line, column, code; no two are equal.
    pub diagnostics: Vec<Resolved>,
    /// The texts of all files that the diagnostics name, by path.
    pub texts: BTreeMap<&'static str, Arc<str>>,
    /// How many source files were looked at.
    pub n_files: usize,
}

/// A diagnostic whose places are places of files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved {
    pub code: Code,
    pub message: String,
    pub place: Place,
    pub flow: Vec<Step>,
    pub help: Option<String>,
}

/// One step of the path that the data took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub message: String,
    pub place: Place,
}

/// A range of a file, in bytes and as people count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub file: FileId,
    pub bytes: TextRange,
    pub start: LineColumn,
    pub end: LineColumn,
}

impl Report {
    /// Resolves, sorts and deduplicates `diagnostics`.
    pub fn new(
        diagnostics: impl IntoIterator<Item = Diagnostic>,
        sources: &dyn Sources,
        n_files: usize,
    ) -> Self {
        let mut resolver = Resolver {
            sources,
            files: FxHashMap::default(),
        };
        let mut resolved: Vec<_> = diagnostics
            .into_iter()
            .map(|diagnostic| resolver.resolve(diagnostic))
            .collect();
        resolved.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        resolved.dedup_by(|b, a| a.sort_key() == b.sort_key());
        let texts = resolver.files.into_iter();
        Self {
            diagnostics: resolved,
            texts: texts.map(|(file, (text, _))| (file.path(), text)).collect(),
            n_files,
        }
    }
}

impl Resolved {
    fn sort_key(&self) -> (&'static str, LineColumn, Code, LineColumn, &str) {
        let Place {
            file, start, end, ..
        } = self.place;
        (file.path(), start, self.code, end, &self.message)
    }
}

struct Resolver<'a> {
    sources: &'a dyn Sources,
    files: FxHashMap<FileId, (Arc<str>, LineIndex)>,
}

impl Resolver<'_> {
    fn resolve(&mut self, diagnostic: Diagnostic) -> Resolved {
        let flow = diagnostic.flow.into_iter().map(|step| Step {
            message: step.message,
            place: self.place(step.location),
        });
        Resolved {
            flow: flow.collect(),
            code: diagnostic.code,
            message: diagnostic.message,
            place: self.place(diagnostic.location),
            help: diagnostic.help,
        }
    }

    fn place(&mut self, location: Location) -> Place {
        let file = location.item.file();
        let (text, lines) = self.files.entry(file).or_insert_with(|| {
            let text = self.sources.text(file).unwrap_or_else(|| Arc::from(""));
            let lines = LineIndex::new(&text);
            (text, lines)
        });
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let range = location.range.shifted(self.sources.offset(location.item));
        let start = range.start.min(length);
        let bytes = TextRange::new(start, range.end.clamp(start, length));
        Place {
            file,
            bytes,
            start: lines.line_column(text, bytes.start),
            end: lines.line_column(text, bytes.end),
        }
    }
}
