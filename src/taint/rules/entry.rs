//! T008: a parameter of an entry point is marked `@untainted`. Nobody calls an entry point who could vouch for
//! it; it is treated as clean afterwards.

use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};

use super::super::ir::{Role, Trust};
use super::super::queries::{self, Program};

pub fn entry_parameters(db: &dyn Db, program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for &unit in program.components.iter().flat_map(|units| units.iter()) {
        let ir = queries::ir(db, unit);
        if !matches!(ir.role, Role::Entry { .. }) || queries::is_library(db, unit) {
            continue;
        }
        for param in &ir.params {
            if param.mark == Some(Trust::Untainted) {
                let message = format!("entry point parameter '{}' cannot be sensitive", param.name);
                let diagnostic = Diagnostic::new(Code::T008, param.location, message)
                    .with_help("remove `@untainted` and check the value inside");
                found.push(diagnostic);
            }
        }
    }
    found
}
