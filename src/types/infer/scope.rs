//! Locals of the functions being inferred: scopes, captures, narrowed types.
//!
//! A name is looked for in the scopes of the innermost function, then in those of the functions around
//! it; found there, it becomes a capture of every function between. Narrowing (spec/language.md 4.5)
//! is a map from locals to types that is saved, changed and restored around branches.

use rustc_hash::FxHashMap;

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::resolve;
use crate::syntax::ast::{Ident, StmtId};
use crate::types::hir::{Capture, FuncKey, Local, LocalId, Receiver};
use crate::types::ty::Ty;

use super::cx::Cx;

/// Types of locals that tests have narrowed; others have their declared type.
pub(super) type Narrowed = FxHashMap<LocalId, Ty>;

/// A function being inferred.
pub(super) struct Frame {
    pub key: FuncKey,
    pub locals: Vec<Local>,
    /// How each local may be assigned to; parallel to `locals`.
    pub kinds: Vec<LocalKind>,
    pub captures: Vec<Capture>,
    pub scopes: Vec<Scope>,
    pub narrowed: Narrowed,
    pub receiver: Option<Receiver>,
    /// What `return` takes; for an arrow function whose result is not known yet [`Ty::ERROR`].
    pub ret: Ty,
    /// The statements around that run more than once or cannot be left at will, the innermost last.
    pub loops: Vec<Loop>,
    /// Inside the block of a `transaction` statement.
    pub in_transaction: bool,
    /// Control cannot come here.
    pub is_dead: bool,
    /// How many blocks are open: 1 in the function's own.
    pub n_blocks: u32,
}

/// A statement that may run again before what follows it.
pub(super) struct Loop {
    pub stmt: StmtId,
    pub is_transaction: bool,
    /// Some `break` leaves it.
    pub has_break: bool,
}

/// What a local is, as far as assignment goes (spec/language.md 5.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LocalKind {
    Variable,
    /// `final`, or bound by a loop: never assigned again.
    Final,
    Param,
    /// `self`
    Receiver,
    /// The future of a named worker.
    Worker,
}

#[derive(Default)]
pub(super) struct Scope {
    names: FxHashMap<Name, LocalId>,
    /// `xmlns` declarations of the block: prefix (empty for the default) → name space.
    pub namespaces: FxHashMap<Name, Box<str>>,
    /// Rows of queries: their columns are names here.
    pub rows: Vec<LocalId>,
}

impl Frame {
    pub fn new(key: FuncKey, ret: Ty) -> Self {
        Self {
            key,
            locals: Vec::new(),
            kinds: Vec::new(),
            captures: Vec::new(),
            scopes: vec![Scope::default()],
            narrowed: Narrowed::default(),
            receiver: None,
            ret,
            loops: Vec::new(),
            in_transaction: false,
            is_dead: false,
            n_blocks: 0,
        }
    }

    /// A local without a check of its name.
    pub fn add_local(&mut self, name: Name, range: TextRange, ty: Ty, kind: LocalKind) -> LocalId {
        let id = LocalId(u32::try_from(self.locals.len()).unwrap_or(u32::MAX));
        self.locals.push(Local {
            name,
            ty,
            range,
            is_captured: false,
            is_assigned: false,
        });
        self.kinds.push(kind);
        id
    }

    pub fn bind(&mut self, name: Name, local: LocalId) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name, local);
        }
    }

    fn find(&self, name: Name) -> Option<LocalId> {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.names.get(&name).copied())
    }

    pub fn local(&self, id: LocalId) -> Option<&Local> {
        self.locals.get(id.0 as usize)
    }

    pub fn kind(&self, id: LocalId) -> LocalKind {
        self.kinds
            .get(id.0 as usize)
            .copied()
            .unwrap_or(LocalKind::Variable)
    }

    /// The type that the local has here.
    pub fn type_of(&self, id: LocalId) -> Ty {
        let declared = || self.local(id).map_or(Ty::ERROR, |local| local.ty);
        self.narrowed.get(&id).copied().unwrap_or_else(declared)
    }
}

impl Cx<'_> {
    pub fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len().checked_sub(1);
        let last = last.expect("a body is inferred in a frame");
        &mut self.frames[last]
    }

    /// Runs `body` in a scope of its own.
    pub fn scoped<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        self.frame().scopes.push(Scope::default());
        let result = body(self);
        self.frame().scopes.pop();
        result
    }

    /// Declares a local in the innermost scope; E021 when the name is taken in a function around or at module
    /// level. `_` declares nothing: use [`Ident::is_discard`] before.
    pub fn declare(&mut self, name: Ident, ty: Ty, kind: LocalKind) -> LocalId {
        let is_local = self
            .frames
            .iter()
            .any(|frame| frame.find(name.name).is_some());
        let scope = resolve::module_scope(self.db, self.module);
        if is_local || scope.get(name.name).is_some() {
            let message = format!("redeclared symbol '{}'", name.name);
            self.report(Code::E021, name.range, message);
        }
        let frame = self.frame();
        let local = frame.add_local(name.name, name.range, ty, kind);
        // The first of two locals keeps the name: most uses mean that.
        if !is_local {
            frame.bind(name.name, local);
        }
        local
    }

    /// Whether `local` of the innermost function is a variable of a function around it.
    pub fn is_capture(&self, local: LocalId) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.captures.iter().any(|capture| capture.inner == local))
    }

    /// The local that `name` means in the innermost function; a variable of a function around becomes a
    /// capture.
    pub fn find_local(&mut self, name: Name) -> Option<LocalId> {
        let at = self
            .frames
            .iter()
            .rposition(|frame| frame.find(name).is_some())?;
        let mut local = self.frames.get(at)?.find(name)?;
        for inner in at + 1..self.frames.len() {
            local = self.capture(inner, local, name)?;
        }
        Some(local)
    }

    /// The local of frame `inner` that stands for `outer` of the frame around it.
    fn capture(&mut self, inner: usize, outer: LocalId, name: Name) -> Option<LocalId> {
        let around = self.frames.get_mut(inner.checked_sub(1)?)?;
        let mut ty = around.type_of(outer);
        let kind = around.kind(outer);
        let source = around.locals.get_mut(outer.0 as usize)?;
        source.is_captured = true;
        let range = source.range;
        let mut loops = around.loops.iter();
        if loops.any(|around| self.foresight.is_seen_in(around.stmt, range)) {
            // The next round assigns it again.
            self.foresight.see_unsteady(range);
        }
        // A variable that is assigned later may hold anything by the time the function runs.
        if ty != source.ty && !self.foresight.trust_steady(range) {
            ty = source.ty;
        }
        let frame = self.frames.get_mut(inner)?;
        let known = frame.captures.iter().find(|capture| capture.outer == outer);
        if let Some(known) = known {
            return Some(known.inner);
        }
        let local = frame.add_local(name, range, ty, kind);
        frame.captures.push(Capture {
            outer,
            inner: local,
        });
        // Visible in the whole function, whichever scope asked first.
        if let Some(scope) = frame.scopes.first_mut() {
            scope.names.insert(name, local);
        }
        Some(local)
    }

    /// Notes an assignment to `local` of the innermost function, through captures up to the variable itself;
    /// the narrowing of the variable ends here.
    pub fn mark_assigned(&mut self, local: LocalId) {
        let mut local = local;
        for at in (0..self.frames.len()).rev() {
            let Some(frame) = self.frames.get_mut(at) else {
                return;
            };
            frame.narrowed.remove(&local);
            let Some(slot) = frame.locals.get_mut(local.0 as usize) else {
                return;
            };
            slot.is_assigned = true;
            if slot.is_captured {
                self.foresight.see_unsteady(slot.range);
            }
            for around in &frame.loops {
                // A variable declared in the loop is a new one each round.
                if slot.range.start < self.ast.stmt_range(around.stmt).start {
                    self.foresight.see_assigned_in(around.stmt, slot.range);
                }
            }
            let capture = frame.captures.iter().find(|c| c.inner == local);
            match capture {
                Some(capture) => {
                    self.foresight.see_assigned_inside(slot.range);
                    local = capture.outer;
                }
                None => return,
            }
        }
    }
}
