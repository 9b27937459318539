//! T009: the fixpoint exceeded its safety bound. Not in a correct build; the function is treated as one without
//! body from there on.

use crate::diagnostics::{Code, Diagnostic};

use super::super::summary::FindingSite;

pub fn failed(site: &FindingSite) -> Diagnostic {
    let message = format!(
        "taint checking for '{}' could not complete due to recursion",
        site.name
    );
    Diagnostic::new(Code::T009, site.location, message)
}
