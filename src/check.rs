//! The whole check: every diagnostic of every stage for the modules of the user. What `check`, `run` and an
//! editor ask for. Input: a database; output: diagnostics in no particular order, each once (reports sort
//! them).

use std::sync::Arc;

use crate::base::{FileId, ItemId};
use crate::db::{self, Db};
use crate::diagnostics::Diagnostic;
use crate::report::Sources;
use crate::{resolve, taint, types};

/// E001–E007 of every file of the user's modules.
pub fn syntax_diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let modules = db::modules(db);
    let sources = modules
        .user()
        .iter()
        .filter_map(|&module| modules.get(module));
    let files = sources.flat_map(|module| module.files.iter().copied());
    files
        .flat_map(|file| db::parse(db, file).diagnostics.clone())
        .collect()
}

/// Everything that is wrong with the user's modules.
pub fn diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let mut found = syntax_diagnostics(db);
    found.extend(resolve::diagnostics(db));
    for &module in types::user_modules(db).iter() {
        found.extend(types::module_diagnostics(db, module));
        found.extend(taint::module_diagnostics(db, module));
    }
    found
}

/// How many source files the user's modules have.
pub fn n_files(db: &dyn Db) -> usize {
    let modules = db::modules(db);
    modules
        .user()
        .iter()
        .filter_map(|&m| modules.get(m))
        .map(|m| m.files.len())
        .sum()
}

/// Texts and offsets of the database, for reports.
pub struct DbSources<'a>(pub &'a dyn Db);

impl Sources for DbSources<'_> {
    fn text(&self, file: FileId) -> Option<Arc<str>> {
        let source = db::source_file(self.0, file)?;
        Some(source.text(self.0).as_str().into())
    }

    fn offset(&self, item: ItemId) -> u32 {
        db::item_offset(self.0, item)
    }
}
