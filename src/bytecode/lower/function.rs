//! One function: its registers, jumps, lines and handlers.
//!
//! Registers are a stack. Parameters lie at the bottom, then captured variables; a block adds its
//! variables and takes them away at its end; a statement computes in the registers above
//! ([`FnCx::floor`]). The arguments of a call are computed at the top, so the callee's window starts above
//! everything that is live.
//!
//! A function that does not fit into the window is lowered a second time with a *spill record*: variables
//! beyond the first registers and the intermediate values of deep expressions live there.

mod constants;
mod jump;
mod registers;
mod spill;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{ItemId, LineIndex, Location, TextRange};
use crate::bytecode::chunk::{Code, Handler, Line};
use crate::bytecode::op::Op;
use crate::bytecode::typedesc::FuncId;
use crate::db;
use crate::types::hir::{self, Body, Expr, Function, FunctionKind, LocalId, Peer};
use crate::types::{self, ObjectId};

use super::LowerError;
use super::cells::Cells;
use super::context::{Context, index_u32};
use super::control::{Cleanup, LoopCx, TransactionCx};
use constants::Constants;
use jump::set_target;
use spill::Spill;

pub(super) type Reg = u8;

/// Parameters and captured variables that fit beside everything else.
const PARAMETERS: usize = 120;

/// Why lowering a function ends.
pub(super) enum Stop {
    /// It needs more registers than there are.
    Registers,
    Error(LowerError),
}

impl From<LowerError> for Stop {
    fn from(error: LowerError) -> Self {
        Self::Error(error)
    }
}

pub(super) type Res<T = ()> = Result<T, Stop>;

/// Where a variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    Nowhere,
    Register(Reg),
    /// The register holds the cell.
    Cell(Reg),
    /// A place of the spill record; it holds a cell or the value.
    Spilled {
        place: u32,
        cell: bool,
    },
}

/// A place in the code that jumps name before or after it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Label(u32);

const UNBOUND: u32 = u32::MAX;

pub(super) struct FnCx<'f, 'db> {
    pub(super) cx: &'f mut Context<'db>,
    pub(super) item: ItemId,
    pub(super) function: Option<&'f Function>,
    cells: Arc<Cells>,
    homes: Vec<Home>,
    /// The first register that is free.
    top: u32,
    max: u32,
    /// The first register above the variables: where the running statement may compute.
    floor: u32,
    spill: Option<Spill>,
    labels: Vec<u32>,
    jumps: Vec<(u32, Label)>,
    /// The instruction at which a label was bound last: code there can be reached.
    labelled: u32,
    pub(super) loops: Vec<LoopCx>,
    /// What has to be undone when the blocks around are left, the innermost last.
    pub(super) cleanups: Vec<Cleanup>,
    pub(super) transaction: Option<TransactionCx>,
    /// The channel for messages from the one to the other.
    pub(super) channels: FxHashMap<(Peer, Peer), Home>,
    /// Constants that the code of the loop around finds in registers.
    constants: Constants,
    offset: u32,
    lines: Option<Arc<LineIndex>>,
    line: u32,
    last_line: u32,
}

/// What the program's tables were before something was lowered that may be lowered again.
#[derive(Clone, Copy)]
struct Mark {
    ops: usize,
    handlers: usize,
    lines: usize,
    templates: usize,
    sites: usize,
}

impl Mark {
    fn of(cx: &Context<'_>) -> Self {
        let program = &cx.program;
        Self {
            ops: program.ops.len(),
            handlers: program.handlers.len(),
            lines: program.lines.len(),
            templates: program.templates.len(),
            sites: program.sites.len(),
        }
    }

    /// Takes back everything since.
    fn restore(self, cx: &mut Context<'_>) {
        let program = &mut cx.program;
        program.ops.truncate(self.ops);
        program.handlers.truncate(self.handlers);
        program.lines.truncate(self.lines);
        program.templates.truncate(self.templates);
        program.sites.truncate(self.sites);
    }
}

/// Writes the code of `id` into the function `func`.
pub(super) fn lower_body(
    cx: &mut Context<'_>,
    id: hir::FuncId,
    func: FuncId,
) -> Result<(), LowerError> {
    let Some(function) = types::function(cx.db, id) else {
        return Ok(());
    };
    let place = Location::new(id.item, function.name_range);
    lower_with(cx, func, id.item, Some(&function), place, |cx| {
        cx.prologue(&function)?;
        cx.defaults(&function)?;
        match &function.body {
            Body::Block(block) => {
                cx.block(block)?;
                cx.at(block.end);
                cx.end_of_function();
                Ok(())
            }
            Body::Expr(value) => cx.return_value(value),
            Body::External | Body::Abstract => Ok(()),
        }
    })
}

/// A native whose parameters have defaults, as a function that fills them in.
pub(super) fn lower_native_wrapper(
    cx: &mut Context<'_>,
    id: hir::FuncId,
    func: FuncId,
    native: FuncId,
) -> Result<(), LowerError> {
    let Some(function) = types::function(cx.db, id) else {
        return Ok(());
    };
    let place = Location::new(id.item, function.name_range);
    lower_with(cx, func, id.item, Some(&function), place, |cx| {
        cx.prologue(&function)?;
        cx.defaults(&function)?;
        // The native gets its parameters at the start of the window, as it would have from a caller.
        let n_args = cx.top;
        cx.emit(Op::CallNative {
            a: 0,
            b: Reg::try_from(n_args).unwrap_or(Reg::MAX),
            d: native.0,
        });
        cx.emit(Op::Return { a: 0 });
        Ok(())
    })
}

/// Makes an object of a class whose initialiser needs no arguments.
pub(super) fn lower_filler(
    cx: &mut Context<'_>,
    object: ObjectId,
    func: FuncId,
) -> Result<(), LowerError> {
    let definition = types::object_def(cx.db, object);
    let place = Location::new(object.item, TextRange::default());
    if let Some(entry) = cx.program.function(func).cloned() {
        let ret = cx.object_ty(object);
        cx.set_function(func, crate::bytecode::chunk::Function { ret, ..entry });
    }
    lower_with(cx, func, object.item, None, place, |cx| {
        let made = cx.alloc()?;
        let init = definition.init.as_ref().map(|init| init.id);
        cx.new_object(
            object,
            init,
            &hir::Args::default(),
            TextRange::default(),
            made,
        )?;
        cx.emit(Op::Return { a: made });
        Ok(())
    })
}

/// Lowers one function by `body`, with a spill record when it does not fit otherwise.
pub(super) fn lower_with<'a>(
    cx: &'a mut Context<'_>,
    func: FuncId,
    item: ItemId,
    function: Option<&'a Function>,
    place: Location,
    body: impl Fn(&mut FnCx<'_, '_>) -> Res,
) -> Result<(), LowerError> {
    let mark = Mark::of(cx);
    for with_spill in [false, true] {
        let start = cx.pc();
        let mut attempt = FnCx::new(cx, item, function);
        attempt.wants_spill(with_spill);
        match body(&mut attempt) {
            Ok(()) => {
                let n_regs = attempt.finish();
                let end = cx.pc();
                cx.set_code(func, Code::Ops { start, end });
                cx.set_registers(func, n_regs);
                return Ok(());
            }
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Registers) => mark.restore(cx),
        }
    }
    Err(LowerError::TooLarge {
        what: "the function has more values at once than can be kept",
        at: place,
    })
}

impl<'f, 'db> FnCx<'f, 'db> {
    fn new(cx: &'f mut Context<'db>, item: ItemId, function: Option<&'f Function>) -> Self {
        let cells = cx.cells(item);
        let offset = db::item_offset(cx.db, item);
        let lines = cx.line_index(item.file());
        // A call reaches the first instruction, whatever stands before it.
        let labelled = cx.pc();
        Self {
            cells,
            item,
            function,
            homes: vec![Home::Nowhere; function.map_or(0, |f| f.locals.len())],
            top: 0,
            max: 1,
            floor: 0,
            spill: None,
            labels: Vec::new(),
            jumps: Vec::new(),
            labelled,
            loops: Vec::new(),
            cleanups: Vec::new(),
            transaction: None,
            channels: FxHashMap::default(),
            constants: Constants::None,
            offset,
            lines,
            line: 0,
            last_line: 0,
            cx,
        }
    }

    /// Notes that the prologue has to make a spill record.
    fn wants_spill(&mut self, wanted: bool) {
        if wanted {
            self.spill = Some(Spill {
                register: Reg::MAX,
                made_at: UNBOUND,
                n_places: 0,
            });
        }
    }

    /// Gives parameters, captured variables and channels their registers.
    fn prologue(&mut self, function: &Function) -> Res {
        self.at(function.name_range);
        let n_inputs = function.params.len() + function.captures.len();
        if n_inputs > PARAMETERS {
            let what = "the function has too many parameters and captured variables";
            return Err(self.too_large(what, function.name_range));
        }
        if let Some(receiver) = &function.receiver {
            self.arrives(receiver.local)?;
        }
        for param in function.all_params() {
            self.arrives(param.local)?;
        }
        for capture in &function.captures {
            let register = self.alloc()?;
            let home = if self.is_boxed(capture.inner) {
                Home::Cell(register)
            } else {
                Home::Register(register)
            };
            self.set_home(capture.inner, home);
        }
        self.arriving_channels(function)?;
        if self.spill.is_some() {
            let register = self.alloc()?;
            let made_at = self.emit(Op::NewSpill { a: register, d: 0 });
            self.spill = Some(Spill {
                register,
                made_at,
                n_places: 0,
            });
        }
        self.floor = self.top;
        Ok(())
    }

    fn arrives(&mut self, local: LocalId) -> Res {
        let register = self.alloc()?;
        self.set_home(local, Home::Register(register));
        Ok(())
    }

    /// Fills in the parameters that were left out, then moves those that are shared into cells.
    fn defaults(&mut self, function: &Function) -> Res {
        for param in &function.params {
            let (Some(default), Home::Register(a)) = (&param.default, self.home(param.local))
            else {
                continue;
            };
            let given = self.label();
            self.at(param.range);
            self.jump(Op::JmpGiven { a, d: 0 }, given);
            self.value_to(default, a)?;
            self.bind(given);
        }
        for param in function.all_params() {
            if let (true, Home::Register(a)) = (self.is_boxed(param.local), self.home(param.local))
            {
                self.emit(Op::NewCell { a, b: a });
                self.set_home(param.local, Home::Cell(a));
            }
        }
        Ok(())
    }

    pub(super) fn return_value(&mut self, value: &Expr) -> Res {
        self.at(value.range);
        let a = self.value(value)?;
        self.emit_return(a);
        Ok(())
    }

    /// Returns the value in `a`. Where the last instruction does nothing but compute it, it goes to the place
    /// of results at once.
    pub(super) fn emit_return(&mut self, a: Reg) {
        let is_straight = self.labelled != self.cx.pc();
        let last = self.cx.program.ops.last_mut().filter(|_| is_straight);
        let computed = last.and_then(|op| result_of(op));
        if let Some(place) = computed.filter(|place| **place == a) {
            *place = 0;
            self.emit(Op::ReturnFirst);
        } else {
            self.emit(Op::Return { a });
        }
    }

    /// The return of a function whose end can be reached.
    fn end_of_function(&mut self) {
        if !self.ends_with_leave() {
            self.emit(Op::ReturnNil);
        }
    }

    /// Whether the next instruction cannot be reached from the last one, nor by a jump so far.
    pub(super) fn ends_with_leave(&self) -> bool {
        let leaves = matches!(
            self.cx.program.ops.last(),
            Some(
                Op::Return { .. }
                    | Op::ReturnFirst
                    | Op::ReturnNil
                    | Op::Panic { .. }
                    | Op::Jmp { .. }
                    | Op::Loop { .. }
            )
        );
        leaves && self.labelled != self.cx.pc()
    }

    fn finish(self) -> u8 {
        for (pc, label) in &self.jumps {
            let target = self.labels.get(label.0 as usize).copied();
            let op = self.cx.program.ops.get_mut(*pc as usize);
            if let (Some(op), Some(target)) = (op, target) {
                set_target(op, target);
            }
        }
        if let Some(spill) = self.spill
            && let Some(Op::NewSpill { d, .. }) =
                self.cx.program.ops.get_mut(spill.made_at as usize)
        {
            *d = spill.n_places;
        }
        u8::try_from(self.max).unwrap_or(u8::MAX)
    }

    // ---- code

    pub(super) fn emit(&mut self, op: Op) -> u32 {
        if self.line != self.last_line {
            self.last_line = self.line;
            let pc = self.cx.pc();
            self.cx.program.lines.push(Line {
                pc,
                line: self.line,
            });
        }
        self.cx.emit(op)
    }

    /// What follows was written at `range`.
    pub(super) fn at(&mut self, range: TextRange) {
        if let Some(lines) = &self.lines {
            self.line = lines.line(self.offset + range.start);
        }
    }

    /// What follows was written at `place`, in another item perhaps; without a line when that is in another
    /// file than this function.
    pub(super) fn at_place(&mut self, place: Location) {
        self.line = match &self.lines {
            Some(lines) if place.item.file() == self.item.file() => {
                lines.line(db::item_offset(self.cx.db, place.item) + place.range.start)
            }
            _ => 0,
        };
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(UNBOUND);
        Label(index_u32(self.labels.len() - 1))
    }

    pub(super) fn bind(&mut self, label: Label) {
        let pc = self.cx.pc();
        self.labelled = pc;
        if let Some(place) = self.labels.get_mut(label.0 as usize) {
            *place = pc;
        }
    }

    /// A label for the next instruction.
    pub(super) fn here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// A jump to `label`; its own target field is filled in at the end.
    pub(super) fn jump(&mut self, op: Op, label: Label) {
        let pc = self.emit(op);
        self.jumps.push((pc, label));
    }

    /// Panics in the code from `start` on go on at `target` with the error in `register`.
    pub(super) fn handler(&mut self, start: u32, target: u32, register: Reg) {
        let end = self.cx.pc();
        if start < end {
            self.cx.program.handlers.push(Handler {
                start,
                end,
                target,
                register,
            });
        }
    }

    pub(super) fn location(&self, range: TextRange) -> Location {
        Location::new(self.item, range)
    }

    pub(super) fn too_large(&self, what: &'static str, range: TextRange) -> Stop {
        let at = self.location(range);
        Stop::Error(LowerError::TooLarge { what, at })
    }

    pub(super) fn unsupported(&self, what: &'static str, range: TextRange) -> Stop {
        let at = self.location(range);
        Stop::Error(LowerError::Unsupported { what, at })
    }

    pub(super) fn untyped(&self, what: &'static str, range: TextRange) -> Stop {
        let at = self.location(range);
        Stop::Error(LowerError::Untyped { what, at })
    }

    pub(super) fn is_synthetic(&self) -> bool {
        self.function
            .is_none_or(|function| function.kind == FunctionKind::Synthetic)
    }
}
/// Where an instruction that only computes, and cannot fail, puts its result.
fn result_of(op: &mut Op) -> Option<&mut Reg> {
    match op {
        Op::AddInt { a, .. }
        | Op::SubInt { a, .. }
        | Op::MulInt { a, .. }
        | Op::AddIntK { a, .. }
        | Op::RsubIntK { a, .. }
        | Op::MulIntK { a, .. }
        | Op::AddFloat { a, .. }
        | Op::SubFloat { a, .. }
        | Op::MulFloat { a, .. }
        | Op::DivFloat { a, .. }
        | Op::LoadInt { a, .. }
        | Op::LoadBool { a, .. } => Some(a),
        _ => None,
    }
}
