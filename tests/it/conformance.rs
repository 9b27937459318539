//! The conformance programs of `fixtures/conformance`, by the markers in them (see the README there).
//!
//! `fixtures/passing/*.txt` list the programs that pass. A listed program must pass; one that passes
//! and is not listed fails the test too, which names the line to add, so that the lists only grow.
//! `UPDATE_PASSING=1` adds these lines instead. The Python runners beside the programs judge by the
//! same rules and know no list.

mod checked;
mod expected;
mod language;
mod library;
pub mod taint;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::{fixture, lines_of};

/// A program gets this long; the test binary is not optimised.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// What one program did wrong; empty when it passed.
type Problems = Vec<String>;

#[test]
fn taint_programs() {
    judge("taint", &taint::programs(), taint::problems);
}

#[test]
fn language_programs() {
    judge("lang", &language::programs(), language::problems);
}

#[test]
fn library_programs() {
    judge("stdlib", &library::programs(), library::problems);
}

/// Programs of our own that say what they print. (What is reported for the others: see `explain`.)
#[test]
fn check_programs_print_what_they_say() {
    let mut programs = programs_below(&fixture("check"));
    programs.retain(|program| program.is_file() && lossy_text(program).contains("//|"));
    assert!(!programs.is_empty());
    let mut complaints = Vec::new();
    for (program, problems) in in_parallel(&programs, language::problems) {
        if !problems.is_empty() {
            let problems = problems.join("\n     ");
            complaints.push(format!("FAIL {}\n     {problems}", program.display()));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Runs every program and compares with the list of those that pass.
fn judge(kind: &str, programs: &[PathBuf], problems: fn(&Path) -> Problems) {
    assert!(!programs.is_empty(), "no programs of kind '{kind}'");
    let list = fixture(&format!("passing/{kind}.txt"));
    let listed = lines_of(&format!("passing/{kind}.txt"));
    let root = fixture("conformance").join(kind);
    let results = in_parallel(programs, problems);
    let mut passed = BTreeSet::new();
    let mut complaints = Vec::new();
    for (program, problems) in results {
        let name = program.strip_prefix(&root).expect("below its folder");
        let name = name.to_string_lossy().into_owned();
        if problems.is_empty() {
            passed.insert(name);
        } else if listed.contains(&name) {
            complaints.push(format!(
                "FAIL {kind}/{name}\n     {}",
                problems.join("\n     ")
            ));
        } else if std::env::var_os("SHOW_FAILING").is_some() {
            println!("not passing: {kind}/{name}: {}", problems[0]);
        }
    }
    println!(
        "{kind}: {} of {} programs pass",
        passed.len(),
        programs.len()
    );
    let new: Vec<&str> = passed.difference(&listed).map(String::as_str).collect();
    if !new.is_empty() && std::env::var_os("UPDATE_PASSING").is_some() {
        let all: Vec<&str> = passed.union(&listed).map(String::as_str).collect();
        fs::write(&list, all.join("\n") + "\n").expect("a writable list");
    } else if !new.is_empty() {
        let lines = new.join("\n");
        complaints.push(format!(
            "these pass and are not in fixtures/passing/{kind}.txt; add them (UPDATE_PASSING=1 does):\n{lines}"
        ));
    }
    let missing = listed
        .iter()
        .filter(|name| !root.join(name.as_str()).exists());
    complaints.extend(missing.map(|name| format!("listed, but there is no {kind}/{name}")));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn in_parallel(programs: &[PathBuf], problems: fn(&Path) -> Problems) -> Vec<(PathBuf, Problems)> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let n_threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = problems(program);
                    results
                        .lock()
                        .expect("no thread panics")
                        .push((program.clone(), found));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panics");
    results.sort();
    results
}

/// The tests below `folder`: each file, and each project as one.
pub fn programs_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            if path.join("Ballerina.toml").is_file() {
                found.push(path);
            } else {
                found.extend(programs_below(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "bal") {
            found.push(path);
        }
    }
    found
}

/// The source files of a test: itself, or those of the project.
pub fn sources(program: &Path) -> Vec<PathBuf> {
    if program.is_file() {
        return vec![program.to_owned()];
    }
    let mut found = Vec::new();
    for path in entries(program) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "bal") {
            found.push(path);
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn lossy_text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a readable program")).into_owned()
}
