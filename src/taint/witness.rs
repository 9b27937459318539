//! Witnesses: how a label came to where it is. Every label carries the last link of a chain of moves that
//! leads back to its source (or to the parameter that it stands for). A call is one link that names
//! the chain inside the callee; chains are unfolded when a finding is reported, never while solving.
//!
//! Links live in one arena for a component of the call graph and are never changed, so every chain ends.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::{Location, Name};

use super::unit::Unit;

/// A link, by its number in the arena of its component.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Witness(u32);

/// One link.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Link {
    pub step: Step,
    pub location: Location,
    pub previous: Option<Witness>,
    /// How many moves the chain has, those inside of callees included.
    pub length: u32,
}

/// What a link says.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// The parameter of an entry point: its name, the function's name.
    EntryParameter(Name, Name),
    /// The call of a function whose result is untrusted.
    SourceCall(Name),
    /// After a call whose parameter (first name) is marked `@tainted`.
    TaintedArgument(Name, Name),
    /// The read of a module variable marked `@tainted`.
    SourceVariable(Name),
    /// A cast `<@tainted>`.
    SourceCast,
    /// The start of a chain inside a callee: the value that the caller hands in. Never shown.
    Outside,
    Assigned(Name),
    /// The text of the place written.
    Written(Box<str>),
    Read(Box<str>),
    LoopVariable(Name),
    /// An argument of a call: the parameter, the function.
    Passed(Name, Name),
    /// The result of the call of a function, after the chain inside of it.
    Returned(Name),
    /// A callee writes what it was given, or has, into the container.
    WrittenBy(Name),
    Sent,
    Received,
    Captured(Name),
    ReturnedHere,
    CheckedHere,
    WrittenToVariable(Name),
    /// The chain `inner` inside of `unit`, which belongs to another or the same component.
    Inside(Unit, Witness),
}

/// All links of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arena {
    links: IndexSet<Link, FxBuildHasher>,
}

impl Arena {
    pub fn link(&self, witness: Witness) -> Option<&Link> {
        self.links.get_index(witness.0 as usize)
    }

    /// The start of a chain.
    pub fn start(&mut self, step: Step, location: Location) -> Witness {
        let shown = u32::from(step != Step::Outside);
        self.push(step, location, None, shown)
    }

    /// The chain with another move at its end; a move that repeats the last one is left out.
    pub fn then(&mut self, previous: Witness, step: Step, location: Location) -> Witness {
        if let Some(last) = self.link(previous)
            && last.step == step
            && last.location == location
        {
            return previous;
        }
        self.push(step, location, Some(previous), 1)
    }

    /// The chain followed by one inside a callee, of `length` moves.
    pub fn inside(
        &mut self,
        previous: Witness,
        unit: Unit,
        inner: Witness,
        length: u32,
        location: Location,
    ) -> Witness {
        self.push(Step::Inside(unit, inner), location, Some(previous), length)
    }

    pub fn length(&self, witness: Witness) -> u32 {
        self.link(witness).map_or(0, |link| link.length)
    }

    /// The shorter of two chains; ties are decided by where their last moves stand.
    pub fn better(&self, a: Witness, b: Witness) -> Witness {
        if a == b {
            return a;
        }
        let key = |witness: Witness| {
            let link = self.link(witness)?;
            let item = link.location.item;
            Some((
                link.length,
                item.file().path(),
                link.location.range,
                item.name().as_str(),
            ))
        };
        if self.length(a) != self.length(b) {
            return if self.length(a) < self.length(b) {
                a
            } else {
                b
            };
        }
        if key(b) < key(a) { b } else { a }
    }

    fn push(
        &mut self,
        step: Step,
        location: Location,
        previous: Option<Witness>,
        added: u32,
    ) -> Witness {
        let length = previous
            .map_or(0, |previous| self.length(previous))
            .saturating_add(added);
        let link = Link {
            step,
            location,
            previous,
            length,
        };
        let index = self.links.insert_full(link).0;
        Witness(u32::try_from(index).expect("fewer than 2^32 links"))
    }
}
