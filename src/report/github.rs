//! The github format: one workflow command per diagnostic, which the forge shows beside the line.

use std::io::{self, Write};

use super::Report;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for resolved in &report.diagnostics {
        let place = resolved.place;
        writeln!(
            out,
            "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}",
            resolved.code.severity().as_str(),
            escape_field(place.file.path()),
            place.start.line,
            place.end.line,
            place.start.column,
            place.end.column,
            resolved.code,
            escape(&resolved.message),
        )?;
    }
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn escape_field(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}
