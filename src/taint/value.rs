//! Values of the analysis (spec/taint.md section 1): labels of the simple part, and the containers that the
//! value may be; and the content of containers. Joins are set union; equality is that of labels, whatever
//! their witnesses.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::ir::ContainerKind;
use super::place::{Key, Origin, Path, Place};
use super::witness::{Arena, Witness};

/// More places than this in one set become whole parameters.
const MANY_PLACES: usize = 48;
/// More members than this become the rest (spec/taint.md section 5).
pub const MANY_MEMBERS: usize = 64;

/// More places than this in one module variable become the whole variable.
const MANY_PATHS: usize = 4;

/// A container of the unit, by its number in [`super::containers::Containers`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ContainerId(pub u32);

/// Where taint comes from. Empty: clean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// Tainted for sure.
    pub source: Option<Witness>,
    /// Tainted if these parts of values from outside are; sorted.
    pub places: SmallVec<[(Place, Witness); 1]>,
}

impl Labels {
    pub fn source(witness: Witness) -> Self {
        Self {
            source: Some(witness),
            places: SmallVec::new(),
        }
    }

    pub fn place(place: Place, witness: Witness) -> Self {
        Self {
            source: None,
            places: smallvec::smallvec![(place, witness)],
        }
    }

    pub fn is_clean(&self) -> bool {
        self.source.is_none() && self.places.is_empty()
    }

    /// Adds the labels of `other`; of two witnesses of one label the better stays. Returns whether a label
    /// is new.
    pub fn join(&mut self, other: &Self, arena: &Arena) -> bool {
        let mut changed = false;
        match (self.source, other.source) {
            (None, Some(witness)) => {
                self.source = Some(witness);
                changed = true;
            }
            (Some(ours), Some(theirs)) => self.source = Some(arena.better(ours, theirs)),
            (_, None) => {}
        }
        for &(place, witness) in &other.places {
            changed |= self.add_place(place, witness, arena);
        }
        changed
    }

    pub fn add_place(&mut self, place: Place, witness: Witness, arena: &Arena) -> bool {
        let found = self
            .places
            .binary_search_by(|(other, _)| order(*other).cmp(&order(place)));
        match found {
            Ok(index) => {
                let ours = &mut self.places[index].1;
                *ours = arena.better(*ours, witness);
                false
            }
            Err(index) => {
                // Covered already by the whole value.
                let whole = Place::new(place.origin, Path::whole());
                if place != whole && self.has(whole) {
                    return false;
                }
                self.places.insert(index, (place, witness));
                if self.places.len() > MANY_PLACES {
                    self.fold(arena);
                }
                true
            }
        }
    }

    fn has(&self, place: Place) -> bool {
        self.places
            .binary_search_by(|(other, _)| order(*other).cmp(&order(place)))
            .is_ok()
    }

    /// Too many parts of values are told apart: from here on their wholes stand for them.
    fn fold(&mut self, arena: &Arena) {
        let places = std::mem::take(&mut self.places);
        let mut folded = Self::default();
        for (place, witness) in places {
            let whole = Place::new(place.origin, Path::whole());
            match folded.places.iter_mut().find(|(other, _)| *other == whole) {
                Some((_, ours)) => *ours = arena.better(*ours, witness),
                None => folded.places.push((whole, witness)),
            }
        }
        folded.places.sort_by_key(|(place, _)| order(*place));
        self.places = folded.places;
    }

    /// Whether both are the same labels, whatever their witnesses.
    pub fn is_same(&self, other: &Self) -> bool {
        let ours = self.places.iter().map(|(place, _)| place);
        let theirs = other.places.iter().map(|(place, _)| place);
        self.source.is_some() == other.source.is_some() && ours.eq(theirs)
    }

    /// The same labels with their witnesses changed.
    #[must_use]
    pub fn map(&self, mut step: impl FnMut(Witness) -> Witness) -> Self {
        Self {
            source: self.source.map(&mut step),
            places: self
                .places
                .iter()
                .map(|&(place, witness)| (place, step(witness)))
                .collect(),
        }
    }
}

/// An order within one run; labels never speak of module variables.
fn order(place: Place) -> (u8, u32, Path) {
    match place.origin {
        Origin::Param(index) => (0, index, place.path),
        Origin::Receiver => (1, 0, place.path),
        Origin::Capture(index) => (2, index, place.path),
        Origin::Applied(index) => (3, index, place.path),
        Origin::Global(_) => (4, 0, place.path),
    }
}

/// A value of the program.
#[derive(Clone, Debug, Default)]
pub struct Value {
    pub labels: Labels,
    /// Sorted.
    pub containers: SmallVec<[ContainerId; 2]>,
}

impl Value {
    pub fn simple(labels: Labels) -> Self {
        Self {
            labels,
            containers: SmallVec::new(),
        }
    }

    pub fn container(container: ContainerId) -> Self {
        Self {
            labels: Labels::default(),
            containers: smallvec::smallvec![container],
        }
    }

    pub fn join(&mut self, other: &Self, arena: &Arena) -> bool {
        let mut changed = self.labels.join(&other.labels, arena);
        changed |= self.add_containers(&other.containers);
        changed
    }

    /// Adds containers, sorted or not; many sorted ones are merged at once.
    pub fn add_containers(&mut self, others: &[ContainerId]) -> bool {
        const FEW: usize = 4;
        if others.len() > FEW && others.is_sorted() {
            return self.merge_containers(others);
        }
        let mut changed = false;
        for &container in others {
            if let Err(index) = self.containers.binary_search(&container) {
                self.containers.insert(index, container);
                changed = true;
            }
        }
        changed
    }
}

impl Value {
    /// Adds sorted containers.
    fn merge_containers(&mut self, others: &[ContainerId]) -> bool {
        if self.containers.as_slice() == others {
            return false;
        }
        let mut own = self.containers.iter().copied().peekable();
        let mut new = others.iter().copied().peekable();
        let mut merged: SmallVec<[ContainerId; 2]> = SmallVec::with_capacity(others.len());
        loop {
            let next = match (own.peek(), new.peek()) {
                (Some(&a), Some(&b)) => a.min(b),
                (Some(&only), None) | (None, Some(&only)) => only,
                (None, None) => break,
            };
            own.next_if_eq(&next);
            while new.next_if_eq(&next).is_some() {}
            merged.push(next);
        }
        let has_grown = merged.len() > self.containers.len();
        if has_grown {
            self.containers = merged;
        }
        has_grown
    }
}

/// Containers being collected, each once.
#[derive(Default)]
pub struct ContainerSet {
    /// One bit for each number.
    words: Vec<u64>,
    found: SmallVec<[ContainerId; 2]>,
}

impl ContainerSet {
    pub fn extend(&mut self, containers: &[ContainerId]) {
        for &container in containers {
            let (word, bit) = (container.0 as usize / 64, 1_u64 << (container.0 % 64));
            if self.words.len() <= word {
                self.words.resize(word + 1, 0);
            }
            if let Some(word) = self.words.get_mut(word)
                && *word & bit == 0
            {
                *word |= bit;
                self.found.push(container);
            }
        }
    }

    pub fn into_sorted(mut self) -> SmallVec<[ContainerId; 2]> {
        self.found.sort_unstable();
        self.found
    }
}

/// What is known of a container.
#[derive(Clone, Debug)]
pub struct Content {
    pub kind: ContainerKind,
    /// How many members there are, and what their keys are.
    pub shape: Labels,
    pub members: BTreeMap<Key, Value>,
    /// All members that are not listed.
    pub rest: Value,
    /// Stands for several containers of the run: written weakly.
    pub many: bool,
    /// There were too many members to list them.
    pub is_folded: bool,
    /// A function value, worker or future that may still run can write it: written weakly.
    pub is_shared: bool,
    /// Where in the content of module variables it is.
    pub held_by: SmallVec<[Place; 1]>,
    /// Trusted views of this container: what is written here is seen there.
    pub views: SmallVec<[ContainerId; 1]>,
    /// For a trusted view: the containers that it shows.
    pub shows: SmallVec<[ContainerId; 1]>,
}

impl Content {
    pub fn new(kind: ContainerKind) -> Self {
        Self {
            kind,
            shape: Labels::default(),
            members: BTreeMap::new(),
            rest: Value::default(),
            many: false,
            is_folded: false,
            is_shared: false,
            held_by: SmallVec::new(),
            views: SmallVec::new(),
            shows: SmallVec::new(),
        }
    }

    /// The member under a known key.
    pub fn member(&self, key: Key) -> &Value {
        self.members.get(&key).unwrap_or(&self.rest)
    }

    /// Every listed member and the rest.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.members.values().chain(std::iter::once(&self.rest))
    }

    pub fn join(&mut self, other: &Self, arena: &Arena) -> bool {
        let mut changed = false;
        if self.kind != other.kind && self.kind != ContainerKind::Unknown {
            self.kind = ContainerKind::Unknown;
            changed = true;
        }
        changed |= self.shape.join(&other.shape, arena);
        if other.is_folded && !self.is_folded {
            self.fold(arena);
            changed = true;
        }
        if self.is_folded {
            for value in other.values() {
                changed |= self.rest.join(value, arena);
            }
            return self.join_flags(other) || changed;
        }
        let rest_before = (!other.members.is_empty()).then(|| self.rest.clone());
        for (key, ours) in &mut self.members {
            let theirs = other.members.get(key).unwrap_or(&other.rest);
            changed |= ours.join(theirs, arena);
        }
        if let Some(rest) = rest_before {
            for (key, theirs) in &other.members {
                if !self.members.contains_key(key) {
                    let mut value = rest.clone();
                    value.join(theirs, arena);
                    self.members.insert(*key, value);
                    changed = true;
                }
            }
        }
        changed |= self.rest.join(&other.rest, arena);
        if self.members.len() > MANY_MEMBERS {
            self.fold(arena);
            changed = true;
        }
        self.join_flags(other) || changed
    }

    fn join_flags(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (flag, theirs) in [
            (&mut self.many, other.many),
            (&mut self.is_shared, other.is_shared),
        ] {
            changed |= theirs && !*flag;
            *flag |= theirs;
        }
        for &place in &other.held_by {
            changed |= self.hold(place);
        }
        for (ours, theirs) in [
            (&mut self.views, &other.views),
            (&mut self.shows, &other.shows),
        ] {
            for &container in theirs {
                changed |= add(ours, container);
            }
        }
        changed
    }

    /// The container is at that place of a module variable from here on.
    pub fn hold(&mut self, place: Place) -> bool {
        let whole = Place::new(place.origin, Path::whole());
        if self.held_by.contains(&place) || self.held_by.contains(&whole) {
            return false;
        }
        let of_variable = self.held_by.iter().filter(|at| at.origin == place.origin);
        if of_variable.count() >= MANY_PATHS {
            self.held_by.retain(|at| at.origin != place.origin);
            self.held_by.push(whole);
        } else {
            self.held_by.push(place);
        }
        true
    }

    /// A member gets another value, or may have it as well.
    pub fn write(&mut self, key: Key, value: &Value, is_strong: bool, arena: &Arena) {
        if self.is_folded {
            self.rest.join(value, arena);
            return;
        }
        if is_strong {
            self.members.insert(key, value.clone());
        } else {
            let mut joined = self.member(key).clone();
            joined.join(value, arena);
            self.members.insert(key, joined);
        }
        if self.members.len() > MANY_MEMBERS {
            self.fold(arena);
        }
    }

    /// Some member may have the value.
    pub fn write_any(&mut self, value: &Value, arena: &Arena) {
        for member in self.members.values_mut() {
            member.join(value, arena);
        }
        self.rest.join(value, arena);
    }

    fn fold(&mut self, arena: &Arena) {
        for member in std::mem::take(&mut self.members).into_values() {
            self.rest.join(&member, arena);
        }
        self.many = true;
        self.is_folded = true;
    }
}

pub fn add(list: &mut SmallVec<[ContainerId; 1]>, container: ContainerId) -> bool {
    match list.binary_search(&container) {
        Ok(_) => false,
        Err(index) => {
            list.insert(index, container);
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, ItemId, Location, Name, TextRange};
    use crate::taint::witness::Step;

    fn sourced(arena: &mut Arena) -> Value {
        let item = ItemId::new(FileId::new("a.bal"), Name::new("f"), 0);
        let location = Location::new(item, TextRange::default());
        Value::simple(Labels::source(arena.start(Step::SourceCast, location)))
    }

    #[test]
    fn a_member_listed_on_one_side_meets_the_rest_of_the_other() {
        let mut arena = Arena::default();
        let tainted = sourced(&mut arena);
        let key = Key::named("k");
        let mut listed = Content::new(ContainerKind::Plain);
        listed.write(key, &Value::default(), true, &arena);
        let mut unlisted = Content::new(ContainerKind::Plain);
        unlisted.write_any(&tainted, &arena);
        let mut joined = listed.clone();
        assert!(joined.join(&unlisted, &arena));
        assert!(joined.member(key).labels.source.is_some());
        let mut turned = unlisted;
        assert!(turned.join(&listed, &arena));
        assert!(turned.member(key).labels.source.is_some());
        assert!(!turned.clone().join(&joined, &arena));
    }

    #[test]
    fn strong_writes_clean_and_weak_ones_do_not() {
        let mut arena = Arena::default();
        let tainted = sourced(&mut arena);
        let key = Key::Index(0);
        let mut content = Content::new(ContainerKind::Plain);
        content.write(key, &tainted, true, &arena);
        content.write(key, &Value::default(), false, &arena);
        assert!(content.member(key).labels.source.is_some());
        content.write(key, &Value::default(), true, &arena);
        assert!(content.member(key).labels.is_clean());
    }

    #[test]
    fn many_members_become_the_rest_and_stay_there() {
        let mut arena = Arena::default();
        let tainted = sourced(&mut arena);
        let mut content = Content::new(ContainerKind::Plain);
        for index in 0..=MANY_MEMBERS as i64 {
            content.write(Key::Index(index), &tainted, true, &arena);
        }
        assert!(content.members.is_empty() && content.is_folded);
        content.write(Key::Index(0), &Value::default(), true, &arena);
        assert!(content.member(Key::Index(0)).labels.source.is_some());
    }

    #[test]
    fn many_places_become_their_wholes() {
        let arena = Arena::default();
        let mut witnesses = Arena::default();
        let witness = sourced(&mut witnesses).labels.source.expect("a source");
        let mut labels = Labels::default();
        for index in 0..=MANY_PLACES as i64 {
            let path = Path::root().member(crate::taint::place::Step::Known(Key::Index(index)));
            labels.add_place(Place::new(Origin::Param(0), path), witness, &arena);
        }
        let whole = Place::new(Origin::Param(0), Path::whole());
        assert_eq!(labels.places.as_slice(), [(whole, witness)]);
        assert!(!labels.add_place(Place::root(Origin::Param(0)), witness, &arena));
    }
}
