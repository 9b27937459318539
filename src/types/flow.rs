//! What control flow decides (spec/language.md 5.1, 5.3, 5.13), as passes over the finished HIR: variables
//! read before they are assigned (E054, E055), unreachable statements (E051), missing returns (E050), and
//! object fields that `__init` leaves unset (E072). Input: an item's HIR; output: diagnostics.

mod fields;
mod paths;
mod state;

use crate::db::Db;
use crate::diagnostics::Diagnostic;

use super::hir::HirItem;

/// The diagnostics of all functions and objects of an item.
pub fn diagnostics(db: &dyn Db, item: &HirItem) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for function in &item.functions {
        paths::check(db, item.item, function, &mut found);
    }
    fields::check(db, item, &mut found);
    found
}
