//! Calls: a summary is instantiated with what the caller hands in (spec/taint.md sections 7, 8 and 12).

use crate::base::{Location, Name};
use crate::diagnostics::Code;
use crate::limits;
use crate::types::{FuncId, ObjectId, Ty};

use super::containers::ContainerKey;
use super::eval::{Applied, Eval, Part};
use super::ir::{self, Access, Call, ContainerKind, Parts, Reg, Site, Target, Trust};
use super::memory::Writing;
use super::place::{Key, Origin, Place, Step as PathStep};
use super::state::State;
use super::summary::{FindingSite, OutKey, Outcome, Ref, Sink, Summary, VariableWrite};
use super::unit::Unit;
use super::value::{ContainerId, Content, Labels, Value};
use super::witness::{Step, Witness};

/// What is handed to a callee.
#[derive(Clone, Default)]
pub struct Frame {
    pub receiver: Option<Value>,
    pub params: Vec<Slot>,
    /// For each captured variable its cells.
    pub cells: Vec<Value>,
    /// What function parameters of the callee return, by number.
    pub applied: Vec<Value>,
    /// The contents that the callee sees, where they are not those of the caller's state.
    pub reads: Option<State>,
    /// Judges what depends on captured variables, and nothing else.
    pub is_creation: bool,
}

/// One argument.
#[derive(Clone, Default)]
pub struct Slot {
    pub value: Value,
    pub location: Option<Location>,
    pub key: Option<Key>,
    /// The name for findings, where it is not the callee's.
    pub name: Option<Name>,
    /// The arguments of a rest parameter that are reported on their own.
    pub items: Vec<(Value, Location)>,
}

/// How a call is made.
#[derive(Clone)]
pub struct How {
    pub site: Site,
    /// Tells calls of one site apart.
    pub nth: u32,
    pub location: Location,
    pub trap: Option<Reg>,
    pub parts: Parts,
    pub report: Report,
    pub depth: u32,
}

/// Where a sink that an argument meets is reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Report {
    AtArguments,
    /// Called by the library: inside of an anonymous function, at this place for a named one.
    Inside(Location),
}

impl Eval<'_, '_> {
    pub fn call(&mut self, state: &mut State, call: &Call) {
        let frame = self.frame(state, call);
        let location = self.here();
        let mut how = How {
            site: call.site,
            nth: 0,
            location,
            trap: call.trap,
            parts: call.parts,
            report: Report::AtArguments,
            depth: 0,
        };
        let mut result = match &call.target {
            Target::Unit(unit) => self.instantiate(state, *unit, frame, &how),
            Target::Methods(methods) => {
                let mut result = Value::default();
                let methods = Self::dispatched(state, call.receiver, methods);
                if methods.is_empty() {
                    result = self.unknown_call(state, &frame, &how, call.trust);
                }
                for unit in methods {
                    how.nth += 1;
                    let value = self.instantiate(state, unit, frame.clone(), &how);
                    result.join(&value, &self.cx.arena);
                }
                result
            }
            Target::Value { function, ty } => {
                let function = state.register(*function);
                self.call_value(state, &function, Some(*ty), &frame, &how, call.trust)
            }
            Target::Worker(function) => self.start_worker(state, *function, &how),
        };
        if call.is_started {
            let started = self.started(state, call.receiver, call);
            for container in started {
                state.content_mut(container, &self.containers).is_shared = true;
            }
        }
        if !call.parts.structured {
            result.containers.clear();
        }
        state.set(call.to, result);
    }

    /// What a strand that was started can reach.
    fn started(&mut self, state: &State, receiver: Option<Reg>, call: &Call) -> Vec<ContainerId> {
        let mut given = receiver.map(|reg| state.register(reg)).unwrap_or_default();
        let args = call.args.iter().flatten().map(|arg| arg.value);
        for reg in args.chain(call.rest.iter().map(|rest| rest.array)) {
            given.add_containers(&state.register(reg).containers);
        }
        let reachable = self.reachable(state, &given);
        reachable
            .into_iter()
            .filter(|&id| matches!(self.containers.key(id), ContainerKey::Made { .. }))
            .collect()
    }

    fn frame(&mut self, state: &State, call: &Call) -> Frame {
        let slot = |this: &Self, arg: &ir::Argument| Slot {
            value: state.register(arg.value),
            location: Some(this.location(arg.range)),
            key: arg.key,
            ..Slot::default()
        };
        let mut params: Vec<Slot> = Vec::with_capacity(call.args.len() + 1);
        for arg in &call.args {
            params.push(match arg {
                Some(arg) => slot(self, arg),
                None => Slot::default(),
            });
        }
        if let Some(rest) = &call.rest {
            let items = rest.items.iter();
            let items = items.map(|arg| (state.register(arg.value), self.location(arg.range)));
            let items: Vec<_> = items.collect();
            params.push(Slot {
                value: state.register(rest.array),
                location: items
                    .first()
                    .map(|(_, location)| *location)
                    .or(Some(self.here())),
                items: if rest.is_spread { Vec::new() } else { items },
                ..Slot::default()
            });
        }
        Frame {
            receiver: call.receiver.map(|reg| state.register(reg)),
            params,
            ..Frame::default()
        }
    }

    /// The methods that the receiver's containers can mean: by their objects where these are known.
    fn dispatched(state: &State, receiver: Option<Reg>, methods: &[(ObjectId, Unit)]) -> Vec<Unit> {
        let receiver = receiver.map(|reg| state.register(reg)).unwrap_or_default();
        let mut objects = Vec::new();
        for &container in &receiver.containers {
            match state.content(container).map(|content| content.kind) {
                Some(ContainerKind::Object(object)) => objects.push(object),
                _ => {
                    objects.clear();
                    break;
                }
            }
        }
        let mut units = Vec::new();
        for &(object, unit) in methods {
            let possible = objects.is_empty() || objects.contains(&object);
            if possible && !units.contains(&unit) {
                units.push(unit);
            }
        }
        if units.is_empty() {
            for &(_, unit) in methods {
                if !units.contains(&unit) {
                    units.push(unit);
                }
            }
        }
        units
    }

    // ---- function values ------------------------------------------------------------------------

    /// Calls every function that the value may be.
    pub fn call_value(
        &mut self,
        state: &mut State,
        function: &Value,
        ty: Option<Ty>,
        frame: &Frame,
        how: &How,
        trust: Option<Trust>,
    ) -> Value {
        let mut result = Value::default();
        let mut is_known = !function.containers.is_empty();
        let mut how = how.clone();
        how.nth = how.nth.wrapping_mul(31).wrapping_add(7);
        if how.depth > limits::TAINT_CALLBACKS {
            is_known = false;
        } else {
            for &container in &function.containers {
                how.nth = how.nth.wrapping_add(1);
                let kind = state.content(container).map(|content| content.kind);
                let target = match (self.containers.key(container), kind) {
                    (ContainerKey::Function(id), _) => Some((id, Vec::new())),
                    (_, Some(ContainerKind::Function(id))) => {
                        Some((id, Self::cells_of(state, container)))
                    }
                    _ => None,
                };
                if let Some((id, cells)) = target {
                    let frame = self.frame_for(id, frame, cells);
                    let value = self.instantiate(state, Unit::Function(id), frame, &how);
                    result.join(&value, &self.cx.arena);
                    continue;
                }
                match self.containers.key(container) {
                    ContainerKey::Symbolic(place) if !matches!(place.origin, Origin::Global(_)) => {
                        let value = self.apply_outside(place, ty, frame);
                        result.join(&value, &self.cx.arena);
                    }
                    _ => {
                        let candidates = ty.map(|ty| self.cx.taken(ty)).unwrap_or_default();
                        is_known &= !candidates.is_empty();
                        for id in candidates {
                            how.nth = how.nth.wrapping_add(1);
                            let frame = self.frame_for(id, frame, Vec::new());
                            let value = self.instantiate(state, Unit::Function(id), frame, &how);
                            result.join(&value, &self.cx.arena);
                        }
                    }
                }
            }
        }
        if !is_known {
            let value = self.unknown_call(state, frame, &how, trust);
            result.join(&value, &self.cx.arena);
        }
        match trust {
            Some(Trust::Untainted) => self.trusted(state, &result, how.site, how.nth),
            Some(Trust::Tainted) => {
                let location = how.location;
                let step = Step::SourceCall(Name::new("function"));
                let witness = self.cx.arena.start(step, location);
                let part = Part::Unknown(how.nth);
                self.tainted(state, witness, how.parts, how.site, part)
            }
            None => result,
        }
    }

    /// The arguments of a function value, matched to the parameters of the function that it is.
    fn frame_for(&mut self, id: FuncId, frame: &Frame, cells: Vec<Value>) -> Frame {
        let mut matched = frame.clone();
        matched.cells = cells;
        matched.receiver = None;
        let Some(summary) = self.cx.summary(Unit::Function(id)) else {
            return matched;
        };
        // A rest parameter of the function takes further arguments together.
        let n_params = summary.params.len();
        if matched.params.len() > n_params && n_params > 0 {
            let further = matched.params.split_off(n_params);
            if let Some(last) = matched.params.last_mut() {
                for slot in further {
                    last.value.join(&slot.value, &self.cx.arena);
                }
            }
        }
        matched
    }

    /// A function value of the caller is called: kept for the callers of this unit.
    fn apply_outside(&mut self, callee: Place, ty: Option<Ty>, frame: &Frame) -> Value {
        let found = self.applied.iter().position(|known| known.callee == callee);
        let index = found.unwrap_or_else(|| {
            self.applied.push(Applied {
                callee,
                ty,
                args: Vec::new(),
                location: self.here(),
            });
            self.applied.len() - 1
        });
        let applied = &mut self.applied[index];
        for (at, slot) in frame.params.iter().enumerate() {
            match applied.args.get_mut(at) {
                Some(arg) => {
                    arg.join(&slot.value, &self.cx.arena);
                }
                None => applied.args.push(slot.value.clone()),
            }
        }
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.outside(Place::root(Origin::Applied(index)), Parts::ALL)
    }

    /// A function of which nothing is known: its result is made of all that it is given.
    pub fn unknown_call(
        &mut self,
        state: &mut State,
        frame: &Frame,
        how: &How,
        trust: Option<Trust>,
    ) -> Value {
        if trust == Some(Trust::Untainted) {
            return Value::default();
        }
        let mut labels = Labels::default();
        let mut given = Value::default();
        let values = frame.params.iter().map(|slot| &slot.value);
        for value in values.chain(&frame.receiver) {
            let all = self.all(state, value);
            labels.join(&all, &self.cx.arena);
            given.add_containers(&value.containers);
        }
        let location = how.location;
        let labels = self.moved(&labels, &Step::Returned(Name::new("function")), location);
        let mut result = self.filled(state, &labels, how.parts, how.site, Part::Unknown(how.nth));
        if how.parts.structured {
            let aliases = self.reachable(state, &given);
            result.add_containers(&aliases);
        }
        result
    }

    fn start_worker(&mut self, state: &mut State, function: Reg, how: &How) -> Value {
        let function = state.register(function);
        let block = self.block;
        let mut result = Value::default();
        for &container in &function.containers {
            let (id, cells) = match self.containers.key(container) {
                ContainerKey::Function(id) => (id, Vec::new()),
                _ => match state.content(container).map(|content| content.kind) {
                    Some(ContainerKind::Function(id)) => (id, Self::cells_of(state, container)),
                    _ => continue,
                },
            };
            let mut reads = None;
            for view in self.views.values_mut() {
                if view.function == id {
                    view.worker = Some(block);
                    let mut heap = view.heap.clone();
                    heap.join_heap(state, &self.cx.arena);
                    reads = Some(heap);
                }
            }
            let frame = Frame {
                cells,
                reads,
                ..Frame::default()
            };
            let value = self.instantiate(state, Unit::Function(id), frame, how);
            result.join(&value, &self.cx.arena);
        }
        result
    }

    // ---- instantiation --------------------------------------------------------------------------

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
        // Two arguments may be one container, function arguments may return what others were given: repeat
        // until nothing changes. Everything only grows, so this ends.
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
            let is_last = summary.outs.is_empty() && summary.applies.is_empty();
            if is_last {
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
            inner_how.nth = how.nth.wrapping_mul(37).wrapping_add(index as u32 + 1);
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
            Some(reads) if matches!(place.origin, Origin::Capture(_)) => reads,
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

    fn labels_at(&mut self, state: &mut State, frame: &Frame, place: Place) -> Labels {
        let value = self.at_place(state, frame, place);
        let reads = frame.reads.clone();
        let state = match &reads {
            Some(reads) if matches!(place.origin, Origin::Capture(_)) => reads,
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
    fn chained(
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

    // ---- sinks ----------------------------------------------------------------------------------

    fn report_sinks(
        &mut self,
        state: &mut State,
        unit: Unit,
        summary: &Summary,
        frame: &mut Frame,
        how: &How,
    ) {
        let mut trusted = Vec::new();
        let mut on_receiver: Option<(FindingSite, Witness)> = None;
        for sink in &summary.sinks {
            let is_captured = matches!(sink.place.origin, Origin::Capture(_));
            let is_applied = matches!(sink.place.origin, Origin::Applied(_));
            if frame.is_creation != is_captured && !is_applied {
                continue;
            }
            if let Some(target) = sink.captured
                && self.is_tainted_at(state, frame, target)
            {
                continue;
            }
            let sites = self.sites_of(state, frame, sink);
            for (labels, at) in sites {
                let Some(site) = Self::site_at(unit, summary, frame, sink, at, how) else {
                    continue;
                };
                let labels = self.sink_labels(unit, frame, sink, &labels, at);
                if let Some(witness) = labels.source {
                    match sink.place.origin {
                        Origin::Receiver if how.report == Report::AtArguments => {
                            let first = on_receiver
                                .as_ref()
                                .is_none_or(|(ours, _)| order(&sink.site) < order(ours));
                            if first {
                                on_receiver = Some((sink.site.clone(), witness));
                            }
                        }
                        Origin::Param(index) => {
                            self.findings.add(site.clone(), witness, &self.cx.arena);
                            trusted.push(index as usize);
                        }
                        _ => self.findings.add(site.clone(), witness, &self.cx.arena),
                    }
                }
                for (place, witness) in labels.places {
                    self.add_sink(Sink {
                        place,
                        site: site.clone(),
                        captured: None,
                        witness,
                    });
                }
            }
        }
        if let Some((site, witness)) = on_receiver {
            let site = FindingSite {
                code: Code::T002,
                location: how.location,
                name: site.name,
                method: Some(summary.name),
            };
            self.findings.add(site, witness, &self.cx.arena);
        }
        trusted.sort_unstable();
        trusted.dedup();
        for index in trusted {
            self.trust_argument(state, frame, index, how);
        }
    }

    /// An argument that was reported counts as clean for the rest of the call.
    fn trust_argument(&mut self, state: &mut State, frame: &mut Frame, index: usize, how: &How) {
        if let Some(slot) = frame.params.get_mut(index) {
            let value = std::mem::take(&mut slot.value);
            slot.items.clear();
            let n = how.nth.wrapping_mul(64).wrapping_add(index as u32 + 1);
            let trusted = self.trusted(state, &value, how.site, n);
            if let Some(slot) = frame.params.get_mut(index) {
                slot.value = trusted;
            }
        }
    }

    /// The labels that meet a sink, for each argument that is reported on its own.
    fn sites_of(
        &mut self,
        state: &mut State,
        frame: &Frame,
        sink: &Sink,
    ) -> Vec<(Labels, Option<Location>)> {
        if let Origin::Param(index) = sink.place.origin
            && let Some(slot) = frame.params.get(index as usize)
            && !slot.items.is_empty()
        {
            let steps = sink.place.path.steps();
            let items = slot.items.clone();
            let mut found = Vec::new();
            for (at, (item, location)) in items.into_iter().enumerate() {
                let meets = match steps.first() {
                    Some(PathStep::Known(Key::Index(index))) => *index == at as i64,
                    Some(PathStep::Known(Key::Name(_))) => false,
                    Some(PathStep::Any | PathStep::KeyOf(_)) | None => true,
                };
                if !meets {
                    continue;
                }
                let inner = Frame {
                    params: vec![Slot {
                        value: item,
                        ..Slot::default()
                    }],
                    ..Frame::default()
                };
                let rest = steps.get(1..).unwrap_or_default().to_vec();
                let is_whole = sink.place.path.is_whole();
                let path = super::place::Path::new(rest, is_whole);
                let place = Place::new(Origin::Param(0), path);
                found.push((self.labels_at(state, &inner, place), Some(location)));
            }
            return found;
        }
        vec![(self.labels_at(state, frame, sink.place), None)]
    }

    /// Where the finding for a sink stands, seen from this call.
    fn site_at(
        unit: Unit,
        summary: &Summary,
        frame: &Frame,
        sink: &Sink,
        at: Option<Location>,
        how: &How,
    ) -> Option<FindingSite> {
        let own = |location: Location, name: Name| FindingSite {
            code: Code::T001,
            location,
            name,
            method: None,
        };
        match (sink.place.origin, how.report) {
            (Origin::Capture(_) | Origin::Applied(_), _) => Some(sink.site.clone()),
            (Origin::Param(index), report) => {
                let slot = frame.params.get(index as usize)?;
                let own_name = summary.params.get(index as usize)?.name;
                let name = slot.name.unwrap_or(own_name);
                match report {
                    Report::AtArguments => Some(own(at.or(slot.location)?, name)),
                    Report::Inside(_) if unit.is_inner() => Some(sink.site.clone()),
                    Report::Inside(location) => Some(own(location, name)),
                }
            }
            (Origin::Receiver, _) => Some(FindingSite {
                code: Code::T002,
                location: how.location,
                name: sink.site.name,
                method: Some(summary.name),
            }),
            (Origin::Global(_), _) => None,
        }
    }

    fn sink_labels(
        &mut self,
        unit: Unit,
        frame: &Frame,
        sink: &Sink,
        labels: &Labels,
        at: Option<Location>,
    ) -> Labels {
        let mut frame = frame.clone();
        if let (Origin::Param(index), Some(at)) = (sink.place.origin, at)
            && let Some(slot) = frame.params.get_mut(index as usize)
        {
            slot.location = Some(at);
        }
        labels.map(|witness| self.chained(witness, unit, sink.witness, sink.place, &frame))
    }

    /// A default value meets its parameter.
    pub fn check_default(&mut self, state: &mut State, id: FuncId, param: u32, value: &Value) {
        let unit = Unit::Function(id);
        let Some(summary) = self.cx.summary(unit) else {
            return;
        };
        let mut params = vec![Slot::default(); param as usize + 1];
        params[param as usize] = Slot {
            value: value.clone(),
            location: Some(self.here()),
            ..Slot::default()
        };
        let mut frame = Frame {
            params,
            ..Frame::default()
        };
        let how = How {
            site: Site(u32::MAX),
            nth: 0,
            location: self.here(),
            trap: None,
            parts: Parts::ALL,
            report: Report::AtArguments,
            depth: 0,
        };
        let sinks = std::mem::take(&mut self.sinks);
        self.report_sinks(state, unit, &summary, &mut frame, &how);
        self.sinks = sinks;
    }

    // ---- effects --------------------------------------------------------------------------------

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
            inner.nth = how.nth.wrapping_mul(41).wrapping_add(index as u32 + 1);
            inner.depth += 1;
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
            inner.report = if summary.is_library {
                Report::Inside(at)
            } else {
                Report::AtArguments
            };
            for (slot, arg) in params.iter_mut().zip(&apply.args) {
                if let Some((name, location)) = self.bringing(state, summary, frame, arg) {
                    slot.location = Some(location);
                    slot.name = (!summary.is_library).then_some(name);
                }
            }
            let called = Frame {
                params,
                ..Frame::default()
            };
            let value = self.call_value(state, &function, apply.ty, &called, &inner, None);
            grown |= frame.applied[index].join(&value, &self.cx.arena);
        }
        grown
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
        for out in &summary.outs {
            let value = self.outcome(state, unit, summary, frame, how, &out.value);
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
            let base = self.containers_at(state, frame, out.place);
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
        for &(place, variable) in &summary.holds {
            let value = self.containers_at(state, frame, place);
            self.hold(state, &value, variable);
        }
    }
}

/// The order of sinks in the source of a method.
fn order(site: &FindingSite) -> (u32, &'static str) {
    (site.location.range.start, site.name.as_str())
}
