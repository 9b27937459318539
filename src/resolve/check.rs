//! What is wrong with names at module level: imports (E010–E013) and names defined twice (E021).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::graph;
use crate::base::{ItemId, Location, ModuleId, Name};
use crate::db::{self, Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic};

use super::scope::{definition, file_scope, module_imports, module_scope};
use super::usage;

/// The diagnostics of every module of the user.
pub fn diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let modules = db::modules(db);
    let mut found = Vec::new();
    for &module in modules.user() {
        for &source in modules
            .get(module)
            .map(|m| m.files.as_slice())
            .unwrap_or_default()
        {
            found.extend(file_imports(db, source).iter().cloned());
        }
        for &item in &module_scope(db, module).redeclared {
            if let Some(taken) = definition(db, item) {
                let message = format!("redeclared symbol '{}'", taken.name);
                let location = Location::new(item, taken.name_range);
                found.push(Diagnostic::new(Code::E021, location, message));
            }
        }
    }
    found.extend(cycles(db, modules.user()));
    found
}

/// E010, E011 and E012 of one file. A file that did not parse whole says nothing of unused imports: the use
/// may lie in what could not be read.
#[salsa::tracked(returns(clone))]
fn file_imports(db: &dyn Db, source: SourceFile) -> std::sync::Arc<Vec<Diagnostic>> {
    let file = source.file(db);
    let parsed = db::parse(db, source);
    let scope = file_scope(db, file);
    let mut used: FxHashSet<Name> = FxHashSet::default();
    for item in &parsed.items {
        used.extend(item_prefixes(db, source, item.id).iter().copied());
    }
    let mut found = Vec::new();
    let mut seen: FxHashMap<Name, ()> = FxHashMap::default();
    let at_file = |range| Location::new(ItemId::of_file(file), range);
    for import in &scope.imports {
        let Some(prefix) = import.prefix else {
            continue;
        };
        let name = import.full_name;
        if import.module.is_none() {
            let message = format!("cannot resolve module '{name}'");
            found.push(Diagnostic::new(
                Code::E010,
                at_file(import.module_range),
                message,
            ));
        } else if seen.insert(prefix, ()).is_some() {
            let message = format!("redeclared import module '{name}'");
            found.push(Diagnostic::new(Code::E012, at_file(import.range), message));
        } else if !used.contains(&prefix) && parsed.diagnostics.is_empty() {
            let message = format!("unused import module '{name}'");
            let help = "remove the import, or use the module";
            found.push(Diagnostic::new(Code::E011, at_file(import.range), message).with_help(help));
        }
    }
    std::sync::Arc::new(found)
}

#[salsa::tracked(returns(clone))]
fn item_prefixes(db: &dyn Db, _source: SourceFile, item: ItemId) -> std::sync::Arc<Vec<Name>> {
    let mut names: Vec<Name> = db::item_ast(db, item)
        .map(|ast| usage::prefixes(&ast).into_iter().collect())
        .unwrap_or_default();
    names.sort_by_key(|name| name.as_str());
    std::sync::Arc::new(names)
}

/// E013: each cycle of imports once, at the import in the module whose name sorts first.
fn cycles(db: &dyn Db, modules: &[ModuleId]) -> Vec<Diagnostic> {
    let number: FxHashMap<ModuleId, usize> = modules
        .iter()
        .enumerate()
        .map(|(at, &module)| (module, at))
        .collect();
    let successors = |at: usize| -> Vec<usize> {
        let imports = modules
            .get(at)
            .map(|&m| module_imports(db, m))
            .unwrap_or_default();
        imports
            .iter()
            .filter_map(|import| number.get(import).copied())
            .collect()
    };
    let mut found = Vec::new();
    for component in graph::components(modules.len(), successors) {
        let members: Vec<ModuleId> = component
            .iter()
            .filter_map(|&at| modules.get(at).copied())
            .collect();
        if members.len() < 2 {
            continue;
        }
        let first = members.iter().copied().min_by_key(|module| module.as_str());
        found.extend(first.and_then(|module| import_into(db, module, &members)));
    }
    found
}

fn import_into(db: &dyn Db, module: ModuleId, members: &[ModuleId]) -> Option<Diagnostic> {
    let modules = db::modules(db);
    for &source in &modules.get(module)?.files {
        let file = source.file(db);
        for import in &file_scope(db, file).imports {
            if import
                .module
                .is_some_and(|imported| members.contains(&imported))
            {
                let location = Location::new(ItemId::of_file(file), import.range);
                let message = format!("cyclic module imports detected '{}'", import.full_name);
                return Some(Diagnostic::new(Code::E013, location, message));
            }
        }
    }
    None
}
