//! The incremental database: inputs (source files, the module table) and the queries nearest to them.
//! Later stages add their own tracked functions over [`Db`]; nothing here knows names or types.
//!
//! Input → output: texts → parsed files and items. [`load`] alone reads files; an editor would set the inputs
//! itself. A result that comes out equal stops the work that depends on it: items hold ranges relative to
//! themselves, so an edit in one item leaves the others as they were.

pub mod load;

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::{FileId, ItemId, Location, ModuleId, Name, TextRange};
use crate::diagnostics::{Code, Diagnostic};
use crate::stdlib;
use crate::syntax::ast::{ItemAst, ParsedFile};
use crate::syntax::{self, Outline};

/// What every query is given.
#[salsa::db]
pub trait Db: salsa::Database {}

/// The database of one run or one editor session.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    storage: salsa::Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {}

/// One source file.
#[salsa::input]
pub struct SourceFile {
    #[returns(copy)]
    pub file: FileId,
    #[returns(ref)]
    pub text: SourceText,
}

/// The text of a source file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceText {
    /// Of the bundled library.
    Static(&'static str),
    Owned(Arc<str>),
    /// Bytes that are not UTF-8: the text with replacement characters (for reports only), and the offset
    /// of the first bad byte, up to which both agree.
    NotUtf8 {
        text: Arc<str>,
        bad_byte: u32,
    },
}

impl SourceText {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Owned(text) | Self::NotUtf8 { text, .. } => text,
        }
    }
}

/// All modules of the run, the bundled library included.
#[salsa::input(singleton)]
pub struct Project {
    #[returns(ref)]
    pub modules: Arc<ModuleTable>,
}

/// Which modules there are, and which files they consist of.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ModuleTable {
    modules: IndexMap<ModuleId, ModuleSource, FxBuildHasher>,
    module_of: FxHashMap<FileId, ModuleId>,
    source_of: FxHashMap<FileId, SourceFile>,
    user: Vec<ModuleId>,
}

/// The files of one module.
#[derive(Clone, PartialEq, Eq)]
pub struct ModuleSource {
    /// Sorted by path.
    pub files: Vec<SourceFile>,
    /// The organisation of a project's module.
    pub org: Option<Name>,
    /// How stack traces and log lines call the module: the base name of a single file.
    pub short_name: Name,
}

impl ModuleTable {
    /// A table that holds the bundled library. Its files are inputs, read only when imported.
    pub fn with_library(db: &dyn Db) -> Self {
        let mut table = Self::default();
        for name in stdlib::modules() {
            let texts = stdlib::module_files(name).unwrap_or_default();
            let files: Vec<_> = texts
                .iter()
                .map(|(path, text)| (FileId::new(path), SourceText::Static(text)))
                .collect();
            let (org, short) = name.split_once('/').unwrap_or(("", name));
            table.add(
                db,
                ModuleId::new(name),
                Some(Name::new(org)),
                Name::new(short),
                files,
            );
        }
        table
    }

    /// Adds a module of the user's program.
    pub fn add_user(
        &mut self,
        db: &dyn Db,
        module: ModuleId,
        org: Option<Name>,
        short_name: Name,
        files: Vec<(FileId, SourceText)>,
    ) {
        self.add(db, module, org, short_name, files);
        self.user.push(module);
    }

    fn add(
        &mut self,
        db: &dyn Db,
        module: ModuleId,
        org: Option<Name>,
        short_name: Name,
        files: Vec<(FileId, SourceText)>,
    ) {
        let mut sources = Vec::with_capacity(files.len());
        for (file, text) in files {
            let source = SourceFile::new(db, file, text);
            self.module_of.insert(file, module);
            self.source_of.insert(file, source);
            sources.push(source);
        }
        self.modules.insert(
            module,
            ModuleSource {
                files: sources,
                org,
                short_name,
            },
        );
    }

    pub fn get(&self, module: ModuleId) -> Option<&ModuleSource> {
        self.modules.get(&module)
    }

    pub fn module_of(&self, file: FileId) -> Option<ModuleId> {
        self.module_of.get(&file).copied()
    }

    pub fn source_of(&self, file: FileId) -> Option<SourceFile> {
        self.source_of.get(&file).copied()
    }

    /// The modules that are checked, in the order of loading.
    pub fn user(&self) -> &[ModuleId] {
        &self.user
    }
}

/// The module table; empty before anything is loaded.
pub fn modules(db: &dyn Db) -> Arc<ModuleTable> {
    Project::try_get(db)
        .map(|project| project.modules(db).clone())
        .unwrap_or_default()
}

pub fn source_file(db: &dyn Db, file: FileId) -> Option<SourceFile> {
    modules(db).source_of(file)
}

/// The tree of a file.
#[salsa::tracked(returns(clone))]
pub fn parse(db: &dyn Db, source: SourceFile) -> Arc<ParsedFile> {
    let file = source.file(db);
    match source.text(db) {
        SourceText::NotUtf8 { bad_byte, .. } => Arc::new(ParsedFile {
            file,
            imports: Vec::new(),
            namespaces: Vec::new(),
            items: Vec::new(),
            diagnostics: vec![Diagnostic::new(
                Code::E005,
                Location::new(ItemId::of_file(file), TextRange::empty(*bad_byte)),
                "the file is not valid UTF-8",
            )],
        }),
        text => Arc::new(crate::syntax::parse(file, text.as_str())),
    }
}

/// The outline of a file of the bundled library, whose items are read one by one. Files of the user are
/// read whole.
#[salsa::tracked(returns(clone))]
pub fn library_outline(db: &dyn Db, source: SourceFile) -> Option<Arc<Outline>> {
    match source.text(db) {
        SourceText::Static(text) => syntax::outline(source.file(db), text).map(Arc::new),
        SourceText::Owned(_) | SourceText::NotUtf8 { .. } => None,
    }
}

/// The range of an item of the library in its file.
fn outline_range(db: &dyn Db, source: SourceFile, item: ItemId) -> Option<TextRange> {
    let outline = library_outline(db, source)?;
    let found = outline.items.iter().find(|found| found.id == item)?;
    Some(found.range)
}

#[salsa::tracked(returns(clone))]
fn item_in_file(db: &dyn Db, source: SourceFile, item: ItemId) -> Option<Arc<ItemAst>> {
    if let Some(range) = outline_range(db, source, item) {
        let text = source.text(db).as_str();
        let text = text.get(range.start as usize..range.end as usize);
        if let Some(read) = text.and_then(syntax::read_item) {
            return Some(read);
        }
    }
    let parsed = parse(db, source);
    let place = item_places(db, source);
    place
        .get(&item)
        .and_then(|&at| parsed.items.get(at))
        .map(|found| found.ast.clone())
}

#[salsa::tracked(returns(clone))]
fn item_places(db: &dyn Db, source: SourceFile) -> Arc<FxHashMap<ItemId, usize>> {
    let parsed = parse(db, source);
    Arc::new(
        parsed
            .items
            .iter()
            .enumerate()
            .map(|(at, item)| (item.id, at))
            .collect(),
    )
}

/// The tree of one item.
pub fn item_ast(db: &dyn Db, item: ItemId) -> Option<Arc<ItemAst>> {
    item_in_file(db, source_file(db, item.file())?, item)
}

/// Where the item starts in its file.
pub fn item_offset(db: &dyn Db, item: ItemId) -> u32 {
    if item.is_file() {
        return 0;
    }
    let Some(source) = source_file(db, item.file()) else {
        return 0;
    };
    if let Some(range) = outline_range(db, source, item) {
        return range.start;
    }
    let at = item_places(db, source).get(&item).copied();
    at.and_then(|at| {
        parse(db, source)
            .items
            .get(at)
            .map(|found| found.range.start)
    })
    .unwrap_or(0)
}
