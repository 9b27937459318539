//! Registers as a stack, and the variables that live in them.

use super::{FnCx, Home, Reg, Res, Stop};
use crate::base::TextRange;
use crate::bytecode::op::Op;
use crate::types::hir::LocalId;

/// Registers of a window that code may use.
const REGISTERS: u32 = 250;

/// Of a function with a spill record: from this register on variables live in it.
const SPILLED_FROM: u32 = 140;

impl FnCx<'_, '_> {
    /// The next free register.
    pub(in crate::bytecode::lower) fn alloc(&mut self) -> Res<Reg> {
        if self.top >= REGISTERS {
            return Err(Stop::Registers);
        }
        let register = Reg::try_from(self.top).map_err(|_| Stop::Registers)?;
        self.top += 1;
        self.max = self.max.max(self.top);
        Ok(register)
    }

    /// `n` free registers in a row; the first one.
    pub(in crate::bytecode::lower) fn alloc_row(&mut self, n: usize) -> Res<Reg> {
        let first = self.alloc()?;
        for _ in 1..n {
            self.alloc()?;
        }
        Ok(first)
    }

    /// Where the free registers begin, to be given to [`FnCx::release`].
    pub(in crate::bytecode::lower) fn mark(&self) -> u32 {
        self.top
    }

    /// Frees all registers from `mark` on.
    pub(in crate::bytecode::lower) fn release(&mut self, mark: u32) {
        self.top = mark;
    }

    /// Whether nothing reads `register` before the running statement has written it.
    pub(in crate::bytecode::lower) fn is_fresh(&self, register: Reg) -> bool {
        u32::from(register) >= self.floor
    }

    /// Whether `register` is the last one in use: a call's window may start there.
    pub(in crate::bytecode::lower) fn is_last(&self, register: Reg) -> bool {
        u32::from(register) + 1 == self.top
    }

    /// Runs `body` as statements of their own above the registers in use.
    pub(in crate::bytecode::lower) fn nested<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let (top, floor) = (self.top, self.floor);
        self.floor = top;
        let result = body(self)?;
        self.top = top;
        self.floor = floor;
        Ok(result)
    }

    /// Begins a statement: what it computes lies above the registers in use.
    pub(in crate::bytecode::lower) fn begin_statement(&mut self) {
        self.floor = self.top;
    }

    // ---- variables

    pub(in crate::bytecode::lower) fn home(&self, local: LocalId) -> Home {
        self.homes
            .get(local.0 as usize)
            .copied()
            .unwrap_or(Home::Nowhere)
    }

    pub(in crate::bytecode::lower) fn set_home(&mut self, local: LocalId, home: Home) {
        let at = local.0 as usize;
        if at >= self.homes.len() {
            self.homes.resize(at + 1, Home::Nowhere);
        }
        if let Some(place) = self.homes.get_mut(at) {
            *place = home;
        }
    }

    pub(in crate::bytecode::lower) fn is_boxed(&self, local: LocalId) -> bool {
        self.function
            .is_some_and(|function| self.cells.contains(function.key, local))
    }

    /// Makes `register`, the last one in use, the home of `local`; its value is there.
    pub(in crate::bytecode::lower) fn settle(&mut self, local: LocalId, register: Reg) -> Res {
        let cell = self.is_boxed(local);
        if cell {
            self.emit(Op::NewCell {
                a: register,
                b: register,
            });
        }
        if self.spill.is_some() && u32::from(register) >= SPILLED_FROM && self.is_last(register) {
            let place = self.spill_places(1)?;
            self.put_away(register, place);
            self.set_home(local, Home::Spilled { place, cell });
            self.top -= 1;
        } else if cell {
            self.set_home(local, Home::Cell(register));
        } else {
            self.set_home(local, Home::Register(register));
        }
        Ok(())
    }

    /// A register that holds the variable's value: its own, or a temporary.
    pub(in crate::bytecode::lower) fn local(
        &mut self,
        local: LocalId,
        range: TextRange,
    ) -> Res<Reg> {
        if let Home::Register(register) = self.home(local) {
            return Ok(register);
        }
        let register = self.alloc()?;
        self.local_to(local, register, range)?;
        Ok(register)
    }

    pub(in crate::bytecode::lower) fn local_to(
        &mut self,
        local: LocalId,
        a: Reg,
        range: TextRange,
    ) -> Res {
        match self.home(local) {
            Home::Nowhere => return Err(self.untyped("a variable without a place", range)),
            Home::Register(b) => self.move_to(a, b),
            Home::Cell(b) => {
                self.emit(Op::GetCell { a, b });
            }
            Home::Spilled { place, cell } => {
                self.take_back(a, place);
                if cell {
                    self.emit(Op::GetCell { a, b: a });
                }
            }
        }
        Ok(())
    }

    /// The register of the cell of a shared variable, or of the value of another: what a closure captures.
    pub(in crate::bytecode::lower) fn capture_to(
        &mut self,
        local: LocalId,
        a: Reg,
        range: TextRange,
    ) -> Res {
        match self.home(local) {
            Home::Cell(b) => self.move_to(a, b),
            Home::Spilled { place, cell: true } => self.take_back(a, place),
            Home::Nowhere | Home::Register(_) | Home::Spilled { cell: false, .. } => {
                return self.local_to(local, a, range);
            }
        }
        Ok(())
    }

    pub(in crate::bytecode::lower) fn store_local(
        &mut self,
        local: LocalId,
        b: Reg,
        range: TextRange,
    ) -> Res {
        match self.home(local) {
            Home::Nowhere => return Err(self.untyped("a variable without a place", range)),
            Home::Register(a) => self.move_to(a, b),
            Home::Cell(a) => {
                self.emit(Op::SetCell { a, b });
            }
            Home::Spilled { place, cell: false } => self.put_away(b, place),
            Home::Spilled { place, cell: true } => {
                let mark = self.mark();
                let a = self.alloc()?;
                self.take_back(a, place);
                self.emit(Op::SetCell { a, b });
                self.release(mark);
            }
        }
        Ok(())
    }

    pub(in crate::bytecode::lower) fn move_to(&mut self, a: Reg, b: Reg) {
        if a != b {
            self.emit(Op::Move { a, b });
        }
    }
}
