//! Summaries instantiated: what a call of a unit returns, writes and does, in terms of what the caller hands in
//! (spec/taint.md sections 7 and 12). Sinks are in [`super::sinks`].

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Location, Name};
use crate::limits;

use super::call::{Frame, How, Report, Slot};
use super::containers::ContainerKey;
use super::eval::{Eval, Nested, Part};
use super::ir::{Access, Parts};
use super::place::{Origin, Place, Step as PathStep};
use super::state::State;
use super::summary::{OutKey, Outcome, Ref, Summary, VariableWrite};
use super::unit::Unit;
use super::value::{ContainerId, Content, Labels, Value};
use super::witness::{Step, Witness};
use super::writing::Writing;

impl Eval<'_, '_> {
    /// What a call of `unit` does and returns.
    pub fn instantiate(
        &mut self,
        state: &mut State,
        unit: Unit,
        mut frame: Frame,
        how: &How,
    ) -> Value {
        let Some(summary) = self.cx.summary(unit) else {
            return self.unknown_call(state, &frame, how, None);
        };
        let mut result = Value::default();
        // Two arguments may be one container, function arguments may return what others were given: then it
        // is repeated until nothing changes. Everything only grows, so this ends.
        let repeats = !summary.applies.is_empty()
            || (!summary.outs.is_empty() && self.share_containers(state, &frame));
        for round in 0..limits::TAINT_ROUNDS {
            let before = state.clone();
            if round == 0 {
                self.fill_defaults(state, unit, &summary, &mut frame, how);
            }
            self.report_sinks(state, unit, &summary, &mut frame, how);
            let mut grown = self.apply_functions(state, unit, &summary, &mut frame, how);
            if frame.is_creation {
                if !grown {
                    break;
                }
                continue;
            }
            let value = self.result_of(state, unit, &summary, &frame, how);
            grown |= result.join(&value, &self.cx.arena);
            self.apply_outs(state, unit, &summary, &frame, how);
            if !repeats {
                break;
            }
            let mut compared = before;
            let changed = compared.join_heap(state, &self.cx.arena);
            if !changed && !grown && round > 0 {
                break;
            }
        }
        if frame.is_creation {
            return result;
        }
        self.effects_on_variables(state, unit, &summary, &frame, how);
        result
    }

    /// Whether one container may be reached from two arguments, or on two ways from one.
    fn share_containers(&mut self, state: &State, frame: &Frame) -> bool {
        let args = frame.params.iter().map(|slot| &slot.value);
        let args = args.chain(&frame.receiver).chain(&frame.cells);
        let mut seen: FxHashSet<ContainerId> = FxHashSet::default();
        let mut work: Vec<ContainerId> = Vec::new();
        for container in args.flat_map(|value| value.containers.clone()) {
            if !seen.insert(container) {
                return true;
            }
            work.push(container);
        }
        while let Some(container) = work.pop() {
            let mut inner = Vec::new();
            if let ContainerKey::Symbolic(place) = self.containers.key(container) {
                inner.extend(self.containers.beneath(place));
            }
            if let Some(content) = state.content(container) {
                inner.extend(content.values().flat_map(|value| value.containers.clone()));
            }
            inner.sort_unstable();
            inner.dedup();
            for next in inner {
                if next == container {
                    continue;
                }
                if !seen.insert(next) {
                    return true;
                }
                work.push(next);
            }
        }
        false
    }

    fn fill_defaults(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &mut Frame,
        how: &How,
    ) {
        let Unit::Function(id) = unit else { return };
        if frame.is_creation {
            return;
        }
        for (index, param) in summary.params.iter().enumerate() {
            if index >= frame.params.len() {
                frame.params.push(Slot::default());
            }
            let Some(default) = param.default else {
                continue;
            };
            if frame.params[index].location.is_some() {
                continue;
            }
            let inner = Frame {
                receiver: frame.receiver.clone(),
                params: frame.params[..index].to_vec(),
                ..Frame::default()
            };
            let mut inner_how = how.clone();
            inner_how.nth = self.nested(how.nth, Nested::Default(index as u32));
            inner_how.parts = Parts::ALL;
            let default_unit = Unit::Default(id, index as u32);
            let value = if self.cx.summary(default_unit).is_some() {
                self.instantiate(state, default_unit, inner, &inner_how)
            } else {
                Value::default()
            };
            frame.params[index] = Slot {
                value,
                location: Some(default),
                ..Slot::default()
            };
        }
    }

    /// The value at a place of the callee.
    pub fn at_place(&mut self, state: &mut State, frame: &Frame, place: Place) -> Value {
        let reads = frame.reads.clone();
        let state = match &reads {
            Some(reads) if frame.is_started || matches!(place.origin, Origin::Capture(_)) => reads,
            _ => &*state,
        };
        let mut value = match place.origin {
            Origin::Param(index) => frame
                .params
                .get(index as usize)
                .map(|slot| slot.value.clone())
                .unwrap_or_default(),
            Origin::Receiver => frame.receiver.clone().unwrap_or_default(),
            Origin::Capture(index) => {
                let cells = frame.cells.get(index as usize).cloned().unwrap_or_default();
                self.read_cells(state, &cells, Parts::ALL)
            }
            Origin::Applied(index) => frame
                .applied
                .get(index as usize)
                .cloned()
                .unwrap_or_default(),
            Origin::Global(_) => {
                let mut value = Value::default();
                value.add_containers(&self.containers.symbolic(place));
                return value;
            }
        };
        for &step in place.path.steps() {
            let access = match step {
                PathStep::Known(key) => Access::Known(key),
                PathStep::Any => Access::Any,
                PathStep::KeyOf(param) => frame
                    .params
                    .get(param as usize)
                    .and_then(|slot| slot.key)
                    .map_or(Access::Any, Access::Known),
            };
            value = self.load(state, &value, access, Parts::ALL);
        }
        value
    }

    pub fn labels_at(&mut self, state: &mut State, frame: &Frame, place: Place) -> Labels {
        if let Some(known) = self.before_call.as_ref().and_then(|memo| memo.get(&place)) {
            return known.clone();
        }
        let labels = self.labels_now(state, frame, place);
        if let Some(memo) = &mut self.before_call {
            memo.insert(place, labels.clone());
        }
        labels
    }

    fn labels_now(&mut self, state: &mut State, frame: &Frame, place: Place) -> Labels {
        let value = self.at_place(state, frame, place);
        let reads = frame.reads.clone();
        let state = match &reads {
            Some(reads) if frame.is_started || matches!(place.origin, Origin::Capture(_)) => reads,
            _ => &*state,
        };
        if place.path.is_whole() {
            self.all(state, &value)
        } else {
            self.shape(state, &value)
        }
    }

    fn containers_at(&mut self, state: &mut State, frame: &Frame, place: Place) -> Value {
        let mut value = self.at_place(state, frame, place);
        if place.path.is_whole() {
            let reachable = self.reachable(state, &value);
            value.add_containers(&reachable);
        }
        value.labels = Labels::default();
        value
    }

    /// The chain from the caller's `outer` through the argument into the callee's `inner`.
    pub fn chained(
        &mut self,
        outer: Witness,
        unit: Unit,
        inner: Witness,
        place: Place,
        frame: &Frame,
    ) -> Witness {
        let location = self.here();
        let mut witness = outer;
        match place.origin {
            Origin::Param(index) => {
                if let Some(slot) = frame.params.get(index as usize)
                    && let Some(at) = slot.location
                    && let Some(summary) = self.cx.summary(unit)
                    && let Some(param) = summary.params.get(index as usize)
                {
                    let step = Step::Passed(param.name, summary.name);
                    witness = self.cx.arena.then(witness, step, at);
                }
            }
            Origin::Receiver => {}
            Origin::Capture(index) => {
                let step = self.captured_step(unit, index);
                witness = self.cx.arena.then(witness, step, location);
            }
            Origin::Applied(_) | Origin::Global(_) => {}
        }
        if self.cx.is_library(unit) {
            return witness;
        }
        let length = self.cx.length(unit, inner);
        self.cx.arena.inside(witness, unit, inner, length, location)
    }

    /// The callee's labels in terms of the caller.
    pub fn substituted(
        &mut self,
        state: &mut State,
        unit: Unit,
        frame: &Frame,
        labels: &Labels,
    ) -> Labels {
        let mut found = Labels::default();
        if let Some(inner) = labels.source {
            found.source = Some(self.source_inside(unit, inner));
        }
        for &(place, inner) in &labels.places {
            let outer = self.labels_at(state, frame, place);
            let outer = Labels {
                source: outer
                    .source
                    .map(|witness| self.chained(witness, unit, inner, place, frame)),
                places: outer
                    .places
                    .iter()
                    .map(|&(at, witness)| (at, self.chained(witness, unit, inner, place, frame)))
                    .collect(),
            };
            found.join(&outer, &self.cx.arena);
        }
        found
    }

    /// A source inside of the callee, seen from here.
    fn source_inside(&mut self, unit: Unit, inner: Witness) -> Witness {
        let location = self.here();
        let name = self.cx.unit_name(unit);
        let witness = self.cx.arena.start(Step::Outside, location);
        if self.cx.is_library(unit) {
            return self
                .cx
                .arena
                .then(witness, Step::SourceCall(name), location);
        }
        let length = self.cx.length(unit, inner);
        self.cx.arena.inside(witness, unit, inner, length, location)
    }

    fn outcome(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        how: &How,
        outcome: &Outcome,
    ) -> Value {
        let labels = self.substituted(state, unit, frame, &outcome.labels);
        let mut value = Value::simple(labels);
        for &reference in &outcome.refs {
            match reference {
                Ref::New(node) => {
                    let id = self.node(state, unit, summary, frame, how, node);
                    value.add_containers(&[id]);
                }
                Ref::Outside(place) => {
                    let found = self.containers_at(state, frame, place);
                    value.add_containers(&found.containers);
                }
                Ref::Cell(index) => {
                    if let Some(cells) = frame.cells.get(index as usize) {
                        value.add_containers(&cells.containers);
                    }
                }
                Ref::Function(id) => {
                    let id = self.containers.id(ContainerKey::Function(id));
                    value.add_containers(&[id]);
                }
            }
        }
        value
    }

    fn node_id(&mut self, unit: Unit, how: &How, node: u32) -> ContainerId {
        self.made(how.site, Part::Node(unit, how.nth, node))
    }

    /// The container that the call makes for a node of the summary, with all nodes beneath.
    fn node(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        how: &How,
        node: u32,
    ) -> ContainerId {
        let id = self.node_id(unit, how, node);
        let mut work = vec![node];
        let mut seen = vec![node];
        while let Some(index) = work.pop() {
            let Some(found) = summary.nodes.get(index as usize) else {
                continue;
            };
            let own = self.node_id(unit, how, index);
            let mut content = Content::new(found.kind);
            content.many = found.many;
            content.held_by = found.held_by.iter().copied().collect();
            content.shape = self.substituted(state, unit, frame, &found.shape);
            let members = found.members.iter().map(|(key, value)| (Some(*key), value));
            for (key, inner) in members.chain([(None, &found.rest)]) {
                let mut flat = inner.clone();
                flat.refs
                    .retain(|reference| !matches!(reference, Ref::New(_)));
                let mut value = self.outcome(state, unit, summary, frame, how, &flat);
                for reference in &inner.refs {
                    if let Ref::New(next) = reference {
                        value.add_containers(&[self.node_id(unit, how, *next)]);
                        if !seen.contains(next) {
                            seen.push(*next);
                            work.push(*next);
                        }
                    }
                }
                match key {
                    Some(key) => content.write(key, &value, true, &self.cx.arena),
                    None => {
                        content.rest.join(&value, &self.cx.arena);
                    }
                }
            }
            // Later rounds of one call, and other ways into the callee, add to it.
            state.join_content(own, &content, &self.cx.arena);
            self.seen(state, own);
        }
        id
    }

    fn result_of(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        how: &How,
    ) -> Value {
        let mut value = if summary.is_source {
            let step = Step::SourceCall(summary.name);
            let witness = self.cx.arena.start(step, how.location);
            let part = Part::Unknown(how.nth);
            let mut value = self.tainted(state, witness, how.parts, how.site, part);
            let refs = Outcome {
                labels: Labels::default(),
                refs: summary.ret.refs.clone(),
            };
            let aliases = self.outcome(state, unit, summary, frame, how, &refs);
            value.add_containers(&aliases.containers);
            value
        } else {
            self.outcome(state, unit, summary, frame, how, &summary.ret)
        };
        let step = Step::Returned(summary.name);
        if !summary.is_source {
            value.labels = self.moved(&value.labels, &step, how.location);
        }
        let panics = self.outcome(state, unit, summary, frame, how, &summary.panics);
        match how.trap {
            Some(trap) => {
                let mut trapped = state.register(trap);
                trapped.join(&panics, &self.cx.arena);
                state.set(trap, trapped);
            }
            None => {
                self.panics.join(&panics, &self.cx.arena);
            }
        }
        if !how.parts.structured {
            value.containers.clear();
        }
        value
    }

    /// Calls the function values that the callee was given. Returns whether their results grew.
    fn apply_functions(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &mut Frame,
        how: &How,
    ) -> bool {
        let mut grown = false;
        for (index, apply) in summary.applies.iter().enumerate() {
            if frame.applied.len() <= index {
                frame.applied.push(Value::default());
            }
            let mut function = self.containers_at(state, frame, apply.callee);
            function.labels = Labels::default();
            let mut inner = how.clone();
            inner.nth = self.nested(how.nth, Nested::Apply(index as u32));
            // A function value that is being called already, or too many of them: what it calls in turn is not
            // followed.
            self.callbacks += 1;
            let is_many = self.callbacks > limits::TAINT_CALLBACKS;
            let is_deep = inner.active.len() > limits::TAINT_CALLBACK_DEPTH;
            inner.is_shallow = is_many || is_deep || inner.active.contains(&unit);
            inner.active.push(unit);
            inner.parts = Parts::ALL;
            let mut params = Vec::new();
            let at = match apply.callee.origin {
                Origin::Param(param) => frame
                    .params
                    .get(param as usize)
                    .and_then(|slot| slot.location),
                _ => None,
            };
            let at = at.unwrap_or(how.location);
            for arg in &apply.args {
                let value = self.outcome(state, unit, summary, frame, &inner, arg);
                params.push(Slot {
                    value,
                    location: Some(at),
                    ..Slot::default()
                });
            }
            inner.report = Report::Inside(at);
            for (slot, arg) in params.iter_mut().zip(&apply.args) {
                if let Some((name, location)) = self.bringing(state, summary, frame, arg) {
                    slot.location = Some(location);
                    slot.name = Some(name);
                }
            }
            let called = Frame {
                params,
                ..Frame::default()
            };
            let value = if how.is_shallow {
                self.unresolved(state, &function, &called, &inner)
            } else {
                self.call_value(state, &function, apply.ty, &called, &inner, None)
            };
            grown |= frame.applied[index].join(&value, &self.cx.arena);
        }
        grown
    }

    /// What a function value returns that is not followed: everything that it is given or has captured.
    fn unresolved(
        &mut self,
        state: &mut State,
        function: &Value,
        called: &Frame,
        how: &How,
    ) -> Value {
        let mut given = called.clone();
        let mut captured = Value::default();
        for container in self.reachable(state, function) {
            if let Some(content) = state.content(container) {
                captured.labels.join(&content.shape, &self.cx.arena);
                for value in content.values() {
                    captured.labels.join(&value.labels, &self.cx.arena);
                }
            }
            if let ContainerKey::Symbolic(place) = self.containers.key(container) {
                let labels = self.outside_labels(place.whole());
                captured.labels.join(&labels, &self.cx.arena);
            }
        }
        captured.add_containers(&function.containers);
        given.params.push(Slot {
            value: captured,
            ..Slot::default()
        });
        self.unknown_call(state, &given, how, None)
    }

    /// The argument that taints what a callee hands to a function value: its parameter and place.
    fn bringing(
        &mut self,
        state: &State,
        summary: &Summary,
        frame: &Frame,
        arg: &Outcome,
    ) -> Option<(Name, Location)> {
        if summary.is_library {
            return None;
        }
        let places = arg.labels.places.iter().map(|(place, _)| *place);
        let containers = arg.refs.iter().filter_map(|reference| match reference {
            Ref::Outside(place) => Some(*place),
            Ref::New(_) | Ref::Cell(_) | Ref::Function(_) => None,
        });
        let places: Vec<Place> = places.chain(containers).collect();
        places.into_iter().find_map(|place| {
            let Origin::Param(index) = place.origin else {
                return None;
            };
            let slot = frame.params.get(index as usize)?;
            let is_tainted = !self.all(state, &slot.value).is_clean();
            let name = summary.params.get(index as usize)?.name;
            is_tainted.then_some((name, slot.location?))
        })
    }

    fn apply_outs(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        how: &How,
    ) {
        // All values are those before the call, so each place of the callee is looked up once.
        let mut writes = Vec::with_capacity(summary.outs.len());
        self.before_call = Some(FxHashMap::default());
        for out in &summary.outs {
            let value = self.outcome(state, unit, summary, frame, how, &out.value);
            let base = self.containers_at(state, frame, out.place);
            writes.push((out, base, value));
        }
        self.before_call = None;
        for (out, base, value) in writes {
            let is_receiver = out.place.origin == Origin::Receiver;
            let writing = Writing {
                location: how.location,
                step: Step::WrittenBy(summary.name),
                method: (is_receiver && !summary.is_library).then_some(summary.name),
                is_call: true,
            };
            if out.key == OutKey::Cell {
                if let Origin::Capture(index) = out.place.origin {
                    let cells = frame.cells.get(index as usize).cloned().unwrap_or_default();
                    self.write_cells(state, &cells, &value, &writing);
                }
                continue;
            }
            match out.key {
                OutKey::Known(key) => {
                    self.store(state, &base, Access::Known(key), value, &writing);
                }
                OutKey::Any => self.store(state, &base, Access::Any, value, &writing),
                OutKey::Shape => self.write_shape(state, &base, &value.labels),
                OutKey::Everything => {
                    let step = Step::TaintedArgument(
                        Self::param_name(summary, out.place.origin),
                        summary.name,
                    );
                    let witness = self.cx.arena.start(step, how.location);
                    self.taint_argument(state, &base, witness, unit, out.place.origin, how);
                }
                OutKey::Cell => {}
            }
        }
    }

    fn param_name(summary: &Summary, origin: Origin) -> Name {
        match origin {
            Origin::Param(index) => summary
                .params
                .get(index as usize)
                .map_or(summary.name, |param| param.name),
            _ => Name::new("self"),
        }
    }

    /// Everything in the containers becomes tainted.
    fn taint_argument(
        &mut self,
        state: &mut State,
        base: &Value,
        witness: Witness,
        unit: Unit,
        origin: Origin,
        how: &How,
    ) {
        let index = match origin {
            Origin::Param(index) => index,
            _ => u32::MAX >> 1,
        };
        let part = Part::Argument(unit, index);
        let tainted = self.tainted(state, witness, Parts::ALL, how.site, part);
        let writing = Writing {
            location: how.location,
            step: Step::Outside,
            method: None,
            is_call: true,
        };
        let reachable = self.reachable(state, base);
        let mut all = Value::default();
        all.add_containers(&reachable);
        self.write_shape(state, &all, &tainted.labels.clone());
        for container in reachable {
            self.judge_write(state, container, Access::Any, &tainted, &writing);
            let content = state.content_mut(container, &self.containers);
            content.write_any(&tainted, &self.cx.arena);
            self.seen(state, container);
        }
    }

    fn effects_on_variables(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        how: &How,
    ) {
        for write in &summary.variable_writes {
            let labels = Labels::place(write.place, write.witness);
            let labels = self.substituted(state, unit, frame, &labels);
            let mut site = write.site.clone();
            if write.is_at_call {
                site.location = how.location;
            }
            if let Some(witness) = labels.source {
                self.findings.add(site.clone(), witness, &self.cx.arena);
            }
            for (place, witness) in labels.places {
                self.add_variable_write(VariableWrite {
                    place,
                    variable: write.variable,
                    site: site.clone(),
                    is_at_call: write.is_at_call,
                    witness,
                });
            }
        }
        for &(place, held) in &summary.holds {
            let value = self.containers_at(state, frame, place);
            self.hold(state, &value, held);
        }
    }
}
