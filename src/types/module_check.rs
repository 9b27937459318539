//! All diagnostics of a module's items: those of typing, and those of the passes over the finished HIR.

use crate::base::ModuleId;
use crate::db::Db;
use crate::diagnostics::Diagnostic;

use super::queries::{infer, module_items};

/// What is wrong in the items of `module`.
pub fn module_diagnostics(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    let items = module_items(db, module);
    items
        .iter()
        .flat_map(|&item| infer(db, item).diagnostics.clone())
        .collect()
}
