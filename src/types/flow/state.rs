//! What is known about the tracked variables at a point of a function.

/// Whether a tracked variable or field has a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assigned {
    No,
    /// On some paths.
    Maybe,
    Yes,
}

impl Assigned {
    fn join(self, other: Self) -> Self {
        if self == other { self } else { Self::Maybe }
    }
}

/// The state at one point; no path leads to a dead one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// One for each tracked variable. Only variables declared without a value are tracked, so this is short.
    pub assigned: Vec<Assigned>,
    pub is_dead: bool,
}

impl State {
    pub fn dead(&self) -> Self {
        Self {
            assigned: self.assigned.clone(),
            is_dead: true,
        }
    }

    /// Takes in the paths of `other`.
    pub fn join(&mut self, other: &Self) {
        if other.is_dead {
            return;
        }
        if self.is_dead {
            self.clone_from(other);
            return;
        }
        for (own, other) in self.assigned.iter_mut().zip(&other.assigned) {
            *own = own.join(*other);
        }
    }

    pub fn assign(&mut self, at: usize) {
        if let Some(slot) = self.assigned.get_mut(at) {
            *slot = Assigned::Yes;
        }
    }
}
