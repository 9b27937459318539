//! The taint IR: a function as blocks of small operations over registers. Registers hold values (locals first,
//! then temporaries); everything about types that the solver needs is written into the operations, so solver
//! and rules read neither syntax nor HIR.
//!
//! Made by [`super::lower`], solved by [`super::eval`].

use crate::base::{ItemId, Location, Name, TextRange};
use crate::types::{FuncId, ObjectId, Ty};

use super::place::Key;
use super::unit::Unit;

/// A register: a local variable or a temporary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Reg(pub u32);

/// A place where containers are made, by its number in the unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Site(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

/// Which kinds of values a type has: what can carry labels by itself, what are containers, and whether an
/// error may be among them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Parts {
    pub simple: bool,
    pub structured: bool,
    pub error: bool,
}

impl Parts {
    pub const ALL: Self = Self {
        simple: true,
        structured: true,
        error: true,
    };
    pub const NONE: Self = Self {
        simple: false,
        structured: false,
        error: false,
    };
}

/// The unit, lowered.
#[derive(Clone, PartialEq, Debug)]
pub struct Ir {
    pub unit: Unit,
    pub name: Name,
    pub params: Vec<IrParam>,
    pub has_rest: bool,
    /// The register of `self`.
    pub receiver: Option<Reg>,
    /// Captured variables first, then the channels of the function around.
    pub captures: Vec<IrCapture>,
    pub ret: IrReturn,
    pub role: Role,
    pub blocks: Vec<Block>,
    /// What the unit calls by name, makes as function values, or may call through objects.
    pub callees: Vec<Unit>,
    /// The functions whose values it makes.
    pub taken: Vec<FuncId>,
    /// The types of the function values that it calls.
    pub called_types: Vec<Ty>,
}

/// What is special about a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    Ordinary,
    Method,
    /// `main` or a resource. `trusted`: every listener of its service is.
    Entry {
        trusted: bool,
    },
    /// Anonymous function or worker.
    Inner,
    /// The initial value of a module variable.
    Initial(Box<InitialValue>),
    /// Evaluates an annotation, a default value, or listeners.
    Synthetic,
    /// Without a body.
    External,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InitialValue {
    pub variable: ItemId,
    pub name: Name,
    /// The declaration.
    pub range: TextRange,
    pub is_marked: bool,
    pub is_object: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrParam {
    pub reg: Reg,
    pub name: Name,
    pub parts: Parts,
    pub mark: Option<Trust>,
    pub location: Location,
    /// The default value's range.
    pub default: Option<TextRange>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrCapture {
    pub name: Name,
    pub reg: Reg,
    pub parts: Parts,
    /// Carries messages between strands; not a variable of the program.
    pub is_channel: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrReturn {
    pub parts: Parts,
    pub mark: Option<Trust>,
    pub range: TextRange,
}

/// An annotation `@tainted` or `@untainted`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Trust {
    Tainted,
    Untainted,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    pub ops: Vec<Op>,
    pub end: End,
    /// For the head of a loop: the sites inside of it.
    pub loop_sites: Option<std::ops::Range<u32>>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum End {
    Goto(BlockId),
    Branch(Vec<BlockId>),
    /// The path ends here, the function with it.
    Exit,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Op {
    pub kind: OpKind,
    pub range: TextRange,
}

/// Which member.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    Known(Key),
    Any,
}

/// What a new container is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContainerKind {
    Plain,
    Error,
    Object(ObjectId),
    /// A function value; its members are the captured variables.
    Function(FuncId),
    /// Made by code that is not known.
    Unknown,
}

/// What a move from one register to another means for the path that reports show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Move {
    Silent,
    Assigned(Name),
    LoopVariable(Name),
    Sent,
    Received,
}

#[derive(Clone, PartialEq, Debug)]
pub enum OpKind {
    Clean(Reg),
    /// `to` becomes `from`; containers are dropped where the type has none.
    Move {
        to: Reg,
        from: Reg,
        parts: Parts,
        how: Move,
    },
    Join {
        to: Reg,
        from: Vec<Reg>,
    },
    /// A simple value with everything in the operands.
    Scalar {
        to: Reg,
        from: Vec<Reg>,
    },
    New {
        to: Reg,
        site: Site,
        /// Several containers at once: never single.
        many: bool,
        kind: ContainerKind,
        shape: Vec<Reg>,
        members: Vec<(Key, Reg)>,
        /// Values under unknown keys.
        rest: Vec<Reg>,
    },
    Load {
        to: Reg,
        base: Reg,
        access: Access,
        parts: Parts,
        text: Box<str>,
    },
    Store {
        base: Reg,
        access: Access,
        value: Reg,
        text: Box<str>,
    },
    /// A new container with the members that are not listed.
    Remaining {
        to: Reg,
        base: Reg,
        without: Vec<Key>,
        site: Site,
    },
    /// The variable of a captured local begins.
    NewCell {
        cell: Reg,
        site: Site,
    },
    ReadCell {
        to: Reg,
        cell: Reg,
        parts: Parts,
    },
    WriteCell {
        cell: Reg,
        value: Reg,
        how: Move,
    },
    ReadVariable {
        to: Reg,
        variable: ItemId,
        name: Name,
        parts: Parts,
        is_marked: bool,
    },
    WriteVariable {
        variable: ItemId,
        name: Name,
        value: Reg,
        is_marked: bool,
        is_object: bool,
    },
    Cast {
        to: Reg,
        from: Reg,
        trust: Trust,
        parts: Parts,
        site: Site,
    },
    /// A function value. `channels`: how many of the last captures are channels.
    Function {
        to: Reg,
        site: Site,
        function: FuncId,
        captures: Vec<Reg>,
    },
    Call(Box<Call>),
    /// `check`: the error part of the value joins what the function returns.
    ReturnError {
        from: Reg,
    },
    Return {
        from: Reg,
    },
    /// `only_errors`: `checkpanic`, which goes on with the rest of the value.
    Panic {
        from: Reg,
        only_errors: bool,
    },
    /// A default value meets its own parameter.
    CheckDefault {
        function: FuncId,
        param: u32,
        value: Reg,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub to: Reg,
    pub site: Site,
    pub target: Target,
    pub receiver: Option<Reg>,
    /// One for each parameter that is not the rest parameter; `None`: left out.
    pub args: Vec<Option<Argument>>,
    /// The array of rest arguments and the arguments that it was made of.
    pub rest: Option<RestArgument>,
    /// Of the result.
    pub parts: Parts,
    /// What the type of a called function value says of its result.
    pub trust: Option<Trust>,
    /// Where panics of the callee go when the call stands in a `trap`.
    pub trap: Option<Reg>,
    /// Runs on another strand.
    pub is_started: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Argument {
    pub value: Reg,
    pub range: TextRange,
    /// A literal that can name a member.
    pub key: Option<Key>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct RestArgument {
    pub array: Reg,
    pub items: Vec<Argument>,
    /// `...e`: the array was there before.
    pub is_spread: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    Unit(Unit),
    /// Methods by the object whose they are.
    Methods(Vec<(ObjectId, Unit)>),
    /// A function value; `params` by the marks of its type.
    Value {
        function: Reg,
        ty: Ty,
    },
    /// A worker's function value, run once.
    Worker(Reg),
}
