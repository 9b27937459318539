//! The incremental queries of the analysis: IR of a unit, the call graph, its components, their solutions. The
//! fixpoint inside a component is ours; the driver asks for components callees first, so that no
//! query recurses along the call graph. A component is named by its first unit; what it depends on are its
//! own IRs and the solutions of the components that it calls.

use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::base::{ItemId, graph};
use crate::db::{Db, Project};
use crate::types::hir::{Function, HirItemKind};
use crate::types::ty::{FunctionTy, ParamTy};
use crate::types::{self, FuncId, Ty};

use super::component::{self, Pass, SolvedComponent};
use super::ir::Ir;
use super::lower;
use super::place::{Origin, Place};
use super::unit::Unit;

/// The call graph of the program: the user's functions and what they reach in the library.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    /// Callees first.
    pub components: Vec<Arc<Vec<Unit>>>,
    pub component_of: FxHashMap<Unit, usize>,
    /// Functions whose values are made somewhere.
    pub taken: Vec<FuncId>,
}

pub fn ir(db: &dyn Db, unit: Unit) -> Arc<Ir> {
    match Project::try_get(db) {
        Some(project) => ir_in(db, project, unit),
        None => Arc::new(lower::missing(unit)),
    }
}

#[salsa::tracked(returns(clone))]
fn ir_in(db: &dyn Db, _project: Project, unit: Unit) -> Arc<Ir> {
    Arc::new(lower::lower(db, unit))
}

/// The program, its components in the order in which they are solved.
pub fn program(db: &dyn Db) -> Arc<Program> {
    Project::try_get(db).map_or_else(Arc::default, |project| program_in(db, project))
}

#[salsa::tracked(returns(clone))]
fn program_in(db: &dyn Db, _project: Project) -> Arc<Program> {
    Arc::new(graph_of(db, &user_units(db)))
}

/// The units of the modules that are checked.
fn user_units(db: &dyn Db) -> Vec<Unit> {
    let modules = types::user_modules(db);
    let items = modules
        .iter()
        .flat_map(|&module| types::module_items(db, module).to_vec());
    items.flat_map(|item| units_of(db, item)).collect()
}

/// The units written in an item.
pub fn units_of(db: &dyn Db, item: ItemId) -> Vec<Unit> {
    let inferred = types::infer(db, item);
    let functions = inferred.hir.functions.iter();
    let units = functions.flat_map(|function| {
        let id = FuncId {
            item,
            key: function.key,
        };
        let defaults = function.params.iter().zip(0..);
        let defaults = defaults.filter(|(param, _)| param.default.is_some());
        let mut units = vec![Unit::Function(id)];
        units.extend(defaults.map(|(_, index)| Unit::Default(id, index)));
        units
    });
    units.collect()
}

/// The call graph that is reached from `roots`.
pub fn graph_of(db: &dyn Db, roots: &[Unit]) -> Program {
    let mut numbers: FxHashMap<Unit, usize> = FxHashMap::default();
    let mut units: Vec<Unit> = Vec::new();
    let mut found = |unit: Unit, units: &mut Vec<Unit>| {
        numbers.entry(unit).or_insert_with(|| {
            units.push(unit);
            units.len() - 1
        });
    };
    for &root in roots {
        found(root, &mut units);
    }
    let mut taken = Vec::new();
    let mut seen = FxHashSet::default();
    let mut at = 0;
    while let Some(&unit) = units.get(at) {
        at += 1;
        let ir = ir(db, unit);
        for &callee in &ir.callees {
            found(callee, &mut units);
        }
        for &function in &ir.taken {
            if seen.insert(function) {
                taken.push(function);
            }
        }
    }
    let mut by_type: FxHashMap<Ty, Vec<usize>> = FxHashMap::default();
    let mut edges: Vec<Vec<usize>> = Vec::with_capacity(units.len());
    for &unit in &units {
        let ir = ir(db, unit);
        let mut targets: Vec<usize> = ir
            .callees
            .iter()
            .filter_map(|callee| numbers.get(callee).copied())
            .collect();
        for &ty in &ir.called_types {
            let fitting = by_type.entry(ty).or_insert_with(|| {
                let fitting = taken.iter().filter(|&&id| fits(db, id, ty));
                fitting
                    .filter_map(|&id| numbers.get(&Unit::Function(id)).copied())
                    .collect()
            });
            targets.extend(fitting.iter().copied());
        }
        edges.push(targets);
    }
    let components = graph::components(units.len(), |unit| edges[unit].clone());
    let mut program = Program {
        taken,
        ..Program::default()
    };
    for component in components {
        let mut members: Vec<Unit> = component.into_iter().map(|at| units[at]).collect();
        members.reverse();
        for &unit in &members {
            program.component_of.insert(unit, program.components.len());
        }
        program.components.push(Arc::new(members));
    }
    program
}

/// The component of that first unit.
fn members(db: &dyn Db, first: Unit) -> Arc<Vec<Unit>> {
    Project::try_get(db).map_or_else(Arc::default, |project| members_in(db, project, first))
}

#[salsa::tracked(returns(clone))]
fn members_in(db: &dyn Db, project: Project, unit: Unit) -> Arc<Vec<Unit>> {
    let program = program_in(db, project);
    let component = program.component_of.get(&unit).copied();
    let component = component.and_then(|at| program.components.get(at).cloned());
    component.unwrap_or_else(|| Arc::new(vec![unit]))
}

/// The first unit of the component of `unit`, and its number in the order of solving.
fn place_of(db: &dyn Db, unit: Unit) -> Option<(usize, Unit)> {
    let project = Project::try_get(db)?;
    place_in(db, project, unit)
}

#[salsa::tracked(returns(clone))]
fn place_in(db: &dyn Db, project: Project, unit: Unit) -> Option<(usize, Unit)> {
    let program = program_in(db, project);
    let at = program.component_of.get(&unit).copied()?;
    let first = program.components.get(at)?.first().copied()?;
    Some((at, first))
}

/// The solution of the component whose first unit is `first`.
pub fn solved(db: &dyn Db, first: Unit) -> Arc<SolvedComponent> {
    Project::try_get(db).map_or_else(Arc::default, |project| {
        solved_in(db, project, first, last_pass(db, project))
    })
}

#[salsa::tracked(returns(clone))]
fn solved_in(db: &dyn Db, _project: Project, first: Unit, pass: Pass) -> Arc<SolvedComponent> {
    Arc::new(component::solve(db, &members(db, first), pass))
}

fn last_pass(db: &dyn Db, project: Project) -> Pass {
    if shares_in(db, project).is_empty() {
        Pass::First
    } else {
        Pass::Shared
    }
}

/// The solution for `unit`, if its component comes before that of `own`.
pub fn solved_before(
    db: &dyn Db,
    own: Unit,
    unit: Unit,
    pass: Pass,
) -> Option<Arc<SolvedComponent>> {
    let (here, _) = place_of(db, own)?;
    let (there, first) = place_of(db, unit)?;
    let project = Project::try_get(db)?;
    (there < here).then(|| solved_in(db, project, first, pass))
}

/// The solution for `unit`, whichever component it is in.
pub fn solution_of(db: &dyn Db, unit: Unit) -> Option<Arc<SolvedComponent>> {
    let (_, first) = place_of(db, unit)?;
    Some(solved(db, first))
}

/// Everything that the unit may call.
pub fn callees(db: &dyn Db, ir: &Ir) -> Vec<Unit> {
    let mut found = ir.callees.clone();
    for &ty in &ir.called_types {
        found.extend(taken(db, ty).into_iter().map(Unit::Function));
    }
    found
}

/// The functions taken as values that fit a function type.
pub fn taken(db: &dyn Db, ty: Ty) -> Vec<FuncId> {
    Project::try_get(db).map_or_else(Vec::new, |project| taken_in(db, project, ty))
}

#[salsa::tracked(returns(clone))]
fn taken_in(db: &dyn Db, project: Project, ty: Ty) -> Vec<FuncId> {
    let program = program_in(db, project);
    let taken = program.taken.iter().copied();
    taken.filter(|&id| fits(db, id, ty)).collect()
}

fn fits(db: &dyn Db, id: FuncId, ty: Ty) -> bool {
    types::function(db, id).is_none_or(|function| {
        let own = Ty::function(type_of(&function));
        types::is_assignable(db, own, ty)
    })
}

fn type_of(function: &Function) -> FunctionTy {
    let param = |param: &types::hir::Param| ParamTy {
        name: Some(param.name),
        ty: param.ty,
        defaultable: param.default.is_some(),
        mark: param.mark,
    };
    FunctionTy {
        params: function.params.iter().map(param).collect(),
        rest: function.rest.as_ref().map(param),
        ret: function.ret.ty,
        ret_mark: function.ret.mark,
    }
}

/// Whether the module variable is marked `@tainted`.
pub fn is_marked(db: &dyn Db, variable: ItemId) -> bool {
    match &types::infer(db, variable).hir.kind {
        HirItemKind::Variable(variable) => variable.mark == Some(types::ty::Mark::Tainted),
        _ => false,
    }
}

pub fn is_library(db: &dyn Db, unit: Unit) -> bool {
    types::module_of(db, unit.function().item).is_library()
}

// ---- module variables that share content ---------------------------------------------------------

/// The module variables that may have the container at `place` in their content, its own first.
pub fn sharing(db: &dyn Db, place: Place) -> Vec<ItemId> {
    let Some(project) = Project::try_get(db) else {
        return Vec::new();
    };
    let shares = shares_in(db, project);
    let mut found = vec![place];
    let mut at = 0;
    while let Some(&place) = found.get(at) {
        at += 1;
        for &(one, other) in shares.iter() {
            for (here, there) in [(one, other), (other, one)] {
                let is_new = !found.iter().any(|known| known.origin == there.origin);
                if here.origin == place.origin && is_new && here.path.covers(place.path) {
                    let beneath = place.path.steps().get(here.path.steps().len()..);
                    let beneath = beneath.unwrap_or_default().iter();
                    found.push(beneath.fold(there, |place, step| place.member(*step)));
                }
            }
        }
    }
    let variables = found.into_iter().filter_map(|place| match place.origin {
        Origin::Global(variable) => Some(variable),
        _ => None,
    });
    variables.collect()
}

/// The places of module variables that may be the same container, over the whole program.
#[salsa::tracked(returns(clone))]
fn shares_in(db: &dyn Db, project: Project) -> Arc<Vec<(Place, Place)>> {
    let program = program_in(db, project);
    let mut found: IndexSet<(Place, Place), FxBuildHasher> = IndexSet::default();
    for first in program.components.iter().filter_map(|units| units.first()) {
        let solved = solved_in(db, project, *first, Pass::First);
        found.extend(solved.shares.iter().copied());
    }
    Arc::new(found.into_iter().collect())
}
