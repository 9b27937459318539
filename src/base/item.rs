//! Identities of modules, files and top-level items. An identity is interned from names, never from
//! positions, so it survives edits elsewhere in the file and needs no database to be compared.

use std::fmt;
use std::sync::{LazyLock, RwLock};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::{Name, TextRange};

/// A module: `ballerina/http`, `sample/util`, or the path of a file that is a module of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ModuleId(pub Name);

impl ModuleId {
    pub fn new(name: &str) -> Self {
        Self(Name::new(name))
    }

    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }

    /// Whether the module is part of the bundled library (`ballerina/…`, `ballerinax/…`).
    pub fn is_library(self) -> bool {
        let name = self.as_str();
        name.starts_with("ballerina/") || name.starts_with("ballerinax/")
    }
}

/// A source file, by the path under which reports name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FileId(pub Name);

impl FileId {
    pub fn new(path: &str) -> Self {
        Self(Name::new(path))
    }

    pub fn path(self) -> &'static str {
        self.0.as_str()
    }
}

/// A top-level item of a file: a definition, by file, name and the number of earlier items of the
/// same name in that file. The *file item* (empty name) stands for the file itself: imports, and
/// everything that belongs to no definition; its ranges count from the start of the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemId(u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ItemKey {
    file: FileId,
    name: Name,
    nth: u32,
}

static ITEMS: LazyLock<RwLock<IndexSet<ItemKey, FxBuildHasher>>> = LazyLock::new(RwLock::default);

impl ItemId {
    pub fn new(file: FileId, name: Name, nth: u32) -> Self {
        let key = ItemKey { file, name, nth };
        {
            let items = ITEMS
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(index) = items.get_index_of(&key) {
                return Self(Self::index(index));
            }
        }
        let mut items = ITEMS
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Self(Self::index(items.insert_full(key).0))
    }

    /// The item that stands for the file itself; its ranges are ranges of the file.
    pub fn of_file(file: FileId) -> Self {
        Self::new(file, Name::new(""), 0)
    }

    pub fn file(self) -> FileId {
        self.key().file
    }

    pub fn name(self) -> Name {
        self.key().name
    }

    /// How many items of the same name stand before this one in its file.
    pub fn nth(self) -> u32 {
        self.key().nth
    }

    pub fn is_file(self) -> bool {
        self.name().as_str().is_empty()
    }

    fn key(self) -> ItemKey {
        let items = ITEMS
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *items
            .get_index(self.0 as usize)
            .expect("an ItemId comes from the table")
    }

    fn index(index: usize) -> u32 {
        u32::try_from(index).expect("fewer than 2^32 items")
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key();
        write!(f, "{}#{}", key.file.path(), key.name)?;
        if key.nth > 0 {
            write!(f, "#{}", key.nth)
        } else {
            Ok(())
        }
    }
}

/// A place in a program: a range relative to the start of an item (of the file, for file items).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Location {
    pub item: ItemId,
    pub range: TextRange,
}

impl Location {
    pub fn new(item: ItemId, range: TextRange) -> Self {
        Self { item, range }
    }
}
