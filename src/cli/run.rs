//! `taintc run`: checks, refuses a program with errors, reads the configuration, lowers and runs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Exit;
use super::compile::{Compiled, Depth, compile};
use super::failure::Failure;
use super::fault::Fault;
use super::run_args::RunSettings;
use crate::config::{self, Console, ProcessEnvironment, Registry};
use crate::report::{self, Format};

pub(super) fn run(settings: RunSettings) -> Exit {
    let compiled = match compile(std::slice::from_ref(&settings.path), Depth::Full) {
        Ok(compiled) => compiled,
        Err(fault) => return fault.print(),
    };
    let refused = report_diagnostics(&compiled, &settings);
    let unreadable = compiled.unreadable.into_iter().map(Failure::Load);
    let unreadable = unreadable.map(Failure::print).max();
    let fault = compiled.fault.map(Fault::print);
    if let Some(exit) = [refused, unreadable, fault].into_iter().flatten().max() {
        return exit;
    }
    let registry = match configuration(settings) {
        Ok(registry) => registry,
        Err(failure) => return failure.print(),
    };
    drop(registry);
    Failure::NoRuntime.print()
}

/// Diagnostics go to stderr; the program is refused when one of them is an error.
fn report_diagnostics(compiled: &Compiled, settings: &RunSettings) -> Option<Exit> {
    let report = &compiled.report;
    if report.diagnostics.is_empty() {
        return None;
    }
    let stderr = io::stderr();
    let colors = settings.color.applies_to(&stderr);
    let mut out = io::BufWriter::new(stderr.lock());
    // Nothing can be said when stderr is gone.
    let _ = report::write(report, Format::Human, colors, &mut out).and_then(|()| out.flush());
    (report.n_errors() > 0).then_some(Exit::Findings)
}

fn configuration(settings: RunSettings) -> Result<Registry, Failure> {
    let options = config::Options {
        file: settings.config,
        entries: settings.entries,
        source_root: source_root(&settings.path),
        working_dir: std::env::current_dir().map_err(Failure::WorkingDirectory)?,
    };
    config::load(&options, Box::new(ProcessEnvironment), &mut Console).map_err(Failure::Config)
}

/// The folder of the program's file, or the project's folder.
fn source_root(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    path.parent().map_or_else(PathBuf::new, Path::to_owned)
}
