//! Programs that are right type completely: nothing in their HIR has failed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::base::{FileId, ModuleId, Name};
use crate::db::load::from_text;
use crate::db::{self, Database, Db, ModuleTable, Project, SourceText};
use crate::diagnostics::{Diagnostic, Severity};
use crate::resolve;
use crate::stdlib;
use crate::types::{infer, module_diagnostics, module_items, user_modules};

/// The parts of the typed form of a module's items that failed, as text around them.
fn failed(db: &dyn Db, module: ModuleId) -> Vec<String> {
    let mut found = Vec::new();
    for &item in module_items(db, module).iter() {
        let text = format!("{:?}", infer(db, item).hir);
        for wrong in [
            "kind: Error,",
            "kind: Error }",
            "ty: Error,",
            "ty: Error }",
            "kind: Wrong",
        ] {
            if let Some(at) = text.find(wrong) {
                let start = text.floor_char_boundary(at.saturating_sub(200));
                let end = text.ceil_char_boundary((at + 200).min(text.len()));
                let around = text.get(start..end).unwrap_or_default();
                found.push(format!(
                    "{} {}: …{around}…",
                    item.file().path(),
                    item.name()
                ));
                break;
            }
        }
    }
    found
}

fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance");
    let mut found = Vec::new();
    for folder in ["lang", "stdlib", "taint"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        found.extend(entries.map(|entry| entry.unwrap().path()));
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "bal"));
    found.sort();
    found
}

/// All programs in one database, each a module of its own.
fn database() -> Database {
    let db = Database::default();
    let mut table = ModuleTable::with_library(&db);
    for path in programs() {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let path = path.display().to_string();
        let file = (FileId::new(&path), SourceText::Owned(text.into()));
        let (module, name) = (ModuleId::new(&path), Name::new(&path));
        table.add_user(&db, module, None, name, vec![file]);
    }
    Project::new(&db, Arc::new(table));
    db
}

#[test]
fn right_programs_type_completely() {
    let db = database();
    let mut wrong: FxHashSet<FileId> = FxHashSet::default();
    let mut check = |found: &Diagnostic| {
        if found.code.severity() == Severity::Error {
            wrong.insert(found.location.item.file());
        }
    };
    resolve::diagnostics(&db).iter().for_each(&mut check);
    for &module in user_modules(&db).iter() {
        if let Some(source) = db::modules(&db).get(module) {
            for &file in &source.files {
                db::parse(&db, file).diagnostics.iter().for_each(&mut check);
            }
        }
        module_diagnostics(&db, module).iter().for_each(&mut check);
    }
    let mut found = Vec::new();
    for &module in user_modules(&db).iter() {
        if !wrong.contains(&FileId::new(module.as_str())) {
            found.extend(failed(&db, module));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_library_types_completely() {
    let db = from_text("empty.bal", "");
    let found: Vec<String> = stdlib::modules()
        .flat_map(|name| failed(&db, ModuleId::new(name)))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
