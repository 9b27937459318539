//! The containers of one unit under analysis, numbered: those that it makes, by the place where they are made
//! (the newest one and all older ones together), and the symbolic ones that come from outside.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::types::FuncId;

use super::ir::Site;
use super::place::{Origin, Path, Place, Step};
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
    same: FxHashMap<Place, Selection>,
    below: FxHashMap<Place, Selection>,
}

/// Those of an origin's symbolic containers that have something to do with a place: each is looked at once,
/// however often the place is asked for.
#[derive(Default)]
struct Selection {
    /// How many of the origin's containers have been looked at.
    n_seen: usize,
    found: Vec<ContainerId>,
}

impl Selection {
    /// Looks at the containers that are new and gives all that were taken so far, sorted.
    fn update(
        &mut self,
        known: &[(Place, ContainerId)],
        is_wanted: impl Fn(Path) -> bool,
    ) -> &[ContainerId] {
        let n_found = self.found.len();
        let new = known.get(self.n_seen..).unwrap_or_default();
        let wanted = new.iter().filter(|(other, _)| is_wanted(other.path));
        self.found.extend(wanted.map(|&(_, id)| id));
        self.n_seen = known.len();
        if self.found.len() > n_found {
            self.found.sort_unstable();
        }
        &self.found
    }
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
        let depth = place.path.steps().len();
        if depth == 0 {
            return vec![own];
        }
        let known = self.symbolic.get(&place.origin);
        let selection = self.same.entry(place).or_default();
        let may_be_same = |other: Path| {
            other == place.path || (other.steps().len() == depth && other.overlaps(place.path))
        };
        selection
            .update(known.map_or(&[], Vec::as_slice), may_be_same)
            .to_vec()
    }

    /// Every symbolic container beneath `place` that was made so far, with names for the others.
    pub fn beneath(&mut self, place: Place) -> Vec<ContainerId> {
        let mut any = place;
        while !any.path.is_whole() {
            any = any.member(Step::Any);
            self.id(ContainerKey::Symbolic(any));
        }
        let depth = place.path.steps().len();
        let known = self.symbolic.get(&place.origin);
        let selection = self.below.entry(place).or_default();
        let is_beneath = |other: Path| {
            let is_deeper = other.steps().len() > depth || other.is_whole();
            is_deeper && other.overlaps(place.path)
        };
        selection
            .update(known.map_or(&[], Vec::as_slice), is_beneath)
            .to_vec()
    }
}
