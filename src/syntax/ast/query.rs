//! Table queries and stream queries (spec/language.md 2.8).

use super::{BlockId, ExprId, Ident, Param};
use crate::base::TextRange;

/// `from … select … order by … limit …` over tables, or a stream query with its action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    pub source: QuerySource,
    pub select: Option<Select>,
    pub order_by: Vec<OrderKey>,
    pub limit: Option<ExprId>,
    pub output: Option<OutputRate>,
    /// `=> (T[] rows) { … }`, always there for a stream query, never for a table query.
    pub action: Option<StreamAction>,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum QuerySource {
    Inputs {
        input: QueryInput,
        join: Option<Box<Join>>,
    },
    /// `every a as x followed by b as y within 5 seconds`
    Pattern {
        every: bool,
        pattern: StreamPattern,
        within: Option<Timespan>,
    },
}

/// `table where e window w(3) as x`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryInput {
    /// A reference to a table or stream
    pub source: ExprId,
    /// What follows it, in the order written
    pub steps: Vec<InputStep>,
    pub alias: Option<Ident>,
    pub range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InputStep {
    Where(ExprId),
    /// A call
    Call(ExprId),
    /// A call behind `window`
    Window(ExprId),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Join {
    pub kind: JoinKind,
    pub unidirectional: bool,
    pub input: QueryInput,
    pub on: Option<ExprId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinKind {
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    /// `outer join` without a side
    Outer,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Select {
    /// `select *` when empty
    pub items: Vec<SelectItem>,
    pub group_by: Vec<ExprId>,
    pub having: Option<ExprId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SelectItem {
    pub value: ExprId,
    pub alias: Option<Ident>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderKey {
    pub key: ExprId,
    pub descending: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OutputRate {
    /// `output all every 5 events`, `output last every 2 seconds`
    Every {
        which: Events,
        count: i64,
        /// None for a number of events
        scale: Option<TimeScale>,
    },
    /// `output snapshot every 5 seconds`
    Snapshot(Timespan),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Events {
    All,
    First,
    Last,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timespan {
    pub count: i64,
    pub scale: TimeScale,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeScale {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

/// The shapes of an event pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StreamPattern {
    /// `s where e [2..5] as x`
    Edge {
        input: QueryInput,
        /// The bounds in brackets; the upper one may be absent behind `..`.
        repeat: Option<(ExprId, Option<ExprId>)>,
    },
    /// `a followed by b`; `a, b` too
    Sequence(Vec<StreamPattern>),
    /// `a && b`
    And(Vec<StreamPattern>),
    /// `a || b`
    Or(Vec<StreamPattern>),
    /// `!a`, `!a for 5 seconds`
    Not {
        input: QueryInput,
        duration: Option<Timespan>,
    },
    Group(Box<StreamPattern>),
}

/// `=> (T[] rows) { … }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamAction {
    pub param: Param,
    pub body: BlockId,
}
