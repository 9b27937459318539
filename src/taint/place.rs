//! Access paths: which part of a parameter (or of another value that comes from outside of a function) a
//! label, a sink or a write speaks of (spec/taint.md section 1).
//!
//! A path has at most [`PATH_STEPS`] steps; one that would need another ends in `*`: this part and
//! everything beneath. Paths are interned, so a [`Place`] is `Copy`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, RwLock};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::{ItemId, Name};
use crate::limits::PATH_STEPS;

/// A member that is known by name or index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Key {
    Name(Name),
    Index(i64),
}

impl Key {
    pub fn named(text: &str) -> Self {
        Self::Name(Name::new(text))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// One step from a container to a member.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Step {
    Known(Key),
    /// Any member.
    Any,
    /// The member that the argument for this parameter names (`member(0, 1)` of `@flow`): known at a call
    /// that passes a literal.
    KeyOf(u32),
}

/// An interned path; its number decides equality and order, its text is at hand without the table.
#[derive(Clone, Copy)]
pub struct Path {
    number: u32,
    text: &'static PathText,
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Path {}

impl Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct PathText {
    steps: Vec<Step>,
    star: bool,
}

static PATHS: LazyLock<RwLock<IndexSet<&'static PathText, FxBuildHasher>>> =
    LazyLock::new(|| RwLock::new(IndexSet::default()));

impl Path {
    /// The value itself.
    pub fn root() -> Self {
        Self::new(Vec::new(), false)
    }

    /// The value and everything beneath.
    pub fn whole() -> Self {
        Self::new(Vec::new(), true)
    }

    pub fn new(mut steps: Vec<Step>, mut star: bool) -> Self {
        if steps.len() > PATH_STEPS {
            steps.truncate(PATH_STEPS);
            star = true;
        }
        let text = PathText { steps, star };
        let path = |number: usize, text: &'static PathText| Self {
            number: u32::try_from(number).expect("fewer than 2^32 paths"),
            text,
        };
        {
            let paths = PATHS
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some((number, text)) = paths.get_full(&text) {
                return path(number, text);
            }
        }
        let mut paths = PATHS
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((number, text)) = paths.get_full(&text) {
            return path(number, text);
        }
        let text: &'static PathText = Box::leak(Box::new(text));
        path(paths.insert_full(text).0, text)
    }

    pub fn steps(self) -> &'static [Step] {
        &self.text.steps
    }

    /// Whether the path also means everything beneath.
    pub fn is_whole(self) -> bool {
        self.text.star
    }

    /// The path of a member.
    #[must_use]
    pub fn member(self, step: Step) -> Self {
        let text = self.text;
        if text.star || text.steps.len() == PATH_STEPS {
            return Self::new(text.steps.clone(), true);
        }
        let mut steps = text.steps.clone();
        steps.push(step);
        Self::new(steps, false)
    }

    /// The same part with everything beneath.
    #[must_use]
    pub fn with_all_beneath(self) -> Self {
        Self::new(self.text.steps.clone(), true)
    }

    /// Whether what is at `other` is what is at `self`, or beneath it.
    pub fn covers(self, other: Self) -> bool {
        let is_deep_enough = other.steps().len() >= self.steps().len() || other.is_whole();
        is_deep_enough && self.overlaps(other)
    }

    /// Whether a container at `self` is or holds one at `other`, or the other way round, as far as the
    /// paths tell.
    pub fn overlaps(self, other: Self) -> bool {
        let common = self.steps().iter().zip(other.steps());
        common
            .into_iter()
            .all(|(a, b)| a == b || !matches!((a, b), (Step::Known(_), Step::Known(_))))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.steps() {
            match step {
                Step::Known(key) => write!(f, "{key}")?,
                Step::Any | Step::KeyOf(_) => f.write_str("[*]")?,
            }
        }
        if self.is_whole() {
            f.write_str("*")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A value that comes from outside of the function under analysis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// A parameter, the rest parameter last.
    Param(u32),
    /// `self`.
    Receiver,
    /// A captured variable, by its place in the list of captures.
    Capture(u32),
    /// What the function values found at the place of that number in [`super::summary::Summary::applies`] return.
    Applied(u32),
    /// A module variable.
    Global(ItemId),
}

/// A part of a value from outside.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub origin: Origin,
    pub path: Path,
}

impl Place {
    pub fn new(origin: Origin, path: Path) -> Self {
        Self { origin, path }
    }

    pub fn root(origin: Origin) -> Self {
        Self::new(origin, Path::root())
    }

    #[must_use]
    pub fn member(self, step: Step) -> Self {
        Self::new(self.origin, self.path.member(step))
    }

    #[must_use]
    pub fn whole(self) -> Self {
        Self::new(self.origin, self.path.with_all_beneath())
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Path, Step};

    #[test]
    fn a_fourth_step_becomes_a_star() {
        let step = |name| Step::Known(Key::named(name));
        let three = Path::root()
            .member(step("a"))
            .member(step("b"))
            .member(step("c"));
        assert_eq!(three.to_string(), ".a.b.c");
        assert_eq!(three.member(step("d")).to_string(), ".a.b.c*");
        assert_eq!(
            three.member(step("d")).member(step("e")),
            three.with_all_beneath()
        );
    }

    #[test]
    fn unknown_steps_overlap_every_step() {
        let a = Path::root().member(Step::Known(Key::Index(0)));
        let b = Path::root().member(Step::Known(Key::Index(1)));
        let any = Path::root().member(Step::Any);
        assert!(!a.overlaps(b));
        assert!(a.overlaps(any) && any.overlaps(b));
        assert!(Path::root().overlaps(a));
    }
}
