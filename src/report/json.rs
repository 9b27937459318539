//! The json format: one document with every diagnostic, its flow and its help; every key is always
//! there. The order of the fields below is the order of the keys.

use std::io::{self, Write};

use serde::Serialize;

use super::{Place, Report, Resolved, Step};
use crate::base::LineColumn;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        diagnostics: report.diagnostics.iter().map(Entry::new).collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'static str,
    range: Range,
    flow: Vec<FlowEntry<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct FlowEntry<'a> {
    message: &'a str,
    file: &'static str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl<'a> Entry<'a> {
    fn new(resolved: &'a Resolved) -> Self {
        Self {
            code: resolved.code.as_str(),
            severity: resolved.code.severity().as_str(),
            message: &resolved.message,
            file: resolved.place.file.path(),
            range: Range::new(resolved.place),
            flow: resolved.flow.iter().map(FlowEntry::new).collect(),
            help: resolved.help.as_deref(),
        }
    }
}

impl<'a> FlowEntry<'a> {
    fn new(step: &'a Step) -> Self {
        Self {
            message: &step.message,
            file: step.place.file.path(),
            range: Range::new(step.place),
        }
    }
}

impl Range {
    fn new(place: Place) -> Self {
        Self {
            start: Point::new(place.start),
            end: Point::new(place.end),
        }
    }
}

impl Point {
    fn new(at: LineColumn) -> Self {
        Self {
            line: at.line,
            column: at.column,
        }
    }
}
