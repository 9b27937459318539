//! The short format: `FILE:LINE:COLUMN: error[T001]: MESSAGE`, one line each, nothing else.

use std::io::{self, Write};

use super::Report;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for resolved in &report.diagnostics {
        let place = resolved.place;
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            place.file.path(),
            place.start.line,
            place.start.column,
            resolved.code.severity().as_str(),
            resolved.code,
            super::view::one_line(&resolved.message),
        )?;
    }
    Ok(())
}
