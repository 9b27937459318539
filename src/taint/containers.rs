//! The containers of one unit under analysis, numbered: those that it makes, by the place where they are made
//! (the newest one and all older ones together), and the symbolic ones that come from outside.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::types::FuncId;

use super::ir::Site;
use super::place::{Origin, Place, Step};
use super::value::ContainerId;

/// What a container is named by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContainerKey {
    /// Made here: the `part`-th of its place. `is_old`: all but the newest.
    Made {
        site: Site,
        part: u32,
        is_old: bool,
    },
    Symbolic(Place),
    /// The variable behind the capture of that number.
    Cell(u32),
    /// The value of a named function.
    Function(FuncId),
}

/// The numbering. It only grows while the unit is solved.
#[derive(Default)]
pub struct Containers {
    keys: IndexSet<ContainerKey, FxBuildHasher>,
    symbolic: FxHashMap<Origin, Vec<(Place, ContainerId)>>,
}

impl Containers {
    pub fn id(&mut self, key: ContainerKey) -> ContainerId {
        let (index, is_new) = self.keys.insert_full(key);
        let id = ContainerId(u32::try_from(index).expect("fewer than 2^32 containers"));
        if is_new && let ContainerKey::Symbolic(place) = key {
            self.symbolic
                .entry(place.origin)
                .or_default()
                .push((place, id));
        }
        id
    }

    pub fn key(&self, id: ContainerId) -> ContainerKey {
        self.keys
            .get_index(id.0 as usize)
            .copied()
            .unwrap_or(ContainerKey::Cell(u32::MAX))
    }

    /// Whether the container is the newest of a place.
    pub fn is_newest(&self, id: ContainerId) -> bool {
        matches!(self.key(id), ContainerKey::Made { is_old: false, .. })
    }

    /// The symbolic container at `place`, and those made so far that may be the same one.
    pub fn symbolic(&mut self, place: Place) -> Vec<ContainerId> {
        let own = self.id(ContainerKey::Symbolic(place));
        let mut found = vec![own];
        if place.path.steps().is_empty() {
            return found;
        }
        for &(other, id) in self.symbolic.get(&place.origin).into_iter().flatten() {
            let deep_enough = other.path.steps().len() == place.path.steps().len();
            if id != own && deep_enough && other.path.overlaps(place.path) {
                found.push(id);
            }
        }
        found.sort_unstable();
        found
    }

    /// Every symbolic container beneath `place` that was made so far, with names for the others.
    pub fn beneath(&mut self, place: Place) -> Vec<ContainerId> {
        let mut any = place;
        while !any.path.is_whole() {
            any = any.member(Step::Any);
            self.id(ContainerKey::Symbolic(any));
        }
        let depth = place.path.steps().len();
        let known = self.symbolic.get(&place.origin).into_iter().flatten();
        known
            .filter(|(other, _)| {
                let deeper = other.path.steps().len() > depth || other.path.is_whole();
                deeper && other.path.overlaps(place.path)
            })
            .map(|&(_, id)| id)
            .collect()
    }
}
