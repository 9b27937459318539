//! `taintc check`: the report on stdout, everything about the run itself on stderr.

use std::io::{self, Write};

use super::args::CheckSettings;
use super::compile::{Compiled, Depth, compile};
use super::failure::Failure;
use super::fault::Fault;
use super::{Exit, failed_to_write};
use crate::report;

pub(super) fn run(settings: CheckSettings) -> Exit {
    let depth = if settings.syntax_only {
        Depth::Syntax
    } else {
        Depth::Full
    };
    let compiled = match compile(&settings.paths, depth) {
        Ok(compiled) => compiled,
        Err(fault) => return fault.print(),
    };
    let written = write(&compiled, &settings);
    let findings = findings(&compiled, settings.deny_warnings);
    let unreadable = compiled.unreadable.into_iter().map(Failure::Load);
    let unreadable = unreadable.map(Failure::print).max();
    let fault = compiled.fault.map(Fault::print);
    let exits = [Some(written), Some(findings), unreadable, fault];
    exits.into_iter().flatten().max().unwrap_or(Exit::Clean)
}

fn write(compiled: &Compiled, settings: &CheckSettings) -> Exit {
    let stdout = io::stdout();
    let colors = settings.color.applies_to(&stdout);
    let mut out = io::BufWriter::new(stdout.lock());
    let written = report::write(&compiled.report, settings.format, colors, &mut out);
    match written.and_then(|()| out.flush()) {
        Ok(()) => Exit::Clean,
        Err(error) => failed_to_write(error),
    }
}

fn findings(compiled: &Compiled, deny_warnings: bool) -> Exit {
    let report = &compiled.report;
    if report.n_errors() > 0 || deny_warnings && report.n_warnings() > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
