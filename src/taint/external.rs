//! Summaries of functions without body (spec/taint.md section 7): what the signature's annotations say, the
//! `@flow` annotation of the library's natives, and for the rest: the result is made of everything that
//! goes in, and may be any container of it.

use crate::base::Location;
use crate::types::{self, FlowSpec, Ty, TyKind};

use super::component::Component;
use super::flowspec::{self, Term};
use super::ir::{ContainerKind, Ir, Parts, Trust};
use super::place::{Origin, Path, Place};
use super::summary::{Apply, Node, Out, OutKey, Outcome, Ref, Summary};
use super::unit::Unit;
use super::value::Labels;
use super::witness::{Step, Witness};

/// The summary of a native function.
pub fn summary(cx: &mut Component<'_>, ir: &Ir) -> Summary {
    let mut building = Building::new(cx, ir);
    let spec = match ir.unit {
        Unit::Function(id) => types::flow_spec(building.cx.db, id),
        Unit::Default(..) => None,
    };
    building.marks(ir);
    match spec {
        Some(spec) => building.spelled(ir, &spec),
        None => building.everything(ir),
    }
    building.summary
}

/// A function of which nothing can be known.
pub fn unknown(cx: &mut Component<'_>, ir: &Ir) -> Summary {
    let mut building = Building::new(cx, ir);
    building.marks(ir);
    building.everything(ir);
    building.summary
}

struct Building<'c, 'db> {
    cx: &'c mut Component<'db>,
    summary: Summary,
    witness: Witness,
}

impl<'c, 'db> Building<'c, 'db> {
    fn new(cx: &'c mut Component<'db>, ir: &Ir) -> Self {
        let location = Location::new(ir.unit.function().item, ir.ret.range);
        let witness = cx.arena.start(Step::Outside, location);
        let summary = Summary::empty(ir, cx.is_library(ir.unit));
        Self {
            cx,
            summary,
            witness,
        }
    }

    fn marks(&mut self, ir: &Ir) {
        for (index, param) in ir.params.iter().enumerate() {
            let origin = Origin::Param(u32::try_from(index).unwrap_or(u32::MAX));
            match param.mark {
                Some(Trust::Untainted) => {
                    let place = Place::new(origin, Path::whole());
                    let sink = self.cx.marked_sink(place, param.name, param.location);
                    self.summary.sinks.push(sink);
                }
                Some(Trust::Tainted) if param.parts.structured => self.summary.outs.push(Out {
                    place: Place::root(origin),
                    key: OutKey::Everything,
                    value: Outcome::default(),
                }),
                Some(Trust::Tainted) | None => {}
            }
        }
    }

    /// The result is made of everything that goes in.
    fn everything(&mut self, ir: &Ir) {
        if ir.ret.mark.is_some() {
            return;
        }
        let mut labels = Labels::default();
        let mut refs = Vec::new();
        let params = (0..ir.params.len()).map(|index| {
            let parts = ir.params[index].parts;
            let is_rest = ir.has_rest && index + 1 == ir.params.len();
            let origin = Origin::Param(u32::try_from(index).unwrap_or(u32::MAX));
            (origin, parts.structured || is_rest)
        });
        let receiver = ir.receiver.map(|_| (Origin::Receiver, true));
        for (origin, structured) in params.chain(receiver).collect::<Vec<_>>() {
            let whole = Place::new(origin, Path::whole());
            labels.add_place(whole, self.witness, &self.cx.arena);
            if structured {
                refs.push(Ref::Outside(whole));
            }
        }
        self.summary.ret = self.filled(labels, refs, ir.ret.parts);
    }

    fn filled(&mut self, labels: Labels, mut refs: Vec<Ref>, parts: Parts) -> Outcome {
        let mut outcome = Outcome {
            labels: Labels::default(),
            refs: Vec::new(),
        };
        if parts.simple || !parts.structured {
            outcome.labels = labels.clone();
        }
        if !parts.structured {
            return outcome;
        }
        let kind = if parts.error {
            ContainerKind::Unknown
        } else {
            ContainerKind::Plain
        };
        let first = u32::try_from(self.summary.nodes.len()).unwrap_or(u32::MAX);
        refs.push(Ref::New(first + 1));
        for many in [false, true] {
            self.summary.nodes.push(Node {
                kind,
                shape: labels.clone(),
                members: Vec::new(),
                rest: Outcome {
                    labels: labels.clone(),
                    refs: refs.clone(),
                },
                many,
                held_by: Vec::new(),
            });
        }
        refs.pop();
        refs.push(Ref::New(first));
        outcome.refs = refs;
        outcome
    }

    fn spelled(&mut self, ir: &Ir, spec: &FlowSpec) {
        let applications: Vec<_> = spec
            .applies
            .iter()
            .filter_map(|text| flowspec::application(text))
            .collect();
        for application in &applications {
            let callee = Place::root(Origin::Param(application.function));
            if !self
                .summary
                .applies
                .iter()
                .any(|known| known.callee == callee)
            {
                self.summary.applies.push(Apply {
                    callee,
                    ty: self.param_type(ir, application.function),
                    args: Vec::new(),
                    location: Location::new(ir.unit.function().item, ir.ret.range),
                });
            }
        }
        for application in &applications {
            let callee = Place::root(Origin::Param(application.function));
            for (at, arg) in application.args.iter().enumerate() {
                let value = self.value(arg);
                let found = self.summary.applies.iter_mut().find(|a| a.callee == callee);
                let Some(apply) = found else { continue };
                match apply.args.get_mut(at) {
                    Some(ours) => {
                        ours.labels.join(&value.labels, &self.cx.arena);
                        ours.refs.extend(value.refs);
                    }
                    None => apply.args.push(value),
                }
            }
        }
        for text in &spec.out {
            if let Some(write) = flowspec::write(text) {
                let value = self.value(&write.value);
                self.summary.outs.push(Out {
                    place: write.place,
                    key: write.key.map_or(OutKey::Any, OutKey::Known),
                    value,
                });
            }
        }
        for text in &spec.sink {
            if let Some(place) = flowspec::sink(text) {
                let name = match place.origin {
                    Origin::Param(index) => ir.params.get(index as usize).map(|p| p.name),
                    _ => None,
                };
                let location = Location::new(ir.unit.function().item, ir.ret.range);
                let sink = self
                    .cx
                    .marked_sink(place, name.unwrap_or(ir.name), location);
                self.summary.sinks.push(sink);
            }
        }
        if ir.ret.mark.is_some() {
            return;
        }
        let mut ret = Outcome::default();
        for text in &spec.ret {
            if let Some(term) = flowspec::term(text) {
                let value = self.value(&term);
                ret.labels.join(&value.labels, &self.cx.arena);
                ret.refs.extend(value.refs);
            }
        }
        self.summary.ret = ret;
    }

    fn param_type(&self, ir: &Ir, index: u32) -> Option<Ty> {
        let function = types::function(self.cx.db, ir.unit.function())?;
        let ty = function.params.get(index as usize)?.ty;
        matches!(ty.kind(), TyKind::Function(_)).then_some(ty)
    }

    fn value(&mut self, term: &Term) -> Outcome {
        let witness = self.witness;
        let labelled = |place: Place| Labels::place(place, witness);
        match term {
            Term::Clean => Outcome::default(),
            Term::At(place) => Outcome {
                labels: labelled(*place),
                refs: vec![Ref::Outside(*place)],
            },
            Term::Shape(place) => Outcome {
                labels: labelled(*place),
                refs: Vec::new(),
            },
            Term::All(place) => Outcome {
                labels: labelled(place.whole()),
                refs: Vec::new(),
            },
            Term::Result(function) => {
                let callee = Place::root(Origin::Param(*function));
                let found = self.summary.applies.iter().position(|a| a.callee == callee);
                let Some(index) = found else {
                    return Outcome::default();
                };
                let place = Place::root(Origin::Applied(u32::try_from(index).unwrap_or(u32::MAX)));
                Outcome {
                    labels: labelled(place),
                    refs: vec![Ref::Outside(place)],
                }
            }
            Term::New(parts) => {
                let mut node = Node {
                    kind: ContainerKind::Plain,
                    shape: Labels::default(),
                    members: Vec::new(),
                    rest: Outcome::default(),
                    many: parts.len() > 1,
                    held_by: Vec::new(),
                };
                match parts.as_slice() {
                    [only] => {
                        node.rest = self.value(only);
                        // As many members as there were.
                        if let Term::At(place) | Term::Shape(place) = only {
                            node.shape = labelled(Place::root(place.origin));
                        } else if matches!(only, Term::New(_) | Term::Result(_)) {
                            node.shape = labelled(Place::root(Origin::Param(0)));
                        }
                    }
                    parts => {
                        for (index, part) in parts.iter().enumerate() {
                            let value = self.value(part);
                            let key = super::place::Key::Index(index as i64);
                            node.members.push((key, value));
                        }
                    }
                }
                let number = u32::try_from(self.summary.nodes.len()).unwrap_or(u32::MAX);
                self.summary.nodes.push(node);
                Outcome {
                    labels: Labels::default(),
                    refs: vec![Ref::New(number)],
                }
            }
        }
    }
}
