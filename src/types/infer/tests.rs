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

/// What is found in a program, as `line code`.
fn found_in(text: &str) -> Vec<String> {
    let db = from_text("t.bal", text);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for &module in user_modules(&db).iter() {
        for diagnostic in module_diagnostics(&db, module) {
            let offset = db::item_offset(&db, diagnostic.location.item);
            let at = (offset + diagnostic.location.range.start) as usize;
            let line = text.get(..at).map_or(0, |text| text.matches('\n').count());
            found.push((line, diagnostic.code.as_str()));
        }
    }
    found.sort_unstable();
    found
        .iter()
        .map(|(line, code)| format!("{line} {code}"))
        .collect()
}

fn check_bodies(cases: &[(&str, &[&str])]) {
    for (body, expected) in cases {
        let text = format!(
            "{body}\ntype R record {{| int a; string b?; |}};\nfunction maybe() returns int|error {{ return 1; }}\n"
        );
        assert_eq!(found_in(&text), *expected, "{body}");
    }
}

#[test]
fn narrowing_follows_assignments() {
    check_bodies(&[
        // The rest of a block behind a branch that cannot complete.
        (
            "function f(int? x) returns int { if (x is ()) { return 0; }\nreturn x; }",
            &[],
        ),
        (
            "function f(int? x) returns int { if (x is ()) { int k = 0; }\nreturn x; }",
            &["1 E030"],
        ),
        // An assignment restores the declared type.
        (
            "function f(int y) { int? x = y; if (x is int) { int a = x; x = ();\nint b = x; } }",
            &["1 E030"],
        ),
        // A loop that assigns a variable does not start narrowed.
        (
            "function f(int y) { int? x = y; if (x is int) { while (y > 0) {\nint a = x;\nx = (); } } }",
            &["1 E030"],
        ),
        (
            "function f(int y) { int? x = y; while (x is ()) { x = 4; }\nint a = x; }",
            &[],
        ),
        (
            "function f(int y) { int? x = y; while (x is ()) { break; }\nint a = x; }",
            &["1 E030"],
        ),
        // Closures that assign a variable may do so at any time.
        (
            "function f(int y) { int? x = y; var g = function () { x = (); }; if (x is int) { g();\nint a = x; } }",
            &["1 E030"],
        ),
        // Closures that use it keep what is known, unless it is assigned later.
        (
            "function f(int y) { int? x; x = y; if (x is int) { var g = function () {\nint a = x; }; } }",
            &[],
        ),
        (
            "function f(int y) { int? x = y; if (x is int) { var g = function () {\nint a = x; }; x = (); } }",
            &["1 E030"],
        ),
        // Conditions put together.
        (
            "function f(int? x, string? y) { if (!(x is int) || y is ()) { return; }\nint a = x; string b = y; }",
            &[],
        ),
        (
            "function f(int? x, string? y) { if (x is int || y is string) {\nint a = x; } }",
            &["1 E030"],
        ),
    ]);
}

#[test]
fn patterns_fit_their_values() {
    check_bodies(&[
        (
            "function f() { [int, string] t = [1, \"x\"];\nvar [a, ...b] = t; [string] c = b; }",
            &[],
        ),
        (
            "function f(R r) {\nvar {a, b} = r; int x = a;\nstring y = b; }",
            &["2 E030"],
        ),
        (
            "function f(R r) {\nvar {a, ...others} = r; map<string> m = others; }",
            &[],
        ),
        ("function f(int n) {\nvar [a] = n; }", &["1 E059"]),
        ("function f([int, int] t) {\nvar [a, a] = t; }", &["1 E059"]),
        (
            "function f() { int a; string s;\n[a, s] = [1, \"x\"];\n[s, a] = [1, \"x\"]; }",
            &["2 E030", "2 E030"],
        ),
        (
            "function f(error e) {\nvar error(r, message = m, ...rest) = e; string? s = m; }",
            &[],
        ),
    ]);
}

#[test]
fn match_clauses_can_match() {
    check_bodies(&[
        (
            "function f(int|R v) { match v {\nvar [a] => { }\nvar {a} => { int x = a; }\nvar {zz} => { } } }",
            &["1 E058", "3 E058"],
        ),
        (
            "function f(any v) { match v {\nvar x => { }\n1 => { } } }",
            &["2 E058"],
        ),
        (
            "function f(R|error v) { match v {\nerror(var r, message = var m) => { string s = r; }\nvar {a, b} => { string t = b; } } }",
            &[],
        ),
        (
            "function f(float v) { match v {\n1 => { }\n1.5 => { }\n\"x\" => { } } }",
            &["3 E058"],
        ),
    ]);
}

#[test]
fn messages_of_workers_pair_up() {
    check_bodies(&[
        (
            "function f() { worker a { 1 -> b; } worker b {\nint x = <- a; }\n2 -> a; }",
            &["2 E086"],
        ),
        (
            "function f() { worker a { error? e = 1 ->> b; int y = <- b; } worker b { int x = <- a; 2 -> a; } }",
            &[],
        ),
        (
            "function f() { worker a { 1 -> b; } worker b {\nstring x = <- a; } }",
            &["1 E030"],
        ),
        (
            "function f() { worker a {\nint x = <- default; } 1 -> a; fork { worker c {\n1 -> a; } } }",
            &["2 E085"],
        ),
        (
            "function f() { worker a {\nerror? e = flush; } }",
            &["1 E087"],
        ),
    ]);
}

#[test]
fn the_library_types_completely() {
    let db = from_text("empty.bal", "");
    let found: Vec<String> = stdlib::modules()
        .flat_map(|name| failed(&db, ModuleId::new(name)))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
