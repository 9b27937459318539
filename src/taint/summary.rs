//! Summaries: what a call of a unit does, in terms of what the caller hands in (spec/taint.md section 7).
//! Bodies give summaries by [`super::export`], native functions by [`super::external`]; calls instantiate
//! them in [`super::call`].

use crate::base::{ItemId, Location, Name};
use crate::diagnostics::Code;
use crate::types::{FuncId, Ty};

use super::ir::{ContainerKind, Ir, Parts, Role, Trust};
use super::place::{Key, Place};
use super::value::Labels;
use super::witness::Witness;

#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    pub name: Name,
    pub params: Vec<ParamInfo>,
    pub has_rest: bool,
    pub is_method: bool,
    /// The program does not see the inside: paths are not followed, and what happens to function arguments
    /// is reported there.
    pub is_library: bool,
    /// The containers that the call makes.
    pub nodes: Vec<Node>,
    pub ret: Outcome,
    /// The result is a source.
    pub is_source: bool,
    pub panics: Outcome,
    pub outs: Vec<Out>,
    pub sinks: Vec<Sink>,
    pub variable_writes: Vec<VariableWrite>,
    pub captured_writes: Vec<CapturedWrite>,
    /// Containers that are in the content of a module variable afterwards.
    /// The second place is in the variable.
    pub holds: Vec<(Place, Place)>,
    pub applies: Vec<Apply>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ParamInfo {
    pub name: Name,
    pub parts: Parts,
    pub mark: Option<Trust>,
    /// Where the default value stands, if there is one.
    pub default: Option<Location>,
}

/// A container that a call makes.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    pub kind: ContainerKind,
    pub shape: Labels,
    pub members: Vec<(Key, Outcome)>,
    pub rest: Outcome,
    pub many: bool,
    pub held_by: Vec<Place>,
}

/// A value as the caller is told of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    pub labels: Labels,
    pub refs: Vec<Ref>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ref {
    /// A node of the summary.
    New(u32),
    /// The containers at a place.
    Outside(Place),
    /// The variable behind a capture.
    Cell(u32),
    Function(FuncId),
}

/// A write into something of the caller.
#[derive(Clone, PartialEq, Debug)]
pub struct Out {
    pub place: Place,
    pub key: OutKey,
    pub value: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutKey {
    Known(Key),
    Any,
    /// How many members there are.
    Shape,
    /// The captured variable itself gets another value.
    Cell,
    /// The whole argument becomes tainted.
    Everything,
}

/// Where a finding stands.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FindingSite {
    pub code: Code,
    pub location: Location,
    /// What the message names.
    pub name: Name,
    /// For T002: the method. For T004: the call is what taints, when there is one.
    pub method: Option<Name>,
}

/// A part of what the caller hands in that reaches a sink.
#[derive(Clone, PartialEq, Debug)]
pub struct Sink {
    pub place: Place,
    /// The finding inside of the unit, for what is judged there: captured variables, and the parameters of
    /// functions that the library calls.
    pub site: FindingSite,
    /// For a write into a captured variable (T005): which one; none if that is tainted before.
    pub captured: Option<Place>,
    /// The parameter itself is marked, no flow inside of the unit makes it a sink.
    pub is_marked: bool,
    pub witness: Witness,
}

/// A write of a module variable that happens with what the caller hands in.
#[derive(Clone, PartialEq, Debug)]
pub struct VariableWrite {
    pub place: Place,
    pub variable: ItemId,
    pub site: FindingSite,
    /// Reported at the call that brings the taint, not at the write.
    pub is_at_call: bool,
    pub witness: Witness,
}

/// A write of tainted data into a captured variable (T005).
#[derive(Clone, PartialEq, Debug)]
pub struct CapturedWrite {
    pub target: Place,
    pub labels: Labels,
    pub site: FindingSite,
}

/// Calls of the function values at a place. What they return is known as
/// [`super::place::Origin::Applied`] with this entry's number.
#[derive(Clone, PartialEq, Debug)]
pub struct Apply {
    pub callee: Place,
    /// The type of the function value.
    pub ty: Option<Ty>,
    pub args: Vec<Outcome>,
    pub location: Location,
}

impl Summary {
    /// The summary of a unit of which nothing is known yet.
    pub fn empty(ir: &Ir, is_library: bool) -> Self {
        let params = ir.params.iter().map(|param| ParamInfo {
            name: param.name,
            parts: param.parts,
            mark: param.mark,
            default: param
                .default
                .map(|range| Location::new(param.location.item, range)),
        });
        Self {
            name: ir.name,
            params: params.collect(),
            has_rest: ir.has_rest,
            is_method: ir.role == Role::Method || ir.receiver.is_some(),
            is_library,
            nodes: Vec::new(),
            ret: Outcome::default(),
            is_source: ir.ret.mark == Some(Trust::Tainted),
            panics: Outcome::default(),
            outs: Vec::new(),
            sinks: Vec::new(),
            variable_writes: Vec::new(),
            captured_writes: Vec::new(),
            holds: Vec::new(),
            applies: Vec::new(),
        }
    }

    /// Whether both say the same, whatever the witnesses.
    pub fn is_same(&self, other: &Self) -> bool {
        let outcomes = |a: &Outcome, b: &Outcome| a.labels.is_same(&b.labels) && a.refs == b.refs;
        let nodes = |a: &Node, b: &Node| {
            a.kind == b.kind
                && a.shape.is_same(&b.shape)
                && outcomes(&a.rest, &b.rest)
                && a.many == b.many
                && a.held_by == b.held_by
                && all(&a.members, &b.members, |a, b| {
                    a.0 == b.0 && outcomes(&a.1, &b.1)
                })
        };
        all(&self.nodes, &other.nodes, nodes)
            && outcomes(&self.ret, &other.ret)
            && outcomes(&self.panics, &other.panics)
            && all(&self.outs, &other.outs, |a, b| {
                a.place == b.place && a.key == b.key && outcomes(&a.value, &b.value)
            })
            && all(&self.sinks, &other.sinks, |a, b| {
                a.place == b.place && a.site == b.site && a.captured == b.captured
            })
            && all(&self.variable_writes, &other.variable_writes, |a, b| {
                a.place == b.place && a.variable == b.variable && a.site == b.site
            })
            && all(&self.captured_writes, &other.captured_writes, |a, b| {
                a.target == b.target && a.site == b.site && a.labels.is_same(&b.labels)
            })
            && self.holds == other.holds
            && all(&self.applies, &other.applies, |a, b| {
                a.callee == b.callee && a.ty == b.ty && all(&a.args, &b.args, outcomes)
            })
    }
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}
