//! Flow paths: the chain of a witness unfolded, source first, sink last, through callees, one element for
//! each move, at most [`FLOW_STEPS`]. Where there are more, those next to the sink before the last are left out.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::Location;
use crate::db::Db;
use crate::diagnostics::FlowStep;
use crate::limits::FLOW_STEPS;

use super::component::SolvedComponent;
use super::queries;
use super::unit::Unit;
use super::witness::{Arena, Link, Step, Witness};

/// The path of a finding of `component`.
pub fn unfold(db: &dyn Db, component: &Arc<SolvedComponent>, witness: Witness) -> Vec<FlowStep> {
    let mut unfolding = Unfolding {
        db,
        arenas: FxHashMap::default(),
    };
    let mut steps: Vec<FlowStep> = Vec::new();
    for link in chain(&component.arena, witness) {
        unfolding.show(link, &mut steps);
    }
    if let Some(last) = unfolding.last(component, witness) {
        if steps.len() >= FLOW_STEPS {
            steps.truncate(FLOW_STEPS - 1);
        }
        if steps.last() != Some(&last) {
            steps.push(last);
        }
    }
    steps
}

/// The links of a chain, the first one first.
fn chain(arena: &Arena, last: Witness) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = Some(last);
    while let Some(link) = at.and_then(|witness| arena.link(witness)) {
        links.push(link.clone());
        at = link.previous;
    }
    links.reverse();
    links
}

struct Unfolding<'db> {
    db: &'db dyn Db,
    arenas: FxHashMap<Unit, Option<Arc<SolvedComponent>>>,
}

impl Unfolding<'_> {
    fn inside(&mut self, unit: Unit) -> Option<Arc<SolvedComponent>> {
        let db = self.db;
        self.arenas
            .entry(unit)
            .or_insert_with(|| queries::solution_of(db, unit))
            .clone()
    }

    /// Shows a link; that of a call as the chain inside of the callee, as far as the number of steps allows.
    fn show(&mut self, link: Link, steps: &mut Vec<FlowStep>) {
        let mut stack = vec![link];
        let mut n_links = 0;
        while let Some(link) = stack.pop() {
            n_links += 1;
            if steps.len() >= FLOW_STEPS || n_links > FLOW_STEPS * 8 {
                return;
            }
            if let Step::Inside(unit, inner) = link.step {
                if let Some(solved) = self.inside(unit) {
                    let links = chain(&solved.arena, inner);
                    stack.extend(links.into_iter().take(FLOW_STEPS * 4).rev());
                }
            } else if let Some(step) = shown_step(&link)
                && steps.last() != Some(&step)
            {
                steps.push(step);
            }
        }
    }

    /// The last move, which is the sink.
    fn last(&mut self, component: &Arc<SolvedComponent>, witness: Witness) -> Option<FlowStep> {
        let mut component = component.clone();
        let mut witness = witness;
        let mut outer = Vec::new();
        loop {
            let link = component.arena.link(witness)?.clone();
            if let Step::Inside(unit, inner) = link.step {
                if let Some(previous) = link.previous {
                    outer.push((component.clone(), previous));
                }
                component = self.inside(unit)?;
                witness = inner;
                continue;
            }
            match shown_step(&link) {
                Some(step) => return Some(step),
                None => match link.previous {
                    Some(previous) => witness = previous,
                    None => (component, witness) = outer.pop()?,
                },
            }
        }
    }
}

fn shown_step(link: &Link) -> Option<FlowStep> {
    let message = match &link.step {
        Step::EntryParameter(param, function) => {
            format!("parameter '{param}' of entry point '{function}' is untrusted")
        }
        Step::SourceCall(function) => format!("'{function}' returns untrusted data"),
        Step::TaintedArgument(param, function) => {
            format!("'{function}' puts untrusted data into the argument for '{param}'")
        }
        Step::SourceVariable(name) => format!("module variable '{name}' may hold untrusted data"),
        Step::SourceCast => "declared untrusted by `<@tainted>`".to_owned(),
        Step::Outside | Step::Inside(..) => return None,
        Step::Assigned(name) => format!("assigned to '{name}'"),
        Step::Written(place) => format!("written to '{place}'"),
        Step::Read(place) => format!("read from '{place}'"),
        Step::LoopVariable(name) => format!("bound to loop variable '{name}'"),
        Step::Passed(param, function) => format!("passed to parameter '{param}' of '{function}'"),
        Step::Returned(function) => format!("returned by '{function}'"),
        Step::WrittenBy(function) => format!("written by '{function}'"),
        Step::Sent => "sent to another strand".to_owned(),
        Step::Received => "received from another strand".to_owned(),
        Step::Captured(name) => format!("captured variable '{name}'"),
        Step::ReturnedHere => "returned here".to_owned(),
        Step::CheckedHere => "returned by `check` when it is an error".to_owned(),
        Step::WrittenToVariable(name) => format!("written to module variable '{name}'"),
    };
    Some(FlowStep {
        message,
        location: Location::new(link.location.item, link.location.range),
    })
}
