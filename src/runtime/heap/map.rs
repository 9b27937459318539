//! Mappings that keep the order of insertion. Small ones are searched, larger ones have a table of
//! hashes beside their entries. Removal leaves a gap, so that it costs no more than a look-up; the
//! gaps are closed when the map next grows.

use std::hash::BuildHasher;
use std::sync::LazyLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::bytecode::typedesc::TypeId;
use crate::runtime::value::V;

/// Entries up to which a map is searched one by one.
const SEARCHED: usize = 8;

/// Seeded anew in each process: keys come from outside.
static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// A mapping from strings to values.
#[derive(Debug)]
pub struct Map {
    /// The inherent type, a `map<T>`.
    pub ty: TypeId,
    pub read_only: bool,
    entries: Vec<Option<(Box<str>, V)>>,
    /// Indices of entries; empty while the map is small.
    table: HashTable<u32>,
    n_entries: usize,
}

impl Default for Map {
    fn default() -> Self {
        Self::new(TypeId::ANY_OR_ERROR_MAP)
    }
}

impl Map {
    pub fn new(ty: TypeId) -> Self {
        Self {
            ty,
            read_only: false,
            entries: Vec::new(),
            table: HashTable::new(),
            n_entries: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.n_entries
    }

    pub fn is_empty(&self) -> bool {
        self.n_entries == 0
    }

    pub fn get(&self, key: &str) -> Option<V> {
        let index = self.find(key)?;
        Some(self.entries.get(index)?.as_ref()?.1)
    }

    pub fn contains(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Sets a member; a new key comes last. Whether it is new. No check of types: see `runtime::store`.
    pub fn set(&mut self, key: &str, value: V) -> bool {
        if let Some(index) = self.find(key) {
            if let Some(Some((_, place))) = self.entries.get_mut(index) {
                *place = value;
            }
            return false;
        }
        if self.entries.len() == self.entries.capacity() {
            self.close_gaps();
        }
        let index = self.entries.len() as u32;
        self.entries.push(Some((key.into(), value)));
        self.n_entries += 1;
        if !self.table.is_empty() {
            insert(&mut self.table, &self.entries, index);
        } else if self.entries.len() > SEARCHED {
            self.build_table();
        }
        true
    }

    pub fn remove(&mut self, key: &str) -> Option<V> {
        let index = self.find(key)?;
        if !self.table.is_empty() {
            let found = self
                .table
                .find_entry(hash(key), |&other| other as usize == index);
            if let Ok(entry) = found {
                entry.remove();
            }
        }
        self.n_entries -= 1;
        let (_, value) = self.entries.get_mut(index)?.take()?;
        if self.n_entries == 0 {
            self.clear();
        }
        Some(value)
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.table.clear();
        self.n_entries = 0;
    }

    /// Members in the order of insertion.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, V)> {
        let entries = self.entries.iter().flatten();
        entries.map(|(key, value)| (&**key, *value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = V> {
        self.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().flatten().map(|(_, value)| value)
    }

    /// The first member at or behind place `from`, and the place behind it: iteration that bears
    /// changes of the map in between.
    pub fn next_from(&self, from: usize) -> Option<(usize, &str, V)> {
        let behind = self.entries.get(from..)?;
        let (skipped, (key, value)) = behind
            .iter()
            .enumerate()
            .find_map(|(index, entry)| Some((index, entry.as_ref()?)))?;
        Some((from + skipped + 1, key, *value))
    }

    /// Memory of the map itself.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * (size_of::<Option<(Box<str>, V)>>() + 16) + size_of::<Self>()
    }

    fn find(&self, key: &str) -> Option<usize> {
        if self.table.is_empty() {
            let is_key = |entry: &Option<(Box<str>, V)>| {
                entry.as_ref().is_some_and(|(other, _)| **other == *key)
            };
            return self.entries.iter().position(is_key);
        }
        let is_key = |&index: &u32| {
            let entry = self.entries.get(index as usize).and_then(Option::as_ref);
            entry.is_some_and(|(other, _)| **other == *key)
        };
        self.table
            .find(hash(key), is_key)
            .map(|&index| index as usize)
    }

    fn close_gaps(&mut self) {
        if self.entries.len() < 2 * self.n_entries.max(SEARCHED / 2) {
            return;
        }
        self.entries.retain(Option::is_some);
        self.table.clear();
        if self.entries.len() > SEARCHED {
            self.build_table();
        }
    }

    fn build_table(&mut self) {
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.is_some() {
                insert(&mut self.table, &self.entries, index as u32);
            }
        }
    }
}

fn hash(key: &str) -> u64 {
    HASHER.hash_one(key)
}

fn insert(table: &mut HashTable<u32>, entries: &[Option<(Box<str>, V)>], index: u32) {
    let hash_of = |&index: &u32| match entries.get(index as usize) {
        Some(Some((key, _))) => hash(key),
        _ => 0,
    };
    table.insert_unique(hash_of(&index), index, hash_of);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(n: i64) -> Map {
        let mut map = Map::default();
        for i in 0..n {
            map.set(&format!("k{i}"), V::int(i));
        }
        map
    }

    #[test]
    fn members_keep_the_order_of_insertion() {
        let mut map = map(40);
        map.set("k3", V::NIL);
        for i in 0..20 {
            assert!(map.remove(&format!("k{}", 2 * i)).is_some());
        }
        assert_eq!(map.get("k3"), Some(V::NIL));
        assert_eq!(map.get("k4"), None);
        map.set("k4", V::int(4));
        for i in 100..200 {
            map.set(&format!("k{i}"), V::int(i));
        }
        let keys: Vec<&str> = map.keys().collect();
        assert_eq!(&keys[..3], ["k1", "k3", "k5"]);
        assert_eq!(keys[20], "k4");
        assert_eq!(map.len(), 121);
        assert_eq!(map.get("k150"), Some(V::int(150)));
    }

    #[test]
    fn removing_all_and_setting_again_stays_small() {
        let mut map = map(3);
        for _ in 0..1000 {
            map.remove("k0");
            map.set("k0", V::NIL);
        }
        assert!(map.entries.len() < 32);
        assert_eq!(map.keys().collect::<Vec<_>>(), ["k1", "k2", "k0"]);
    }
}
