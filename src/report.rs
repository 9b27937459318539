//! Prints what `check` found: human, short, json, sarif and github formats (spec/cli.md section 5).
//!
//! Input: a [`Report`], diagnostics whose places are lines and columns of files, with the texts of
//! these files. Output: bytes on a writer. Whether colours are wanted is decided by the caller, the
//! exit code too. Nothing here knows the database or the terminal.

mod github;
mod human;
mod json;
mod place;
mod sarif;
mod short;
#[cfg(test)]
mod tests;
mod view;

use std::io::{self, Write};

use crate::diagnostics::Severity;

pub use place::{Place, Report, Resolved, Sources, Step};

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Human,
    Short,
    Json,
    Sarif,
    Github,
}

/// Writes `report` in `format`; `colors` matters to the human format alone.
pub fn write(report: &Report, format: Format, colors: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, colors, out),
        Format::Short => short::write(report, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
    }
}

impl Report {
    pub fn n_errors(&self) -> usize {
        self.count(Severity::Error)
    }

    pub fn n_warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        let of_severity = |resolved: &&Resolved| resolved.code.severity() == severity;
        self.diagnostics.iter().filter(of_severity).count()
    }
}
