//! `taintc run`: checks, refuses a program with errors, reads the configuration, lowers and runs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::compile::{Compiled, Depth, compile};
use super::failure::Failure;
use super::fault::{Fault, on_large_stack};
use super::run_args::RunSettings;
use crate::bytecode::chunk::Program;
use crate::check::{self, DbSources};
use crate::config::{self, Console, ProcessEnvironment, Registry};
use crate::db::Database;
use crate::keystore;
use crate::report::{self, Format, Report};
use crate::run::{self, Refusal};
use crate::runtime::host::Host;
use crate::runtime::program::Ending;

pub(super) fn run(mut settings: RunSettings) -> Exit {
    let compiled = match compile(std::slice::from_ref(&settings.path), Depth::Full) {
        Ok(compiled) => compiled,
        Err(fault) => return fault.print(),
    };
    let Compiled {
        db,
        report,
        unreadable,
        fault,
    } = compiled;
    let refused = report_diagnostics(&report, &settings);
    let unreadable = unreadable.into_iter().map(Failure::Load);
    let unreadable = unreadable.map(Failure::print).max();
    let fault = fault.map(Fault::print);
    if let Some(exit) = [refused, unreadable, fault].into_iter().flatten().max() {
        return exit;
    }
    let program = match lowered(db, &settings) {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let arguments = std::mem::take(&mut settings.arguments);
    let registry = match configuration(settings) {
        Ok(registry) => registry,
        Err(failure) => return failure.print(),
    };
    match on_large_stack(|| execute(program, registry, arguments)) {
        Ok(exit) => exit,
        Err(fault) => fault.print(),
    }
}

/// Diagnostics go to stderr; the program is refused when one of them is an error.
fn report_diagnostics(report: &Report, settings: &RunSettings) -> Option<Exit> {
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

/// The code of the program. The compiler's data is gone when it runs.
fn lowered(db: Database, settings: &RunSettings) -> Result<Program, Exit> {
    let lowered = on_large_stack(move || {
        run::program(&db).map_err(|refusal| match refusal {
            Refusal::Unavailable(found) => {
                let report = Report::new(found, &DbSources(&db), check::n_files(&db));
                (Refusal::Unavailable(Vec::new()), Some(report))
            }
            Refusal::NothingToRun | Refusal::Ambiguous(_) | Refusal::Fault(_) => (refusal, None),
        })
    });
    match lowered.map_err(Fault::print)? {
        Ok(program) => Ok(program),
        Err((_, Some(report))) => {
            Err(report_diagnostics(&report, settings).unwrap_or(Exit::Findings))
        }
        Err((Refusal::Fault(error), None)) => Err(Fault::Inside(error.to_string()).print()),
        Err((refusal, None)) => Err(Failure::Refused(refusal.to_string()).print()),
    }
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

/// Runs the program on this thread; its I/O has threads of its own.
fn execute(program: Program, registry: Registry, arguments: Vec<String>) -> Exit {
    let io = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let io = match io {
        Ok(io) => io,
        Err(error) => return Failure::NoThreads(error).print(),
    };
    let home = home_folder(&registry);
    let mut host = Host::new(io.handle().clone(), registry);
    host.arguments = arguments;
    host.b7a_home = home;
    let ending = run::run(program, Arc::new(host));
    // What still waits (a connection that is never closed) must not keep the process.
    io.shutdown_background();
    match ending {
        Ok(Ending::Success) => Exit::Clean,
        Ok(Ending::Failure) => Exit::Findings,
        Ok(Ending::Fault) => Exit::Fault,
        Err(missing) => Fault::Inside(missing.to_string()).print(),
    }
}

/// `b7a.home`: as configured, else in the user's data folder.
fn home_folder(registry: &Registry) -> PathBuf {
    let configured = registry
        .exact_text(&config::Key::parse("b7a.home"))
        .ok()
        .flatten();
    if let Some(folder) = configured {
        return PathBuf::from(folder.as_str());
    }
    let variable = |name: &str| std::env::var(name).ok();
    let data = variable("XDG_DATA_HOME");
    let user = variable("HOME");
    keystore::home::default_folder(data.as_deref(), user.as_deref()).unwrap_or_default()
}
