//! Names: what each module defines, and what a name in a file means (spec/language.md chapter 3).
//! Input: item heads of parsed files. Output: scopes and definitions by identity (`ItemId`), and what is
//! wrong with names at module level. Locals are not known here; see `types::infer`.

mod check;
mod scope;
mod usage;

pub use check::diagnostics;
pub use scope::{
    DefKind, Definition, FileScope, ImportedModule, ModuleScope, ResolveError, definition,
    file_definitions, file_scope, lookup, module_definitions, module_imports, module_scope,
};
pub use usage::each_annotation;
