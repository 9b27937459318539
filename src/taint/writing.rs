//! Containers written: strongly where there is only one that it can be, weakly else (spec/taint.md sections 5 and
//! 6). What follows from a write for module variables and captured variables is in [`super::effects`].

use crate::base::{Location, Name};

use super::containers::ContainerKey;
use super::eval::Eval;
use super::ir::Access;
use super::place::{Origin, Place, Step as PathStep};
use super::state::State;
use super::value::{ContainerId, Labels, Value, add};
use super::witness::Step;

/// Who writes.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The statement or call.
    pub location: Location,
    pub step: Step,
    /// The method called on what is written.
    pub method: Option<Name>,
    /// The write happens inside of a call.
    pub is_call: bool,
}

impl Eval<'_, '_> {
    /// Writes a member of every container that `base` may be.
    pub fn store(
        &mut self,
        state: &mut State,
        base: &Value,
        access: Access,
        mut value: Value,
        writing: &Writing,
    ) {
        value.labels = self.moved(&value.labels, &writing.step, writing.location);
        let is_alone = base.containers.len() == 1;
        for &container in &base.containers {
            let single = is_alone && !writing.is_call && self.is_single(state, container);
            self.write(state, container, access, &value, single, writing);
            let related = state.content(container).map(|content| {
                let mut related = content.views.clone();
                for &shown in &content.shows {
                    add(&mut related, shown);
                }
                related
            });
            for other in related.into_iter().flatten() {
                self.write(state, other, access, &value, false, writing);
            }
            self.write_held(state, container, access, &value);
        }
    }

    /// A write into the content of a module variable may hit containers of this unit that are there.
    fn write_held(
        &mut self,
        state: &mut State,
        container: ContainerId,
        access: Access,
        value: &Value,
    ) {
        let ContainerKey::Symbolic(place) = self.containers.key(container) else {
            return;
        };
        if !matches!(place.origin, Origin::Global(_)) || self.held.is_empty() {
            return;
        }
        for held in self.held.clone() {
            let is_there = state.content(held).is_some_and(|content| {
                let mut places = content.held_by.iter();
                places.any(|at| at.origin == place.origin && at.path.overlaps(place.path))
            });
            if is_there {
                let content = state.content_mut(held, &self.containers);
                match access {
                    Access::Known(key) => content.write(key, value, false, &self.cx.arena),
                    Access::Any => content.write_any(value, &self.cx.arena),
                }
                self.seen(state, held);
            }
        }
    }

    fn is_single(&self, state: &State, container: ContainerId) -> bool {
        let is_private = state
            .content(container)
            .is_some_and(|content| !content.many && !content.is_shared && content.shows.is_empty());
        is_private && self.containers.is_newest(container)
    }

    fn write(
        &mut self,
        state: &mut State,
        container: ContainerId,
        access: Access,
        value: &Value,
        is_strong: bool,
        writing: &Writing,
    ) {
        self.judge_write(state, container, access, value, writing);
        let arena = &self.cx.arena;
        let content = state.content_mut(container, &self.containers);
        match access {
            Access::Known(key) => content.write(key, value, is_strong, arena),
            Access::Any => content.write_any(value, arena),
        }
        let mut held = content.held_by.clone();
        if let ContainerKey::Symbolic(place) = self.containers.key(container)
            && matches!(place.origin, Origin::Global(_))
        {
            held.push(place);
        }
        let step = match access {
            Access::Known(key) => PathStep::Known(key),
            Access::Any => PathStep::Any,
        };
        for place in held {
            self.hold(state, value, place.member(step));
        }
        self.seen(state, container);
    }

    /// More labels for the shape of the containers.
    pub fn write_shape(&mut self, state: &mut State, base: &Value, labels: &Labels) {
        for &container in &base.containers {
            let content = state.content_mut(container, &self.containers);
            content.shape.join(labels, &self.cx.arena);
            self.seen(state, container);
        }
    }

    pub fn write_cells(
        &mut self,
        state: &mut State,
        cells: &Value,
        value: &Value,
        writing: &Writing,
    ) {
        let is_alone = cells.containers.len() == 1;
        for &cell in &cells.containers {
            let is_strong = is_alone
                && !writing.is_call
                && self.containers.is_newest(cell)
                && state
                    .content(cell)
                    .is_some_and(|content| !content.is_shared && !content.many);
            if let ContainerKey::Cell(index) = self.containers.key(cell)
                && !self.is_channel(index)
                && !writing.is_call
            {
                let name = self.capture_name(index);
                let labels = self.all(state, value);
                self.captured_written(Place::root(Origin::Capture(index)), name, &labels, writing);
            }
            let content = state.content_mut(cell, &self.containers);
            if is_strong {
                content.rest = value.clone();
            } else {
                content.rest.join(value, &self.cx.arena);
            }
            let held = content.held_by.clone();
            for place in held {
                self.hold(state, value, place);
            }
            self.seen(state, cell);
        }
    }
}
