//! All diagnostics of a module's items: those of the rules for definitions, of typing,
//! and of the passes over the finished HIR.

use crate::base::ModuleId;
use crate::db::Db;
use crate::diagnostics::Diagnostic;

use super::queries::{infer, module_items};
use super::{flow, rules};

/// What is wrong in the items of `module`.
pub fn module_diagnostics(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for &item in module_items(db, module).iter() {
        found.extend(rules::diagnostics(db, module, item));
        let inferred = infer(db, item);
        found.extend(inferred.diagnostics.iter().cloned());
        found.extend(flow::diagnostics(db, &inferred.hir));
    }
    found.extend(rules::cycle_diagnostics(db, module));
    found
}
