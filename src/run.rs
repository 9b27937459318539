//! From a checked program to a run: finds the module to run, lowers it, refuses what cannot be run, and
//! starts it. What `taintc run` does between the report of the check and the exit code.
//!
//! Input: the database, then the host with configuration and arguments. Output: how the program ended.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::base::ModuleId;
use crate::bytecode::chunk::{Code, Program};
use crate::bytecode::lower::{self, LowerError, Lowered};
use crate::db::{self, Db};
use crate::diagnostics::{self, Diagnostic};
use crate::native::registry;
use crate::runtime::host::Host;
use crate::runtime::isolate::MissingNative;
use crate::runtime::program::{Ending, run_program};
use crate::types::{self, hir::HirItemKind};

/// Why a checked program is not started.
#[derive(thiserror::Error, Debug)]
pub enum Refusal {
    /// Neither a `main` nor a service with a listener.
    #[error("there is nothing to run: no public function 'main' and no service")]
    NothingToRun,
    /// More than one module of a project could be meant.
    #[error("several modules could be run: {0}")]
    Ambiguous(String),
    /// It uses what only the checker knows; each place is a diagnostic.
    #[error("the program cannot be run by this version")]
    Unavailable(Vec<Diagnostic>),
    /// A fault of the lowering.
    #[error(transparent)]
    Fault(LowerError),
}

/// The program of the database, ready to run.
pub fn program(db: &dyn Db) -> Result<Program, Refusal> {
    let root = root_module(db)?;
    let Lowered {
        mut program,
        native_calls,
    } = lower::program(db, root).map_err(refusal)?;
    if program.main.is_none() && program.start.is_none() {
        return Err(Refusal::NothingToRun);
    }
    let mut seen = FxHashSet::default();
    let unavailable: Vec<Diagnostic> = native_calls
        .iter()
        .filter(|call| registry::native(call.key.as_str()).is_none())
        .filter(|call| seen.insert(call.location))
        .map(|call| {
            let module = call.module.as_str();
            let message = format!("module '{module}' is not available in the interpreter");
            Diagnostic::new(diagnostics::Code::E096, call.location, message)
        })
        .collect();
    if !unavailable.is_empty() {
        return Err(Refusal::Unavailable(unavailable));
    }
    // What the library itself does not call yet says so when it is called.
    for function in &mut program.functions {
        if let Code::Native(key) = function.code
            && registry::native(key.as_str()).is_none()
        {
            function.code = Code::Missing;
        }
    }
    Ok(program)
}

/// Runs a program to its end.
pub fn run(program: Program, host: Arc<Host>) -> Result<Ending, MissingNative> {
    run_program(program, registry::native, host)
}

fn refusal(error: LowerError) -> Refusal {
    let code = match error {
        LowerError::Unsupported { .. } => diagnostics::Code::E096,
        LowerError::TooLarge { .. } => diagnostics::Code::E095,
        LowerError::Untyped { .. } | LowerError::Link(_) => return Refusal::Fault(error),
    };
    match error.location() {
        Some(at) => Refusal::Unavailable(vec![Diagnostic::new(code, at, error.to_string())]),
        None => Refusal::Fault(error),
    }
}

/// The one module with a `main`; when none has one, the one with services.
fn root_module(db: &dyn Db) -> Result<ModuleId, Refusal> {
    let modules = db::modules(db).user().to_vec();
    for is_root in [has_main, has_service] {
        let found: Vec<ModuleId> = modules
            .iter()
            .copied()
            .filter(|&module| is_root(db, module))
            .collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            _ => {
                let names: Vec<String> =
                    found.iter().map(|m| format!("'{}'", m.as_str())).collect();
                return Err(Refusal::Ambiguous(names.join(", ")));
            }
        }
    }
    Err(Refusal::NothingToRun)
}

fn has_main(db: &dyn Db, module: ModuleId) -> bool {
    types::module_function(db, module, "main")
        .and_then(|main| types::function(db, main))
        .is_some_and(|main| main.is_public)
}

fn has_service(db: &dyn Db, module: ModuleId) -> bool {
    types::module_items(db, module)
        .iter()
        .any(|&item| matches!(types::infer(db, item).hir.kind, HirItemKind::Service(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_main_and_services_is_refused() {
        for text in ["", "function main() { }\n", "int x = 1;\n"] {
            let db = db::load::from_text("p.bal", text);
            let refused = program(&db)
                .map(|_| ())
                .map_err(|refusal| refusal.to_string());
            let nothing = Refusal::NothingToRun.to_string();
            assert_eq!(refused, Err(nothing), "{text}");
        }
    }
}
