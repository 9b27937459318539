//! The summary of a solved unit: values and contents in terms of what the caller hands in. Containers that
//! the unit makes become nodes, cut at the depth of paths: what lies deeper is one node with everything in
//! its rest. When even so there are too many, the cut moves up.

use std::collections::VecDeque;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::diagnostics::Code;
use crate::limits;
use crate::types::FuncId;

use super::containers::ContainerKey;
use super::eval::{Eval, Mode};
use super::ir::{ContainerKind, Role, Trust};
use super::place::{Origin, Path, Place};
use super::state::State;
use super::summary::{Apply, FindingSite, Node, Out, OutKey, Outcome, Ref, Sink, Summary};
use super::value::{ContainerId, Content, Labels, Value};

impl Eval<'_, '_> {
    pub fn summary(&mut self) -> Summary {
        let ir = self.ir.clone();
        let exit = self.exit.take().unwrap_or_default();
        self.report_outs(&exit);
        let is_library = self.cx.is_library(ir.unit);
        let depth = self.cx.export_depth(ir.unit);
        let mut summary = Summary::empty(&ir, is_library);
        for cut in (0..=depth).rev() {
            self.fill(&mut summary, &exit, cut);
            if summary.nodes.len() <= limits::TAINT_NODES {
                break;
            }
        }
        summary.sinks = self.marked_sinks();
        summary.sinks.extend(self.sinks.values().cloned());
        summary.variable_writes = self.variable_writes.values().cloned().collect();
        summary.captured_writes = self.captured_writes.values().cloned().collect();
        summary.holds = self.holds.iter().copied().collect();
        summary
    }

    fn fill(&mut self, summary: &mut Summary, exit: &State, cut: usize) {
        let ir = self.ir.clone();
        let mut export = Export {
            eval: self,
            exit,
            cut,
            nodes: Vec::new(),
            numbers: IndexMap::default(),
            work: VecDeque::new(),
        };
        let ret = export.eval.ret.clone();
        summary.ret = match ir.ret.mark {
            Some(Trust::Untainted) => {
                // Clean, but the same containers for whoever writes into them.
                let value = export.value(&ret, 0);
                let refs = value.refs.into_iter();
                Outcome {
                    labels: Labels::default(),
                    refs: refs.filter(|r| !matches!(r, Ref::New(_))).collect(),
                }
            }
            Some(Trust::Tainted) => {
                let value = export.value(&ret, 0);
                let refs = value.refs.into_iter();
                Outcome {
                    labels: Labels::default(),
                    refs: refs.filter(|r| !matches!(r, Ref::New(_))).collect(),
                }
            }
            None => export.value(&ret, 0),
        };
        let panics = export.eval.panics.clone();
        summary.panics = export.value(&panics, 0);
        summary.outs = export.outs();
        let applied: Vec<_> = export
            .eval
            .applied
            .iter()
            .map(|applied| {
                (
                    applied.callee,
                    applied.ty,
                    applied.args.clone(),
                    applied.location,
                )
            })
            .collect();
        summary.applies = Vec::new();
        for (callee, ty, args, location) in applied {
            let args = args.iter().map(|arg| export.value(arg, 0)).collect();
            summary.applies.push(Apply {
                callee,
                ty,
                args,
                location,
            });
        }
        export.finish();
        summary.nodes = export.nodes.into_iter().flatten().collect();
    }

    /// The parameters marked `@untainted`.
    fn marked_sinks(&mut self) -> Vec<Sink> {
        let ir = self.ir.clone();
        let mut sinks = Vec::new();
        for (index, param) in ir.params.iter().enumerate() {
            if param.mark == Some(Trust::Untainted) {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                let place = Place::new(Origin::Param(index), Path::whole());
                sinks.push(self.cx.marked_sink(place, param.name, param.location));
            }
        }
        sinks
    }

    /// T007: what the unit taints by itself.
    fn report_outs(&mut self, exit: &State) {
        let ir = self.ir.clone();
        if self.mode == Mode::Entry || !matches!(ir.role, Role::Ordinary | Role::Method) {
            return;
        }
        let mut written: Vec<(u32, ContainerId, Content)> = Vec::new();
        let containers = &self.containers;
        exit.each_content(&mut |id, content| {
            if let ContainerKey::Symbolic(place) = containers.key(id)
                && let Origin::Param(index) = place.origin
            {
                written.push((index, id, content.clone()));
            }
        });
        for (index, _, content) in written {
            let Some(param) = ir.params.get(index as usize) else {
                continue;
            };
            if param.mark.is_some() {
                continue;
            }
            let mut labels = content.shape.clone();
            for value in content.values() {
                let all = self.all(exit, value);
                labels.join(&all, &self.cx.arena);
            }
            if let Some(witness) = labels.source {
                let site = FindingSite {
                    code: Code::T007,
                    location: param.location,
                    name: param.name,
                    method: Some(ir.name),
                };
                self.findings.add(site, witness, &self.cx.arena);
            }
        }
    }
}

struct Export<'e, 'c, 'db> {
    eval: &'e mut Eval<'c, 'db>,
    exit: &'e State,
    cut: usize,
    nodes: Vec<Option<Node>>,
    numbers: IndexMap<Kept, u32, FxBuildHasher>,
    /// Containers to be filled in, with their depths, and whether they are part of the rest.
    work: VecDeque<(ContainerId, usize, bool)>,
}

/// The node of a container: its own, or below the cut one that all share. Function values stay what they
/// are, one node for each function.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kept {
    Alone(ContainerId),
    Function(FuncId),
    Rest,
}

impl Export<'_, '_, '_> {
    fn value(&mut self, value: &Value, depth: usize) -> Outcome {
        let mut outcome = Outcome {
            labels: value.labels.clone(),
            refs: Vec::new(),
        };
        for &container in &value.containers {
            let reference = self.reference(container, depth);
            if !outcome.refs.contains(&reference) {
                outcome.refs.push(reference);
            }
        }
        outcome
    }

    fn reference(&mut self, container: ContainerId, depth: usize) -> Ref {
        match self.eval.containers.key(container) {
            ContainerKey::Symbolic(place) if self.is_known_to_caller(place) => {
                return Ref::Outside(place);
            }
            ContainerKey::Cell(index) => return Ref::Cell(index),
            ContainerKey::Function(id) => return Ref::Function(id),
            ContainerKey::Symbolic(_) | ContainerKey::Made { .. } => {}
        }
        if let Some(&number) = self.numbers.get(&Kept::Alone(container)) {
            return Ref::New(number);
        }
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let kept = self.kept_as(container, depth);
        let number = *self.numbers.entry(kept).or_insert(next);
        if number == next {
            self.nodes.push(None);
        }
        self.numbers.insert(Kept::Alone(container), number);
        self.work.push_back((container, depth, kept == Kept::Rest));
        Ref::New(number)
    }

    /// What a container is exported as.
    fn kept_as(&self, container: ContainerId, depth: usize) -> Kept {
        if depth < self.cut {
            return Kept::Alone(container);
        }
        match self.exit.content(container).map(|content| content.kind) {
            Some(ContainerKind::Function(function)) => Kept::Function(function),
            _ => Kept::Rest,
        }
    }

    fn is_known_to_caller(&self, place: Place) -> bool {
        !(self.eval.mode == Mode::Entry && matches!(place.origin, Origin::Param(_)))
    }

    /// Fills the nodes that were named.
    fn finish(&mut self) {
        while let Some((container, depth, is_rest)) = self.work.pop_front() {
            let Some(&number) = self.numbers.get(&Kept::Alone(container)) else {
                continue;
            };
            let content = self.exit.content(container).cloned();
            let content = content.unwrap_or_else(|| Content::new(ContainerKind::Unknown));
            let mut node = Node {
                kind: content.kind,
                shape: content.shape.clone(),
                members: Vec::new(),
                rest: self.value(&content.rest, depth + 1),
                many: content.many || is_rest || !self.eval.containers.is_newest(container),
                held_by: content.held_by.to_vec(),
            };
            for (key, value) in &content.members {
                let outcome = self.value(value, depth + 1);
                if is_rest {
                    self.join_outcome(&mut node.rest, &outcome);
                } else {
                    node.members.push((*key, outcome));
                }
            }
            let slot = std::mem::take(&mut self.nodes[number as usize]);
            let merged = match slot {
                None => node,
                Some(ours) => self.merged(ours, node),
            };
            self.nodes[number as usize] = Some(merged);
        }
    }

    fn merged(&self, mut ours: Node, theirs: Node) -> Node {
        let arena = &self.eval.cx.arena;
        if ours.kind != theirs.kind {
            ours.kind = ContainerKind::Unknown;
        }
        ours.shape.join(&theirs.shape, arena);
        self.join_outcome(&mut ours.rest, &theirs.rest);
        for (key, value) in theirs.members {
            match ours.members.iter_mut().find(|(other, _)| *other == key) {
                Some((_, ours)) => self.join_outcome(ours, &value),
                None => ours.members.push((key, value)),
            }
        }
        ours.many |= theirs.many;
        for place in theirs.held_by {
            if !ours.held_by.contains(&place) {
                ours.held_by.push(place);
            }
        }
        ours
    }

    fn join_outcome(&self, ours: &mut Outcome, theirs: &Outcome) {
        ours.labels.join(&theirs.labels, &self.eval.cx.arena);
        for &reference in &theirs.refs {
            if !ours.refs.contains(&reference) {
                ours.refs.push(reference);
            }
        }
    }

    fn outs(&mut self) -> Vec<Out> {
        let ir = self.eval.ir.clone();
        let mut found = Vec::new();
        for (index, param) in ir.params.iter().enumerate() {
            if param.mark == Some(Trust::Tainted) && param.parts.structured {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                found.push(Out {
                    place: Place::root(Origin::Param(index)),
                    key: OutKey::Everything,
                    value: Outcome::default(),
                });
            }
        }
        let mut written: Vec<(ContainerKey, Content)> = Vec::new();
        let containers = &self.eval.containers;
        self.exit.each_content(&mut |id, content| {
            let key = containers.key(id);
            if matches!(key, ContainerKey::Symbolic(_) | ContainerKey::Cell(_)) {
                written.push((key, content.clone()));
            }
        });
        for (key, content) in written {
            let place = match key {
                ContainerKey::Symbolic(place) => place,
                ContainerKey::Cell(index) => Place::root(Origin::Capture(index)),
                ContainerKey::Made { .. } | ContainerKey::Function(_) => continue,
            };
            let is_marked = match place.origin {
                Origin::Global(variable) => !self.eval.cx.is_marked(variable),
                Origin::Param(index) => {
                    let param = ir.params.get(index as usize);
                    let is_entry = self.eval.mode == Mode::Entry;
                    is_entry || param.is_none_or(|param| param.mark.is_some())
                }
                Origin::Receiver | Origin::Capture(_) | Origin::Applied(_) => false,
            };
            if is_marked {
                continue;
            }
            self.outs_of(&mut found, key, place, &content);
        }
        found
    }

    fn outs_of(
        &mut self,
        found: &mut Vec<Out>,
        key: ContainerKey,
        place: Place,
        content: &Content,
    ) {
        let is_cell = matches!(key, ContainerKey::Cell(_));
        let mut add = |key: OutKey, value: Outcome| {
            if !value.labels.is_clean() || !value.refs.is_empty() {
                found.push(Out { place, key, value });
            }
        };
        let rest = self.value(&content.rest, 1);
        add(if is_cell { OutKey::Cell } else { OutKey::Any }, rest);
        for (key, value) in &content.members {
            let value = self.value(value, 1);
            add(OutKey::Known(*key), value);
        }
        let shape = Outcome {
            labels: content.shape.clone(),
            refs: Vec::new(),
        };
        add(OutKey::Shape, shape);
    }
}
