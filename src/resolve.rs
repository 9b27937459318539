//! Names: what each module defines, and what a name in a file means (spec/language.md chapter 3).
//! Input: item heads of parsed files. Output: scopes and definitions by identity ([`ItemId`]). Locals are
//! not known here; see `types::infer`.

pub mod scope;

pub use scope::{
    DefKind, Definition, FileScope, ImportedModule, ModuleScope, ResolveError, definition,
    file_definitions, file_scope, lookup, module_definitions, module_imports, module_scope,
};
