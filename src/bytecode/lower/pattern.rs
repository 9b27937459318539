//! Taking values apart: binding and assignment patterns. The parts of a value go straight to the homes of
//! the variables they declare.

use crate::base::Name;
use crate::bytecode::chunk::Const;
use crate::bytecode::op::Op;
use crate::types::hir::{Expr, Pattern, PatternKind};
use crate::types::{self, Ty, TyKind};

use super::context::index_u32;
use super::function::{FnCx, Home, Label, Reg, Res};

impl FnCx<'_, '_> {
    /// `var [a, b] = e;`: the variables live on behind the statement.
    pub(super) fn declare_pattern(&mut self, pattern: &Pattern, value: &Expr) -> Res {
        if let PatternKind::Bind(local) = pattern.kind {
            let register = self.alloc()?;
            self.value_to(value, register)?;
            return self.settle(local, register);
        }
        // The value itself stays below the variables; its register is free again at the block's end.
        let source = self.value(value)?;
        self.take_apart(pattern, source, None)
    }

    /// `[a, b] = e;`
    pub(super) fn assign_pattern(&mut self, pattern: &Pattern, value: &Expr) -> Res {
        let source = self.value(value)?;
        self.take_apart(pattern, source, None)
    }

    /// Binds the variables of `pattern` to the value in `source`.
    pub(super) fn bind_pattern_from(&mut self, pattern: &Pattern, source: Reg) -> Res {
        self.take_apart(pattern, source, None)
    }

    /// Takes the value in `source` apart; with `mismatch`, goes there when it has not the pattern's form.
    pub(super) fn take_apart(
        &mut self,
        pattern: &Pattern,
        source: Reg,
        mismatch: Option<Label>,
    ) -> Res {
        match &pattern.kind {
            PatternKind::Discard => Ok(()),
            PatternKind::Bind(local) => {
                let register = self.alloc()?;
                self.move_to(register, source);
                self.settle(*local, register)
            }
            PatternKind::Assign(place) => {
                let mark = self.mark();
                self.assign_register(place, source)?;
                self.release(mark);
                Ok(())
            }
            PatternKind::Literal(value) => match mismatch {
                Some(label) => self.branch_if_equal(source, value, pattern.ty, false, label),
                None => Ok(()),
            },
            PatternKind::List { items, rest } => {
                self.take_list(items, rest.as_deref(), source, mismatch)
            }
            PatternKind::Mapping {
                fields,
                rest,
                closed,
            } => {
                if let Some(label) = mismatch {
                    self.test_keys(fields, *closed, source, label)?;
                }
                self.take_mapping(pattern, fields, rest.as_deref(), source, mismatch)
            }
            PatternKind::Error {
                reason,
                details,
                rest,
            } => self.take_error(
                reason.as_deref(),
                details,
                rest.as_deref(),
                source,
                mismatch,
            ),
            PatternKind::Wrong => Err(self.untyped("a pattern", pattern.range)),
        }
    }

    /// Makes a part of a value by `read` and matches it with `pattern`.
    fn part(
        &mut self,
        pattern: &Pattern,
        mismatch: Option<Label>,
        read: impl FnOnce(&mut Self, Reg) -> Res,
    ) -> Res {
        match &pattern.kind {
            PatternKind::Discard => Ok(()),
            PatternKind::Bind(local) => {
                let register = self.alloc()?;
                read(self, register)?;
                self.settle(*local, register)
            }
            PatternKind::Assign(place) => {
                let mark = self.mark();
                let register = match place.kind {
                    types::hir::PlaceKind::Local(local) => match self.home(local) {
                        Home::Register(register) => register,
                        _ => self.alloc()?,
                    },
                    _ => self.alloc()?,
                };
                read(self, register)?;
                self.assign_register(place, register)?;
                self.release(mark);
                Ok(())
            }
            PatternKind::Literal(_)
            | PatternKind::List { .. }
            | PatternKind::Mapping { .. }
            | PatternKind::Error { .. }
            | PatternKind::Wrong => {
                let register = self.alloc()?;
                read(self, register)?;
                self.take_apart(pattern, register, mismatch)
            }
        }
    }

    fn assign_register(&mut self, place: &types::hir::Place, value: Reg) -> Res {
        match &place.kind {
            types::hir::PlaceKind::Discard => Ok(()),
            types::hir::PlaceKind::Local(local) => self.store_local(*local, value, place.range),
            types::hir::PlaceKind::Global(item) => {
                let d = self.cx.global_of(*item).0;
                self.emit(Op::SetGlobal { a: value, d });
                Ok(())
            }
            _ => self.store(place, value),
        }
    }

    // ---- lists

    fn take_list(
        &mut self,
        items: &[Pattern],
        rest: Option<&Pattern>,
        source: Reg,
        mismatch: Option<Label>,
    ) -> Res {
        let n_items = index_u32(items.len());
        if let Some(label) = mismatch {
            let mark = self.mark();
            let a = self.alloc()?;
            let c = u8::try_from(items.len()).unwrap_or(u8::MAX);
            self.emit(Op::IsList {
                a,
                b: source,
                c,
                at_least: rest.is_some(),
            });
            self.jump(Op::JmpFalse { a, d: 0 }, label);
            self.release(mark);
        }
        for (d, item) in (0..n_items).zip(items) {
            self.part(item, mismatch, |cx, a| {
                cx.emit(Op::GetElemK { a, b: source, d });
                Ok(())
            })?;
        }
        if let Some(rest) = rest {
            self.part(rest, mismatch, |cx, a| {
                cx.emit(Op::ListTail {
                    a,
                    b: source,
                    d: n_items,
                });
                Ok(())
            })?;
        }
        Ok(())
    }

    // ---- mappings

    fn test_keys(
        &mut self,
        fields: &[(Name, Pattern)],
        closed: bool,
        source: Reg,
        label: Label,
    ) -> Res {
        let mark = self.mark();
        let a = self.alloc()?;
        if closed || fields.is_empty() {
            let op = if closed {
                let d = self.keys(fields);
                Op::HasOnlyKeys { a, b: source, d }
            } else {
                let d = self.cx.ty(types::any_or_error(self.cx.db)).0;
                let map = self
                    .cx
                    .program
                    .types
                    .map(crate::bytecode::typedesc::TypeId(d));
                Op::Is {
                    a,
                    b: source,
                    d: map.0,
                }
            };
            self.emit(op);
            self.jump(Op::JmpFalse { a, d: 0 }, label);
        } else {
            for (name, _) in fields {
                let d = self.cx.string(name.as_str());
                self.emit(Op::HasKey { a, b: source, d });
                self.jump(Op::JmpFalse { a, d: 0 }, label);
            }
        }
        self.release(mark);
        Ok(())
    }

    fn keys(&mut self, fields: &[(Name, Pattern)]) -> u32 {
        let keys = fields
            .iter()
            .map(|(name, _)| name.as_str().into())
            .collect();
        self.cx.constant(Const::Keys(keys))
    }

    fn take_mapping(
        &mut self,
        pattern: &Pattern,
        fields: &[(Name, Pattern)],
        rest: Option<&Pattern>,
        source: Reg,
        mismatch: Option<Label>,
    ) -> Res {
        for (name, field) in fields {
            let key = *name;
            self.part(field, mismatch, |cx, a| {
                cx.read_field(pattern.ty, key, source, a);
                Ok(())
            })?;
        }
        if let Some(rest) = rest {
            let d = self.keys(fields);
            self.part(rest, mismatch, |cx, a| {
                cx.emit(Op::MapRest { a, b: source, d });
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The member `name` of a mapping of static type `ty`.
    fn read_field(&mut self, ty: Ty, name: Name, source: Reg, a: Reg) {
        if let TyKind::Record(record) = ty.kind()
            && types::record_def(self.cx.db, *record).field(name).is_some()
        {
            let id = self.cx.record_ty(*record);
            self.get_slot(source, id, name, a);
            return;
        }
        let d = self.cx.string(name.as_str());
        self.emit(Op::GetKeyK { a, b: source, d });
    }

    // ---- errors

    fn take_error(
        &mut self,
        reason: Option<&Pattern>,
        details: &[(Name, Pattern)],
        rest: Option<&Pattern>,
        source: Reg,
        mismatch: Option<Label>,
    ) -> Res {
        if let Some(label) = mismatch {
            self.jump(Op::JmpNotError { a: source, d: 0 }, label);
        }
        if let Some(reason) = reason {
            self.part(reason, mismatch, |cx, a| {
                cx.of_error("ballerina/lang.error:reason", source, a)
            })?;
        }
        if details.is_empty() && rest.is_none() {
            return Ok(());
        }
        // The register stays in use: bound variables lie above it.
        let detail = self.alloc()?;
        self.of_error("ballerina/lang.error:detail", source, detail)?;
        if let Some(label) = mismatch
            && !details.is_empty()
        {
            self.test_keys(details, false, detail, label)?;
        }
        for (name, field) in details {
            let d = self.cx.string(name.as_str());
            self.part(field, mismatch, |cx, a| {
                cx.emit(Op::GetKeyK { a, b: detail, d });
                Ok(())
            })?;
        }
        if let Some(rest) = rest {
            let d = self.keys(details);
            self.part(rest, mismatch, |cx, a| {
                cx.emit(Op::MapRest { a, b: detail, d });
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The reason or detail of the error in `source`, by the library's native.
    fn of_error(&mut self, native: &str, source: Reg, a: Reg) -> Res {
        let mark = self.mark();
        let window = self.alloc()?;
        self.move_to(window, source);
        self.call_native(native, window, 1);
        self.move_to(a, window);
        self.release(mark);
        Ok(())
    }
}
