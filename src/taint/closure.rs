//! Function values that capture variables, and workers (spec/taint.md section 8). A captured variable lives in
//! a cell, a container of its own, so function value and surrounding function write the same thing.
//!
//! What a function value sees is a *view*: the contents of all containers where it is made, joined with
//! every write that can run afterwards. The findings that depend on captured data are judged against
//! the view once the unit is solved; a worker runs against it at its start, again whenever it has grown.

use crate::base::Location;
use crate::limits;
use crate::types::FuncId;

use super::call::{Frame, How, Report};
use super::containers::ContainerKey;
use super::eval::{Eval, Part};
use super::ir::{BlockId, ContainerKind, Parts, Reg, Site};
use super::place::{Key, Origin, Place};
use super::state::State;
use super::summary::Sink;
use super::unit::Unit;
use super::value::{ContainerId, Content, Value};
use super::witness::Step;

/// What one function value can see.
pub struct View {
    pub function: FuncId,
    /// Where the contents of containers from its making on are kept.
    pub sight: usize,
    /// Contents where it was first made.
    pub made: State,
    /// The function value.
    pub value: Value,
    pub location: Location,
}

/// Contents of containers from the making of a function value on. Where a unit makes many, several share one:
/// they may then see too much.
#[derive(Default)]
pub struct Sight {
    pub heap: State,
    /// The blocks that start workers that see it.
    pub workers: Vec<BlockId>,
}

impl Eval<'_, '_> {
    pub fn function_value(
        &mut self,
        state: &mut State,
        site: Site,
        function: FuncId,
        captures: &[Reg],
    ) -> Value {
        if captures.is_empty() {
            let id = self.containers.id(ContainerKey::Function(function));
            return Value::container(id);
        }
        let id = self.made(site, Part::Own);
        let mut content = Content::new(ContainerKind::Function(function));
        for (index, &capture) in captures.iter().enumerate() {
            let cells = state.register(capture);
            content.write(Key::Index(index as i64), &cells, true, &self.cx.arena);
        }
        self.put_new(state, id, content);
        let value = Value::container(id);
        self.share_written(state, function, &value);
        let location = self.here();
        if let Some(view) = self.views.get_mut(&site.0) {
            view.value.join(&value, &self.cx.arena);
        } else {
            let sight = self.new_sight();
            let view = View {
                function,
                sight,
                made: state.clone(),
                value: value.clone(),
                location,
            };
            self.views.insert(site.0, view);
        }
        let sight = self.views.get(&site.0).map_or(0, |view| view.sight);
        self.open_sight(state, sight);
        value
    }

    /// A new sight, or one that is shared when there are many.
    fn new_sight(&mut self) -> usize {
        let n_views = self.views.len() + self.starts.len();
        if self.sights.len() < limits::TAINT_VIEWS {
            self.sights.push(Sight::default());
            return self.sights.len() - 1;
        }
        n_views % limits::TAINT_VIEWS
    }

    /// From this state on everything is seen there.
    fn open_sight(&mut self, state: &mut State, sight: usize) {
        let number = u32::try_from(sight).unwrap_or(u32::MAX);
        if let Err(index) = state.closures.binary_search(&number) {
            state.closures.insert(index, number);
        }
        let sight = &mut self.sights[sight];
        if sight.heap.join_heap(state, &self.cx.arena) {
            self.stale.extend(sight.workers.iter().copied());
        }
    }

    /// What a call that is started on another strand can see.
    pub fn started_sight(&mut self, state: &mut State, site: Site) -> State {
        let known = self.starts.get(&site.0).copied();
        let sight = known.unwrap_or_else(|| self.new_sight());
        self.starts.insert(site.0, sight);
        self.open_sight(state, sight);
        let block = self.block;
        let sight = &mut self.sights[sight];
        if !sight.workers.contains(&block) {
            sight.workers.push(block);
        }
        sight.heap.clone()
    }

    /// What the function value may write is no longer written by this unit alone.
    fn share_written(&mut self, state: &mut State, function: FuncId, value: &Value) {
        let unit = Unit::Function(function);
        let summary = self.cx.summary(unit);
        let writes = summary.is_none_or(|summary| {
            let captured = |place: Place| matches!(place.origin, Origin::Capture(_));
            !summary.applies.is_empty() || summary.outs.iter().any(|out| captured(out.place))
        });
        if !writes {
            return;
        }
        for container in self.reachable(state, value) {
            if !matches!(self.containers.key(container), ContainerKey::Function(_)) {
                state.content_mut(container, &self.containers).is_shared = true;
                self.seen(state, container);
            }
        }
    }

    /// A container was written: the function values made before see it.
    pub fn seen(&mut self, state: &State, container: ContainerId) {
        if state.closures.is_empty() {
            return;
        }
        let Some(content) = state.content(container) else {
            return;
        };
        for &sight in &state.closures {
            let Some(sight) = self.sights.get_mut(sight as usize) else {
                continue;
            };
            let grown = sight.heap.join_content(container, content, &self.cx.arena);
            if grown {
                self.stale.extend(sight.workers.iter().copied());
            }
        }
    }

    /// The captured variables of a function value: one value of cells each.
    pub fn cells_of(state: &State, container: ContainerId) -> Vec<Value> {
        let Some(content) = state.content(container) else {
            return Vec::new();
        };
        content.members.values().cloned().collect()
    }

    /// Reports what happens inside of the function values of this unit with what they capture.
    pub fn judge_closures(&mut self) {
        let sites: Vec<u32> = self.views.keys().copied().collect();
        for site in sites {
            let Some(view) = self.views.get(&site) else {
                continue;
            };
            let (sight, value, function) = (view.sight, view.value.clone(), view.function);
            let heap = self.sights[sight].heap.clone();
            self.callbacks = 0;
            let (made, location) = (view.made.clone(), view.location);
            let unit = Unit::Function(function);
            let mut cells: Vec<Value> = Vec::new();
            for &container in &value.containers {
                for (index, more) in Self::cells_of(&heap, container).into_iter().enumerate() {
                    match cells.get_mut(index) {
                        Some(cells) => {
                            cells.join(&more, &self.cx.arena);
                        }
                        None => cells.push(more),
                    }
                }
            }
            self.range = location.range;
            self.judge_captured_writes(unit, &heap, &made, &cells);
            let frame = Frame {
                cells,
                reads: Some(heap.clone()),
                is_creation: true,
                ..Frame::default()
            };
            let how = How {
                site: Site(site),
                nth: u32::MAX,
                location,
                trap: None,
                parts: Parts::ALL,
                report: Report::Inside(location),
                active: Vec::new(),
                is_shallow: false,
            };
            let mut scratch = heap;
            self.instantiate(&mut scratch, unit, frame, &how);
        }
    }

    fn judge_captured_writes(&mut self, unit: Unit, heap: &State, made: &State, cells: &[Value]) {
        let Some(summary) = self.cx.summary(unit) else {
            return;
        };
        let frame = Frame {
            cells: cells.to_vec(),
            is_creation: true,
            ..Frame::default()
        };
        for write in &summary.captured_writes {
            let mut scratch = heap.clone();
            let labels = self.substituted(&mut scratch, unit, &frame, &write.labels);
            if labels.is_clean() {
                continue;
            }
            let Origin::Capture(index) = write.target.origin else {
                continue;
            };
            // A variable that this unit captures itself is judged further out.
            let outer = cells.get(index as usize).and_then(|cells| {
                cells
                    .containers
                    .iter()
                    .find_map(|&cell| match self.containers.key(cell) {
                        ContainerKey::Cell(outer) => Some(outer),
                        _ => None,
                    })
            });
            if let Some(outer) = outer {
                let target = Place::new(Origin::Capture(outer), write.target.path);
                self.captured_labels(target, &write.site, labels);
                continue;
            }
            let mut before = made.clone();
            if self.is_tainted_at(&mut before, &frame, write.target) {
                continue;
            }
            if let Some(witness) = labels.source {
                self.findings
                    .add(write.site.clone(), witness, &self.cx.arena);
            }
            for (place, witness) in labels.places {
                self.add_sink(Sink {
                    place,
                    site: write.site.clone(),
                    captured: None,
                    is_marked: false,
                    witness,
                });
            }
        }
    }

    /// Whether what stands at the place of the frame is tainted already.
    pub fn is_tainted_at(&mut self, state: &mut State, frame: &Frame, place: Place) -> bool {
        let value = self.at_place(state, frame, place);
        let labels = self.all(state, &value);
        labels.source.is_some()
    }

    /// The step into a captured variable.
    pub fn captured_step(&self, unit: Unit, index: u32) -> Step {
        let name = self
            .cx
            .capture_name(unit, index)
            .unwrap_or_else(|| self.ir.name);
        Step::Captured(name)
    }
}
