//! One walk along the paths of a function: reachability, returns, and what is assigned where.
//!
//! Loops are walked once: a variable assigned before the loop stays assigned, one assigned in it is assigned
//! on some paths only, and an unassigned one is unassigned in the first round, so a second walk would say
//! nothing new.

use rustc_hash::FxHashMap;

use crate::base::{ItemId, Location, Name, TextRange};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};
use crate::types::classify;
use crate::types::hir::{
    Block, Body, Callee, ClauseKind, Expr, ExprKind, Function, FunctionKind, LocalId, Pattern,
    PatternKind, Place, PlaceKind, Stmt, StmtKind,
};
use crate::types::queries::object_def;
use crate::types::ty::{Literal, Ty};
use crate::types::walk;

use super::state::{Assigned, State};

/// Checks one function.
pub fn check(db: &dyn Db, item: ItemId, function: &Function, found: &mut Vec<Diagnostic>) {
    let Body::Block(body) = &function.body else {
        return;
    };
    let mut walk = Walk {
        item,
        function,
        tracked: FxHashMap::default(),
        fields: FxHashMap::default(),
        loops: Vec::new(),
        exits: None,
        is_broken: false,
        found,
    };
    walk.track(body);
    if function.kind == FunctionKind::Init {
        walk.track_fields(db);
    }
    let n_tracked = walk.tracked.len() + walk.fields.len();
    let mut state = State {
        assigned: vec![Assigned::No; n_tracked],
        is_dead: false,
    };
    walk.block(body, &mut state);
    if !state.is_dead {
        walk.end_of_function(&state);
    }
    walk.unset_fields(db, &state);
}

struct Walk<'a> {
    item: ItemId,
    function: &'a Function,
    /// Variables declared without a value, numbered.
    tracked: FxHashMap<LocalId, usize>,
    /// In `__init`: the fields without default, numbered behind the variables.
    fields: FxHashMap<Name, usize>,
    loops: Vec<Loop>,
    /// The join of the states at every `return`.
    exits: Option<State>,
    /// A statement could not be read or typed: it may have been a `return`.
    is_broken: bool,
    found: &'a mut Vec<Diagnostic>,
}

struct Loop {
    /// The join of the states at every `break`.
    breaks: Option<State>,
}

impl Walk<'_> {
    fn track(&mut self, body: &Block) {
        for stmt in &body.stmts {
            if let StmtKind::Let { local, value: None } = stmt.kind {
                let number = self.tracked.len();
                self.tracked.insert(local, number);
            }
            for inner in inner_blocks(stmt) {
                self.track(inner);
            }
        }
    }

    fn track_fields(&mut self, db: &dyn Db) {
        let Some(receiver) = &self.function.receiver else {
            return;
        };
        for field in &object_def(db, receiver.object).fields {
            if field.default.is_none() {
                let number = self.tracked.len() + self.fields.len();
                self.fields.insert(field.name, number);
            }
        }
    }

    // ---- statements ---------------------------------------------------------------------------

    fn block(&mut self, block: &Block, state: &mut State) {
        // Told already where the whole block is unreachable.
        let mut told = state.is_dead;
        for stmt in &block.stmts {
            if state.is_dead && !told {
                told = true;
                self.report(Code::E051, stmt.range, "unreachable code".to_owned());
            }
            self.stmt(stmt, state);
        }
    }

    fn stmt(&mut self, stmt: &Stmt, state: &mut State) {
        match &stmt.kind {
            StmtKind::Let { local, value } => {
                if let Some(value) = value {
                    self.expr(value, state);
                } else if let Some(&at) = self.tracked.get(local)
                    && let Some(slot) = state.assigned.get_mut(at)
                {
                    // A declaration in a loop starts afresh each round.
                    *slot = Assigned::No;
                }
            }
            StmtKind::Destructure { pattern, value, .. } => {
                self.expr(value, state);
                self.pattern(pattern, state);
            }
            StmtKind::Assign { place, value } => {
                self.expr(value, state);
                self.assign(place, state);
            }
            StmtKind::Compound { place, value, .. } => {
                self.read_place(place, state);
                self.expr(value, state);
            }
            StmtKind::Expr(value) | StmtKind::Send { value, .. } => self.expr(value, state),
            StmtKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.expr(condition, state);
                let mut then_state = state.clone();
                self.block(then, &mut then_state);
                if let Some(otherwise) = otherwise {
                    self.block(otherwise, state);
                }
                state.join_branches(&then_state);
            }
            StmtKind::While { condition, body } => {
                self.expr(condition, state);
                let endless = matches!(condition.kind, ExprKind::Literal(Literal::Boolean(true)));
                self.looping(body, state, endless);
            }
            StmtKind::Foreach { iterable, body, .. } => {
                self.expr(iterable, state);
                self.looping(body, state, false);
            }
            StmtKind::Match { value, clauses } => {
                self.expr(value, state);
                let start = state.clone();
                let catches_all = clauses.iter().any(|clause| {
                    clause.guard.is_none()
                        && match &clause.kind {
                            ClauseKind::Any => true,
                            ClauseKind::Pattern { pattern, ty } => {
                                matches!(pattern.kind, PatternKind::Bind(_) | PatternKind::Discard)
                                    && (*ty == value.ty || ty.is_error())
                            }
                            ClauseKind::Values(_) => false,
                        }
                });
                if catches_all {
                    *state = state.dead();
                }
                for clause in clauses {
                    let mut inner = start.clone();
                    if let Some(guard) = &clause.guard {
                        self.expr(guard, &inner);
                    }
                    self.block(&clause.body, &mut inner);
                    state.join(&inner);
                }
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    self.expr(value, state);
                }
                // An object whose `__init` fails is not there to be used.
                let fails = value
                    .as_ref()
                    .is_some_and(|value| classify::without_error(value.ty) == Ty::NEVER);
                if !(fails && self.function.kind == FunctionKind::Init) {
                    self.exit(state);
                }
                *state = state.dead();
            }
            StmtKind::Panic(value) => {
                self.expr(value, state);
                *state = state.dead();
            }
            StmtKind::Break => {
                if let Some(inner) = self.loops.last_mut() {
                    match &mut inner.breaks {
                        Some(breaks) => breaks.join(state),
                        None => inner.breaks = Some(state.clone()),
                    }
                }
                *state = state.dead();
            }
            StmtKind::Continue | StmtKind::Abort | StmtKind::Retry => *state = state.dead(),
            StmtKind::Block(body) | StmtKind::Lock { body, .. } => self.block(body, state),
            StmtKind::Fork(workers) => workers.iter().for_each(|w| self.stmt(w, state)),
            StmtKind::Transaction(transaction) => {
                let start = state.clone();
                self.block(&transaction.body, state);
                // `abort` and `retry` may leave the block, or it fails as a whole.
                state.join(&start);
                for handler in [
                    &transaction.onretry,
                    &transaction.committed,
                    &transaction.aborted,
                ]
                .into_iter()
                .flatten()
                {
                    let mut inner = state.clone();
                    self.block(handler, &mut inner);
                    state.join(&inner);
                }
            }
            StmtKind::Error => self.is_broken = true,
            StmtKind::Worker { .. } | StmtKind::Forever(_) => {}
        }
    }

    fn looping(&mut self, body: &Block, state: &mut State, endless: bool) {
        self.loops.push(Loop { breaks: None });
        let mut inner = state.clone();
        self.block(body, &mut inner);
        let breaks = self.loops.pop().and_then(|ended| ended.breaks);
        if endless {
            *state = state.dead();
        } else {
            state.join(&inner);
        }
        if let Some(breaks) = breaks {
            state.join(&breaks);
        }
    }

    fn end_of_function(&mut self, state: &State) {
        let ret = &self.function.ret;
        let may_end = ret.ty.is_error()
            || classify::is_nilable(ret.ty)
            || self.function.kind == FunctionKind::Synthetic
            || self.is_broken;
        if !may_end {
            let message = "this function must return a result".to_owned();
            self.report(Code::E050, self.function.name_range, message);
        }
        self.exit(state);
    }

    /// A way out of the function.
    fn exit(&mut self, state: &State) {
        match &mut self.exits {
            Some(exits) => exits.join(state),
            None => self.exits = Some(state.clone()),
        }
    }

    /// E072 for each field that some way through `__init` leaves unset.
    fn unset_fields(&mut self, db: &dyn Db, _end: &State) {
        let (Some(exits), Some(receiver)) = (&self.exits, &self.function.receiver) else {
            return;
        };
        for field in &object_def(db, receiver.object).fields {
            let unset = self.fields.get(&field.name).is_some_and(|&at| {
                exits
                    .assigned
                    .get(at)
                    .is_some_and(|assigned| *assigned != Assigned::Yes)
            });
            if unset && field.location.item == self.item {
                let message = format!("uninitialized field '{}'", field.name);
                self.found
                    .push(Diagnostic::new(Code::E072, field.location, message));
            }
        }
    }

    // ---- places and expressions ---------------------------------------------------------------

    fn assign(&mut self, place: &Place, state: &mut State) {
        match &place.kind {
            PlaceKind::Local(local) => {
                if let Some(&at) = self.tracked.get(local) {
                    state.assign(at);
                }
            }
            PlaceKind::Field { base, name, .. } if self.is_self(base) => {
                if let Some(&at) = self.fields.get(name) {
                    state.assign(at);
                }
            }
            PlaceKind::Field { .. }
            | PlaceKind::Index { .. }
            | PlaceKind::XmlAttribute { .. }
            | PlaceKind::Discard
            | PlaceKind::Global(_)
            | PlaceKind::Wrong => self.place_operands(place, state),
        }
    }

    fn read_place(&mut self, place: &Place, state: &mut State) {
        match &place.kind {
            PlaceKind::Local(local) => self.read(*local, place.range, state),
            _ => self.place_operands(place, state),
        }
    }

    fn place_operands(&mut self, place: &Place, state: &State) {
        match &place.kind {
            PlaceKind::Field { base, .. } => self.expr(base, state),
            PlaceKind::Index { base, key, .. } | PlaceKind::XmlAttribute { base, key } => {
                self.expr(base, state);
                self.expr(key, state);
            }
            PlaceKind::Discard | PlaceKind::Local(_) | PlaceKind::Global(_) | PlaceKind::Wrong => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern, state: &mut State) {
        match &pattern.kind {
            PatternKind::Assign(place) => self.assign(place, state),
            PatternKind::List { items, rest } => {
                items
                    .iter()
                    .chain(rest.as_deref())
                    .for_each(|inner| self.pattern(inner, state));
            }
            PatternKind::Mapping { fields, rest, .. } => {
                let fields = fields.iter().map(|(_, inner)| inner);
                fields
                    .chain(rest.as_deref())
                    .for_each(|inner| self.pattern(inner, state));
            }
            PatternKind::Error {
                reason,
                details,
                rest,
            } => {
                let details = details.iter().map(|(_, inner)| inner);
                let parts = reason
                    .as_deref()
                    .into_iter()
                    .chain(details)
                    .chain(rest.as_deref());
                parts.for_each(|inner| self.pattern(inner, state));
            }
            PatternKind::Discard
            | PatternKind::Bind(_)
            | PatternKind::Literal(_)
            | PatternKind::Wrong => {}
        }
    }

    fn expr(&mut self, expr: &Expr, state: &State) {
        if state.is_dead || (self.tracked.is_empty() && self.fields.is_empty()) {
            return;
        }
        match &expr.kind {
            ExprKind::Local(local) => {
                self.read(*local, expr.range, state);
                if self.is_self(expr) {
                    self.use_of_self(expr, state);
                }
            }
            ExprKind::Field { base, name, .. } if self.is_self(base) => {
                self.read_field(*name, expr.range, state);
            }
            ExprKind::Call(call) => {
                // A method called on `self` may read any field.
                if let Callee::Method { receiver, .. } = &call.callee
                    && self.is_self(receiver)
                {
                    self.use_of_self(expr, state);
                    for argument in call.args.positional.iter().flatten() {
                        self.expr(&argument.value, state);
                    }
                    return;
                }
                self.operands(expr, state);
            }
            _ => self.operands(expr, state),
        }
    }

    fn operands(&mut self, expr: &Expr, state: &State) {
        walk::children(expr, &mut |child| self.expr(child, state));
    }

    fn read(&mut self, local: LocalId, range: TextRange, state: &State) {
        let Some(&at) = self.tracked.get(&local) else {
            return;
        };
        let name = self
            .function
            .local(local)
            .map_or_else(|| Name::new(""), |local| local.name);
        if state.is_dead {
            return;
        }
        match state.assigned.get(at) {
            Some(Assigned::No) => {
                self.report(
                    Code::E054,
                    range,
                    format!("variable '{name}' is not initialized"),
                );
            }
            Some(Assigned::Maybe) => {
                let message = format!("variable '{name}' may not have been initialized");
                self.report(Code::E055, range, message);
            }
            Some(Assigned::Yes) | None => {}
        }
    }

    fn read_field(&mut self, name: Name, range: TextRange, state: &State) {
        let unset = self.fields.get(&name).is_some_and(|&at| {
            state
                .assigned
                .get(at)
                .is_some_and(|assigned| *assigned != Assigned::Yes)
        });
        if unset {
            self.report(Code::E072, range, format!("uninitialized field '{name}'"));
        }
    }

    fn use_of_self(&mut self, expr: &Expr, state: &State) {
        let mut unset: Vec<&str> = self
            .fields
            .iter()
            .filter(|&(_, &at)| state.assigned.get(at).is_some_and(|a| *a != Assigned::Yes))
            .map(|(name, _)| name.as_str())
            .collect();
        unset.sort_unstable();
        if !unset.is_empty() {
            let message = format!("field(s) '{}' not initialized", unset.join(", "));
            self.report(Code::E072, expr.range, message);
        }
    }

    fn is_self(&self, expr: &Expr) -> bool {
        let receiver = self
            .function
            .receiver
            .as_ref()
            .map(|receiver| receiver.local);
        matches!(expr.kind, ExprKind::Local(local) if Some(local) == receiver)
            && !expr.ty.eq(&Ty::ERROR)
    }

    fn report(&mut self, code: Code, range: TextRange, message: String) {
        self.found.push(Diagnostic::new(
            code,
            Location::new(self.item, range),
            message,
        ));
    }
}

impl State {
    /// After an `if`: `self` is the state of the path that does not run the block.
    fn join_branches(&mut self, then: &State) {
        if self.is_dead && then.is_dead {
            return;
        }
        self.join(then);
    }
}

/// The blocks directly inside a statement.
fn inner_blocks(stmt: &Stmt) -> Vec<&Block> {
    match &stmt.kind {
        StmtKind::If {
            then, otherwise, ..
        } => std::iter::once(then).chain(otherwise).collect(),
        StmtKind::While { body, .. }
        | StmtKind::Foreach { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Lock { body, .. } => vec![body],
        StmtKind::Match { clauses, .. } => clauses.iter().map(|clause| &clause.body).collect(),
        StmtKind::Transaction(transaction) => {
            let handlers = [
                &transaction.onretry,
                &transaction.committed,
                &transaction.aborted,
            ];
            std::iter::once(&transaction.body)
                .chain(handlers.into_iter().flatten())
                .collect()
        }
        _ => Vec::new(),
    }
}
