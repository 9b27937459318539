//! Containers read: members, whole values, shapes; values from outside, tainted values and trusted views.
//! spec/taint.md sections 1 to 4. Writing is in [`super::writing`].

use rustc_hash::FxHashSet;

use crate::base::{ItemId, Location, Name};

use super::containers::ContainerKey;
use super::eval::{Eval, Mode, Part};
use super::ir::{Access, ContainerKind, Parts, Site};
use super::place::{Origin, Path, Place, Step as PathStep};
use super::state::State;
use super::value::{ContainerId, ContainerSet, Content, Labels, Value, add};
use super::witness::{Step, Witness};

impl Eval<'_, '_> {
    /// What stands at a place of the caller.
    pub fn outside(&mut self, place: Place, parts: Parts) -> Value {
        let mut value = Value::default();
        if parts.simple {
            value.labels = self.outside_labels(place);
        }
        if parts.structured {
            value.add_containers(&self.containers.symbolic(place));
        }
        value
    }

    pub fn outside_labels(&mut self, place: Place) -> Labels {
        match place.origin {
            Origin::Global(_) => Labels::default(),
            origin if self.is_trusted(origin) => Labels::default(),
            _ => {
                let item = self.item();
                let start = Location::new(item, crate::base::TextRange::default());
                let witness = self.cx.arena.start(Step::Outside, start);
                Labels::place(place, witness)
            }
        }
    }

    pub fn read_variable(
        &mut self,
        variable: ItemId,
        name: Name,
        parts: Parts,
        is_marked: bool,
    ) -> Value {
        let mut value = self.outside(Place::root(Origin::Global(variable)), parts);
        if is_marked && parts.simple {
            let location = self.here();
            let witness = self.cx.arena.start(Step::SourceVariable(name), location);
            value.labels = Labels::source(witness);
        }
        value
    }

    /// The labels that come with everything in a module variable.
    pub fn variable_labels(&mut self, origin: Origin) -> Labels {
        let Origin::Global(variable) = origin else {
            return Labels::default();
        };
        if !self.cx.is_marked(variable) {
            return Labels::default();
        }
        let location = self.here();
        let step = Step::SourceVariable(variable.name());
        Labels::source(self.cx.arena.start(step, location))
    }

    /// A wholly tainted value; its container is new.
    pub fn tainted(
        &mut self,
        state: &mut State,
        witness: Witness,
        parts: Parts,
        site: Site,
        part: Part,
    ) -> Value {
        let labels = Labels::source(witness);
        self.filled(state, &labels, parts, site, part)
    }

    /// A value with the labels everywhere; its container is new.
    pub fn filled(
        &mut self,
        state: &mut State,
        labels: &Labels,
        parts: Parts,
        site: Site,
        part: Part,
    ) -> Value {
        let mut value = Value::default();
        if parts.simple || !parts.structured {
            value.labels = labels.clone();
        }
        if !parts.structured {
            return value;
        }
        let outer = self.made(site, part);
        let inside = self.made_inside(site, part);
        let kind = if parts.error {
            ContainerKind::Unknown
        } else {
            ContainerKind::Plain
        };
        let rest = Value {
            labels: labels.clone(),
            containers: smallvec::smallvec![inside],
        };
        for (id, many) in [(inside, true), (outer, false)] {
            let mut content = Content::new(kind);
            content.shape = labels.clone();
            content.rest = rest.clone();
            content.many = many;
            // The same call may be gone through several times until nothing changes.
            state.join_content(id, &content, &self.cx.arena);
            self.seen(state, id);
        }
        value.add_containers(&[outer]);
        value
    }

    pub fn load(&mut self, state: &State, base: &Value, access: Access, parts: Parts) -> Value {
        let mut value = Value::simple(base.labels.clone());
        // Values that come from far outside may be hundreds of containers with hundreds of members each.
        let mut found = ContainerSet::default();
        for &container in &base.containers {
            let member = self.member(state, container, access, parts);
            value.labels.join(&member.labels, &self.cx.arena);
            found.extend(&member.containers);
        }
        if parts.structured {
            value.containers = found.into_sorted();
        }
        value
    }

    fn member(
        &mut self,
        state: &State,
        container: ContainerId,
        access: Access,
        parts: Parts,
    ) -> Value {
        let mut value = match self.containers.key(container) {
            ContainerKey::Symbolic(place) if self.is_symbolic(place.origin) => {
                let step = match access {
                    Access::Known(key) => PathStep::Known(key),
                    Access::Any => PathStep::Any,
                };
                let mut value = self.outside(place.member(step), parts);
                let labels = self.variable_labels(place.origin);
                value.labels.join(&labels, &self.cx.arena);
                value
            }
            ContainerKey::Function(_) => return Value::default(),
            _ => Value::default(),
        };
        let Some(content) = state.content(container) else {
            return value;
        };
        if matches!(content.kind, ContainerKind::Function(_)) {
            return value;
        }
        match access {
            Access::Known(key) => {
                value.join(content.member(key), &self.cx.arena);
            }
            Access::Any => {
                for member in content.values() {
                    value.join(member, &self.cx.arena);
                }
            }
        }
        value
    }

    /// Whether containers from there are read as symbols; those of an entry point have a content.
    pub fn is_symbolic(&self, origin: Origin) -> bool {
        match (self.mode, origin) {
            (Mode::Entry, Origin::Param(_)) => self.is_trusted(origin),
            _ => true,
        }
    }

    /// The members that are not listed.
    pub fn unlisted(&mut self, state: &State, base: &Value) -> Value {
        let mut value = Value::simple(base.labels.clone());
        for &container in &base.containers {
            match self.containers.key(container) {
                ContainerKey::Symbolic(place) if self.is_symbolic(place.origin) => {
                    let member = self.member(state, container, Access::Any, Parts::ALL);
                    value.join(&member, &self.cx.arena);
                }
                _ => {
                    if let Some(content) = state.content(container) {
                        value.join(&content.rest, &self.cx.arena);
                    }
                }
            }
        }
        value
    }

    /// How many members there are, and their keys.
    pub fn shape(&mut self, state: &State, value: &Value) -> Labels {
        let mut labels = value.labels.clone();
        for &container in &value.containers {
            if let ContainerKey::Symbolic(place) = self.containers.key(container)
                && self.is_symbolic(place.origin)
            {
                let own = self.outside_labels(place);
                labels.join(&own, &self.cx.arena);
                let marked = self.variable_labels(place.origin);
                labels.join(&marked, &self.cx.arena);
            }
            if let Some(content) = state.content(container) {
                labels.join(&content.shape, &self.cx.arena);
            }
        }
        labels
    }

    /// Everything in the value; function values are clean.
    pub fn all(&mut self, state: &State, value: &Value) -> Labels {
        self.all_of_value(state, value, false)
    }

    /// Everything in the value, and what its function values have captured: nobody follows that further once
    /// they are in a module variable.
    pub fn all_captured_too(&mut self, state: &State, value: &Value) -> Labels {
        self.all_of_value(state, value, true)
    }

    fn all_of_value(&mut self, state: &State, value: &Value, with_captured: bool) -> Labels {
        let mut labels = value.labels.clone();
        let mut seen: FxHashSet<ContainerId> = value.containers.iter().copied().collect();
        let mut work: Vec<ContainerId> = value.containers.to_vec();
        while let Some(container) = work.pop() {
            match self.containers.key(container) {
                ContainerKey::Function(_) => continue,
                ContainerKey::Cell(index) if with_captured && !self.is_channel(index) => {
                    let place = Place::new(Origin::Capture(index), Path::whole());
                    let own = self.outside_labels(place);
                    labels.join(&own, &self.cx.arena);
                }
                ContainerKey::Symbolic(place) if self.is_symbolic(place.origin) => {
                    let whole = self.outside_labels(place.whole());
                    labels.join(&whole, &self.cx.arena);
                    let marked = self.variable_labels(place.origin);
                    labels.join(&marked, &self.cx.arena);
                    for inner in self.containers.beneath(place) {
                        if state.content(inner).is_some() && seen.insert(inner) {
                            work.push(inner);
                        }
                    }
                }
                _ => {}
            }
            let Some(content) = state.content(container) else {
                continue;
            };
            if matches!(content.kind, ContainerKind::Function(_)) && !with_captured {
                continue;
            }
            labels.join(&content.shape, &self.cx.arena);
            for member in content.values() {
                labels.join(&member.labels, &self.cx.arena);
                for &inner in &member.containers {
                    if seen.insert(inner) {
                        work.push(inner);
                    }
                }
            }
        }
        labels
    }

    /// Every container that can be reached from the value, function values and what they capture
    /// included.
    pub fn reachable(&mut self, state: &State, value: &Value) -> Vec<ContainerId> {
        let mut found: Vec<ContainerId> = value.containers.to_vec();
        let mut seen: FxHashSet<ContainerId> = found.iter().copied().collect();
        let mut at = 0;
        while let Some(&container) = found.get(at) {
            at += 1;
            if let ContainerKey::Symbolic(place) = self.containers.key(container)
                && self.is_symbolic(place.origin)
            {
                for inner in self.containers.beneath(place) {
                    if seen.insert(inner) {
                        found.push(inner);
                    }
                }
            }
            let Some(content) = state.content(container) else {
                continue;
            };
            for member in content.values() {
                for &inner in &member.containers {
                    if seen.insert(inner) {
                        found.push(inner);
                    }
                }
            }
        }
        found
    }

    pub fn read_cells(&mut self, state: &State, cells: &Value, parts: Parts) -> Value {
        let mut value = Value::default();
        for &cell in &cells.containers {
            if let ContainerKey::Cell(index) = self.containers.key(cell) {
                let own = self.outside(Place::root(Origin::Capture(index)), parts);
                value.join(&own, &self.cx.arena);
            }
            if let Some(content) = state.content(cell) {
                value.join(&content.rest, &self.cx.arena);
            }
        }
        if !parts.structured {
            value.containers.clear();
        }
        value
    }

    pub fn is_channel(&self, capture: u32) -> bool {
        let capture = self.ir.captures.get(capture as usize);
        capture.is_some_and(|capture| capture.is_channel)
    }

    pub fn capture_name(&self, capture: u32) -> Name {
        let capture = self.ir.captures.get(capture as usize);
        capture.map_or_else(|| Name::new("self"), |capture| capture.name)
    }

    /// A clean view of the value: the same containers, read as clean.
    pub fn trusted(&mut self, state: &mut State, value: &Value, site: Site, n: u32) -> Value {
        let mut plain = Value::default();
        let mut top = Vec::new();
        for &container in &value.containers {
            let kind = state.content(container).map(|content| content.kind);
            let is_function = matches!(kind, Some(ContainerKind::Function(_)))
                || matches!(self.containers.key(container), ContainerKey::Function(_));
            if is_function {
                plain.add_containers(&[container]);
            } else {
                top.push(container);
            }
        }
        if top.is_empty() {
            return plain;
        }
        let mut only = Value::default();
        only.add_containers(&top);
        let beneath: Vec<ContainerId> = self.reachable(state, &only);
        let mut kind = None;
        for &container in &top {
            let other = state
                .content(container)
                .map_or(ContainerKind::Unknown, |content| content.kind);
            kind = Some(match kind {
                None => other,
                Some(kind) if kind == other => kind,
                Some(_) => ContainerKind::Unknown,
            });
        }
        let outer = self.made(site, Part::View(n));
        let inside = self.made_inside(site, Part::View(n));
        let rest = Value::container(inside);
        let inner: Vec<ContainerId> = beneath
            .iter()
            .copied()
            .filter(|container| !top.contains(container))
            .collect();
        for (id, shows, kind) in [
            (inside, &inner, ContainerKind::Unknown),
            (outer, &top, kind.unwrap_or(ContainerKind::Unknown)),
        ] {
            let mut content = Content::new(kind);
            content.rest = rest.clone();
            content.many = true;
            for &shown in shows {
                let bases = state
                    .content(shown)
                    .map(|content| content.shows.clone())
                    .unwrap_or_default();
                for base in bases {
                    add(&mut content.shows, base);
                }
                add(&mut content.shows, shown);
            }
            for &shown in &content.shows.clone() {
                let base = state.content_mut(shown, &self.containers);
                add(&mut base.views, id);
                for place in base.held_by.clone() {
                    content.hold(place);
                }
                self.seen(state, shown);
            }
            state.join_content(id, &content, &self.cx.arena);
            self.seen(state, id);
        }
        plain.add_containers(&[outer]);
        plain
    }
}
