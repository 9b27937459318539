//! From paths to a report: loads, checks on a thread with a large stack, and keeps what was found when
//! a fault ends the check half-way. `check` prints the report, `run` refuses by it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::fault::{Fault, on_large_stack};
use crate::check::{self, DbSources};
use crate::db::load::LoadError;
use crate::db::{self, Database};
use crate::report::Report;

/// How far to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    Syntax,
    Full,
}

/// What became of the paths.
pub(super) struct Compiled {
    pub(super) db: Database,
    pub(super) report: Report,
    /// Paths that could not be taken in.
    pub(super) unreadable: Vec<LoadError>,
    /// Why the check did not come to its end; the report then holds what was found before.
    pub(super) fault: Option<Fault>,
}

pub(super) fn compile(paths: &[PathBuf], depth: Depth) -> Result<Compiled, Fault> {
    let loaded = on_large_stack(|| db::load::load(paths))?;
    let db = loaded.db;
    let found = Mutex::new(Vec::new());
    let checked = on_large_stack({
        let db = db.clone();
        let set = |diagnostics| *found.lock().unwrap_or_else(PoisonError::into_inner) = diagnostics;
        move || {
            set(check::syntax_diagnostics(&db));
            if depth == Depth::Full {
                set(check::diagnostics(&db));
            }
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (db, report) = on_large_stack(move || {
        let report = Report::new(found, &DbSources(&db), check::n_files(&db));
        (db, report)
    })?;
    Ok(Compiled {
        report,
        unreadable: loaded.errors,
        fault: checked.err(),
        db,
    })
}
