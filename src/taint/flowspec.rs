//! The words of `@flow { ret, out, sink, applies }`: what the data does inside a native function of the
//! library, where its signature cannot say so.
//!
//! | form | meaning |
//! |---|---|
//! | `0`, `self` | the argument for that parameter, the receiver |
//! | `0.name`, `0.[*]` | a member of it, any member of it |
//! | `member(0, 1)` | the member of argument 0 that argument 1 names |
//! | `shape(0)` | how many members argument 0 has, and their keys |
//! | `all(0)` | everything in argument 0, as a simple value |
//! | `result(1)` | what the function given as argument 1 returns |
//! | `new(x)` | a new container whose members are `x` |
//! | `new(x, y, …)` | a new tuple of `x`, `y`, … |
//! | `clean` | nothing that is tainted |
//!
//! `ret` lists values that the result may be; `out` writes: `0.[*] <- 1`; `sink` the parts of arguments that
//! must be clean (`0.name`, `0*`: as a whole); `applies` calls of function arguments: `1(0.[*])`.

use super::place::{Key, Origin, Path, Place, Step};

/// A value in the words of the annotation.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    Clean,
    At(Place),
    Shape(Place),
    All(Place),
    /// What the function argument of that number returns.
    Result(u32),
    New(Vec<Term>),
}

/// `0.[*] <- 1`.
#[derive(Clone, PartialEq, Debug)]
pub struct Write {
    pub place: Place,
    /// `None`: a member that is not known.
    pub key: Option<Key>,
    pub value: Term,
}

/// `1(0.[*])`.
#[derive(Clone, PartialEq, Debug)]
pub struct Application {
    pub function: u32,
    pub args: Vec<Term>,
}

pub fn term(text: &str) -> Option<Term> {
    let mut reader = Reader { rest: text.trim() };
    let term = reader.term()?;
    reader.rest.trim().is_empty().then_some(term)
}

pub fn write(text: &str) -> Option<Write> {
    let (target, value) = text.split_once("<-")?;
    let Term::At(target) = term(target)? else {
        return None;
    };
    let (last, steps) = target.path.steps().split_last()?;
    let key = match last {
        Step::Known(key) => Some(*key),
        Step::Any => None,
        Step::KeyOf(_) => return None,
    };
    Some(Write {
        place: Place::new(target.origin, Path::new(steps.to_vec(), false)),
        key,
        value: term(value)?,
    })
}

pub fn sink(text: &str) -> Option<Place> {
    let text = text.trim();
    let (path, is_whole) = match text.strip_suffix('*') {
        Some(path) if !path.ends_with('[') => (path, true),
        _ => (text, false),
    };
    match term(path)? {
        Term::At(place) if is_whole => Some(place.whole()),
        Term::At(place) => Some(place),
        Term::Clean | Term::Shape(_) | Term::All(_) | Term::Result(_) | Term::New(_) => None,
    }
}

pub fn application(text: &str) -> Option<Application> {
    let text = text.trim();
    let (function, args) = text.strip_suffix(')')?.split_once('(')?;
    let mut reader = Reader { rest: args.trim() };
    let mut found = Vec::new();
    while !reader.rest.is_empty() {
        found.push(reader.term()?);
        if !reader.take(",") {
            break;
        }
    }
    reader.rest.is_empty().then_some(())?;
    Some(Application {
        function: function.trim().parse().ok()?,
        args: found,
    })
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(token);
        if let Some(rest) = found {
            self.rest = rest.trim_start();
        }
        found.is_some()
    }

    fn number(&mut self) -> Option<u32> {
        let rest = self.rest.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        self.rest = rest;
        digits.parse().ok()
    }

    fn term(&mut self) -> Option<Term> {
        if self.take("clean") {
            return Some(Term::Clean);
        }
        if self.take("new(") {
            let mut parts = vec![self.term()?];
            while self.take(",") {
                parts.push(self.term()?);
            }
            return self.take(")").then_some(Term::New(parts));
        }
        if self.take("result(") {
            let function = self.number()?;
            return self.take(")").then_some(Term::Result(function));
        }
        if self.take("member(") {
            let container = self.number()?;
            self.take(",").then_some(())?;
            let key = self.number()?;
            let place = Place::root(Origin::Param(container)).member(Step::KeyOf(key));
            return self.take(")").then_some(Term::At(place));
        }
        if self.take("shape(") {
            let place = self.place()?;
            return self.take(")").then_some(Term::Shape(place));
        }
        if self.take("all(") {
            let place = self.place()?;
            return self.take(")").then_some(Term::All(place));
        }
        self.place().map(Term::At)
    }

    fn place(&mut self) -> Option<Place> {
        let origin = if self.take("self") {
            Origin::Receiver
        } else {
            Origin::Param(self.number()?)
        };
        let mut place = Place::root(origin);
        loop {
            if self.take(".[*]") || self.take("[*]") {
                place = place.member(Step::Any);
            } else if let Some(rest) = self.rest.strip_prefix('.') {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let (name, rest) = rest.split_at(end);
                if name.is_empty() {
                    return None;
                }
                place = place.member(Step::Known(Key::named(name)));
                self.rest = rest;
            } else {
                return Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(param: u32, steps: &[Step]) -> Place {
        Place::new(Origin::Param(param), Path::new(steps.to_vec(), false))
    }

    #[test]
    fn terms_are_read() {
        let member = Term::At(at(0, &[Step::Any]));
        for (text, expected) in [
            ("0", Term::At(at(0, &[]))),
            ("0.[*]", member.clone()),
            (
                "0.reason",
                Term::At(at(0, &[Step::Known(Key::named("reason"))])),
            ),
            ("member(0, 1)", Term::At(at(0, &[Step::KeyOf(1)]))),
            ("shape(0)", Term::Shape(at(0, &[]))),
            ("all(1)", Term::All(at(1, &[]))),
            ("result(1)", Term::Result(1)),
            ("clean", Term::Clean),
            (
                "new(new(shape(0), 0.[*]))",
                Term::New(vec![Term::New(vec![Term::Shape(at(0, &[])), member])]),
            ),
        ] {
            assert_eq!(term(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_term_is_refused() {
        for text in [
            "",
            "x",
            "0.",
            "new()",
            "new(0",
            "result(a)",
            "0 1",
            "shape 0",
        ] {
            assert_eq!(term(text), None, "{text}");
        }
        assert_eq!(write("0 <- 1"), None);
        assert_eq!(application("1 0"), None);
    }

    #[test]
    fn writes_sinks_and_applications_are_read() {
        let found = write("0.[*] <- 1.[*]").expect("a write");
        assert_eq!((found.place, found.key), (at(0, &[]), None));
        assert_eq!(found.value, Term::At(at(1, &[Step::Any])));
        assert_eq!(sink("0*"), Some(at(0, &[]).whole()));
        assert_eq!(sink("0.[*]"), Some(at(0, &[Step::Any])));
        let found = application("1(2, 0.[*])").expect("an application");
        assert_eq!((found.function, found.args.len()), (1, 2));
    }
}
