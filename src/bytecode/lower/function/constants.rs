//! Constants of loops in registers: those that are operands without an immediate form are loaded before the
//! outermost loop. It is lowered once to see which they are, and again with their registers.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{FnCx, Mark, Reg, Res};
use crate::bytecode::lower::class::Class;
use crate::types::{Literal, Ty};

/// A constant as an operand; bytes differ from ints.
type ConstantKey = (Literal, bool);

/// What is known of the constants of the loop around.
pub(super) enum Constants {
    None,
    Collecting(IndexMap<ConstantKey, Ty, FxBuildHasher>),
    Loaded(FxHashMap<ConstantKey, Reg>),
}

/// Registers that the constants of a loop may take.
const LOOP_CONSTANTS: usize = 16;
/// A function that uses more registers than this before a loop keeps the loop's constants out of them.
const ROOM_FOR_CONSTANTS: u32 = 100;

impl FnCx<'_, '_> {
    /// The register of a constant, when the loop around has it in one.
    pub(in crate::bytecode::lower) fn constant_register(
        &mut self,
        value: &Literal,
        ty: Ty,
    ) -> Option<Reg> {
        let key = || (value.clone(), Class::of(ty) == Class::Byte);
        match &mut self.constants {
            Constants::None => None,
            Constants::Collecting(found) => {
                found.entry(key()).or_insert(ty);
                None
            }
            Constants::Loaded(registers) => registers.get(&key()).copied(),
        }
    }

    /// Lowers a loop by `lower`, with its constants in registers.
    pub(in crate::bytecode::lower) fn with_constants(
        &mut self,
        lower: impl Fn(&mut Self) -> Res,
    ) -> Res {
        let is_outermost = matches!(self.constants, Constants::None);
        if !is_outermost || self.spill.is_some() || self.top > ROOM_FOR_CONSTANTS {
            return lower(self);
        }
        let mark = Mark::of(self.cx);
        let (top, n_jumps) = (self.top, self.jumps.len());
        let (labelled, last_line) = (self.labelled, self.last_line);
        self.constants = Constants::Collecting(IndexMap::default());
        lower(self)?;
        let found = match std::mem::replace(&mut self.constants, Constants::None) {
            Constants::Collecting(found) if !found.is_empty() => found,
            _ => return Ok(()),
        };
        mark.restore(self.cx);
        self.jumps.truncate(n_jumps);
        (self.labelled, self.last_line, self.top) = (labelled, last_line, top);
        let mut registers = FxHashMap::default();
        for (key, ty) in found.into_iter().take(LOOP_CONSTANTS) {
            let register = self.alloc()?;
            self.literal(&key.0, ty, register);
            registers.insert(key, register);
        }
        self.begin_statement();
        self.constants = Constants::Loaded(registers);
        let result = lower(self);
        self.constants = Constants::None;
        result
    }
}
