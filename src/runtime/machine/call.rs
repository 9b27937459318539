//! Calls that are more than a jump: function values, methods, natives and what natives ask for.
//!
//! Convention: arguments lie in consecutive registers, the callee's window starts at the first one
//! and its result comes back in it. Everything above the arguments is dead.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use smallvec::SmallVec;

use super::{Exit, Stop, unwind};
use crate::base::Name;
use crate::bytecode::chunk::{Code, HALT, THEN};
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{FuncId, TypeId};
use crate::limits;
use crate::runtime::heap::kinds::Items;
use crate::runtime::isolate::Isolate;
use crate::runtime::native::{Await, Call, Native, Outcome, Resume};
use crate::runtime::schedule::Event;
use crate::runtime::strand::{Frame, NativeFrame, Strand, WINDOW, Waiting};
use crate::runtime::thrown::{self, Thrown};
use crate::runtime::value::V;

/// What a call needs to know of a function.
#[derive(Clone, Copy)]
pub(in crate::runtime) struct Callee {
    /// Registers that the parameters take, `self` and the rest list included.
    pub n_params: u8,
    /// The element type of the rest parameter.
    pub rest: Option<TypeId>,
    pub code: CalleeCode,
}

#[derive(Clone, Copy)]
pub(in crate::runtime) enum CalleeCode {
    Ops(u32),
    Native(Native),
    Missing,
}

impl Callee {
    pub fn of(function: &crate::bytecode::chunk::Function, native: Option<Native>) -> Self {
        Self {
            n_params: function.captures_at,
            rest: function.rest,
            code: match (function.code, native) {
                (Code::Ops { start, .. }, _) => CalleeCode::Ops(start),
                (Code::Native(_), Some(native)) => CalleeCode::Native(native),
                (Code::Native(_) | Code::Missing, _) => CalleeCode::Missing,
            },
        }
    }
}

/// Where a strand stands, to come back to.
pub(super) struct Mark {
    pc: u32,
    base: u32,
    depth: usize,
    n_natives: usize,
}

impl Mark {
    pub fn of(strand: &Strand) -> Self {
        Self {
            pc: strand.pc,
            base: strand.base,
            depth: strand.depth,
            n_natives: strand.natives.len(),
        }
    }

    pub fn restore(self, strand: &mut Strand) {
        strand.pc = self.pc;
        strand.base = self.base;
        strand.depth = self.depth;
        if strand.natives.len() > self.n_natives {
            strand.natives.truncate(self.n_natives);
        }
    }
}

#[cold]
pub(in crate::runtime) fn stack_overflow(cx: &mut Isolate) -> Thrown {
    cx.thrown(thrown::STACK_OVERFLOW, "stack overflow")
}

/// Remembers where the caller goes on.
fn push_frame(cx: &mut Isolate) -> Result<(), Thrown> {
    let strand = &mut cx.strand;
    if strand.depth == strand.frames.len() {
        let len = (2 * strand.depth).clamp(16, limits::CALL_DEPTH);
        if strand.depth >= len {
            return Err(stack_overflow(cx));
        }
        strand.frames.resize(len, Frame { pc: HALT, base: 0 });
    }
    strand.frames[strand.depth] = Frame {
        pc: strand.pc,
        base: strand.base,
    };
    strand.depth += 1;
    Ok(())
}

/// Makes the window at `at` the running one and jumps to `pc`.
fn enter(cx: &mut Isolate, at: usize, pc: u32) -> Result<(), Thrown> {
    if !cx.strand.grow(at) {
        return Err(stack_overflow(cx));
    }
    push_frame(cx)?;
    cx.strand.base = at as u32;
    cx.strand.pc = pc;
    Ok(())
}

/// A direct call whose fast path found no room.
pub(super) fn direct(cx: &mut Isolate, at: usize, pc: u32) -> Result<(), Stop> {
    Ok(enter(cx, at, pc)?)
}

/// Puts `args` at `at` and calls `function` such that its end is the end of the run.
pub(super) fn enter_bottom(
    cx: &mut Isolate,
    function: V,
    args: &[V],
    at: usize,
) -> Result<(), Stop> {
    push_frame(cx)?;
    if !cx.strand.grow(at + args.len()) {
        return Err(stack_overflow(cx).into());
    }
    cx.strand.stack[at..at + args.len()].copy_from_slice(args);
    cx.strand.base = at as u32;
    cx.strand.pc = HALT;
    value(cx, function, at, args.len())
}

/// The same for the usual comparator, which has code of its own and gets all of its arguments, where
/// stack and frames have room; everything else is left to [`enter_bottom`] (`false`, nothing done).
#[inline]
pub(super) fn enter_plain(cx: &mut Isolate, function: V, args: &[V], at: usize) -> bool {
    let (id, captures) = match function.tag() {
        Tag::Func => (function.as_func(), [].as_slice()),
        Tag::Closure => {
            let closure = cx.heap.closure(function);
            if closure.receiver.is_some() {
                return false;
            }
            (closure.func, &*closure.captures)
        }
        _ => return false,
    };
    let Some(callee) = cx.callees.get(id.0 as usize) else {
        return false;
    };
    let CalleeCode::Ops(start) = callee.code else {
        return false;
    };
    let strand = &mut cx.strand;
    if usize::from(callee.n_params) != args.len() {
        return false;
    }
    let Some(window) = strand.stack.get_mut(at..at + WINDOW) else {
        return false;
    };
    let Some([caller, bottom]) = strand.frames.get_mut(strand.depth..strand.depth + 2) else {
        return false;
    };
    for (place, &value) in window.iter_mut().zip(args.iter().chain(captures)) {
        *place = value;
    }
    *caller = Frame {
        pc: strand.pc,
        base: strand.base,
    };
    *bottom = Frame {
        pc: HALT,
        base: at as u32,
    };
    strand.depth += 2;
    strand.base = at as u32;
    strand.pc = start;
    true
}

/// Calls a function value with the `n` arguments at `at`.
pub(in crate::runtime) fn value(
    cx: &mut Isolate,
    function: V,
    at: usize,
    n: usize,
) -> Result<(), Stop> {
    match function.tag() {
        Tag::Func => func(cx, function.as_func(), at, n),
        Tag::Closure => closure(cx, function, at, n),
        _ => Err(cx
            .thrown(thrown::INTERNAL, "a call of something that is no function")
            .into()),
    }
}

fn closure(cx: &mut Isolate, function: V, at: usize, mut n: usize) -> Result<(), Stop> {
    let closure = cx.heap.closure(function);
    let (id, receiver) = (closure.func, closure.receiver);
    let n_captures = closure.captures.len();
    if !cx.strand.grow(at + n + n_captures + 1) {
        return Err(stack_overflow(cx).into());
    }
    if let Some(receiver) = receiver {
        cx.strand.stack.copy_within(at..at + n, at + 1);
        cx.strand.stack[at] = receiver;
        n += 1;
    }
    if n_captures > 0 {
        let callee = callee(cx, id)?;
        fill(cx, callee, at, n);
        n = usize::from(callee.n_params);
        let captures = &cx.heap.closure(function).captures;
        cx.strand.stack[at + n..at + n + n_captures].copy_from_slice(captures);
    }
    func(cx, id, at, n)
}

fn callee(cx: &mut Isolate, id: FuncId) -> Result<Callee, Thrown> {
    match cx.callees.get(id.0 as usize) {
        Some(&callee) => Ok(callee),
        None => Err(cx.thrown(thrown::INTERNAL, "a call of an unknown function")),
    }
}

/// Missing arguments: the callee's prologue computes their defaults.
fn fill(cx: &mut Isolate, callee: Callee, at: usize, n: usize) {
    let n_params = usize::from(callee.n_params);
    if n >= n_params {
        return;
    }
    cx.strand.stack[at + n..at + n_params].fill(V::ABSENT);
    if let Some(element) = callee.rest {
        let ty = cx.types.array(element);
        let items = Items::for_type(&cx.types, ty);
        cx.strand.stack[at + n_params - 1] = cx.heap.new_list(ty, items);
    }
}

/// Calls a function with the `n` arguments at `at`.
pub(super) fn func(cx: &mut Isolate, id: FuncId, at: usize, n: usize) -> Result<(), Stop> {
    let callee = callee(cx, id)?;
    if !cx.strand.grow(at) {
        return Err(stack_overflow(cx).into());
    }
    if n < usize::from(callee.n_params) {
        fill(cx, callee, at, n);
    }
    match callee.code {
        CalleeCode::Ops(start) => Ok(enter(cx, at, start)?),
        // Natives behind constructs of the language have no signature: they take what they get.
        CalleeCode::Native(native) => {
            call_native(cx, native, at, n.max(usize::from(callee.n_params)))
        }
        CalleeCode::Missing => Err(missing(cx, id).into()),
    }
}

#[cold]
fn missing(cx: &mut Isolate, id: FuncId) -> Thrown {
    let name = cx.program.function(id).map(|f| (f.module, f.name));
    let message = match name {
        Some((module, name)) => format!("no implementation of external function '{module}:{name}'"),
        None => "call of an unknown function".to_owned(),
    };
    cx.thrown(thrown::INTERNAL, &message)
}

/// Calls a native with the `n` arguments at `at`.
fn call_native(cx: &mut Isolate, native: Native, at: usize, n: usize) -> Result<(), Stop> {
    let args: SmallVec<[V; 8]> = SmallVec::from_slice(&cx.strand.stack[at..at + n]);
    let n_pins = cx.strand.pins.len();
    let result = native(cx, &args);
    cx.strand.pins.truncate(n_pins);
    outcome(cx, result, at as u32, (at + n) as u32)
}

/// Acts on what a native answered: its result goes to register `dest` of the stack, registers from
/// `top` on are free.
pub(in crate::runtime) fn outcome(
    cx: &mut Isolate,
    result: Outcome,
    dest: u32,
    top: u32,
) -> Result<(), Stop> {
    match result {
        Outcome::Done(value) => {
            cx.strand.stack[dest as usize] = value;
            Ok(())
        }
        Outcome::Panic(error) => Err(Stop::Thrown(Thrown(error))),
        Outcome::Await(Await { future, keep }) => {
            super::strands::can_wait(cx)?;
            cx.strand.natives.push(NativeFrame {
                dest,
                top,
                keep,
                then: None,
            });
            let id = cx.strand.id;
            let isolate = cx.isolate_ref();
            cx.host.io.spawn(async move {
                let resume = AssertUnwindSafe(future).catch_unwind().await;
                let resume = resume.unwrap_or_else(|_| fault());
                // The program may have ended.
                let _ = isolate.0.send(Event::Resume(id, resume));
            });
            cx.strand.waiting = Waiting::Native;
            Err(Stop::Park)
        }
        Outcome::Call(Call {
            function,
            args,
            keep,
            then,
        }) => {
            push_frame(cx)?;
            cx.strand.natives.push(NativeFrame {
                dest,
                top,
                keep,
                then: Some(then),
            });
            let at = top as usize;
            cx.strand.pc = THEN;
            cx.strand.base = top;
            if !cx.strand.grow(at + args.len()) {
                return Err(stack_overflow(cx).into());
            }
            cx.strand.stack[at..at + args.len()].copy_from_slice(&args);
            value(cx, function, at, args.len())
        }
    }
}

fn fault() -> Resume {
    Box::new(|cx| cx.panic(thrown::INTERNAL, "a fault inside taintc"))
}

/// `Op::Then`: the call that a native asked for has returned.
pub(super) fn then(cx: &mut Isolate) -> Result<(), Stop> {
    let result = cx.strand.stack[cx.strand.base as usize];
    let Some(frame) = cx.strand.natives.pop() else {
        return Err(cx.thrown(thrown::INTERNAL, "a return to no native").into());
    };
    unwind::pop_frame(&mut cx.strand);
    let Some(then) = frame.then else {
        return Err(cx
            .thrown(thrown::INTERNAL, "a return to a waiting native")
            .into());
    };
    let n_pins = cx.strand.pins.len();
    let result = then(cx, result);
    cx.strand.pins.truncate(n_pins);
    outcome(cx, result, frame.dest, frame.top)
}

/// Goes on with a native whose future is done.
pub(in crate::runtime) fn resume(cx: &mut Isolate, resume: Resume) -> Result<(), Exit> {
    let Some(frame) = cx.strand.natives.pop() else {
        return Ok(());
    };
    let n_pins = cx.strand.pins.len();
    let result = resume(cx);
    cx.strand.pins.truncate(n_pins);
    let settled = outcome(cx, result, frame.dest, frame.top);
    unwind::settle(cx, settled)
}

/// `Op::CallMethod`. A method that is a plain jump is remembered for the site: the loop then calls
/// it by itself.
pub(super) fn method(cx: &mut Isolate, site: u32, at: usize, n: usize) -> Result<(), Stop> {
    let object = cx.strand.stack[at];
    let id = find_method(cx, site, object)?;
    let callee = callee(cx, id)?;
    if let CalleeCode::Ops(start) = callee.code
        && n == usize::from(callee.n_params)
        && let Some(place) = cx.methods.get_mut(site as usize)
    {
        *place = (cx.heap.block_type(object).0, start);
    }
    func(cx, id, at, n)
}

/// The code of the method that a site names, for this object.
pub(super) fn find_method(cx: &mut Isolate, site: u32, object: V) -> Result<FuncId, Thrown> {
    if object.tag() != Tag::Object {
        return Err(cx.thrown(
            thrown::INTERNAL,
            "a method call on something that is no object",
        ));
    }
    let class = cx.heap.block_type(object);
    let Some(site) = cx.program.sites.get(site as usize) else {
        return Err(cx.thrown(thrown::INTERNAL, "an unknown method site"));
    };
    let name = site.method;
    match cx.method_id(class, name) {
        Some(id) => Ok(id),
        None => Err(no_method(cx, class, name)),
    }
}

#[cold]
fn no_method(cx: &mut Isolate, class: TypeId, name: Name) -> Thrown {
    let class = cx.types.text(class);
    let message = format!("no implementation of method '{name}' of '{class}'");
    cx.thrown(thrown::INTERNAL, &message)
}
