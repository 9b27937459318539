//! Constructors: lists, mappings, records, tables, errors, objects.

use crate::base::{Name, TextRange};
use crate::bytecode::chunk::{Part, RecordTemplate};
use crate::bytecode::op::Op;
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{
    Args, Body, Expr, ExprKind, FuncId, MappingEntry, RecordDef, TableLiteral,
};
use crate::types::{self, ObjectId, Ty, TyKind, classify};

use super::context::{Context, index_u32};
use super::function::{FnCx, Reg, Res};

/// Members of a list or map that are made at once.
const ROW: usize = 50;
/// Fields of one record constructor.
const FIELDS: usize = 200;

/// A member of a mapping constructor.
enum Entry<'e> {
    Named(Name, &'e Expr),
    Computed(&'e Expr, &'e Expr),
}

/// Where the value of one register of a record constructor comes from.
enum Source {
    Default(FuncId),
    Given(usize),
}

impl FnCx<'_, '_> {
    // ---- lists

    pub(super) fn list(&mut self, items: &[Expr], ty: Ty, dst: Reg) -> Res {
        let is_list = |ty: &Ty| matches!(ty.kind(), TyKind::Array { .. } | TyKind::Tuple { .. });
        let list = ty.members().into_iter().find(is_list);
        let ty = match list {
            Some(list) => self.cx.ty(list),
            None if ty == Ty::ANY => TypeId::ANY_ARRAY,
            None if ty == Ty::ANYDATA => TypeId::ANYDATA_ARRAY,
            None => TypeId::JSON_ARRAY,
        };
        let items: Vec<&Expr> = items.iter().collect();
        self.list_of(&items, ty, dst)
    }

    /// A list of type `ty` with these members.
    pub(super) fn list_of(&mut self, items: &[&Expr], ty: TypeId, dst: Reg) -> Res {
        let mark = self.mark();
        let (first, rest) = items.split_at(items.len().min(ROW));
        let b = self.window(dst)?;
        for (at, item) in first.iter().enumerate() {
            let register = if at == 0 { b } else { self.alloc()? };
            self.value_to(item, register)?;
        }
        let c = u8::try_from(first.len()).unwrap_or(u8::MAX);
        // More members than fit into a row are added one by one; the list is then not yet where its
        // members may still read.
        let a = if rest.is_empty() { dst } else { b };
        self.emit(Op::NewList { a, b, c, d: ty.0 });
        if !rest.is_empty() {
            self.release(u32::from(b) + 1);
            for (at, item) in rest.iter().enumerate() {
                let inner = self.mark();
                let value = self.value(item)?;
                // By index: a list of fixed length already has its places.
                let key = self.alloc()?;
                self.int_constant(i64::from(index_u32(ROW + at)), key);
                self.emit(Op::SetElem {
                    a,
                    b: key,
                    c: value,
                });
                self.release(inner);
            }
            self.move_to(dst, a);
        }
        self.release(mark);
        Ok(())
    }

    /// An `any[]` to be filled.
    pub(super) fn empty_list(&mut self, a: Reg) {
        self.emit(Op::NewList {
            a,
            b: a,
            c: 0,
            d: TypeId::ANY_ARRAY.0,
        });
    }

    // ---- mappings

    pub(super) fn mapping(&mut self, entries: &[MappingEntry], expr: &Expr, dst: Reg) -> Res {
        let entries: Vec<Entry<'_>> = entries
            .iter()
            .map(|entry| match entry {
                MappingEntry::Field { name, value, .. } => Entry::Named(*name, value),
                MappingEntry::Computed { key, value, .. } => Entry::Computed(key, value),
            })
            .collect();
        self.mapping_of(&entries, expr.ty, expr.range, dst)
    }

    fn mapping_of(&mut self, entries: &[Entry<'_>], ty: Ty, range: TextRange, dst: Reg) -> Res {
        let is_mapping = |ty: &Ty| matches!(ty.kind(), TyKind::Record(_) | TyKind::Map(_));
        match ty.members().into_iter().find(is_mapping) {
            Some(mapping) => {
                if let TyKind::Record(record) = mapping.kind() {
                    let definition = types::record_def(self.cx.db, *record);
                    let ty = self.cx.ty(mapping);
                    return self.record(entries, &definition, ty, range, dst);
                }
                let ty = self.cx.ty(mapping);
                self.map(entries, ty, dst)
            }
            None if ty == Ty::ANYDATA => self.map(entries, TypeId::ANYDATA_MAP, dst),
            None if ty == Ty::ANY => self.map(entries, TypeId::ANY_MAP, dst),
            None => self.map(entries, TypeId::JSON_MAP, dst),
        }
    }

    fn map(&mut self, entries: &[Entry<'_>], ty: TypeId, dst: Reg) -> Res {
        let mark = self.mark();
        let (first, rest) = entries.split_at(entries.len().min(ROW));
        let b = self.window(dst)?;
        for (at, entry) in first.iter().enumerate() {
            let key = if at == 0 { b } else { self.alloc()? };
            let value = self.entry_key(entry, key)?;
            self.push(value)?;
        }
        let c = u8::try_from(first.len()).unwrap_or(u8::MAX);
        let a = if rest.is_empty() { dst } else { b };
        self.emit(Op::NewMap { a, b, c, d: ty.0 });
        if !rest.is_empty() {
            self.release(u32::from(b) + 1);
            for entry in rest {
                let inner = self.mark();
                let key = self.alloc()?;
                let value = self.entry_key(entry, key)?;
                let c = self.value(value)?;
                self.emit(Op::SetKey { a, b: key, c });
                self.release(inner);
            }
            self.move_to(dst, a);
        }
        self.release(mark);
        Ok(())
    }

    /// Puts the key of a member into `key`; its value is still to be made.
    fn entry_key<'e>(&mut self, entry: &Entry<'e>, key: Reg) -> Res<&'e Expr> {
        match entry {
            Entry::Named(name, value) => {
                let d = self.cx.string(name.as_str());
                self.emit(Op::LoadConst { a: key, d });
                Ok(value)
            }
            Entry::Computed(key_expr, value) => {
                self.value_to(key_expr, key)?;
                Ok(value)
            }
        }
    }

    /// A record: fields with defaults come first, in the order of their declaration, then the given ones in the
    /// order of the literal (language.md 6.9).
    fn record(
        &mut self,
        entries: &[Entry<'_>],
        definition: &RecordDef,
        ty: TypeId,
        range: TextRange,
        dst: Reg,
    ) -> Res {
        let mut parts = Vec::with_capacity(entries.len());
        let mut sources = Vec::with_capacity(entries.len());
        let mut is_placed = vec![false; entries.len()];
        for field in &definition.fields {
            let Some(default) = field.default else {
                continue;
            };
            let is_field =
                |entry: &Entry<'_>| matches!(entry, Entry::Named(name, _) if *name == field.name);
            let source = match entries.iter().position(is_field) {
                Some(at) => {
                    if let Some(placed) = is_placed.get_mut(at) {
                        *placed = true;
                    }
                    Source::Given(at)
                }
                None => Source::Default(default),
            };
            parts.push(Part::Field(field.name));
            sources.push(source);
        }
        for (at, entry) in entries.iter().enumerate() {
            if is_placed.get(at).copied().unwrap_or(false) {
                continue;
            }
            parts.push(match entry {
                Entry::Named(name, _) if definition.field(*name).is_some() => Part::Field(*name),
                Entry::Named(name, _) => Part::Rest(name.as_str().into()),
                Entry::Computed(..) => Part::Computed,
            });
            sources.push(Source::Given(at));
        }
        if parts.len() > FIELDS || Context::is_too_wide(&self.cx.shape(ty)) {
            return Err(self.too_large("the record has too many fields", range));
        }
        let has_moved = is_placed.contains(&true);
        let mark = self.mark();
        let b = if has_moved {
            self.record_values_anywhere(entries, &parts, &sources)?
        } else {
            self.record_values_in_a_row(entries, &sources, dst)?
        };
        let d = self.template_of(ty, parts);
        self.emit(Op::NewRecord { a: dst, b, d });
        self.release(mark);
        Ok(())
    }

    /// The values in the order in which they are evaluated, each made where it is wanted.
    fn record_values_in_a_row(
        &mut self,
        entries: &[Entry<'_>],
        sources: &[Source],
        dst: Reg,
    ) -> Res<Reg> {
        let first = self.window(dst)?;
        for (at, source) in sources.iter().enumerate() {
            let register = if at == 0 { first } else { self.alloc()? };
            match source {
                Source::Default(id) => self.default_value(*id, register)?,
                Source::Given(entry) => match entries.get(*entry) {
                    Some(Entry::Named(_, value)) => self.value_to(value, register)?,
                    Some(Entry::Computed(key, value)) => {
                        self.value_to(key, register)?;
                        self.push(value)?;
                    }
                    None => {}
                },
            }
        }
        Ok(first)
    }

    /// Defaults first, then the given values in the order of the literal, each into its own place of a row.
    fn record_values_anywhere(
        &mut self,
        entries: &[Entry<'_>],
        parts: &[Part],
        sources: &[Source],
    ) -> Res<Reg> {
        let n_computed = parts.iter().filter(|part| **part == Part::Computed).count();
        let first = self.alloc_row(parts.len() + n_computed)?;
        let mut places = vec![first; entries.len()];
        let mut place = first;
        for (source, part) in sources.iter().zip(parts) {
            match source {
                Source::Default(id) => self.default_value(*id, place)?,
                Source::Given(entry) => {
                    if let Some(of_entry) = places.get_mut(*entry) {
                        *of_entry = place;
                    }
                }
            }
            place += if *part == Part::Computed { 2 } else { 1 };
        }
        for (entry, place) in entries.iter().zip(places) {
            match entry {
                Entry::Named(_, value) => self.value_to(value, place)?,
                Entry::Computed(key, value) => {
                    self.value_to(key, place)?;
                    self.value_to(value, place + 1)?;
                }
            }
        }
        Ok(first)
    }

    /// A mapping whose members are in registers already.
    pub(super) fn mapping_of_registers(
        &mut self,
        names: &[Name],
        values: &[Reg],
        ty: Ty,
        dst: Reg,
    ) -> Res {
        let members = names.iter().copied().zip(values.iter().copied());
        if let TyKind::Record(record) = ty.kind() {
            let definition = types::record_def(self.cx.db, *record);
            let id = self.cx.ty(ty);
            let mut parts = Vec::with_capacity(names.len());
            let first = self.mark();
            for field in &definition.fields {
                if let Some(default) = field.default {
                    let place = self.alloc()?;
                    match members.clone().find(|(name, _)| *name == field.name) {
                        Some((_, value)) => self.move_to(place, value),
                        None => self.default_value(default, place)?,
                    }
                    parts.push(Part::Field(field.name));
                }
            }
            for (name, value) in members {
                let part = match definition.field(name) {
                    Some(field) if field.default.is_some() => continue,
                    Some(_) => Part::Field(name),
                    None => Part::Rest(name.as_str().into()),
                };
                parts.push(part);
                let place = self.alloc()?;
                self.move_to(place, value);
            }
            let b = Reg::try_from(first).unwrap_or(Reg::MAX);
            let d = self.template_of(id, parts);
            self.emit(Op::NewRecord { a: dst, b, d });
            return Ok(());
        }
        let d = match ty.kind() {
            TyKind::Map(_) => self.cx.ty(ty),
            _ => TypeId::ANY_OR_ERROR_MAP,
        };
        let b = self.alloc()?;
        self.emit(Op::NewMap {
            a: b,
            b,
            c: 0,
            d: d.0,
        });
        for (name, value) in members {
            let d = self.cx.string(name.as_str());
            self.emit(Op::SetKeyK { a: b, b: value, d });
        }
        self.move_to(dst, b);
        Ok(())
    }

    fn template_of(&mut self, ty: TypeId, parts: Vec<Part>) -> u32 {
        let templates = &mut self.cx.program.templates;
        templates.push(RecordTemplate { ty, parts });
        index_u32(templates.len() - 1)
    }

    /// The default value of a field: a literal is made here, anything else by its function.
    pub(super) fn default_value(&mut self, id: FuncId, dst: Reg) -> Res {
        if let Some(function) = types::function(self.cx.db, id)
            && let Body::Expr(value) = &function.body
            && let ExprKind::Literal(literal) = &value.kind
        {
            self.literal(literal, value.ty, dst);
            return Ok(());
        }
        self.call_thunk(id, dst)
    }

    // ---- errors

    /// `error(reason, name = value)`.
    pub(super) fn error_new(
        &mut self,
        reason: &Expr,
        detail: &[(Name, Expr)],
        expr: &Expr,
        dst: Reg,
    ) -> Res {
        let is_error = |ty: &Ty| matches!(ty.kind(), TyKind::ErrorType { .. });
        let ty = expr.ty.members().into_iter().find(is_error);
        let (d, detail_ty) = match ty.map(Ty::kind) {
            Some(TyKind::ErrorType { detail, .. }) => (self.cx.ty(ty.unwrap_or(expr.ty)), *detail),
            _ => (TypeId::ERROR, types::default_detail(self.cx.db)),
        };
        let b = self.window(dst)?;
        self.value_to(reason, b)?;
        let details = self.alloc()?;
        if detail.is_empty() && !self.has_default_fields(detail_ty) {
            self.emit(Op::LoadNil { a: details });
        } else {
            let entries: Vec<Entry<'_>> = detail
                .iter()
                .map(|(name, value)| Entry::Named(*name, value))
                .collect();
            self.mapping_of(&entries, detail_ty, expr.range, details)?;
        }
        self.at(expr.range);
        self.emit(Op::NewError { a: dst, b, d: d.0 });
        Ok(())
    }

    fn has_default_fields(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Record(record) => types::record_def(self.cx.db, *record)
                .fields
                .iter()
                .any(|field| field.default.is_some()),
            _ => false,
        }
    }

    // ---- objects

    /// `new T(args)`: fields with defaults, then the initialiser; its error is the result instead.
    pub(super) fn new_object(
        &mut self,
        object: ObjectId,
        init: Option<FuncId>,
        args: &Args,
        range: TextRange,
        dst: Reg,
    ) -> Res {
        let definition = types::object_def(self.cx.db, object);
        let ty = self.cx.object_ty(object);
        if Context::is_too_wide(&self.cx.shape(ty)) {
            return Err(self.too_large("the object has too many fields", range));
        }
        let made = if self.is_fresh(dst) {
            dst
        } else {
            self.alloc()?
        };
        self.emit(Op::NewObject { a: made, d: ty.0 });
        for field in &definition.fields {
            if let Some(default) = field.default {
                let mark = self.mark();
                let value = self.alloc()?;
                self.default_value(default, value)?;
                self.set_slot(made, ty, field.name, value);
                self.release(mark);
            }
        }
        if let Some(init) = init
            && let Some(function) = types::function(self.cx.db, init)
        {
            let window = self.alloc()?;
            self.move_to(window, made);
            self.call_init(&function, init, args, range, window)?;
            if classify::contains_error(function.ret.ty) {
                let fine = self.label();
                self.jump(Op::JmpNotError { a: window, d: 0 }, fine);
                self.move_to(made, window);
                self.bind(fine);
            }
        }
        self.move_to(dst, made);
        Ok(())
    }

    // ---- tables and streams

    /// A native makes the table from the type of its rows, the list of them and the names of the keys.
    pub(super) fn table(&mut self, table: &TableLiteral, expr: &Expr, dst: Reg) -> Res {
        let window = self.window(dst)?;
        let d = self.cx.ty(table.row).0;
        self.emit(Op::LoadType { a: window, d });
        let rows = self.alloc()?;
        let row_ty = self.cx.ty(table.row);
        let list = self.cx.program.types.array(row_ty);
        let items: Vec<&Expr> = table.rows.iter().collect();
        self.list_of(&items, list, rows)?;
        let keys = self.alloc()?;
        self.string_list(table.keys.iter().map(|key| key.as_str()), keys)?;
        self.at(expr.range);
        self.call_native("ballerina/lang.table:construct", window, 3);
        self.move_to(dst, window);
        Ok(())
    }

    /// A `string[]` of constants.
    pub(super) fn string_list<'s>(
        &mut self,
        texts: impl Iterator<Item = &'s str>,
        dst: Reg,
    ) -> Res {
        let texts: Vec<&str> = texts.collect();
        let mark = self.mark();
        let b = self.window(dst)?;
        self.emit(Op::NewList {
            a: b,
            b,
            c: 0,
            d: TypeId::STRING_ARRAY.0,
        });
        for text in texts {
            let value = self.alloc()?;
            let d = self.cx.string(text);
            self.emit(Op::LoadConst { a: value, d });
            self.emit(Op::Push { a: b, b: value });
            self.release(u32::from(value));
        }
        self.move_to(dst, b);
        self.release(mark);
        Ok(())
    }

    pub(super) fn new_stream(&mut self, expr: &Expr, dst: Reg) -> Res {
        let window = self.window(dst)?;
        let is_stream = |ty: &Ty| matches!(ty.kind(), TyKind::Stream(_));
        let item = match expr.ty.members().into_iter().find(is_stream).map(Ty::kind) {
            Some(TyKind::Stream(item)) => *item,
            _ => Ty::ANYDATA,
        };
        let d = self.cx.ty(item).0;
        self.emit(Op::LoadType { a: window, d });
        self.call_native("ballerina/lang.stream:construct", window, 1);
        self.move_to(dst, window);
        Ok(())
    }
}
