//! The spill record of a function that does not fit into its window: intermediate values of deep expressions
//! and variables beyond the first registers.

use super::{FnCx, Reg, Res, Stop};
use crate::bytecode::op::Op;

/// Of a function with a spill record: expressions that start above this register first put the
/// intermediate values before them away.
const DEEP: u32 = 190;

#[derive(Clone, Copy)]
pub(super) struct Spill {
    pub(super) register: Reg,
    /// Where its `NewSpill` stands, whose size is known at the end.
    pub(super) made_at: u32,
    pub(super) n_places: u32,
}

impl FnCx<'_, '_> {
    pub(super) fn spill_places(&mut self, n: u32) -> Res<u32> {
        let spill = self.spill.as_mut().ok_or(Stop::Registers)?;
        let first = spill.n_places;
        spill.n_places += n;
        Ok(first)
    }

    pub(super) fn put_away(&mut self, register: Reg, place: u32) {
        if let Some(spill) = self.spill {
            self.emit(Op::SetSpill {
                a: spill.register,
                b: register,
                d: place,
            });
        }
    }

    pub(super) fn take_back(&mut self, register: Reg, place: u32) {
        if let Some(spill) = self.spill {
            self.emit(Op::GetSpill {
                a: register,
                b: spill.register,
                d: place,
            });
        }
    }

    /// Whether the running expression has so many intermediate values that they must be put away before
    /// the next one.
    pub(in crate::bytecode::lower) fn is_deep(&self) -> bool {
        self.spill.is_some() && self.top > DEEP && self.floor < self.top
    }

    /// Runs `body` with all intermediate values put away; it gets a register for its result, which is moved
    /// to `dst` at the end.
    pub(in crate::bytecode::lower) fn with_values_away(
        &mut self,
        dst: Reg,
        body: impl FnOnce(&mut Self, Reg) -> Res,
    ) -> Res {
        let (floor, top) = (self.floor, self.top);
        let places = self.spill_places(top - floor + 1)?;
        let result_place = places + (top - floor);
        self.values_away(floor, top, places);
        self.top = floor;
        let result = self.alloc()?;
        body(self, result)?;
        self.put_away(result, result_place);
        self.top = top;
        self.values_back(floor, top, places);
        self.take_back(dst, result_place);
        Ok(())
    }

    fn values_away(&mut self, floor: u32, top: u32, places: u32) {
        for register in floor..top {
            let b = Reg::try_from(register).unwrap_or(Reg::MAX);
            self.put_away(b, places + (register - floor));
        }
    }

    fn values_back(&mut self, floor: u32, top: u32, places: u32) {
        for register in floor..top {
            let a = Reg::try_from(register).unwrap_or(Reg::MAX);
            self.take_back(a, places + (register - floor));
        }
    }

    /// `trap`: runs `body`, whose panics leave their error in `dst`. What `body` puts away of the values
    /// before it is taken back when it panics.
    pub(in crate::bytecode::lower) fn trapped(
        &mut self,
        dst: Reg,
        body: impl FnOnce(&mut Self) -> Res,
    ) -> Res {
        let (floor, top) = (self.floor, self.top);
        let places = match self.spill {
            Some(_) if top > floor => Some(self.spill_places(top - floor)?),
            _ => None,
        };
        if let Some(places) = places {
            self.values_away(floor, top, places);
        }
        let start = self.cx.pc();
        body(self)?;
        let Some(places) = places else {
            let target = self.cx.pc();
            self.handler(start, target, dst);
            self.labelled = target;
            return Ok(());
        };
        let after = self.label();
        let end = self.cx.pc();
        self.handler(start, end + 1, dst);
        self.jump(Op::Jmp { d: 0 }, after);
        let place = self.spill_places(1)?;
        self.put_away(dst, place);
        self.values_back(floor, top, places);
        self.take_back(dst, place);
        self.bind(after);
        Ok(())
    }
}
