//! Calls: which functions are called, and what they are handed (spec/taint.md sections 7, 8 and 12). What each
//! does is in [`super::instantiate`].

use crate::base::{Location, Name};
use crate::types::{FuncId, ObjectId, Ty};

use super::containers::ContainerKey;
use super::eval::{Applied, Eval, Nested, Part};
use super::ir::{self, Call, ContainerKind, Parts, Reg, Site, Target, Trust};
use super::place::{Key, Origin, Place};
use super::state::State;
use super::unit::Unit;
use super::value::{ContainerId, Labels, Value};
use super::witness::Step;

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
    /// Not the captured variables alone, everything is read there: the callee runs on another strand.
    pub is_started: bool,
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
    /// The units whose function arguments are being called, the outermost first.
    pub active: Vec<Unit>,
    /// Function values that the callee calls are not followed any further.
    pub is_shallow: bool,
}

/// Where a sink that an argument meets is reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Report {
    AtArguments,
    /// Called by another function, with what no argument brings: inside of an anonymous function, at this
    /// place for a named one.
    Inside(Location),
}

impl Eval<'_, '_> {
    pub fn call(&mut self, state: &mut State, call: &Call) {
        self.callbacks = 0;
        let mut frame = self.frame(state, call);
        let location = self.here();
        if call.is_started {
            frame.reads = Some(self.started_sight(state, call.site));
            frame.is_started = true;
        }
        let mut how = How {
            site: call.site,
            nth: 0,
            location,
            trap: call.trap,
            parts: call.parts,
            report: Report::AtArguments,
            active: Vec::new(),
            is_shallow: false,
        };
        let mut result = match &call.target {
            Target::Unit(unit) => self.instantiate(state, *unit, frame, &how),
            Target::Methods(methods) => {
                let mut result = Value::default();
                let mut n = 0;
                let methods = Self::dispatched(state, call.receiver, methods);
                if methods.is_empty() {
                    result = self.unknown_call(state, &frame, &how, call.trust);
                }
                for unit in methods {
                    n += 1;
                    how.nth = self.nested(0, Nested::Callee(n));
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
        let outer = how.nth;
        let mut n = 0;
        for &container in &function.containers {
            n += 1;
            how.nth = self.nested(outer, Nested::Callee(n));
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
                    if let ContainerKey::Symbolic(place) = self.containers.key(container) {
                        let labels = self.variable_labels(place.origin);
                        result.labels.join(&labels, &self.cx.arena);
                    }
                    let candidates = ty.map(|ty| self.cx.taken(ty)).unwrap_or_default();
                    is_known &= !candidates.is_empty();
                    for id in candidates {
                        n += 1;
                        how.nth = self.nested(outer, Nested::Callee(n));
                        let frame = self.frame_for(id, frame, Vec::new());
                        let value = self.instantiate(state, Unit::Function(id), frame, &how);
                        result.join(&value, &self.cx.arena);
                    }
                }
            }
        }

        if !is_known {
            how.nth = self.nested(outer, Nested::Callee(u32::MAX));
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
            for view in self.views.values() {
                if view.function == id {
                    let sight = &mut self.sights[view.sight];
                    if !sight.workers.contains(&block) {
                        sight.workers.push(block);
                    }
                    let mut heap = sight.heap.clone();
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
}
