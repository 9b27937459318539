//! Every instruction, out of line: the rare ones, and the frequent ones that missed their fast path
//! in the loop. The place of safepoints: a collection runs before an instruction, never in one.

use super::{Exit, Stop, call, collect, fields, literal, members, numbers, strands, unwind};
use crate::bytecode::chunk::Const;
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{FuncId, TypeId};
use crate::runtime::heap::kinds::{Closure, ErrorType, ErrorValue};
use crate::runtime::isolate::Isolate;
use crate::runtime::thrown::{self, Thrown};
use crate::runtime::value::V;
use crate::runtime::{arith, cast, equality, filler, iterate, relation};

/// Executes the instruction before `pc`.
#[inline(never)]
pub(super) fn step(cx: &mut Isolate) -> Result<(), Exit> {
    if cx.heap.wants_collection() {
        collect::collect(cx);
    }
    let Some(&op) = cx.program.ops.get(cx.strand.pc as usize - 1) else {
        let thrown = internal(cx, "a jump out of the program");
        return Err(Exit::Panicked(thrown));
    };
    match execute(cx, op) {
        Ok(()) => Ok(()),
        stopped @ Err(_) => unwind::settle(cx, stopped),
    }
}

#[cold]
pub(super) fn internal(cx: &mut Isolate, message: &str) -> Thrown {
    cx.thrown(thrown::INTERNAL, message)
}

fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    match op {
        // ---- calls
        Op::Call { a, d } => {
            let at = cx.strand.base as usize + usize::from(a);
            call::direct(cx, at, d)
        }
        Op::CallNative { a, b, d } => {
            let at = cx.strand.base as usize + usize::from(a);
            call::func(cx, FuncId(d), at, usize::from(b))
        }
        Op::CallValue { a, b, c } => {
            let at = cx.strand.base as usize + usize::from(a);
            let function = cx.strand.get(c);
            call::value(cx, function, at, usize::from(b))
        }
        Op::CallMethod { a, b, d } => {
            let at = cx.strand.base as usize + usize::from(a);
            call::method(cx, d, at, usize::from(b))
        }
        Op::Then => call::then(cx),
        Op::NewClosure { a, b, c, d } => {
            let captures = cx.strand.range(b, c).into();
            let closure = cx.heap.new_closure(Closure {
                func: FuncId(d),
                receiver: None,
                captures,
            });
            cx.strand.set(a, closure);
            Ok(())
        }
        Op::BindMethod { a, b, d } => {
            let object = cx.strand.get(b);
            let func = call::find_method(cx, d, object)?;
            let closure = cx.heap.new_closure(Closure {
                func,
                receiver: Some(object),
                captures: Box::default(),
            });
            cx.strand.set(a, closure);
            Ok(())
        }
        Op::LoadFunc { a, d } => set(cx, a, V::func(FuncId(d))),
        Op::LoadType { a, d } => set(cx, a, V::typedesc(TypeId(d))),
        Op::LoadByte { a, d } => set(cx, a, V::byte(d as u8)),
        Op::NewCell { a, b } => {
            let cell = cx.heap.new_cell(cx.strand.get(b));
            set(cx, a, cell)
        }
        Op::NewSpill { a, d } => {
            let spill = cx.heap.new_spill(d as usize);
            set(cx, a, spill)
        }
        Op::GetSpill { a, b, d } => {
            let value = cx.heap.spill(cx.strand.get(b)).get(d as usize).copied();
            set(cx, a, value.unwrap_or_default())
        }
        Op::SetSpill { a, b, d } => {
            let value = cx.strand.get(b);
            let spill = cx.heap.spill_mut(cx.strand.get(a));
            if let Some(place) = spill.get_mut(d as usize) {
                *place = value;
            }
            Ok(())
        }

        // ---- errors
        Op::NewError { a, b, d } => new_error(cx, a, b, TypeId(d)),
        Op::Panic { a } => Err(Thrown(cx.strand.get(a)).into()),
        Op::CheckPanic { a } => {
            let value = cx.strand.get(a);
            if value.is_error() {
                return Err(Thrown(value).into());
            }
            Ok(())
        }

        // ---- types and values of any kind
        Op::Is { a, b, d } => {
            let is = relation::is_type(&cx.heap, &cx.types, cx.strand.get(b), TypeId(d));
            set(cx, a, V::boolean(is))
        }
        Op::Cast { a, b, d } => {
            let value = cx.strand.get(b);
            let value = cast::cast(cx, value, TypeId(d))?;
            set(cx, a, value)
        }
        Op::Typeof { a, b } => {
            let value = cx.strand.get(b);
            let ty = relation::type_of(cx, value);
            set(cx, a, V::typedesc(ty))
        }
        Op::NewFiller { a, d } => {
            let value = filler::filler(cx, TypeId(d))?;
            set(cx, a, value)
        }
        Op::EqJmp { a, b, d } => {
            let equal = deep_eq(cx, a, b);
            jump_if(cx, equal, d)
        }
        Op::NeJmp { a, b, d } => {
            let equal = deep_eq(cx, a, b);
            jump_if(cx, !equal, d)
        }
        Op::EqConstJmp { a, k, d } => {
            let equal = equals_const(cx, a, k);
            jump_if(cx, equal, d)
        }
        Op::NeConstJmp { a, k, d } => {
            let equal = equals_const(cx, a, k);
            jump_if(cx, !equal, d)
        }
        Op::Eq { a, b, c } => {
            let equal = deep_eq(cx, b, c);
            set(cx, a, V::boolean(equal))
        }
        Op::Ne { a, b, c } => {
            let equal = deep_eq(cx, b, c);
            set(cx, a, V::boolean(!equal))
        }
        Op::RefEq { a, b, c } => {
            let same = equality::ref_eq(&cx.heap, cx.strand.get(b), cx.strand.get(c));
            set(cx, a, V::boolean(same))
        }
        Op::RefNe { a, b, c } => {
            let same = equality::ref_eq(&cx.heap, cx.strand.get(b), cx.strand.get(c));
            set(cx, a, V::boolean(!same))
        }
        Op::Compare { a, b, c, cond } => {
            let holds = arith::compare(&cx.heap, cond, cx.strand.get(b), cx.strand.get(c));
            set(cx, a, V::boolean(holds))
        }
        Op::Arith { a, b, c, arith } => {
            let (left, right) = (cx.strand.get(b), cx.strand.get(c));
            let value = arith::arith(cx, arith, left, right)?;
            set(cx, a, value)
        }
        Op::Neg { a, b } => {
            let value = cx.strand.get(b);
            let value = arith::negate(cx, value)?;
            set(cx, a, value)
        }

        // ---- lists, mappings, strings
        Op::NewList { .. }
        | Op::NewBytes { .. }
        | Op::GetElem { .. }
        | Op::GetElemK { .. }
        | Op::SetElem { .. }
        | Op::SetElemK { .. }
        | Op::GetInt { .. }
        | Op::GetFloat { .. }
        | Op::GetBool { .. }
        | Op::SetInt { .. }
        | Op::SetFloat { .. }
        | Op::SetBool { .. }
        | Op::Push { .. }
        | Op::PushAll { .. }
        | Op::ListTail { .. }
        | Op::IsList { .. }
        | Op::NewMap { .. }
        | Op::GetKey { .. }
        | Op::GetKeyK { .. }
        | Op::SetKey { .. }
        | Op::SetKeyK { .. }
        | Op::GetJson { .. }
        | Op::GetJsonOpt { .. }
        | Op::MapRest { .. }
        | Op::HasKey { .. }
        | Op::HasOnlyKeys { .. } => members::execute(cx, op),
        Op::Concat { .. } | Op::Append { .. } | Op::ToText { .. } | Op::StringLen { .. } => {
            super::strings::execute(cx, op)
        }

        // ---- records and objects
        Op::NewRecord { a, b, d } => {
            let record = literal::record(cx, b, d)?;
            set(cx, a, record)
        }
        Op::NewObject { a, d } => {
            let object = cx.heap.new_object(&cx.types, TypeId(d));
            set(cx, a, object)
        }
        Op::GetFieldInt { .. }
        | Op::GetFieldFloat { .. }
        | Op::GetFieldBool { .. }
        | Op::GetFieldRef { .. }
        | Op::GetFieldAny { .. }
        | Op::SetFieldInt { .. }
        | Op::SetFieldFloat { .. }
        | Op::SetFieldBool { .. }
        | Op::SetFieldRef { .. }
        | Op::SetFieldAny { .. }
        | Op::GetFieldName { .. }
        | Op::SetFieldName { .. } => fields::execute(cx, op),

        // ---- iteration
        Op::IterNew { a, b } => {
            let source = cx.strand.get(b);
            let (source, cursor) = iterate::iter_new(cx, source)?;
            cx.strand.set(a, source);
            cx.strand.set(a + 1, cursor);
            Ok(())
        }
        Op::IterNext { a, b, d } => {
            let found = iter_next(cx, a, b)?;
            jump_if(cx, !found, d)
        }
        Op::IterLoop { a, b, d } => {
            let found = iter_next(cx, a, b)?;
            jump_if(cx, found, d)
        }

        // ---- strands
        Op::Start { .. }
        | Op::Wait { .. }
        | Op::WaitAny { .. }
        | Op::NewChannel { .. }
        | Op::ChannelSender { .. }
        | Op::ChannelReceiver { .. }
        | Op::Send { .. }
        | Op::SyncSend { .. }
        | Op::Receive { .. }
        | Op::Flush { .. }
        | Op::Lock { .. }
        | Op::Unlock { .. } => strands::execute(cx, op),

        Op::Nop => Ok(()),
        Op::DivInt { .. }
        | Op::RemInt { .. }
        | Op::DivIntK { .. }
        | Op::RemIntK { .. }
        | Op::NegInt { .. }
        | Op::ShlInt { .. }
        | Op::ShrInt { .. }
        | Op::UshrInt { .. }
        | Op::NotInt { .. }
        | Op::IntToByte { .. }
        | Op::ByteToInt { .. }
        | Op::RemFloat { .. }
        | Op::LtFloat { .. }
        | Op::LeFloat { .. }
        | Op::EqFloat { .. } => numbers::execute(cx, op),

        // The loop does all of these without ever missing.
        Op::Halt
        | Op::Jmp { .. }
        | Op::Loop { .. }
        | Op::JmpTrue { .. }
        | Op::JmpFalse { .. }
        | Op::TrueLoop { .. }
        | Op::FalseLoop { .. }
        | Op::JmpNil { .. }
        | Op::JmpNotNil { .. }
        | Op::JmpGiven { .. }
        | Op::JmpError { .. }
        | Op::JmpNotError { .. }
        | Op::JmpTag { .. }
        | Op::JmpNotTag { .. }
        | Op::LtIntJmp { .. }
        | Op::LeIntJmp { .. }
        | Op::EqIntJmp { .. }
        | Op::NeIntJmp { .. }
        | Op::LtIntKJmp { .. }
        | Op::LeIntKJmp { .. }
        | Op::GtIntKJmp { .. }
        | Op::GeIntKJmp { .. }
        | Op::EqIntKJmp { .. }
        | Op::NeIntKJmp { .. }
        | Op::LtIntLoop { .. }
        | Op::LeIntLoop { .. }
        | Op::NeIntLoop { .. }
        | Op::LtIntKLoop { .. }
        | Op::LeIntKLoop { .. }
        | Op::GtIntKLoop { .. }
        | Op::GeIntKLoop { .. }
        | Op::NeIntKLoop { .. }
        | Op::ForLt { .. }
        | Op::ForLe { .. }
        | Op::LtFloatJmp { .. }
        | Op::LeFloatJmp { .. }
        | Op::NotLtFloatJmp { .. }
        | Op::NotLeFloatJmp { .. }
        | Op::EqFloatJmp { .. }
        | Op::NeFloatJmp { .. }
        | Op::LtFloatLoop { .. }
        | Op::LeFloatLoop { .. }
        | Op::Move { .. }
        | Op::LoadNil { .. }
        | Op::LoadAbsent { .. }
        | Op::LoadBool { .. }
        | Op::LoadInt { .. }
        | Op::LoadConst { .. }
        | Op::GetGlobal { .. }
        | Op::SetGlobal { .. }
        | Op::AddInt { .. }
        | Op::SubInt { .. }
        | Op::MulInt { .. }
        | Op::AddIntK { .. }
        | Op::RsubIntK { .. }
        | Op::MulIntK { .. }
        | Op::AndInt { .. }
        | Op::OrInt { .. }
        | Op::XorInt { .. }
        | Op::AndIntK { .. }
        | Op::ShlIntK { .. }
        | Op::ShrIntK { .. }
        | Op::IntToFloat { .. }
        | Op::AddFloat { .. }
        | Op::SubFloat { .. }
        | Op::MulFloat { .. }
        | Op::DivFloat { .. }
        | Op::NegFloat { .. }
        | Op::SqrtFloat { .. }
        | Op::MulAddFloat { .. }
        | Op::MulSubFloat { .. }
        | Op::LtInt { .. }
        | Op::LeInt { .. }
        | Op::EqInt { .. }
        | Op::NeInt { .. }
        | Op::Not { .. }
        | Op::ListLen { .. }
        | Op::GetCell { .. }
        | Op::SetCell { .. }
        | Op::Return { .. }
        | Op::ReturnFirst
        | Op::ReturnNil => Err(internal(cx, "a table of the program is too short").into()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the end of most arms")]
pub(super) fn set(cx: &mut Isolate, register: u8, value: V) -> Result<(), Stop> {
    cx.strand.set(register, value);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the end of most arms")]
fn jump_if(cx: &mut Isolate, condition: bool, to: u32) -> Result<(), Stop> {
    if condition {
        cx.strand.pc = to;
    }
    Ok(())
}

fn deep_eq(cx: &Isolate, a: u8, b: u8) -> bool {
    let (a, b) = (cx.strand.get(a), cx.strand.get(b));
    if a.tag() == Tag::String && b.tag() == Tag::String {
        return cx.heap.str(a) == cx.heap.str(b);
    }
    equality::deep_eq(&cx.heap, a, b)
}

fn equals_const(cx: &Isolate, a: u8, k: u16) -> bool {
    let constant = cx.consts.get(usize::from(k)).copied().unwrap_or_default();
    equality::deep_eq(&cx.heap, cx.strand.get(a), constant)
}

fn iter_next(cx: &mut Isolate, a: u8, b: u8) -> Result<bool, Stop> {
    let (source, cursor) = (cx.strand.get(a), cx.strand.get(a + 1));
    let Some((item, cursor)) = iterate::iter_next(cx, source, cursor)? else {
        return Ok(false);
    };
    cx.strand.set(a + 1, cursor);
    cx.strand.set(b, item);
    Ok(true)
}

fn new_error(cx: &mut Isolate, a: u8, b: u8, ty: TypeId) -> Result<(), Stop> {
    let (reason, detail) = (cx.strand.get(b), cx.strand.get(b + 1));
    let detail = if detail.is_nil() {
        cx.heap.new_record(&cx.types, TypeId::ERROR_DETAIL)
    } else {
        detail
    };
    cx.heap.freeze(detail);
    let trace = cx.trace();
    let error = cx.heap.new_error(ErrorValue {
        ty: ErrorType(ty),
        reason,
        detail,
        trace,
    });
    set(cx, a, error)
}

/// The names in a constant of field names.
pub(super) fn keys(cx: &Isolate, d: u32) -> Vec<String> {
    match cx.program.constants.get(d as usize) {
        Some(Const::Keys(keys)) => keys.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
