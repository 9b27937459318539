//! The virtual machine's loop. Input → output: runs the current strand of an isolate from its `pc`
//! until it ends, waits or has used its budget.
//!
//! The loop holds the frequent instructions only; whatever is rare, large or may fail goes out of
//! line through [`cold::step`]. A frequent instruction that misses (another layout, an index out of
//! bounds) takes the same way: `cold` knows every instruction. This keeps the program counter and
//! the code pointer in registers, which is worth more than any single instruction here.

pub(super) mod call;
mod cold;
mod collect;
mod fields;
pub(super) mod literal;
mod members;
mod numbers;
mod strands;
mod strings;
#[cfg(test)]
mod tests;
pub(super) mod unwind;

use std::rc::Rc;

use super::heap::kinds::Items;
use super::isolate::Isolate;
use super::strand::{Frame, WINDOW};
use super::thrown::{self, Thrown};
use super::value::V;
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::limits;

/// Why a strand does not go on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exit {
    Done(V),
    Panicked(Thrown),
    /// It waits.
    Parked,
    /// Its turn is over.
    Yielded,
}

/// Why an instruction does not lead to the next one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    Thrown(Thrown),
    Park,
}

impl From<Thrown> for Stop {
    fn from(thrown: Thrown) -> Self {
        Self::Thrown(thrown)
    }
}

type Window = [V; WINDOW];

#[inline]
fn window(stack: &mut [V], base: usize) -> Option<&mut Window> {
    stack.get_mut(base..base + WINDOW)?.try_into().ok()
}

/// Runs the current strand.
#[expect(
    clippy::collapsible_match,
    reason = "what misses goes on below, out of line"
)]
pub(super) fn run(cx: &mut Isolate) -> Exit {
    let program = Rc::clone(&cx.program);
    let code: &[Op] = &program.ops;
    let mut pc = cx.strand.pc as usize;
    let mut base = cx.strand.base as usize;
    let mut budget = limits::STRAND_BUDGET;
    if !cx.strand.grow(base) {
        return Exit::Panicked(call::stack_overflow(cx));
    }
    let Some(mut w) = window(&mut cx.strand.stack, base) else {
        return Exit::Panicked(call::stack_overflow(cx));
    };

    macro_rules! r {
        ($register:expr) => {
            w[usize::from($register)]
        };
    }
    macro_rules! int {
        ($register:expr) => {
            w[usize::from($register)].as_int()
        };
    }
    macro_rules! float {
        ($register:expr) => {
            w[usize::from($register)].as_float()
        };
    }
    macro_rules! jump_if {
        ($condition:expr, $target:expr) => {{
            if $condition {
                pc = $target as usize;
            }
            continue;
        }};
    }
    macro_rules! loop_if {
        ($condition:expr, $target:expr) => {{
            if $condition {
                pc = $target as usize;
                budget -= 1;
                if budget == 0 {
                    break;
                }
            }
            continue;
        }};
    }
    macro_rules! set {
        ($register:expr, $value:expr) => {{
            w[usize::from($register)] = $value;
            continue;
        }};
    }

    macro_rules! leave {
        () => {{
            let strand = &mut cx.strand;
            strand.depth -= 1;
            let Frame {
                pc: to,
                base: caller,
            } = strand.frames[strand.depth];
            pc = to as usize;
            base = caller as usize;
            if let Some(new) = window(&mut strand.stack, base) {
                w = new;
                continue;
            }
        }};
    }

    loop {
        let op = code[pc];
        pc += 1;
        match op {
            Op::Jmp { d } => jump_if!(true, d),
            Op::Loop { d } => loop_if!(true, d),
            Op::JmpTrue { a, d } => jump_if!(r!(a).as_bool(), d),
            Op::JmpFalse { a, d } => jump_if!(!r!(a).as_bool(), d),
            Op::TrueLoop { a, d } => loop_if!(r!(a).as_bool(), d),
            Op::FalseLoop { a, d } => loop_if!(!r!(a).as_bool(), d),
            Op::JmpNil { a, d } => jump_if!(r!(a).is_nil(), d),
            Op::JmpNotNil { a, d } => jump_if!(!r!(a).is_nil(), d),
            Op::JmpGiven { a, d } => jump_if!(!r!(a).is_absent(), d),
            Op::JmpError { a, d } => jump_if!(r!(a).is_error(), d),
            Op::JmpNotError { a, d } => jump_if!(!r!(a).is_error(), d),
            Op::JmpTag { a, tag, d } => jump_if!(r!(a).tag() as u64 == u64::from(tag), d),
            Op::JmpNotTag { a, tag, d } => jump_if!(r!(a).tag() as u64 != u64::from(tag), d),

            Op::LtIntJmp { a, b, d } => jump_if!(int!(a) < int!(b), d),
            Op::LeIntJmp { a, b, d } => jump_if!(int!(a) <= int!(b), d),
            Op::EqIntJmp { a, b, d } => jump_if!(int!(a) == int!(b), d),
            Op::NeIntJmp { a, b, d } => jump_if!(int!(a) != int!(b), d),
            Op::LtIntKJmp { a, k, d } => jump_if!(int!(a) < i64::from(k), d),
            Op::LeIntKJmp { a, k, d } => jump_if!(int!(a) <= i64::from(k), d),
            Op::GtIntKJmp { a, k, d } => jump_if!(int!(a) > i64::from(k), d),
            Op::GeIntKJmp { a, k, d } => jump_if!(int!(a) >= i64::from(k), d),
            Op::EqIntKJmp { a, k, d } => jump_if!(int!(a) == i64::from(k), d),
            Op::NeIntKJmp { a, k, d } => jump_if!(int!(a) != i64::from(k), d),
            Op::LtIntLoop { a, b, d } => loop_if!(int!(a) < int!(b), d),
            Op::LeIntLoop { a, b, d } => loop_if!(int!(a) <= int!(b), d),
            Op::NeIntLoop { a, b, d } => loop_if!(int!(a) != int!(b), d),
            Op::LtIntKLoop { a, k, d } => loop_if!(int!(a) < i64::from(k), d),
            Op::LeIntKLoop { a, k, d } => loop_if!(int!(a) <= i64::from(k), d),
            Op::GtIntKLoop { a, k, d } => loop_if!(int!(a) > i64::from(k), d),
            Op::GeIntKLoop { a, k, d } => loop_if!(int!(a) >= i64::from(k), d),
            Op::NeIntKLoop { a, k, d } => loop_if!(int!(a) != i64::from(k), d),
            Op::ForLt { a, b, d } => {
                let next = int!(a).wrapping_add(1);
                r!(a) = V::int(next);
                loop_if!(next < int!(b), d)
            }
            Op::ForLe { a, b, d } => {
                let now = int!(a);
                if now < int!(b) {
                    r!(a) = V::int(now + 1);
                    loop_if!(true, d)
                }
                continue;
            }

            Op::LtFloatJmp { a, b, d } => jump_if!(float!(a) < float!(b), d),
            Op::LeFloatJmp { a, b, d } => jump_if!(float!(a) <= float!(b), d),
            #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "true with NaN")]
            Op::NotLtFloatJmp { a, b, d } => jump_if!(!(float!(a) < float!(b)), d),
            #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "true with NaN")]
            Op::NotLeFloatJmp { a, b, d } => jump_if!(!(float!(a) <= float!(b)), d),
            Op::EqFloatJmp { a, b, d } => jump_if!(float!(a) == float!(b), d),
            Op::NeFloatJmp { a, b, d } => jump_if!(float!(a) != float!(b), d),
            Op::LtFloatLoop { a, b, d } => loop_if!(float!(a) < float!(b), d),
            Op::LeFloatLoop { a, b, d } => loop_if!(float!(a) <= float!(b), d),

            Op::Move { a, b } => set!(a, r!(b)),
            Op::LoadNil { a } => set!(a, V::NIL),
            Op::LoadAbsent { a } => set!(a, V::ABSENT),
            Op::LoadBool { a, b } => set!(a, V::boolean(b)),
            Op::LoadInt { a, d } => set!(a, V::int(i64::from(d))),
            Op::LoadConst { a, d } => {
                if let Some(&value) = cx.consts.get(d as usize) {
                    set!(a, value)
                }
            }
            Op::GetGlobal { a, d } => {
                if let Some(&value) = cx.globals.get(d as usize) {
                    set!(a, value)
                }
            }
            Op::SetGlobal { a, d } => {
                if let Some(place) = cx.globals.get_mut(d as usize) {
                    *place = r!(a);
                    continue;
                }
            }

            Op::AddInt { a, b, c } => set!(a, V::int(int!(b).wrapping_add(int!(c)))),
            Op::SubInt { a, b, c } => set!(a, V::int(int!(b).wrapping_sub(int!(c)))),
            Op::MulInt { a, b, c } => set!(a, V::int(int!(b).wrapping_mul(int!(c)))),
            Op::DivInt { a, b, c } => {
                if let Some(quotient) = int!(b).checked_div(int!(c)) {
                    set!(a, V::int(quotient))
                }
            }
            Op::RemInt { a, b, c } => {
                if let Some(remainder) = int!(b).checked_rem(int!(c)) {
                    set!(a, V::int(remainder))
                }
            }
            Op::AddIntK { a, b, d } => set!(a, V::int(int!(b).wrapping_add(i64::from(d)))),
            Op::RsubIntK { a, b, d } => set!(a, V::int(i64::from(d).wrapping_sub(int!(b)))),
            Op::MulIntK { a, b, d } => set!(a, V::int(int!(b).wrapping_mul(i64::from(d)))),
            Op::DivIntK { a, b, d } => {
                if let Some(quotient) = int!(b).checked_div(i64::from(d)) {
                    set!(a, V::int(quotient))
                }
            }
            Op::RemIntK { a, b, d } => {
                if let Some(remainder) = int!(b).checked_rem(i64::from(d)) {
                    set!(a, V::int(remainder))
                }
            }
            Op::AndInt { a, b, c } => set!(a, V::int(int!(b) & int!(c))),
            Op::OrInt { a, b, c } => set!(a, V::int(int!(b) | int!(c))),
            Op::XorInt { a, b, c } => set!(a, V::int(int!(b) ^ int!(c))),
            Op::AndIntK { a, b, d } => set!(a, V::int(int!(b) & i64::from(d))),
            Op::ShlIntK { a, b, d } => set!(a, V::int(int!(b).wrapping_shl(d as u32))),
            Op::ShrIntK { a, b, d } => set!(a, V::int(int!(b).wrapping_shr(d as u32))),
            Op::IntToFloat { a, b } => set!(a, V::float(int!(b) as f64)),

            Op::AddFloat { a, b, c } => set!(a, V::float(float!(b) + float!(c))),
            Op::SubFloat { a, b, c } => set!(a, V::float(float!(b) - float!(c))),
            Op::MulFloat { a, b, c } => set!(a, V::float(float!(b) * float!(c))),
            Op::DivFloat { a, b, c } => set!(a, V::float(float!(b) / float!(c))),
            Op::NegFloat { a, b } => set!(a, V::float(-float!(b))),
            Op::SqrtFloat { a, b } => set!(a, V::float(float!(b).sqrt())),
            #[expect(clippy::suboptimal_flops, reason = "the language rounds twice")]
            Op::MulAddFloat { a, b, c } => {
                set!(a, V::float(float!(a) + float!(b) * float!(c)))
            }
            #[expect(clippy::suboptimal_flops, reason = "the language rounds twice")]
            Op::MulSubFloat { a, b, c } => {
                set!(a, V::float(float!(a) - float!(b) * float!(c)))
            }

            Op::LtInt { a, b, c } => set!(a, V::boolean(int!(b) < int!(c))),
            Op::LeInt { a, b, c } => set!(a, V::boolean(int!(b) <= int!(c))),
            Op::EqInt { a, b, c } => set!(a, V::boolean(int!(b) == int!(c))),
            Op::NeInt { a, b, c } => set!(a, V::boolean(int!(b) != int!(c))),
            Op::Not { a, b } => set!(a, V::boolean(!r!(b).as_bool())),

            Op::ListLen { a, b } => {
                let len = cx.heap.lists.get(r!(b).index()).items.len();
                set!(a, V::int(len as i64))
            }
            Op::GetInt { a, b, c } => {
                if let Items::Int(items) = &cx.heap.lists.get(r!(b).index()).items
                    && let Some(&item) = items.get(int!(c) as usize)
                {
                    set!(a, V::int(item))
                }
            }
            Op::GetFloat { a, b, c } => {
                if let Items::Float(items) = &cx.heap.lists.get(r!(b).index()).items
                    && let Some(&item) = items.get(int!(c) as usize)
                {
                    set!(a, V::float(item))
                }
            }
            Op::GetBool { a, b, c } => {
                if let Items::Bool(items) = &cx.heap.lists.get(r!(b).index()).items
                    && let Some(&item) = items.get(int!(c) as usize)
                {
                    set!(a, V::boolean(item))
                }
            }
            Op::GetElem { a, b, c } => {
                if r!(b).tag() == Tag::List
                    && let Items::Any(items) = &cx.heap.lists.get(r!(b).index()).items
                    && let Some(&item) = items.get(int!(c) as usize)
                {
                    set!(a, item)
                }
            }
            Op::SetInt { a, b, c } => {
                let list = cx.heap.lists.get_mut(r!(a).index());
                if let Items::Int(items) = &mut list.items
                    && !list.read_only
                    && let Some(place) = items.get_mut(int!(b) as usize)
                {
                    *place = int!(c);
                    continue;
                }
            }
            Op::SetFloat { a, b, c } => {
                let list = cx.heap.lists.get_mut(r!(a).index());
                if let Items::Float(items) = &mut list.items
                    && !list.read_only
                    && let Some(place) = items.get_mut(int!(b) as usize)
                {
                    *place = float!(c);
                    continue;
                }
            }
            Op::SetBool { a, b, c } => {
                let list = cx.heap.lists.get_mut(r!(a).index());
                if let Items::Bool(items) = &mut list.items
                    && !list.read_only
                    && let Some(place) = items.get_mut(int!(b) as usize)
                {
                    *place = r!(c).as_bool();
                    continue;
                }
            }

            Op::GetFieldInt { a, b, c, d } => {
                if let Some(bits) = cx.heap.words.get_typed(r!(b).index(), d, c) {
                    set!(a, V::new(Tag::Int, bits))
                }
            }
            Op::GetFieldFloat { a, b, c, d } => {
                if let Some(bits) = cx.heap.words.get_typed(r!(b).index(), d, c) {
                    set!(a, V::new(Tag::Float, bits))
                }
            }
            Op::GetFieldBool { a, b, c, d } => {
                if let Some(bits) = cx.heap.words.get_typed(r!(b).index(), d, c) {
                    set!(a, V::new(Tag::Boolean, bits))
                }
            }
            Op::GetFieldRef { a, b, c, d } => {
                if let Some(bits) = cx.heap.words.get_typed(r!(b).index(), d & 0x00ff_ffff, c) {
                    set!(a, V::of_ref(Tag::from_u8((d >> 24) as u8), bits))
                }
            }
            Op::GetFieldAny { a, b, c, d } => {
                if cx.heap.is_wide(d, c)
                    && let Some((tag, bits)) = cx.heap.words.get_typed_wide(r!(b).index(), d, c)
                {
                    let value = V::new(Tag::from_u8(tag as u8), bits);
                    set!(a, if value.is_absent() { V::NIL } else { value })
                }
            }
            Op::SetFieldAny { a, b, c, d } => {
                let value = r!(b);
                let (tag, bits) = (value.tag() as u64, value.bits());
                if cx.heap.is_wide(d, c)
                    && cx.heap.words.set_typed_wide(r!(a).index(), d, c, tag, bits)
                {
                    continue;
                }
            }
            Op::SetFieldInt { a, b, c, d }
            | Op::SetFieldFloat { a, b, c, d }
            | Op::SetFieldBool { a, b, c, d } => {
                if cx.heap.words.set_typed(r!(a).index(), d, c, r!(b).bits()) {
                    continue;
                }
            }
            Op::SetFieldRef { a, b, c, d } => {
                let ty = d & 0x00ff_ffff;
                if cx.heap.words.set_typed(r!(a).index(), ty, c, r!(b).bits()) {
                    continue;
                }
            }
            Op::GetCell { a, b } => {
                set!(a, *cx.heap.cells.get(r!(b).index()))
            }
            Op::SetCell { a, b } => {
                *cx.heap.cells.get_mut(r!(a).index()) = r!(b);
                continue;
            }

            Op::NewRecord { a, b, d } => {
                let registers = &w[usize::from(b)..];
                if !cx.heap.wants_collection()
                    && let Some(Some(plan)) = cx.plans.get(d as usize)
                    && let Some(record) = literal::plain(&mut cx.heap, plan, registers)
                {
                    set!(a, record)
                }
            }
            Op::IterLoop { a, b, d } => {
                let cursor = r!(a + 1);
                if r!(a).tag() == Tag::List
                    && let Some(item) = cx
                        .heap
                        .lists
                        .get(r!(a).index())
                        .items
                        .get(cursor.bits() as usize)
                {
                    r!(a + 1) = V::int(cursor.bits() as i64 + 1);
                    r!(b) = item;
                    loop_if!(true, d)
                }
            }
            Op::CallMethod { a, b: _, d } => {
                let new_base = base + usize::from(a);
                let object = r!(a);
                let strand = &mut cx.strand;
                if object.tag() == Tag::Object
                    && let Some(&(class, entry)) = cx.methods.get(d as usize)
                    && cx.heap.words.ty(object.index()) == class
                    && let Some(place) = strand.frames.get_mut(strand.depth)
                    && let Some(new) = window(&mut strand.stack, new_base)
                {
                    *place = Frame {
                        pc: pc as u32,
                        base: base as u32,
                    };
                    strand.depth += 1;
                    base = new_base;
                    w = new;
                    loop_if!(true, entry)
                }
            }
            Op::Call { a, d } => {
                let new_base = base + usize::from(a);
                let strand = &mut cx.strand;
                if let Some(place) = strand.frames.get_mut(strand.depth)
                    && let Some(new) = window(&mut strand.stack, new_base)
                {
                    *place = Frame {
                        pc: pc as u32,
                        base: base as u32,
                    };
                    strand.depth += 1;
                    base = new_base;
                    w = new;
                    loop_if!(true, d)
                }
            }
            Op::Return { a } => {
                r!(0u8) = r!(a);
                leave!();
            }
            Op::ReturnFirst => leave!(),
            Op::ReturnNil => {
                r!(0u8) = V::NIL;
                leave!();
            }
            Op::Halt => return Exit::Done(r!(0u8)),
            _ => {}
        }
        cx.strand.pc = pc as u32;
        cx.strand.base = base as u32;
        if let Err(exit) = cold::step(cx) {
            return exit;
        }
        pc = cx.strand.pc as usize;
        base = cx.strand.base as usize;
        match window(&mut cx.strand.stack, base) {
            Some(new) => w = new,
            None => return Exit::Panicked(call::stack_overflow(cx)),
        }
        budget -= 1;
        if budget == 0 {
            break;
        }
    }
    cx.strand.pc = pc as u32;
    cx.strand.base = base as u32;
    Exit::Yielded
}

/// Calls a function value on the machine's own stack: see [`Isolate::call`].
#[inline]
pub(super) fn call_nested(cx: &mut Isolate, function: V, args: &[V]) -> Result<V, Thrown> {
    if cx.strand.n_nested >= limits::NATIVE_DEPTH {
        return Err(call::stack_overflow(cx));
    }
    let before = call::Mark::of(&cx.strand);
    let n_pins = cx.strand.pins.len();
    cx.strand.n_nested += 1;
    let at = cx.strand.base as usize + WINDOW;
    let exit = if call::enter_plain(cx, function, args, at) {
        run_nested(cx)
    } else {
        enter_nested(cx, function, args, at)
    };
    cx.strand.n_nested -= 1;
    cx.strand.pins.truncate(n_pins);
    before.restore(&mut cx.strand);
    match exit {
        Exit::Done(value) => Ok(value),
        Exit::Panicked(thrown) => Err(thrown),
        Exit::Parked | Exit::Yielded => Err(cx.thrown(thrown::INTERNAL, "a nested call rests")),
    }
}

#[inline(never)]
fn enter_nested(cx: &mut Isolate, function: V, args: &[V], at: usize) -> Exit {
    let entered = call::enter_bottom(cx, function, args, at);
    if let Err(exit) = unwind::settle(cx, entered) {
        return exit;
    }
    run_nested(cx)
}

#[inline]
fn run_nested(cx: &mut Isolate) -> Exit {
    loop {
        match run(cx) {
            Exit::Yielded => {}
            exit => return exit,
        }
    }
}
