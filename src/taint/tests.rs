//! Tests of the analysis as a whole: the library's own bodies and annotations, and incremental solving. What
//! the rules find in programs is shown by the fixtures.

use std::fs;
use std::sync::Arc;

use salsa::Setter;

use crate::base::{FileId, ModuleId, Name};
use crate::db::{Database, Db, ModuleTable, Project, SourceText};
use crate::diagnostics::Code;
use crate::{db, stdlib, types};

use super::{flowspec, queries, rules};

/// A database in which the library itself is the program.
fn library() -> Database {
    let db = Database::default();
    let mut table = ModuleTable::default();
    for name in stdlib::modules() {
        let texts = stdlib::module_files(name).expect("a listed module");
        let (org, short) = name.split_once('/').unwrap_or(("", name));
        let files = texts
            .iter()
            .map(|(path, text)| (FileId::new(path), SourceText::Static(text)))
            .collect();
        let module = ModuleId::new(name);
        table.add_user(&db, module, Some(Name::new(org)), Name::new(short), files);
    }
    Project::new(&db, Arc::new(table));
    db
}

/// `path:line: code name` of every finding, in library modules as well.
fn findings(db: &dyn Db) -> Vec<String> {
    let program = queries::program(db);
    let mut found = Vec::new();
    for first in program.components.iter().filter_map(|units| units.first()) {
        let solved = queries::solved(db, *first);
        for (site, witness) in solved.findings.iter() {
            let file = site.location.item.file();
            let before = db::item_offset(db, site.location.item) + site.location.range.start;
            let text = db::source_file(db, file).map(|source| source.text(db).as_str().to_owned());
            let line = text
                .and_then(|text| {
                    text.get(..before as usize)
                        .map(|text| text.matches('\n').count())
                })
                .unwrap_or_default()
                + 1;
            let way = super::flow::unfold(db, &solved, witness);
            let way: Vec<_> = way.iter().map(|step| step.message.as_str()).collect();
            let way = way.join(" → ");
            found.push(format!(
                "{}:{line}: {} {} ({way})",
                file.path(),
                site.code,
                site.name
            ));
        }
    }
    let entries = rules::entry_parameters(db, &program);
    found.extend(entries.into_iter().map(|entry| entry.message));
    found.sort();
    found
}

#[test]
fn the_library_checks_clean() {
    let found = findings(&library());
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn every_flow_annotation_is_understood() {
    let db = library();
    let mut n_specs = 0;
    for &module in types::user_modules(&db).iter() {
        for &item in types::module_items(&db, module).iter() {
            for unit in queries::units_of(&db, item) {
                let Some(spec) = types::flow_spec(&db, unit.function()) else {
                    continue;
                };
                n_specs += 1;
                for text in &spec.ret {
                    assert!(flowspec::term(text).is_some(), "{item:?}: ret {text}");
                }
                for text in &spec.out {
                    assert!(flowspec::write(text).is_some(), "{item:?}: out {text}");
                }
                for text in &spec.sink {
                    assert!(flowspec::sink(text).is_some(), "{item:?}: sink {text}");
                }
                for text in &spec.applies {
                    assert!(
                        flowspec::application(text).is_some(),
                        "{item:?}: applies {text}"
                    );
                }
            }
        }
    }
    assert!(n_specs > 40, "{n_specs}");
}

/// The programs of `fixtures/check/taint`, with their markers `//~ T001 name ; T001 other`.
fn fixtures() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/check/taint");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of fixtures") {
        let path = entry.expect("a fixture").path();
        let text = fs::read_to_string(&path).expect("a program");
        found.push((path.display().to_string(), text));
    }
    found.sort();
    found
}

/// `line code name` of the markers, and whether each is required.
fn markers(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let Some((_, marks)) = text.split_once("//~") else {
            continue;
        };
        let required = !marks.starts_with('?');
        for mark in marks.trim_start_matches('?').split(';') {
            found.push((format!("{} {}", line + 1, mark.trim()), required));
        }
    }
    found
}

#[test]
fn the_fixtures_give_what_their_markers_say() {
    for (path, text) in fixtures() {
        let db = db::load::from_text(&path, &text);
        let module = ModuleId::new(&path);
        let wrong = types::module_diagnostics(&db, module);
        let wrong = wrong
            .iter()
            .find(|found| found.code.as_str().starts_with('E'));
        assert!(wrong.is_none(), "{path}: {wrong:?}");
        let found = super::module_diagnostics(&db, module);
        let mut given: Vec<String> = Vec::new();
        for found in found {
            let name = found.message.split('\'').nth(1).unwrap_or("").to_owned();
            let offset = db::item_offset(&db, found.location.item) + found.location.range.start;
            let line = text[..offset as usize].matches('\n').count() + 1;
            given.push(format!("{line} {} {name}", found.code));
            assert!(!found.flow.is_empty(), "{path}:{line}: no flow");
        }
        for (mark, required) in markers(&text) {
            match given.iter().position(|given| *given == mark) {
                Some(index) => {
                    given.remove(index);
                }
                None => assert!(!required, "{path}: missing {mark}"),
            }
        }
        assert!(given.is_empty(), "{path}: not expected {given:?}");
    }
}

#[test]
fn what_an_edit_does_not_concern_is_not_solved_again() {
    let path = "main.bal";
    let text = |body: &str| {
        format!(
            "function far(string s) returns string {{ return s; }}\n\
             function near(string s) returns string {{ {body} }}\n\
             public function main(string... args) {{ string a = near(far(args[0])); }}"
        )
    };
    let mut db = db::load::from_text(path, &text("return s;"));
    let solution = |db: &Database, name: &str| {
        let id = types::module_function(db, ModuleId::new(path), name).expect("a function");
        queries::solution_of(db, super::unit::Unit::Function(id)).expect("a solution")
    };
    let (far, near) = (solution(&db, "far"), solution(&db, "near"));
    let source = db::source_file(&db, FileId::new(path)).expect("the file");
    let edited = SourceText::Owned(text("return \"x\" + s;").into());
    source.set_text(&mut db).to(edited);
    assert!(Arc::ptr_eq(&far, &solution(&db, "far")));
    assert!(!Arc::ptr_eq(&near, &solution(&db, "near")));
}

#[test]
fn no_code_is_reported_without_a_place_in_the_program() {
    let db = db::load::from_text(
        "main.bal",
        "import ballerina/io;\npublic function main(string... args) { var f = io:openReadableFile(args[0]); }",
    );
    let found = super::module_diagnostics(&db, ModuleId::new("main.bal"));
    let codes: Vec<_> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::T001]);
    assert!(
        found[0]
            .flow
            .iter()
            .all(|step| step.location.item.file().path() == "main.bal")
    );
}
