//! Solves one component of the call graph: functions that call one another. Every summary starts empty and
//! grows; a unit is solved again when a summary that it uses has grown. The fixpoint is reached because
//! paths, labels and known keys are finite; containers made by recursion are cut at the depth of paths,
//! and after some rounds altogether.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::base::{ItemId, Location, Name};
use crate::db::Db;
use crate::diagnostics::Code;
use crate::limits;
use crate::types::{FuncId, Ty};

use super::eval::{self, Mode};
use super::external;
use super::finding::Findings;
use super::ir::{Ir, Role};
use super::place::{Origin, Place};
use super::queries;
use super::summary::{FindingSite, Sink, Summary};
use super::unit::Unit;
use super::witness::{Arena, Step, Witness};

/// A solved component.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SolvedComponent {
    pub summaries: FxHashMap<Unit, Arc<Summary>>,
    pub findings: Findings,
    pub arena: Arena,
    /// Places of module variables that may be the same container.
    pub shares: Vec<(Place, Place)>,
}

/// What is known of module variables that share content: nothing at first; where the first pass finds any,
/// a second one knows them all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pass {
    First,
    Shared,
}

/// The component being solved.
pub struct Component<'db> {
    pub db: &'db dyn Db,
    pub arena: Arena,
    own: FxHashMap<Unit, Arc<Summary>>,
    rounds: FxHashMap<Unit, usize>,
    others: FxHashMap<Unit, Option<Arc<SolvedComponent>>>,
    shares: IndexSet<(Place, Place), FxBuildHasher>,
    /// Whether each module variable met so far is marked `@tainted`: asked at every access.
    marked: RefCell<FxHashMap<ItemId, bool>>,
    pass: Pass,
}

/// Solves the units, which are a whole component; those that they call besides are solved already.
pub fn solve(db: &dyn Db, units: &[Unit], pass: Pass) -> SolvedComponent {
    let mut cx = Component {
        db,
        arena: Arena::default(),
        own: FxHashMap::default(),
        rounds: FxHashMap::default(),
        others: FxHashMap::default(),
        shares: IndexSet::default(),
        marked: RefCell::default(),
        pass,
    };
    let mut irs: Vec<Arc<Ir>> = Vec::with_capacity(units.len());
    for &unit in units {
        let ir = queries::ir(db, unit);
        let summary = Summary::empty(&ir, cx.is_library(unit));
        cx.own.insert(unit, Arc::new(summary));
        irs.push(ir);
    }
    let callers = callers_within(db, units, &irs);
    let mut findings: Vec<Findings> = vec![Findings::default(); units.len()];
    let mut work: VecDeque<usize> = (0..units.len()).collect();
    let mut waiting: FxHashSet<usize> = work.iter().copied().collect();
    let mut failed = Findings::default();
    while let Some(at) = work.pop_front() {
        waiting.remove(&at);
        let unit = units[at];
        let rounds = cx.rounds.entry(unit).or_insert(0);
        *rounds += 1;
        if *rounds > limits::TAINT_SOLVE_ROUNDS {
            cx.give_up(&irs[at], &mut failed);
            continue;
        }
        let (summary, found) = cx.solve_unit(&irs[at]);
        findings[at] = found;
        let is_same = cx
            .own
            .get(&unit)
            .is_some_and(|known| known.is_same(&summary));
        cx.own.insert(unit, Arc::new(summary));
        if !is_same {
            for &caller in &callers[at] {
                if waiting.insert(caller) {
                    work.push_back(caller);
                }
            }
        }
    }
    let mut all = failed;
    for (ir, found) in irs.iter().zip(&findings) {
        all.extend(found, &cx.arena);
        if let Role::Entry { trusted: false } = ir.role {
            let solved = eval::solve(&mut cx, ir, Mode::Entry);
            all.extend(&solved.findings, &cx.arena);
        }
    }
    SolvedComponent {
        summaries: cx.own,
        findings: all,
        arena: cx.arena,
        shares: cx.shares.into_iter().collect(),
    }
}

/// For each unit those of the component that call it, itself included.
fn callers_within(db: &dyn Db, units: &[Unit], irs: &[Arc<Ir>]) -> Vec<Vec<usize>> {
    let numbers: FxHashMap<Unit, usize> = units.iter().copied().zip(0..).collect();
    let mut callers = vec![Vec::new(); units.len()];
    for (at, ir) in irs.iter().enumerate() {
        for callee in queries::callees(db, ir) {
            if let Some(&callee) = numbers.get(&callee)
                && !callers[callee].contains(&at)
            {
                callers[callee].push(at);
            }
        }
    }
    // A default value may be needed wherever its function is called.
    for (at, unit) in units.iter().enumerate() {
        if let Unit::Default(id, _) = unit
            && let Some(&function) = numbers.get(&Unit::Function(*id))
        {
            let of_function = callers[function].clone();
            for caller in of_function {
                if !callers[at].contains(&caller) {
                    callers[at].push(caller);
                }
            }
        }
    }
    callers
}

impl Component<'_> {
    fn solve_unit(&mut self, ir: &Arc<Ir>) -> (Summary, Findings) {
        if ir.role == Role::External {
            return (external::summary(self, ir), Findings::default());
        }
        let solved = eval::solve(self, ir, Mode::Summary);
        (solved.summary, solved.findings)
    }

    /// T009: the safety bound. What the unit does is as unknown as that of a native function.
    fn give_up(&mut self, ir: &Arc<Ir>, failed: &mut Findings) {
        let location = Location::new(ir.unit.function().item, ir.ret.range);
        let site = FindingSite {
            code: Code::T009,
            location,
            name: ir.name,
            method: None,
        };
        let witness = self.arena.start(Step::Outside, location);
        failed.add(site, witness, &self.arena);
        let summary = external::unknown(self, ir);
        self.own.insert(ir.unit, Arc::new(summary));
    }

    /// The summary of a unit of this component or of one solved before.
    pub fn summary(&mut self, unit: Unit) -> Option<Arc<Summary>> {
        if let Some(own) = self.own.get(&unit) {
            return Some(own.clone());
        }
        self.other(unit)?.summaries.get(&unit).cloned()
    }

    fn other(&mut self, unit: Unit) -> Option<Arc<SolvedComponent>> {
        if let Some(known) = self.others.get(&unit) {
            return known.clone();
        }
        let own = self.own.keys().next().copied();
        let solved = own.and_then(|own| queries::solved_before(self.db, own, unit, self.pass));
        self.others.insert(unit, solved.clone());
        solved
    }

    /// How many moves a chain inside of `unit` has.
    pub fn length(&mut self, unit: Unit, witness: Witness) -> u32 {
        if self.own.contains_key(&unit) {
            return self.arena.length(witness);
        }
        self.other(unit)
            .map_or(0, |solved| solved.arena.length(witness))
    }

    pub fn is_library(&self, unit: Unit) -> bool {
        queries::is_library(self.db, unit)
    }

    pub fn unit_name(&mut self, unit: Unit) -> Name {
        self.summary(unit)
            .map_or_else(|| Name::new("function"), |summary| summary.name)
    }

    pub fn capture_name(&self, unit: Unit, index: u32) -> Option<Name> {
        let ir = queries::ir(self.db, unit);
        ir.captures.get(index as usize).map(|capture| capture.name)
    }

    pub fn is_marked(&self, variable: ItemId) -> bool {
        let mut marked = self.marked.borrow_mut();
        let known = marked.entry(variable);
        *known.or_insert_with(|| queries::is_marked(self.db, variable))
    }

    /// The module variables that may have the container at `place` in their content.
    pub fn sharing(&self, place: Place) -> Vec<ItemId> {
        match self.pass {
            Pass::First => match place.origin {
                Origin::Global(variable) => vec![variable],
                _ => Vec::new(),
            },
            Pass::Shared => queries::sharing(self.db, place),
        }
    }

    /// Both places may be the same container.
    pub fn share(&mut self, one: Place, other: Place) {
        if one.origin != other.origin {
            self.shares.insert((one, other));
        }
    }

    /// The functions whose values a variable of type `ty` may hold, wherever it got them.
    pub fn taken(&self, ty: Ty) -> Vec<FuncId> {
        queries::taken(self.db, ty)
    }

    pub fn marked_sink(&mut self, place: Place, name: Name, location: Location) -> Sink {
        Sink {
            place,
            site: FindingSite {
                code: Code::T001,
                location,
                name,
                method: None,
            },
            captured: None,
            is_marked: true,
            witness: self.arena.start(Step::Outside, location),
        }
    }

    /// How deep the containers of a summary are told apart; not at all once a recursion keeps growing.
    pub fn export_depth(&self, unit: Unit) -> usize {
        let rounds = self.rounds.get(&unit).copied().unwrap_or(0);
        if rounds > limits::TAINT_DEEP_ROUNDS {
            0
        } else {
            limits::PATH_STEPS
        }
    }
}
