//! What narrowing must know of assignments that come later in the text: a variable that a closure assigns is
//! not narrowed outside of it, one that is assigned after a closure was made is not narrowed in that closure, and
//! one that a loop assigns is not narrowed at the start of the loop (spec/language.md 4.5).
//!
//! Inference goes through an item once and trusts that there is no such assignment; when one turns up that
//! it relied on being absent, the item is inferred again, knowing. What an item assigns does not depend on
//! types, so the second time agrees.

use rustc_hash::FxHashSet;

use crate::base::TextRange;
use crate::syntax::ast::StmtId;

/// Variables are named by the place of their declaration.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Facts {
    /// Used by a closure, and assigned when that may be there already.
    unsteady: FxHashSet<TextRange>,
    /// Assigned in a closure.
    assigned_inside: FxHashSet<TextRange>,
    /// Assigned in a loop.
    assigned_in: FxHashSet<(StmtId, TextRange)>,
}

#[derive(Default, Debug)]
pub(super) struct Foresight {
    known: Facts,
    /// What was assumed not to be the case.
    trusted: Facts,
    seen: Facts,
}

impl Foresight {
    /// Whether a captured variable keeps its narrowed type in the function that captures it.
    pub fn trust_steady(&mut self, variable: TextRange) -> bool {
        trust(&self.known.unsteady, &mut self.trusted.unsteady, variable)
    }

    /// Whether no closure assigns the variable.
    pub fn trust_unassigned_inside(&mut self, variable: TextRange) -> bool {
        trust(
            &self.known.assigned_inside,
            &mut self.trusted.assigned_inside,
            variable,
        )
    }

    /// Whether `stmt` assigns the variable nowhere.
    pub fn trust_unassigned_in(&mut self, stmt: StmtId, variable: TextRange) -> bool {
        let key = (stmt, variable);
        trust(&self.known.assigned_in, &mut self.trusted.assigned_in, key)
    }

    pub fn see_unsteady(&mut self, variable: TextRange) {
        self.seen.unsteady.insert(variable);
    }

    pub fn see_assigned_inside(&mut self, variable: TextRange) {
        self.seen.assigned_inside.insert(variable);
    }

    /// Whether an assignment in `stmt` has been seen.
    pub fn is_seen_in(&self, stmt: StmtId, variable: TextRange) -> bool {
        self.seen.assigned_in.contains(&(stmt, variable))
    }

    pub fn see_assigned_in(&mut self, stmt: StmtId, variable: TextRange) {
        self.seen.assigned_in.insert((stmt, variable));
    }

    /// What to know next time; `None` when all trust was justified.
    pub fn next(self) -> Option<Self> {
        let betrayed = meet(&self.trusted.unsteady, &self.seen.unsteady)
            || meet(&self.trusted.assigned_inside, &self.seen.assigned_inside)
            || meet(&self.trusted.assigned_in, &self.seen.assigned_in);
        if !betrayed {
            return None;
        }
        let mut known = self.known;
        known.unsteady.extend(self.seen.unsteady);
        known.assigned_inside.extend(self.seen.assigned_inside);
        known.assigned_in.extend(self.seen.assigned_in);
        Some(Self {
            known,
            ..Self::default()
        })
    }
}

fn trust<T: Copy + Eq + std::hash::Hash>(
    known: &FxHashSet<T>,
    trusted: &mut FxHashSet<T>,
    key: T,
) -> bool {
    if known.contains(&key) {
        return false;
    }
    trusted.insert(key);
    true
}

fn meet<T: Eq + std::hash::Hash>(a: &FxHashSet<T>, b: &FxHashSet<T>) -> bool {
    !a.is_disjoint(b)
}
