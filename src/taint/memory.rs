//! Containers: reading and writing members, whole values, and what follows from a write (module variables,
//! captured variables, trusted views). spec/taint.md sections 4 to 6.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::base::{ItemId, Location, Name};
use crate::diagnostics::Code;

use super::containers::ContainerKey;
use super::eval::{Eval, Part};
use super::ir::{Access, ContainerKind, Parts, Site};
use super::place::{Origin, Path, Place, Step as PathStep};
use super::state::State;
use super::summary::{CapturedWrite, FindingSite, Sink, VariableWrite};
use super::value::{ContainerId, Content, Labels, Value, add};
use super::witness::{Step, Witness};

/// Who writes.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The statement or call.
    pub location: Location,
    pub step: Step,
    /// The method called on what is written.
    pub method: Option<Name>,
    /// The write happens inside of a call.
    pub is_call: bool,
}

impl Eval<'_, '_> {
    // ---- values from outside ------------------------------------------------------------------

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

    // ---- reading ------------------------------------------------------------------------------

    pub fn load(&mut self, state: &State, base: &Value, access: Access, parts: Parts) -> Value {
        let mut value = Value::simple(base.labels.clone());
        for &container in &base.containers {
            let member = self.member(state, container, access, parts);
            value.join(&member, &self.cx.arena);
        }
        if !parts.structured {
            value.containers.clear();
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
    fn is_symbolic(&self, origin: Origin) -> bool {
        match (self.mode, origin) {
            (super::eval::Mode::Entry, Origin::Param(_)) => self.is_trusted(origin),
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
                    let _ = place;
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

    // ---- captured variables -------------------------------------------------------------------

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

    pub fn write_cells(
        &mut self,
        state: &mut State,
        cells: &Value,
        value: &Value,
        writing: &Writing,
    ) {
        let is_alone = cells.containers.len() == 1;
        for &cell in &cells.containers {
            let is_strong = is_alone
                && !writing.is_call
                && self.containers.is_newest(cell)
                && state
                    .content(cell)
                    .is_some_and(|content| !content.is_shared && !content.many);
            if let ContainerKey::Cell(index) = self.containers.key(cell)
                && !self.is_channel(index)
                && !writing.is_call
            {
                let name = self.capture_name(index);
                let labels = self.all(state, value);
                self.captured_written(Place::root(Origin::Capture(index)), name, &labels, writing);
            }
            let content = state.content_mut(cell, &self.containers);
            if is_strong {
                content.rest = value.clone();
            } else {
                content.rest.join(value, &self.cx.arena);
            }
            let held = content.held_by.clone();
            for place in held {
                self.hold(state, value, place);
            }
            self.seen(state, cell);
        }
    }

    pub fn is_channel(&self, capture: u32) -> bool {
        let capture = self.ir.captures.get(capture as usize);
        capture.is_some_and(|capture| capture.is_channel)
    }

    pub fn capture_name(&self, capture: u32) -> Name {
        let capture = self.ir.captures.get(capture as usize);
        capture.map_or_else(|| Name::new("self"), |capture| capture.name)
    }

    // ---- writing ------------------------------------------------------------------------------

    /// Writes a member of every container that `base` may be.
    pub fn store(
        &mut self,
        state: &mut State,
        base: &Value,
        access: Access,
        mut value: Value,
        writing: &Writing,
    ) {
        value.labels = self.moved(&value.labels, &writing.step, writing.location);
        let is_alone = base.containers.len() == 1;
        for &container in &base.containers {
            let single = is_alone && !writing.is_call && self.is_single(state, container);
            self.write(state, container, access, &value, single, writing);
            let related = state.content(container).map(|content| {
                let mut related = content.views.clone();
                for &shown in &content.shows {
                    add(&mut related, shown);
                }
                related
            });
            for other in related.into_iter().flatten() {
                self.write(state, other, access, &value, false, writing);
            }
            self.write_held(state, container, access, &value);
        }
    }

    /// A write into the content of a module variable may hit containers of this unit that are there.
    fn write_held(
        &mut self,
        state: &mut State,
        container: ContainerId,
        access: Access,
        value: &Value,
    ) {
        let ContainerKey::Symbolic(place) = self.containers.key(container) else {
            return;
        };
        if !matches!(place.origin, Origin::Global(_)) || self.held.is_empty() {
            return;
        }
        for held in self.held.clone() {
            let is_there = state.content(held).is_some_and(|content| {
                let mut places = content.held_by.iter();
                places.any(|at| at.origin == place.origin && at.path.overlaps(place.path))
            });
            if is_there {
                let content = state.content_mut(held, &self.containers);
                match access {
                    Access::Known(key) => content.write(key, value, false, &self.cx.arena),
                    Access::Any => content.write_any(value, &self.cx.arena),
                }
                self.seen(state, held);
            }
        }
    }

    fn is_single(&self, state: &State, container: ContainerId) -> bool {
        let is_private = state
            .content(container)
            .is_some_and(|content| !content.many && !content.is_shared && content.shows.is_empty());
        is_private && self.containers.is_newest(container)
    }

    fn write(
        &mut self,
        state: &mut State,
        container: ContainerId,
        access: Access,
        value: &Value,
        is_strong: bool,
        writing: &Writing,
    ) {
        self.judge_write(state, container, access, value, writing);
        let arena = &self.cx.arena;
        let content = state.content_mut(container, &self.containers);
        match access {
            Access::Known(key) => content.write(key, value, is_strong, arena),
            Access::Any => content.write_any(value, arena),
        }
        let mut held = content.held_by.clone();
        if let ContainerKey::Symbolic(place) = self.containers.key(container)
            && matches!(place.origin, Origin::Global(_))
        {
            held.push(place);
        }
        let step = match access {
            Access::Known(key) => PathStep::Known(key),
            Access::Any => PathStep::Any,
        };
        for place in held {
            self.hold(state, value, place.member(step));
        }
        self.seen(state, container);
    }

    /// More labels for the shape of the containers.
    pub fn write_shape(&mut self, state: &mut State, base: &Value, labels: &Labels) {
        for &container in &base.containers {
            let content = state.content_mut(container, &self.containers);
            content.shape.join(labels, &self.cx.arena);
            self.seen(state, container);
        }
    }

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
}
