//! The modules of the crate form layers; this test reads the `use crate::…` lines and the
//! `crate::…` paths of every file under `src/` and compares them with the table. Unit tests
//! (`#[cfg(test)]` modules, files named `tests.rs`) may use anything.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use besides itself. `runtime` sees of `bytecode` only the definitions of
/// chunks and operations: a running program does not hold the compiler.
const LAYERS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("stdlib", &[]),
    ("base", &["limits"]),
    ("diagnostics", &["base", "limits"]),
    ("syntax", &["base", "limits", "diagnostics"]),
    ("db", &["base", "limits", "stdlib", "diagnostics", "syntax"]),
    (
        "resolve",
        &["base", "limits", "stdlib", "diagnostics", "syntax", "db"],
    ),
    (
        "types",
        &[
            "base",
            "limits",
            "stdlib",
            "diagnostics",
            "syntax",
            "db",
            "resolve",
        ],
    ),
    (
        "taint",
        &[
            "base",
            "limits",
            "stdlib",
            "diagnostics",
            "syntax",
            "db",
            "resolve",
            "types",
        ],
    ),
    (
        "bytecode",
        &[
            "base",
            "limits",
            "stdlib",
            "diagnostics",
            "syntax",
            "db",
            "resolve",
            "types",
        ],
    ),
    ("config", &["base", "limits"]),
    ("keystore", &[]),
    ("runtime", &["base", "limits", "config", "bytecode"]),
    (
        "native",
        &[
            "base", "limits", "config", "keystore", "bytecode", "runtime",
        ],
    ),
];

/// Modules on top, which may use everything.
const TOP: &[&str] = &["check", "report", "cli", "run", "main", "lib"];

/// Uses that the module table permits but that are finer than it.
const FORBIDDEN: &[(&str, &str)] = &[
    ("runtime", "bytecode::lower"),
    ("native", "bytecode::lower"),
];

#[test]
fn modules_use_only_the_layers_below_them() {
    let mut wrong = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&root) {
        let relative = file.strip_prefix(&root).expect("below src");
        let module = top_module(relative);
        if TOP.contains(&module.as_str()) || is_test_file(relative) {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: module '{module}' has no layer",
                relative.display()
            ));
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source file is UTF-8");
        for used in used_paths(&text) {
            let head = used.split("::").next().unwrap_or_default();
            let forbidden = FORBIDDEN
                .iter()
                .any(|(from, to)| *from == module && used.starts_with(to));
            if forbidden || (head != module && !allowed.contains(&head)) {
                wrong.push(format!("{}: '{module}' uses '{used}'", relative.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the layers:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn paths_are_found_in_all_spellings() {
    let text = "use crate::base::{Name, TextRange};\nuse crate::{limits, db::Db};\n// crate::cli\nfn f() { crate::types::ty::X }\n#[cfg(test)]\nmod tests { use crate::cli; }\n";
    let used = used_paths(text);
    assert_eq!(used, ["base::", "limits", "db::Db", "types::ty::X"]);
}

/// The paths after `crate::`, braces right after it spread out; comments and unit tests left out.
fn used_paths(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let end = group.find(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth < 0
                });
                let inner = &group[..end.unwrap_or(group.len())];
                found.extend(split_group(inner).iter().map(|part| path_at(part.trim())));
            }
            None => found.push(path_at(rest)),
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

fn split_group(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn path_at(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    text[..end.unwrap_or(text.len())].to_owned()
}

fn top_module(relative: &Path) -> String {
    let first = relative.iter().next().expect("not empty");
    Path::new(first)
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

fn is_test_file(relative: &Path) -> bool {
    relative
        .iter()
        .any(|part| part == "tests.rs" || part == "tests")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
