//! What follows from a write: module variables (T003, T004) and captured variables (T005) that get tainted data,
//! containers that are in the content of a module variable from there on, and derived sinks. What depends on
//! the unit's callers is kept for its summary.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::{ItemId, Name};
use crate::diagnostics::Code;

use super::containers::ContainerKey;
use super::eval::Eval;
use super::ir::Access;
use super::place::{Origin, Path, Place, Step as PathStep};
use super::state::State;
use super::summary::{CapturedWrite, FindingSite, Sink, VariableWrite};
use super::value::{ContainerId, Labels, Value};
use super::witness::Step;
use super::writing::Writing;

impl Eval<'_, '_> {
    /// What is wrong with a write into the container.
    pub fn judge_write(
        &mut self,
        state: &State,
        container: ContainerId,
        access: Access,
        value: &Value,
        writing: &Writing,
    ) {
        let key = self.containers.key(container);
        let mut places = state
            .content(container)
            .map(|content| content.held_by.to_vec())
            .unwrap_or_default();
        if let ContainerKey::Symbolic(place) = key
            && matches!(place.origin, Origin::Global(_))
        {
            places.push(place);
        }
        let mut variables: Vec<ItemId> = Vec::new();
        for place in places {
            for variable in self.cx.sharing(place) {
                if !variables.contains(&variable) && !self.cx.is_marked(variable) {
                    variables.push(variable);
                }
            }
        }
        if !variables.is_empty() {
            let labels = self.all_captured_too(state, value);
            for variable in variables {
                let site = FindingSite {
                    code: if writing.method.is_some() {
                        Code::T004
                    } else {
                        Code::T003
                    },
                    location: writing.location,
                    name: variable.name(),
                    method: writing.method,
                };
                self.variable_written(&labels, variable, site, writing.method.is_some());
            }
        }
        if let ContainerKey::Symbolic(place) = key
            && let Origin::Capture(index) = place.origin
            && !self.is_channel(index)
        {
            let name = self.capture_name(index);
            let labels = self.all(state, value);
            let target = match access {
                Access::Known(key) => place.member(PathStep::Known(key)),
                Access::Any => place.member(PathStep::Any),
            };
            self.captured_written(target, name, &labels, writing);
        }
    }

    /// A module variable that is not marked gets the labels, by itself or in its content.
    pub fn variable_written(
        &mut self,
        labels: &Labels,
        variable: ItemId,
        site: FindingSite,
        is_at_call: bool,
    ) {
        let step = Step::WrittenToVariable(site.name);
        let labels = self.moved(labels, &step, site.location);
        if let Some(witness) = labels.source {
            self.findings.add(site.clone(), witness, &self.cx.arena);
        }
        for (place, witness) in labels.places {
            let write = VariableWrite {
                place,
                variable,
                site: site.clone(),
                is_at_call,
                witness,
            };
            self.add_variable_write(write);
        }
    }

    pub fn add_variable_write(&mut self, write: VariableWrite) {
        let key = (write.place, write.site.location, write.variable);
        match self.variable_writes.get_mut(&key) {
            Some(ours) => ours.witness = self.cx.arena.better(ours.witness, write.witness),
            None => {
                self.variable_writes.insert(key, write);
            }
        }
    }

    /// A captured variable, or a part of what it holds, gets the labels.
    pub fn captured_written(
        &mut self,
        target: Place,
        name: Name,
        labels: &Labels,
        writing: &Writing,
    ) {
        let site = FindingSite {
            code: Code::T005,
            location: writing.location,
            name,
            method: None,
        };
        let labels = self.moved(labels, &writing.step, writing.location);
        self.captured_labels(target, &site, labels);
    }

    /// Splits the labels of a captured write: what the unit's own caller brings makes a sink, the rest is judged
    /// where the function value is made.
    pub fn captured_labels(&mut self, target: Place, site: &FindingSite, labels: Labels) {
        let mut own = Labels {
            source: labels.source,
            ..Labels::default()
        };
        for (place, witness) in labels.places {
            match place.origin {
                // Its own taint: then it is tainted already.
                origin if origin == target.origin && place.path.covers(target.path) => {}
                Origin::Capture(_) => {
                    own.add_place(place, witness, &self.cx.arena);
                }
                Origin::Param(_) | Origin::Receiver | Origin::Applied(_) | Origin::Global(_) => {
                    self.add_sink(Sink {
                        place,
                        site: site.clone(),
                        captured: Some(target),
                        is_marked: false,
                        witness,
                    });
                }
            }
        }
        if own.is_clean() {
            return;
        }
        let key = (target, site.location);
        match self.captured_writes.get_mut(&key) {
            Some(write) => {
                write.labels.join(&own, &self.cx.arena);
            }
            None => {
                let write = CapturedWrite {
                    target,
                    labels: own,
                    site: site.clone(),
                };
                self.captured_writes.insert(key, write);
            }
        }
    }

    pub fn add_sink(&mut self, sink: Sink) {
        let is_told_apart =
            self.ir.unit.is_inner() || matches!(sink.place.origin, Origin::Receiver);
        let key = (
            sink.place,
            is_told_apart.then_some(sink.site.location),
            sink.site.name,
        );
        let key = if is_told_apart {
            key
        } else {
            (sink.place, None, Name::new(""))
        };
        match self.sinks.get_mut(&key) {
            Some(ours) => {
                if self.cx.arena.better(ours.witness, sink.witness) == sink.witness {
                    *ours = sink;
                }
            }
            None => {
                self.sinks.insert(key, sink);
            }
        }
    }

    /// The containers of the value are at `held`, a place in a module variable, from here on.
    pub fn hold(&mut self, state: &mut State, value: &Value, held: Place) {
        for (container, held) in self.places_beneath(state, value, held) {
            match self.containers.key(container) {
                ContainerKey::Symbolic(place) => match place.origin {
                    Origin::Global(_) => self.cx.share(place, held),
                    Origin::Param(_)
                    | Origin::Receiver
                    | Origin::Applied(_)
                    | Origin::Capture(_) => {
                        self.holds.insert((place, held));
                        state.content_mut(container, &self.containers).hold(held);
                    }
                },
                ContainerKey::Made { .. } | ContainerKey::Cell(_) => {
                    self.held.insert(container);
                    let content = state.content_mut(container, &self.containers);
                    let others = content.held_by.clone();
                    if content.hold(held) {
                        for other in others {
                            self.cx.share(other, held);
                        }
                        self.seen(state, container);
                    }
                }
                ContainerKey::Function(_) => {}
            }
        }
    }

    /// Every container that can be reached from the value, with its place when the value is at `start`.
    fn places_beneath(
        &mut self,
        state: &State,
        value: &Value,
        start: Place,
    ) -> Vec<(ContainerId, Place)> {
        let mut found: IndexMap<ContainerId, Place, FxBuildHasher> = IndexMap::default();
        let add = |id: ContainerId,
                   place: Place,
                   found: &mut IndexMap<ContainerId, Place, FxBuildHasher>| {
            found
                .entry(id)
                .and_modify(|known| {
                    if *known != place {
                        *known = Place::new(start.origin, Path::whole());
                    }
                })
                .or_insert(place);
        };
        for &container in &value.containers {
            add(container, start, &mut found);
        }
        let mut at = 0;
        while let Some((&container, &place)) = found.get_index(at) {
            at += 1;
            if let ContainerKey::Symbolic(own) = self.containers.key(container)
                && self.is_symbolic(own.origin)
            {
                for inner in self.containers.beneath(own) {
                    add(inner, place.whole(), &mut found);
                }
            }
            let Some(content) = state.content(container) else {
                continue;
            };
            let members = content.members.iter();
            let members = members.map(|(key, value)| (PathStep::Known(*key), value));
            for (step, value) in members.chain([(PathStep::Any, &content.rest)]) {
                for &inner in &value.containers {
                    add(inner, place.member(step), &mut found);
                }
            }
        }
        found.into_iter().collect()
    }
}
