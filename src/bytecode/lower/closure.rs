//! Function values that capture variables: those that are assigned somewhere by their cells, the
//! others by value.

use crate::base::TextRange;
use crate::bytecode::op::Op;
use crate::types::FuncKey;
use crate::types::hir::{Capture, FuncId};
use crate::types::{self};

use super::function::{FnCx, Reg, Res};

impl FnCx<'_, '_> {
    /// The anonymous function `key` of this item.
    pub(super) fn closure(&mut self, key: FuncKey, dst: Reg, range: TextRange) -> Res {
        let id = FuncId {
            item: self.item,
            key,
        };
        let Some(function) = types::function(self.cx.db, id) else {
            return Err(self.untyped("an anonymous function", range));
        };
        let d = self.cx.function(id).0;
        if function.captures.is_empty() {
            self.emit(Op::LoadFunc { a: dst, d });
            return Ok(());
        }
        let first = self.window(dst)?;
        let c = self.captured(&function.captures, first, 0, range)?;
        self.emit(Op::NewClosure {
            a: dst,
            b: first,
            c,
            d,
        });
        Ok(())
    }

    /// Puts captured variables into the registers from `first` on, of which `n_taken` are filled; how many
    /// there are then.
    pub(super) fn captured(
        &mut self,
        captures: &[Capture],
        first: Reg,
        n_taken: u8,
        range: TextRange,
    ) -> Res<u8> {
        let mut n_captured = n_taken;
        for capture in captures {
            let register = if n_captured == 0 {
                first
            } else {
                self.alloc()?
            };
            self.capture_to(capture.outer, register, range)?;
            n_captured += 1;
        }
        Ok(n_captured)
    }
}
