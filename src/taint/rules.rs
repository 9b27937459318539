//! From findings to diagnostics: one file for each family of codes says what the message and the help are.
//!
//! | code | file |
//! |---|---|
//! | T001, T002 | [`sinks`] |
//! | T003, T004, T005 | [`variables`] |
//! | T006, T007 | [`contracts`] |
//! | T008 | [`entry`] |
//! | T009 | [`convergence`] |

mod contracts;
mod convergence;
mod entry;
mod sinks;
mod variables;

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::Location;
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, FlowStep};
use crate::types;

use super::component::SolvedComponent;
use super::flow;
use super::summary::FindingSite;

pub use entry::entry_parameters;

/// The diagnostics of all findings in the user's modules: each place once, with the shortest path.
pub fn diagnostics(db: &dyn Db, solved: &[Arc<SolvedComponent>]) -> Vec<Diagnostic> {
    let mut found: IndexMap<(Code, Location, String), Diagnostic, FxBuildHasher> =
        IndexMap::default();
    for component in solved {
        for (site, witness) in component.findings.iter() {
            if types::module_of(db, site.location.item).is_library() {
                continue;
            }
            let path = flow::unfold(db, component, witness);
            let diagnostic = diagnostic(site, path);
            let key = (site.code, site.location, site.name.to_string());
            let is_better = found
                .get(&key)
                .is_none_or(|ours| order(&diagnostic) < order(ours));
            if is_better {
                found.insert(key, diagnostic);
            }
        }
    }
    found.into_values().collect()
}

fn diagnostic(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    match site.code {
        Code::T002 => sinks::method(site, path),
        Code::T003 => variables::variable(site, path),
        Code::T004 => variables::object(site, path),
        Code::T005 => variables::captured(site, path),
        Code::T006 => contracts::returned(site, path),
        Code::T007 => contracts::parameter(site, path),
        Code::T009 => convergence::failed(site),
        _ => sinks::argument(site, path),
    }
}

/// Shorter paths first, then by the source's place.
fn order(diagnostic: &Diagnostic) -> (usize, Option<(&'static str, u32, u32)>) {
    let source = diagnostic.flow.first().map(|step| {
        let range = step.location.range;
        (step.location.item.file().path(), range.start, range.end)
    });
    (diagnostic.flow.len(), source)
}
