//! From paths to the database: the only place where the checker reads files. A file is a module of its
//! own, a folder with a `Ballerina.toml` a project, any other folder is searched (spec/cli.md section 1).
//!
//! Output: a [`Loaded`] database and what could not be read. Sources that are not UTF-8 are loaded (they get
//! E005); a path that does not exist, or a folder without sources, is a [`LoadError`].

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::base::{FileId, ModuleId, Name};

use super::{Database, ModuleTable, Project, SourceText};

/// A path that could not be taken in. The program exits 2 for it.
#[derive(Debug, Error)]
pub enum LoadError {
    #[error("cannot read '{path}'")]
    Unreadable { path: String, source: io::Error },
    #[error("no source files in '{path}'")]
    NoSources { path: String },
    #[error("'{path}' is not a valid project file: {message}")]
    BadProject { path: String, message: String },
}

/// What [`load`] makes of a list of paths.
pub struct Loaded {
    pub db: Database,
    /// What could not be read; everything else is in the database.
    pub errors: Vec<LoadError>,
}

/// Reads every source below `paths`.
pub fn load(paths: &[PathBuf]) -> Loaded {
    let db = Database::default();
    let mut loader = Loader {
        table: ModuleTable::with_library(&db),
        seen: BTreeSet::new(),
    };
    let mut errors = Vec::new();
    for path in paths {
        loader.path(&db, path, &mut errors);
    }
    Project::new(&db, Arc::new(loader.table));
    Loaded { db, errors }
}

/// A database with one module made of a text, for tests and tools.
pub fn from_text(path: &str, text: &str) -> Database {
    let db = Database::default();
    let mut table = ModuleTable::with_library(&db);
    let file = (FileId::new(path), SourceText::Owned(text.into()));
    table.add_user(
        &db,
        ModuleId::new(path),
        None,
        base_name(Path::new(path)),
        vec![file],
    );
    Project::new(&db, Arc::new(table));
    db
}

struct Loader {
    table: ModuleTable,
    /// Canonical paths of the files taken in, so that none is checked twice.
    seen: BTreeSet<PathBuf>,
}

impl Loader {
    fn path(&mut self, db: &Database, path: &Path, errors: &mut Vec<LoadError>) {
        match fs::metadata(path) {
            Err(source) => errors.push(unreadable(path, source)),
            Ok(found) if found.is_dir() => {
                let before = self.seen.len();
                let n_errors = errors.len();
                let found_any = self.folder(db, path, errors);
                if !found_any && self.seen.len() == before && errors.len() == n_errors {
                    errors.push(LoadError::NoSources {
                        path: display(path),
                    });
                }
            }
            Ok(_) => self.single_file(db, path, errors),
        }
    }

    /// Whether the folder held any source, seen before or not.
    fn folder(&mut self, db: &Database, folder: &Path, errors: &mut Vec<LoadError>) -> bool {
        if folder.join("Ballerina.toml").is_file() {
            return self.project(db, folder, errors);
        }
        let mut found_any = false;
        for entry in sorted_entries(folder, errors) {
            if entry.is_dir() {
                let hidden = entry
                    .file_name()
                    .is_some_and(|n| n.to_string_lossy().starts_with('.'));
                if !hidden && !is_symlink(&entry) {
                    found_any |= self.folder(db, &entry, errors);
                }
            } else if is_source(&entry) {
                self.single_file(db, &entry, errors);
                found_any = true;
            }
        }
        found_any
    }

    fn single_file(&mut self, db: &Database, path: &Path, errors: &mut Vec<LoadError>) {
        let Some(file) = self.source(path, errors) else {
            return;
        };
        let module = ModuleId::new(file.0.path());
        self.table
            .add_user(db, module, None, base_name(path), vec![file]);
    }

    /// A folder with a `Ballerina.toml`: `src/MODULE/**/*.bal`.
    fn project(&mut self, db: &Database, folder: &Path, errors: &mut Vec<LoadError>) -> bool {
        let manifest = folder.join("Ballerina.toml");
        let org = match organisation(&manifest) {
            Ok(org) => org,
            Err(error) => {
                errors.push(error);
                return true;
            }
        };
        let mut found_any = false;
        for module in sorted_entries(&folder.join("src"), errors) {
            if !module.is_dir() {
                continue;
            }
            let mut paths = Vec::new();
            module_sources(&module, errors, &mut paths);
            found_any |= !paths.is_empty();
            let files: Vec<_> = paths
                .iter()
                .filter_map(|path| self.source(path, errors))
                .collect();
            if files.is_empty() {
                continue;
            }
            let short = module.file_name().map(|n| n.to_string_lossy().into_owned());
            let short = short.unwrap_or_default();
            let id = ModuleId::new(&format!("{org}/{short}"));
            self.table
                .add_user(db, id, Some(Name::new(&org)), Name::new(&short), files);
        }
        found_any
    }

    /// The text of a file not yet taken in.
    fn source(&mut self, path: &Path, errors: &mut Vec<LoadError>) -> Option<(FileId, SourceText)> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) => {
                errors.push(unreadable(path, source));
                return None;
            }
        };
        let identity = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !self.seen.insert(identity) {
            return None;
        }
        Some((FileId::new(&display(path)), source_text(bytes)))
    }
}

/// The bytes of a file as the database wants them.
pub fn source_text(bytes: Vec<u8>) -> SourceText {
    match String::from_utf8(bytes) {
        Ok(text) => SourceText::Owned(text.into()),
        Err(error) => {
            let bad_byte = u32::try_from(error.utf8_error().valid_up_to()).unwrap_or(u32::MAX);
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            SourceText::NotUtf8 {
                text: text.into(),
                bad_byte,
            }
        }
    }
}

fn organisation(manifest: &Path) -> Result<String, LoadError> {
    let text = fs::read_to_string(manifest).map_err(|source| unreadable(manifest, source))?;
    let bad = |message: String| LoadError::BadProject {
        path: display(manifest),
        message,
    };
    let table: toml::Table = text
        .parse()
        .map_err(|e: toml::de::Error| bad(e.message().to_owned()))?;
    let org = table
        .get("project")
        .and_then(|project| project.get("org-name"));
    org.and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| bad("'org-name' is missing in [project]".to_owned()))
}

/// All sources of a module's folder; `tests/` and `resources/` belong to the test runner.
fn module_sources(folder: &Path, errors: &mut Vec<LoadError>, into: &mut Vec<PathBuf>) {
    for entry in sorted_entries(folder, errors) {
        if entry.is_dir() {
            let name = entry.file_name().map(|n| n.to_string_lossy().into_owned());
            if !matches!(name.as_deref(), Some("tests" | "resources")) && !is_symlink(&entry) {
                module_sources(&entry, errors, into);
            }
        } else if is_source(&entry) {
            into.push(entry);
        }
    }
}

fn sorted_entries(folder: &Path, errors: &mut Vec<LoadError>) -> Vec<PathBuf> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            let mut paths: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
            paths.sort();
            paths
        }
        Err(source) => {
            errors.push(unreadable(folder, source));
            Vec::new()
        }
    }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "bal")
}

fn is_symlink(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink())
}

fn base_name(path: &Path) -> Name {
    Name::new(
        &path
            .file_stem()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default(),
    )
}

/// The path as reports show it: as given, with `/`.
fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn unreadable(path: &Path, source: io::Error) -> LoadError {
    LoadError::Unreadable {
        path: display(path),
        source,
    }
}
