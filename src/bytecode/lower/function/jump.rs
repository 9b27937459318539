//! Targets of jumps, which are known when the function is whole.

use crate::bytecode::op::Op;

/// Writes the target of a jump.
pub(super) fn set_target(op: &mut Op, target: u32) {
    match op {
        Op::Jmp { d }
        | Op::Loop { d }
        | Op::JmpTrue { d, .. }
        | Op::JmpFalse { d, .. }
        | Op::TrueLoop { d, .. }
        | Op::FalseLoop { d, .. }
        | Op::JmpNil { d, .. }
        | Op::JmpNotNil { d, .. }
        | Op::JmpGiven { d, .. }
        | Op::JmpError { d, .. }
        | Op::JmpNotError { d, .. }
        | Op::JmpTag { d, .. }
        | Op::JmpNotTag { d, .. }
        | Op::LtIntJmp { d, .. }
        | Op::LeIntJmp { d, .. }
        | Op::EqIntJmp { d, .. }
        | Op::NeIntJmp { d, .. }
        | Op::LtIntKJmp { d, .. }
        | Op::LeIntKJmp { d, .. }
        | Op::GtIntKJmp { d, .. }
        | Op::GeIntKJmp { d, .. }
        | Op::EqIntKJmp { d, .. }
        | Op::NeIntKJmp { d, .. }
        | Op::LtIntLoop { d, .. }
        | Op::LeIntLoop { d, .. }
        | Op::NeIntLoop { d, .. }
        | Op::LtIntKLoop { d, .. }
        | Op::LeIntKLoop { d, .. }
        | Op::GtIntKLoop { d, .. }
        | Op::GeIntKLoop { d, .. }
        | Op::NeIntKLoop { d, .. }
        | Op::ForLt { d, .. }
        | Op::ForLe { d, .. }
        | Op::LtFloatJmp { d, .. }
        | Op::LeFloatJmp { d, .. }
        | Op::NotLtFloatJmp { d, .. }
        | Op::NotLeFloatJmp { d, .. }
        | Op::EqFloatJmp { d, .. }
        | Op::NeFloatJmp { d, .. }
        | Op::LtFloatLoop { d, .. }
        | Op::LeFloatLoop { d, .. }
        | Op::EqJmp { d, .. }
        | Op::NeJmp { d, .. }
        | Op::EqConstJmp { d, .. }
        | Op::NeConstJmp { d, .. }
        | Op::IterNext { d, .. }
        | Op::IterLoop { d, .. } => *d = target,
        _ => {}
    }
}
