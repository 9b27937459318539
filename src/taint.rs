//! Taint analysis (spec/taint.md): proves that no untrusted data reaches a sensitive parameter, a module
//! variable that is not marked, or leaves a function that does not say so.
//!
//! HIR → IR ([`lower`]) → summaries by a fixpoint over the call graph ([`component`], [`eval`]) → findings →
//! diagnostics with the way of the data ([`flow`], [`rules`]). Library functions go through the same code: from
//! their bodies and annotations, none by name. Where the analysis gives up, everything counts as tainted.

mod call;
mod closure;
mod component;
mod containers;
mod effects;
mod eval;
mod export;
mod external;
mod finding;
mod flow;
mod flowspec;
mod instantiate;
mod ir;
mod lower;
mod memory;
mod parts;
mod persist;
mod place;
mod queries;
mod rules;
mod sinks;
mod state;
mod summary;
mod unit;
mod value;
mod witness;
mod writing;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::ModuleId;
use crate::db::{Db, Project};
use crate::diagnostics::Diagnostic;
use crate::types;

/// T001–T009 of the items of a user module.
pub fn module_diagnostics(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    let Some(project) = Project::try_get(db) else {
        return Vec::new();
    };
    let all = diagnostics_in(db, project);
    all.iter()
        .filter(|found| types::module_of(db, found.location.item) == module)
        .cloned()
        .collect()
}

/// The findings of the whole program: one may stand in another module than the call that brings it about.
#[salsa::tracked(returns(clone))]
fn diagnostics_in(db: &dyn Db, _project: Project) -> Arc<Vec<Diagnostic>> {
    let program = queries::program(db);
    let solved: Vec<_> = program
        .components
        .iter()
        .filter_map(|units| units.first())
        .map(|&first| queries::solved(db, first))
        .collect();
    let mut found = rules::entry_parameters(db, &program);
    found.extend(rules::diagnostics(db, &solved));
    Arc::new(found)
}
