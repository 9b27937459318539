//! Scopes of modules and files. A module's scope depends on the heads of its items only, so editing a
//! body changes no scope.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::{FileId, ItemId, ModuleId, Name, TextRange};
use crate::db::{self, Db, Project, SourceFile};
use crate::syntax::ast::QName;
use crate::syntax::{Head, HeadKind};

/// What a top-level item defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    pub item: ItemId,
    pub name: Name,
    /// Relative to the item.
    pub name_range: TextRange,
    pub kind: DefKind,
    /// Whether it is written as an object type.
    pub is_object: bool,
    pub is_public: bool,
    pub module: ModuleId,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DefKind {
    Function,
    Type,
    Constant,
    Variable {
        listener: bool,
    },
    Service,
    Annotation,
    /// Could not be read and has been reported; its name, when it is known, means whatever is wanted.
    Broken,
}

/// The names that a module defines, in the order of its files and their texts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModuleScope {
    names: IndexMap<Name, ItemId, FxBuildHasher>,
    annotations: IndexMap<Name, ItemId, FxBuildHasher>,
    /// Definitions whose name was taken by an earlier one.
    pub redeclared: Vec<ItemId>,
}

impl ModuleScope {
    /// The first definition of `name`.
    pub fn get(&self, name: Name) -> Option<ItemId> {
        self.names.get(&name).copied()
    }

    /// The annotation of that name: annotations share the names of a module, but are looked for by
    /// themselves, so that a wrong use can be told from an unknown name.
    pub fn annotation(&self, name: Name) -> Option<ItemId> {
        self.annotations.get(&name).copied()
    }

    pub fn items(&self) -> impl Iterator<Item = ItemId> {
        self.names.values().copied()
    }
}

/// The prefixes that a file declares by its imports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileScope {
    pub imports: Vec<ImportedModule>,
    prefixes: FxHashMap<Name, usize>,
    /// xml prefixes of the file: the name of the namespace.
    pub namespaces: FxHashMap<Name, Box<str>>,
    /// `xmlns "uri";` without prefix.
    pub default_namespace: Option<Box<str>>,
}

impl FileScope {
    /// The module behind an import prefix; `None` for an unknown prefix or module.
    pub fn prefix(&self, prefix: Name) -> Option<ModuleId> {
        self.prefixes
            .get(&prefix)
            .and_then(|&at| self.imports.get(at))
            .and_then(|i| i.module)
    }

    /// Whether an import declares the prefix, found or not.
    pub fn has_prefix(&self, prefix: Name) -> bool {
        self.prefixes.contains_key(&prefix)
    }
}

/// One import of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedModule {
    /// `None`: there is no such module.
    pub module: Option<ModuleId>,
    /// As written, with the organisation.
    pub full_name: Name,
    pub prefix: Option<Name>,
    /// Ranges of the file.
    pub module_range: TextRange,
    pub range: TextRange,
}

/// Why a name means nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResolveError {
    /// The prefix is not declared (E014).
    NoModule(Name),
    /// The prefix belongs to an import that was not found: reported there.
    BrokenImport,
    NoName,
    /// Defined in another module and not public (E025).
    NotVisible(ItemId),
}

/// The definitions of one file, in the order of its text.
#[salsa::tracked(returns(clone))]
pub fn file_definitions(db: &dyn Db, source: SourceFile) -> Arc<Vec<Definition>> {
    let module = db::modules(db)
        .module_of(source.file(db))
        .unwrap_or(ModuleId(Name::new("")));
    let of = |(item, head)| definition_of(item, module, head);
    Arc::new(match db::library_outline(db, source) {
        Some(outline) => outline.items.iter().map(|i| of((i.id, i.head))).collect(),
        None => {
            let parsed = db::parse(db, source);
            let heads = parsed.items.iter().map(|i| (i.id, Head::of(&i.ast)));
            heads.map(of).collect()
        }
    })
}

fn definition_of(item: ItemId, module: ModuleId, head: Head) -> Definition {
    let kind = match head.kind {
        HeadKind::Function => DefKind::Function,
        HeadKind::Service => DefKind::Service,
        HeadKind::Type { .. } => DefKind::Type,
        HeadKind::Annotation => DefKind::Annotation,
        HeadKind::Variable { is_listener } => DefKind::Variable {
            listener: is_listener,
        },
        HeadKind::Constant => DefKind::Constant,
        HeadKind::Error => DefKind::Broken,
    };
    Definition {
        item,
        name: item.name(),
        name_range: head.name_range,
        kind,
        is_object: head.kind == HeadKind::Type { is_object: true },
        is_public: head.is_public,
        module,
    }
}

/// The definition of an item.
pub fn definition(db: &dyn Db, item: ItemId) -> Option<Definition> {
    definition_in(db, db::source_file(db, item.file())?, item)
}

#[salsa::tracked(returns(copy))]
fn definition_in(db: &dyn Db, source: SourceFile, item: ItemId) -> Option<Definition> {
    file_definitions(db, source)
        .iter()
        .find(|found| found.item == item)
        .copied()
}

/// All definitions of a module, file by file.
pub fn module_definitions(db: &dyn Db, module: ModuleId) -> Vec<Definition> {
    let modules = db::modules(db);
    let Some(source) = modules.get(module) else {
        return Vec::new();
    };
    source
        .files
        .iter()
        .flat_map(|&file| file_definitions(db, file).to_vec())
        .collect()
}

/// The scope of a module.
pub fn module_scope(db: &dyn Db, module: ModuleId) -> Arc<ModuleScope> {
    match Project::try_get(db) {
        Some(project) => scope_of(db, project, module),
        None => Arc::default(),
    }
}

#[salsa::tracked(returns(clone))]
fn scope_of(db: &dyn Db, _project: Project, module: ModuleId) -> Arc<ModuleScope> {
    let mut scope = ModuleScope::default();
    for found in module_definitions(db, module) {
        // Services and items without a name have one that no program can write, starting with `$`.
        let named = !found.name.as_str().starts_with('$') && !found.name.as_str().is_empty();
        if !named {
            continue;
        }
        if found.kind == DefKind::Annotation {
            scope.annotations.entry(found.name).or_insert(found.item);
        }
        match scope.names.entry(found.name) {
            indexmap::map::Entry::Occupied(_) => scope.redeclared.push(found.item),
            indexmap::map::Entry::Vacant(free) => {
                free.insert(found.item);
            }
        }
    }
    Arc::new(scope)
}

/// The prefixes of a file.
pub fn file_scope(db: &dyn Db, file: FileId) -> Arc<FileScope> {
    match (Project::try_get(db), db::source_file(db, file)) {
        (Some(project), Some(source)) => prefixes_of(db, project, source),
        _ => Arc::default(),
    }
}

#[salsa::tracked(returns(clone))]
fn prefixes_of(db: &dyn Db, project: Project, source: SourceFile) -> Arc<FileScope> {
    let table = project.modules(db);
    let own = table
        .module_of(source.file(db))
        .and_then(|module| table.get(module));
    let own_org = own.and_then(|module| module.org);
    let (imports, namespaces) = match db::library_outline(db, source) {
        Some(outline) => (outline.imports.clone(), outline.namespaces.clone()),
        None => {
            let parsed = db::parse(db, source);
            (parsed.imports.clone(), parsed.namespaces.clone())
        }
    };
    let mut scope = FileScope::default();
    for import in &imports {
        let full_name = import.full_name();
        let mut candidates = vec![full_name.clone()];
        if import.org.is_none() {
            candidates.extend(own_org.map(|org| format!("{org}/{full_name}")));
        }
        let module = candidates
            .iter()
            .map(|name| ModuleId::new(name))
            .find(|&module| table.get(module).is_some());
        let prefix = import.prefix().map(|prefix| prefix.name);
        if let Some(prefix) = prefix {
            scope.prefixes.entry(prefix).or_insert(scope.imports.len());
        }
        scope.imports.push(ImportedModule {
            module,
            full_name: Name::new(&full_name),
            prefix,
            module_range: import.module_range,
            range: import.range,
        });
    }
    for namespace in &namespaces {
        match namespace.prefix {
            Some(prefix) => {
                scope.namespaces.insert(prefix.name, namespace.uri.clone());
            }
            None => scope.default_namespace = Some(namespace.uri.clone()),
        }
    }
    Arc::new(scope)
}

/// The modules that a module imports, each once, in the order written.
pub fn module_imports(db: &dyn Db, module: ModuleId) -> Vec<ModuleId> {
    let modules = db::modules(db);
    let Some(source) = modules.get(module) else {
        return Vec::new();
    };
    let mut imports = Vec::new();
    for &file in &source.files {
        for import in &file_scope(db, file.file(db)).imports {
            if let Some(imported) = import.module
                && imported != module
                && !imports.contains(&imported)
            {
                imports.push(imported);
            }
        }
    }
    imports
}

/// What a name written in `from` means at module level.
pub fn lookup(db: &dyn Db, from: FileId, name: &QName) -> Result<ItemId, ResolveError> {
    let Some(own) = db::modules(db).module_of(from) else {
        return Err(ResolveError::NoName);
    };
    let Some(prefix) = name.prefix else {
        return module_scope(db, own)
            .get(name.name.name)
            .ok_or(ResolveError::NoName);
    };
    let scope = file_scope(db, from);
    let Some(module) = scope.prefix(prefix.name) else {
        return Err(if scope.has_prefix(prefix.name) {
            ResolveError::BrokenImport
        } else {
            ResolveError::NoModule(prefix.name)
        });
    };
    let item = module_scope(db, module)
        .get(name.name.name)
        .ok_or(ResolveError::NoName)?;
    let visible = module == own || definition(db, item).is_some_and(|found| found.is_public);
    if visible {
        Ok(item)
    } else {
        Err(ResolveError::NotVisible(item))
    }
}
