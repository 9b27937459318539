//! Solves one unit: a fixpoint over its blocks with the states of [`super::state`], given the summaries of
//! what it calls. Output: its summary and the findings in it.
//!
//! States only grow, and so do the summaries of a component while it is solved; findings are those of the last
//! run. Containers are read in [`super::memory`] and written in [`super::writing`], calls are in [`super::call`], function values
//! in [`super::closure`], the summary in [`super::export`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::{ItemId, Location, Name, TextRange};
use crate::diagnostics::Code;
use crate::limits;
use crate::types::Ty;

use super::closure::{Sight, View};
use super::component::Component;
use super::containers::{ContainerKey, Containers};
use super::finding::Findings;
use super::ir::{
    Access, BlockId, ContainerKind, End, Ir, Move, Op, OpKind, Parts, Reg, Role, Site, Trust,
};
use super::place::{Key, Origin, Place};
use super::state::State;
use super::summary::{CapturedWrite, FindingSite, Sink, Summary, VariableWrite};
use super::unit::Unit;
use super::value::{ContainerId, Content, Labels, Value};
use super::witness::{Step, Witness};
use super::writing::Writing;

/// How the parameters of the unit are seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As symbols: what the unit does for any caller.
    Summary,
    /// As an entry point: everything that comes in is untrusted.
    Entry,
}

/// Tells the containers of one site apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    Own,
    /// A container that a callee makes; the number tells calls inside of one call apart.
    Node(Unit, u32, u32),
    /// What an unknown callee makes.
    Unknown(u32),
    View(u32),
    /// What the parameter of that number is after a call that taints it.
    Argument(Unit, u32),
}

/// A call inside of a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Nested {
    /// One of several callees.
    Callee(u32),
    /// The evaluation of a default value.
    Default(u32),
    /// The call of a function argument.
    Apply(u32),
    /// The clean view of an argument that was reported.
    Trusted(u32),
}

/// A function value from outside that the unit calls.
pub struct Applied {
    pub callee: Place,
    pub ty: Option<Ty>,
    pub args: Vec<Value>,
    pub location: Location,
}

/// The run over one unit.
pub struct Eval<'c, 'db> {
    pub cx: &'c mut Component<'db>,
    pub ir: Arc<Ir>,
    pub mode: Mode,
    pub containers: Containers,
    pub parts: IndexSet<(Site, Part, bool), FxBuildHasher>,
    pub nested: IndexSet<(u32, Nested), FxBuildHasher>,
    pub exit: Option<State>,
    pub ret: Value,
    pub panics: Value,
    pub sinks: IndexMap<(Place, Option<Location>, Name), Sink, FxBuildHasher>,
    pub variable_writes: IndexMap<(Place, Location, ItemId), VariableWrite, FxBuildHasher>,
    pub captured_writes: IndexMap<(Place, Location), CapturedWrite, FxBuildHasher>,
    pub holds: IndexSet<(Place, Place), FxBuildHasher>,
    /// The containers of this unit that are in the content of some module variable.
    pub held: BTreeSet<ContainerId>,
    pub applied: Vec<Applied>,
    pub findings: Findings,
    /// How many function values the callees of the call being run have called.
    pub callbacks: usize,
    /// While the writes of a call are put together: the labels before it, by places of the callee.
    pub before_call: Option<FxHashMap<Place, Labels>>,
    /// The function values with captured variables, by their sites.
    pub views: BTreeMap<u32, View>,
    pub sights: Vec<Sight>,
    /// The sights of calls that are started, by their sites.
    pub starts: BTreeMap<u32, usize>,
    /// The blocks in which workers start whose view has grown since.
    pub stale: BTreeSet<BlockId>,
    pub block: BlockId,
    /// The range of the operation being run.
    pub range: TextRange,
    states: Vec<Option<State>>,
}

/// What a unit comes to.
pub struct Solved {
    pub summary: Summary,
    pub findings: Findings,
}

/// Solves `ir` in `mode`.
pub fn solve(cx: &mut Component<'_>, ir: &Arc<Ir>, mode: Mode) -> Solved {
    let mut eval = Eval {
        cx,
        ir: ir.clone(),
        mode,
        containers: Containers::default(),
        parts: IndexSet::default(),
        nested: IndexSet::default(),
        exit: None,
        ret: Value::default(),
        panics: Value::default(),
        sinks: IndexMap::default(),
        variable_writes: IndexMap::default(),
        captured_writes: IndexMap::default(),
        holds: IndexSet::default(),
        held: BTreeSet::new(),
        applied: Vec::new(),
        findings: Findings::default(),
        callbacks: 0,
        before_call: None,
        views: BTreeMap::new(),
        sights: Vec::new(),
        starts: BTreeMap::new(),
        stale: BTreeSet::new(),
        block: BlockId(0),
        range: TextRange::default(),
        states: vec![None; ir.blocks.len()],
    };
    eval.run();
    eval.judge_closures();
    let summary = eval.summary();
    Solved {
        summary,
        findings: eval.findings,
    }
}

impl Eval<'_, '_> {
    fn run(&mut self) {
        let entry = self.entry_state();
        self.states[0] = Some(entry);
        let mut work = BTreeSet::from([BlockId(0)]);
        loop {
            let Some(block) = work.pop_first() else {
                if self.stale.is_empty() {
                    break;
                }
                work.append(&mut self.stale);
                continue;
            };
            let Some(mut state) = self.states[block.0 as usize].clone() else {
                continue;
            };
            self.block = block;
            let ir = self.ir.clone();
            let code = &ir.blocks[block.0 as usize];
            for op in &code.ops {
                self.op(&mut state, op);
            }
            match &code.end {
                End::Goto(target) => self.flow(block, state, *target, &mut work),
                End::Branch(targets) => {
                    for &target in targets {
                        self.flow(block, state.clone(), target, &mut work);
                    }
                }
                End::Exit => self.leave(&state),
            }
        }
        if self.exit.is_none() {
            // The unit never ends by itself: whatever it has written is there.
            let states = std::mem::take(&mut self.states);
            for state in states.iter().flatten() {
                self.leave(state);
            }
        }
    }

    fn flow(
        &mut self,
        from: BlockId,
        mut state: State,
        target: BlockId,
        work: &mut BTreeSet<BlockId>,
    ) {
        let ir = self.ir.clone();
        let head = &ir.blocks[target.0 as usize];
        if let Some(sites) = &head.loop_sites
            && target <= from
        {
            let before = self.states[target.0 as usize].clone();
            let aged = state.age(before.as_ref(), sites, &mut self.containers, &self.cx.arena);
            for container in aged {
                self.seen(&state, container);
            }
        }
        let changed = match &mut self.states[target.0 as usize] {
            Some(there) => there.join(&state, &self.cx.arena),
            none => {
                *none = Some(state);
                true
            }
        };
        if changed {
            work.insert(target);
        }
    }

    /// The function may end in this state.
    pub fn leave(&mut self, state: &State) {
        match &mut self.exit {
            Some(exit) => {
                exit.join_heap(state, &self.cx.arena);
            }
            None => self.exit = Some(state.clone()),
        }
    }

    fn entry_state(&mut self) -> State {
        let mut state = State::default();
        let ir = self.ir.clone();
        if let Some(receiver) = ir.receiver {
            let parts = Parts {
                structured: true,
                ..Parts::NONE
            };
            let own = self.outside(Place::root(Origin::Receiver), parts);
            state.set(receiver, own);
        }
        for (index, param) in ir.params.iter().enumerate() {
            let origin = Origin::Param(u32::try_from(index).unwrap_or(u32::MAX));
            let is_rest = ir.has_rest && index + 1 == ir.params.len();
            let parts = if is_rest {
                Parts {
                    structured: true,
                    ..Parts::NONE
                }
            } else {
                param.parts
            };
            let value = match (self.mode, param.mark) {
                (Mode::Entry, None | Some(Trust::Tainted)) => {
                    let step = Step::EntryParameter(param.name, ir.name);
                    let witness = self.cx.arena.start(step, param.location);
                    self.entry_parameter(&mut state, origin, parts, witness)
                }
                _ => self.outside(Place::root(origin), parts),
            };
            state.set(param.reg, value);
        }
        for (index, capture) in ir.captures.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let cell = self.containers.id(ContainerKey::Cell(index));
            state.set(capture.reg, Value::container(cell));
        }
        state
    }

    /// Whether labels of the value from outside are left out: the parameter is trusted.
    pub fn is_trusted(&self, origin: Origin) -> bool {
        let Origin::Param(index) = origin else {
            return false;
        };
        let param = self.ir.params.get(index as usize);
        param.is_some_and(|param| param.mark == Some(Trust::Untainted))
    }

    fn entry_parameter(
        &mut self,
        state: &mut State,
        origin: Origin,
        parts: Parts,
        witness: Witness,
    ) -> Value {
        let labels = Labels::source(witness);
        let mut value = Value::default();
        if parts.simple || !parts.structured {
            value.labels = labels.clone();
        }
        if parts.structured {
            let id = self
                .containers
                .id(ContainerKey::Symbolic(Place::root(origin)));
            let mut content = Content::new(ContainerKind::Unknown);
            content.shape = labels.clone();
            content.rest = Value {
                labels,
                containers: smallvec::smallvec![id],
            };
            content.many = true;
            state.put(id, content);
            value.containers.push(id);
        }
        value
    }

    pub fn location(&self, range: TextRange) -> Location {
        Location::new(self.item(), range)
    }

    pub fn here(&self) -> Location {
        self.location(self.range)
    }

    pub fn item(&self) -> ItemId {
        self.ir.unit.function().item
    }

    /// Every label of the value with another move at its end.
    pub fn moved(&mut self, labels: &Labels, step: &Step, location: Location) -> Labels {
        let arena = &mut self.cx.arena;
        labels.map(|witness| arena.then(witness, step.clone(), location))
    }

    /// A number for a call inside of the call of number `nth`.
    pub fn nested(&mut self, nth: u32, nested: Nested) -> u32 {
        u32::try_from(self.nested.insert_full((nth, nested)).0 + 1).unwrap_or(u32::MAX)
    }

    /// The newest container of a part of a site.
    pub fn made(&mut self, site: Site, part: Part) -> ContainerId {
        self.made_part(site, part, false)
    }

    /// What stands for everything inside of that container.
    pub fn made_inside(&mut self, site: Site, part: Part) -> ContainerId {
        self.made_part(site, part, true)
    }

    fn made_part(&mut self, site: Site, part: Part, is_inside: bool) -> ContainerId {
        let index = self.parts.insert_full((site, part, is_inside)).0;
        let part = u32::try_from(index).unwrap_or(u32::MAX);
        self.containers.id(ContainerKey::Made {
            site,
            part,
            is_old: false,
        })
    }

    fn op(&mut self, state: &mut State, op: &Op) {
        self.range = op.range;
        match &op.kind {
            OpKind::Clean(to) => state.set(*to, Value::default()),
            OpKind::Move {
                to,
                from,
                parts,
                how,
            } => {
                let value = self.take(state.register(*from), *parts, how);
                state.set(*to, value);
            }
            OpKind::Join { to, from } => {
                let mut value = Value::default();
                for &from in from {
                    value.join(&state.register(from), &self.cx.arena);
                }
                state.set(*to, value);
            }
            OpKind::Scalar { to, from } => {
                let labels = self.all_of(state, from);
                state.set(*to, Value::simple(labels));
            }
            OpKind::New {
                to,
                site,
                many,
                kind,
                shape,
                members,
                rest,
            } => {
                let id = self.made(*site, Part::Own);
                let mut content = Content::new(*kind);
                content.many = *many;
                content.shape = self.all_of(state, shape);
                for (key, value) in members {
                    content.write(*key, &state.register(*value), true, &self.cx.arena);
                }
                for &value in rest {
                    content.write_any(&state.register(value), &self.cx.arena);
                }
                if *many {
                    state.join_content(id, &content, &self.cx.arena);
                    self.seen(state, id);
                } else {
                    self.put_new(state, id, content);
                }
                state.set(*to, Value::container(id));
            }
            OpKind::Load {
                to,
                base,
                access,
                parts,
                text,
            } => {
                let base = state.register(*base);
                let mut value = self.load(state, &base, *access, *parts);
                let location = self.here();
                if !text.is_empty() {
                    value.labels = self.moved(&value.labels, &Step::Read(text.clone()), location);
                }
                state.set(*to, value);
            }
            OpKind::Store {
                base,
                access,
                value,
                text,
            } => {
                let base = state.register(*base);
                let value = state.register(*value);
                let writing = self.statement(Step::Written(text.clone()));
                self.store(state, &base, *access, value, &writing);
            }
            OpKind::Remaining {
                to,
                base,
                without,
                site,
            } => {
                let base = state.register(*base);
                let value = self.remaining(state, &base, without, *site);
                state.set(*to, value);
            }
            OpKind::NewCell { cell, site } => {
                let id = self.made(*site, Part::Own);
                self.put_new(state, id, Content::new(ContainerKind::Plain));
                state.set(*cell, Value::container(id));
            }
            OpKind::ReadCell { to, cell, parts } => {
                let cells = state.register(*cell);
                let value = self.read_cells(state, &cells, *parts);
                state.set(*to, value);
            }
            OpKind::WriteCell { cell, value, how } => {
                let cells = state.register(*cell);
                let value = self.take(state.register(*value), Parts::ALL, how);
                let writing = self.statement(match how {
                    Move::Assigned(name) | Move::LoopVariable(name) => Step::Assigned(*name),
                    Move::Silent | Move::Sent | Move::Received => Step::Sent,
                });
                self.write_cells(state, &cells, &value, &writing);
            }
            OpKind::ReadVariable {
                to,
                variable,
                name,
                parts,
                is_marked,
            } => {
                let value = self.read_variable(*variable, *name, *parts, *is_marked);
                state.set(*to, value);
            }
            OpKind::WriteVariable {
                variable,
                name,
                value,
                is_marked,
                is_object,
            } => {
                let value = state.register(*value);
                if !is_marked {
                    let code = if *is_object { Code::T004 } else { Code::T003 };
                    let site = FindingSite {
                        code,
                        location: self.here(),
                        name: *name,
                        method: None,
                    };
                    let labels = self.all_captured_too(state, &value);
                    self.variable_written(&labels, *variable, site, false);
                }
                self.hold(state, &value, Place::root(Origin::Global(*variable)));
            }
            OpKind::Cast {
                to,
                from,
                trust,
                parts,
                site,
            } => {
                let from = state.register(*from);
                let value = match trust {
                    Trust::Untainted => self.trusted(state, &from, *site, 0),
                    Trust::Tainted => {
                        let location = self.here();
                        let witness = self.cx.arena.start(Step::SourceCast, location);
                        let mut value = self.tainted(state, witness, *parts, *site, Part::Own);
                        value.add_containers(&from.containers);
                        value
                    }
                };
                state.set(*to, value);
            }
            OpKind::Function {
                to,
                site,
                function,
                captures,
            } => {
                let value = self.function_value(state, *site, *function, captures);
                state.set(*to, value);
            }
            OpKind::Call(call) => self.call(state, call),
            OpKind::ReturnError { from } => {
                let value = state.register(*from);
                let errors = Self::errors_of(state, &value);
                self.returned(state, errors, &Step::CheckedHere);
            }
            OpKind::Return { from } => {
                let value = state.register(*from);
                self.returned(state, value, &Step::ReturnedHere);
            }
            OpKind::Panic { from, only_errors } => {
                let mut value = state.register(*from);
                if *only_errors {
                    value = Self::errors_of(state, &value);
                }
                self.panics.join(&value, &self.cx.arena);
                self.leave(state);
            }
            OpKind::CheckDefault {
                function,
                param,
                value,
            } => {
                let value = state.register(*value);
                self.check_default(state, *function, *param, &value);
            }
        }
    }

    /// The containers of the value that may be errors.
    fn errors_of(state: &State, value: &Value) -> Value {
        let mut errors = Value::default();
        for &container in &value.containers {
            let kind = state.content(container).map(|content| content.kind);
            let may_be_error = match kind {
                Some(ContainerKind::Error | ContainerKind::Unknown) | None => true,
                Some(
                    ContainerKind::Plain | ContainerKind::Object(_) | ContainerKind::Function(_),
                ) => false,
            };
            if may_be_error {
                errors.add_containers(&[container]);
            }
        }
        errors
    }

    fn take(&mut self, mut value: Value, parts: Parts, how: &Move) -> Value {
        if !parts.structured {
            value.containers.clear();
        }
        let step = match how {
            Move::Silent => return value,
            Move::Assigned(name) => Step::Assigned(*name),
            Move::LoopVariable(name) => Step::LoopVariable(*name),
            Move::Sent => Step::Sent,
            Move::Received => Step::Received,
        };
        let location = self.here();
        value.labels = self.moved(&value.labels, &step, location);
        value
    }

    fn returned(&mut self, state: &State, mut value: Value, step: &Step) {
        let location = self.here();
        if !self.ir.ret.parts.structured {
            value.containers.clear();
        }
        value.labels = self.moved(&value.labels, step, location);
        if self.is_reported_return() {
            let labels = self.all(state, &value);
            if let Some(witness) = labels.source {
                let witness = self.cx.arena.then(witness, step.clone(), location);
                let range = self.ir.ret.range;
                let site = FindingSite {
                    code: Code::T006,
                    location: self.location(range),
                    name: self.ir.name,
                    method: None,
                };
                self.findings.add(site, witness, &self.cx.arena);
            }
        }
        if let Role::Initial(initial) = &self.ir.clone().role {
            let held = Place::root(Origin::Global(initial.variable));
            self.hold(&mut state.clone(), &value, held);
        }
        if let Role::Initial(initial) = &self.ir.clone().role
            && !initial.is_marked
        {
            let labels = self.all_captured_too(state, &value);
            let site = FindingSite {
                code: Code::T003,
                location: self.location(initial.range),
                name: initial.name,
                method: None,
            };
            self.variable_written(&labels, initial.variable, site, false);
        }
        self.ret.join(&value, &self.cx.arena);
        self.leave(state);
    }

    fn is_reported_return(&self) -> bool {
        let is_named = matches!(self.ir.role, Role::Ordinary | Role::Method);
        is_named && self.ir.ret.mark.is_none() && self.mode == Mode::Summary
    }

    /// A write by the statement being run.
    pub fn statement(&self, step: Step) -> Writing {
        Writing {
            location: self.here(),
            step,
            method: None,
            is_call: false,
        }
    }

    /// A container is made: it takes part in whatever sees this state.
    pub fn put_new(&mut self, state: &mut State, id: ContainerId, mut content: Content) {
        let is_crowded = matches!(
            self.containers.key(id),
            ContainerKey::Made { site, .. } if site.0 >= limits::TAINT_SITES
        );
        if is_crowded {
            content.many = true;
            state.join_content(id, &content, &self.cx.arena);
        } else {
            state.put(id, content);
        }
        self.seen(state, id);
    }

    /// `{a, …} = e`: what remains of `e` besides the members listed.
    fn remaining(&mut self, state: &mut State, base: &Value, without: &[Key], site: Site) -> Value {
        let id = self.made(site, Part::Own);
        let mut content = Content::new(ContainerKind::Plain);
        content.shape = self.shape(state, base);
        let mut keys: BTreeSet<Key> = BTreeSet::new();
        for &container in &base.containers {
            if let Some(content) = state.content(container) {
                keys.extend(content.members.keys());
            }
        }
        for key in keys {
            if !without.contains(&key) {
                let value = self.load(state, base, Access::Known(key), Parts::ALL);
                // The index of a rest binding starts anew.
                match key {
                    Key::Name(_) => content.write(key, &value, true, &self.cx.arena),
                    Key::Index(_) => content.write_any(&value, &self.cx.arena),
                }
            }
        }
        let unlisted = self.unlisted(state, base);
        content.rest.join(&unlisted, &self.cx.arena);
        self.put_new(state, id, content);
        Value::container(id)
    }

    fn all_of(&mut self, state: &State, registers: &[Reg]) -> Labels {
        let mut labels = Labels::default();
        for &reg in registers {
            let value = state.register(reg);
            let all = self.all(state, &value);
            labels.join(&all, &self.cx.arena);
        }
        labels
    }
}
