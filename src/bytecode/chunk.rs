//! A program as the runtime executes it: one vector of instructions and the tables that they
//! index. Input → output: the lowering fills a [`Program`] and calls [`Program::link`]; the
//! runtime takes it whole. Nothing here refers to the compiler's types.

use rustc_hash::FxHashMap;

use super::op::Op;
use super::typedesc::{Annotation, FuncId, TypeId, TypeTable};
use crate::base::Name;

/// Everything that a run needs.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub ops: Vec<Op>,
    pub functions: Vec<Function>,
    pub constants: Vec<Const>,
    pub types: TypeTable,
    /// Record constructors (`NewRecord`).
    pub templates: Vec<RecordTemplate>,
    /// Method calls (`CallMethod`, `BindMethod`).
    pub sites: Vec<MethodSite>,
    /// Where panics are caught. Of two that cover an instruction the later one in this list is
    /// the outer one.
    pub handlers: Vec<Handler>,
    /// Lines for stack traces, ascending by `pc`.
    pub lines: Vec<Line>,
    pub globals: Vec<Global>,
    /// Types that library modules declare, by `org/module:Name`: natives make values of them.
    pub named_types: FxHashMap<Name, TypeId>,
    /// How many locks `Lock`/`Unlock` name.
    pub n_locks: u32,
    /// Module initialisers in the order in which they run, without parameters; an error result
    /// ends the program.
    pub inits: Vec<FuncId>,
    pub main: Option<FuncId>,
    /// Calls `__start` of every listener (returns `error?`), when there are any; runs after `main`.
    pub start: Option<FuncId>,
    /// Calls `__gracefulStop` of every listener; runs at SIGINT and SIGTERM.
    pub stop: Option<FuncId>,
}

/// A function, method, closure body, default thunk or native.
#[derive(Clone, Debug)]
pub struct Function {
    /// As stack traces print it: `main`, `Person.__init` …; lambdas get a name from the lowering.
    pub name: Name,
    /// The module as stack traces print it.
    pub module: Name,
    /// `org/name` of the module, or the path of a file that is a module of its own.
    pub module_path: Name,
    pub file: Name,
    pub code: Code,
    /// Registers that the code uses, at most 250.
    pub n_regs: u8,
    pub params: Vec<Param>,
    /// The element type of the rest parameter; it arrives as one list behind the others.
    pub rest: Option<TypeId>,
    pub ret: TypeId,
    /// The register of the first captured variable.
    pub captures_at: u8,
    /// The type of the function as a value.
    pub ty: TypeId,
    pub annotations: Vec<Annotation>,
}

/// What runs when a function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// Instructions `start..end`.
    Ops { start: u32, end: u32 },
    /// The native with this key, `"ballerina/io:println"`.
    Native(Name),
    /// An `external` function of user code: calling it panics with a message that names it.
    Missing,
}

/// A parameter, as `main`, resources and listeners see it.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: Name,
    pub ty: TypeId,
    pub has_default: bool,
}

/// A constant of the pool.
#[derive(Clone, PartialEq, Debug)]
pub enum Const {
    Int(i64),
    Float(f64),
    /// A decimal in its text form.
    Decimal(Box<str>),
    String(Box<str>),
    /// The contents of a `base16`/`base64` literal (`NewBytes`).
    Bytes(Box<[u8]>),
    /// Field names (`MapRest`, `HasOnlyKeys`).
    Keys(Box<[Box<str>]>),
}

/// How `NewRecord` builds a record from consecutive registers.
#[derive(Clone, Debug)]
pub struct RecordTemplate {
    pub ty: TypeId,
    /// What each register holds, in the order in which the fields print: those with defaults in
    /// declaration order, then the given ones in the order of the literal (language.md 6.9).
    pub parts: Vec<Part>,
}

/// The role of one register of a record constructor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// The value of a declared field.
    Field(Name),
    /// The value of a further field of an open record.
    Rest(Box<str>),
    /// A computed key; its value is in the next register, which has no part of its own.
    Computed,
}

/// A method call; the site is also the key of the runtime's inline cache.
#[derive(Clone, Debug)]
pub struct MethodSite {
    pub method: Name,
}

/// Code whose panics are caught.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// Covered instructions, `start..end`.
    pub start: u32,
    pub end: u32,
    /// Where to go on.
    pub target: u32,
    /// The register that gets the error (of the frame that runs `start..end`).
    pub register: u8,
}

/// From instruction `pc` on (to the next entry) the code comes from `line`.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub pc: u32,
    pub line: u32,
}

/// A module variable.
#[derive(Clone, Debug)]
pub struct Global {
    pub name: Name,
    pub ty: TypeId,
}

/// Address of `Op::Halt`.
pub const HALT: u32 = 0;
/// Address of `Op::Then`.
pub const THEN: u32 = 1;

/// A program whose tables do not fit together; a fault of the lowering.
#[derive(thiserror::Error, Debug, PartialEq, Eq)]
pub enum LinkError {
    #[error("call of function {0}, which does not exist")]
    NoFunction(u32),
    #[error("call of function '{0}', which has no instructions")]
    NotCode(Name),
}

impl Program {
    /// An empty program with its two fixed instructions.
    pub fn new() -> Self {
        Self {
            ops: vec![Op::Halt, Op::Then],
            ..Self::default()
        }
    }

    /// Replaces the function in each `Call` by its address. To be called once, at the end.
    pub fn link(&mut self) -> Result<(), LinkError> {
        let Self { ops, functions, .. } = self;
        for op in ops {
            let Op::Call { d, .. } = op else { continue };
            let function = functions
                .get(*d as usize)
                .ok_or(LinkError::NoFunction(*d))?;
            let Code::Ops { start, .. } = function.code else {
                return Err(LinkError::NotCode(function.name));
            };
            *d = start;
        }
        Ok(())
    }

    /// Adds a constant, the same number for equal ones found before by the caller's own map.
    pub fn add_const(&mut self, constant: Const) -> u32 {
        let index = self.constants.len();
        self.constants.push(constant);
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    pub fn function(&self, func: FuncId) -> Option<&Function> {
        self.functions.get(func.0 as usize)
    }

    /// The source line of instruction `pc`.
    pub fn line(&self, pc: u32) -> u32 {
        let behind = self.lines.partition_point(|line| line.pc <= pc);
        behind
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .map_or(0, |line| line.line)
    }
}

impl Function {
    /// Parameters counting the rest parameter.
    pub fn n_params(&self) -> usize {
        self.params.len() + usize::from(self.rest.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_until_the_next_entry() {
        let program = Program {
            lines: vec![Line { pc: 2, line: 10 }, Line { pc: 5, line: 11 }],
            ..Program::new()
        };
        assert_eq!(program.line(1), 0);
        assert_eq!(program.line(2), 10);
        assert_eq!(program.line(4), 10);
        assert_eq!(program.line(99), 11);
    }
}
