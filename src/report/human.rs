//! The human format: the source with labels, the flow as numbered secondary labels, help, and a
//! last line with the counts.

use std::io::{self, Write};

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity as Level};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, Styles, StylesWriter};

use super::view::{ViewId, Views, one_line};
use super::{Place, Report, Resolved};
use crate::diagnostics::Severity;

pub(super) fn write(report: &Report, colors: bool, out: &mut dyn Write) -> io::Result<()> {
    if colors {
        write_to(report, &mut Ansi::new(out))
    } else {
        write_to(report, &mut NoColor::new(out))
    }
}

fn write_to(report: &Report, out: &mut dyn WriteColor) -> io::Result<()> {
    let config = Config::default();
    let styles = Styles::default();
    let mut views = Views::new(report);
    for resolved in &report.diagnostics {
        views.forget_windows();
        let diagnostic = rendered(resolved, &mut views);
        let mut styled = StylesWriter::new(&mut *out, &styles);
        term::emit_to_write_style(&mut styled, &config, &views, &diagnostic)
            .map_err(into_io_error)?;
    }
    writeln!(out, "{}", summary(report))
}

fn rendered(resolved: &Resolved, views: &mut Views) -> Diagnostic<ViewId> {
    let level = match resolved.code.severity() {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let mut primary = label(LabelStyle::Primary, resolved.place, views);
    let mut steps = Vec::new();
    for (number, step) in (1..).zip(&resolved.flow) {
        let message = format!("{number}: {}", one_line(&step.message));
        if step.place == resolved.place && primary.message.is_empty() {
            primary.message = message;
        } else {
            steps.push(label(LabelStyle::Secondary, step.place, views).with_message(message));
        }
    }
    let help = resolved.help.iter();
    Diagnostic::new(level)
        .with_code(resolved.code.as_str())
        .with_message(one_line(&resolved.message))
        .with_label(primary)
        .with_labels_iter(steps)
        .with_notes_iter(help.map(|help| format!("help: {}", one_line(help))))
}

fn label(style: LabelStyle, place: Place, views: &mut Views) -> Label<ViewId> {
    let (view, range) = views.show(place);
    Label::new(style, view, range)
}

/// The last line: `checked 2 files: 1 error, 1 warning`.
fn summary(report: &Report) -> String {
    format!(
        "checked {}: {}, {}",
        counted(report.n_files, "file"),
        counted(report.n_errors(), "error"),
        counted(report.n_warnings(), "warning"),
    )
}

fn counted(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

fn into_io_error(error: codespan_reporting::files::Error) -> io::Error {
    match error {
        codespan_reporting::files::Error::Io(error) => error,
        other => io::Error::other(other),
    }
}
