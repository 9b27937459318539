//! List and mapping constructors (spec/language.md 4.3, 5.13): their type comes from the place, out of
//! several the one that takes the constructor; without one it is made of the members.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId, RecordEntry, RecordKey};
use crate::types::hir::{Expr, ExprKind, FieldDef, MappingEntry, RecordDef};
use crate::types::ty::{RecordId, Ty, TyKind};
use crate::types::{literal_base, param_bound, record_def};

use super::access::constant_key;
use super::cx::Cx;

/// What a constructor is to become.
enum Target {
    /// The only or the chosen one of the expected types that take it.
    Type(Ty),
    /// Made of the members.
    Infer,
    /// Reported.
    Wrong,
}

impl Cx<'_> {
    pub fn list(&mut self, id: ExprId, items: &[ExprId], expected: Option<Ty>) -> Expr {
        if let Some(ty) = self.meant_as_type(id, expected) {
            return self.type_desc(id, ty);
        }
        let range = self.range(id);
        let target = match self.target(id, expected, list_target) {
            Target::Type(ty) => ty,
            Target::Infer if items.is_empty() => {
                self.empty_list(expected, range);
                return Self::error_expr(range);
            }
            Target::Infer => return self.inferred_list(items, range),
            Target::Wrong => {
                for &item in items {
                    self.expr(item, None);
                }
                return Self::error_expr(range);
            }
        };
        let (members, ty) = match target.kind() {
            TyKind::Array { element, size } => {
                if let Some(size) = size
                    && items.len() != *size as usize
                {
                    let message = format!(
                        "size mismatch in sealed array. expected '{size}', but found '{}'",
                        items.len()
                    );
                    self.report(Code::E037, range, message);
                }
                (self.members(items, *element), target)
            }
            TyKind::Tuple { members, rest } => {
                (self.tuple_members(items, members, *rest, range), target)
            }
            _ => (self.members(items, Ty::JSON), Ty::array(Ty::JSON)),
        };
        Expr {
            kind: ExprKind::List(members),
            ty,
            range,
        }
    }

    fn members(&mut self, items: &[ExprId], ty: Ty) -> Vec<Expr> {
        items.iter().map(|&item| self.expr_of(item, ty)).collect()
    }

    fn tuple_members(
        &mut self,
        items: &[ExprId],
        types: &[Ty],
        rest: Option<Ty>,
        range: TextRange,
    ) -> Vec<Expr> {
        let fits = items.len() == types.len() || (items.len() > types.len() && rest.is_some());
        if !fits {
            let message = "tuple and expression size does not match";
            self.report(Code::E039, range, message);
        }
        let mut members = Vec::with_capacity(items.len());
        for (at, &item) in items.iter().enumerate() {
            let ty = types.get(at).copied().or(rest).unwrap_or(Ty::ERROR);
            members.push(self.expr_of(item, ty));
        }
        members
    }

    fn empty_list(&mut self, expected: Option<Ty>, range: TextRange) {
        match expected {
            Some(expected) => {
                let expected = self.display(expected);
                let message = format!("invalid usage of list constructor with type '{expected}'");
                self.report(Code::E039, range, message);
            }
            None => {
                let message = "invalid variable definition; can not infer the assignment type.";
                self.report(Code::E033, range, message);
            }
        }
    }

    /// An array of what the members are.
    fn inferred_list(&mut self, items: &[ExprId], range: TextRange) -> Expr {
        let members: Vec<Expr> = items.iter().map(|&item| self.expr(item, None)).collect();
        let element = self.common_type(members.iter().map(|member| member.ty));
        let ty = if element.is_error() {
            Ty::ERROR
        } else {
            Ty::array(element)
        };
        Expr {
            kind: ExprKind::List(members),
            ty,
            range,
        }
    }

    /// The union of the types, those of constants widened, without what others of them include.
    fn common_type(&self, types: impl Iterator<Item = Ty>) -> Ty {
        let widened = types.map(|ty| match ty.kind() {
            TyKind::Singleton(value) => literal_base(value),
            _ => ty,
        });
        let all = Ty::union(widened);
        let members = all.members();
        // Large unions are left as they are.
        if members.len() < 2 || members.len() > 64 {
            return all;
        }
        let covered = |at: usize, ty: Ty| {
            members.iter().enumerate().any(|(other_at, &other)| {
                other_at != at && self.fits(ty, other) && (other_at < at || !self.fits(other, ty))
            })
        };
        let kept = members.iter().enumerate();
        let kept = kept.filter(|&(at, &ty)| !covered(at, ty));
        Ty::union(kept.map(|(_, &ty)| ty))
    }

    pub fn mapping(&mut self, id: ExprId, entries: &[RecordEntry], expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        let target = match self.target(id, expected, mapping_target) {
            Target::Type(ty) => ty,
            Target::Infer => return self.inferred_mapping(entries, range),
            Target::Wrong => {
                for entry in entries {
                    self.expr(entry.value, None);
                }
                return Self::error_expr(range);
            }
        };
        let (entries, ty) = match target.kind() {
            TyKind::Record(id) => (self.record(*id, entries, target, range), target),
            TyKind::Map(value) => (self.map_entries(entries, Some(*value)), target),
            _ => (self.map_entries(entries, Some(Ty::JSON)), Ty::map(Ty::JSON)),
        };
        Expr {
            kind: ExprKind::Mapping(entries),
            ty,
            range,
        }
    }

    fn inferred_mapping(&mut self, entries: &[RecordEntry], range: TextRange) -> Expr {
        let entries = self.map_entries(entries, None);
        let types = entries.iter().map(|entry| match entry {
            MappingEntry::Field { value, .. } | MappingEntry::Computed { value, .. } => value.ty,
        });
        let value = match entries.is_empty() {
            true => Ty::ANYDATA,
            false => self.common_type(types),
        };
        let ty = if value.is_error() {
            Ty::ERROR
        } else {
            Ty::map(value)
        };
        Expr {
            kind: ExprKind::Mapping(entries),
            ty,
            range,
        }
    }

    /// The entries of a map of `ty`, or of what they are.
    fn map_entries(&mut self, entries: &[RecordEntry], ty: Option<Ty>) -> Vec<MappingEntry> {
        let mut seen = FxHashSet::default();
        let mut typed = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = self.entry_key(&entry.key);
            if let Key::Name { name, range, .. } = &key
                && !seen.insert(*name)
            {
                self.duplicate_key("map", *name, *range);
            }
            let value = match ty {
                Some(ty) => self.expr_of(entry.value, ty),
                None => self.expr(entry.value, None),
            };
            typed.push(key.entry(value, entry.range));
        }
        typed
    }

    fn record(
        &mut self,
        id: RecordId,
        entries: &[RecordEntry],
        ty: Ty,
        range: TextRange,
    ) -> Vec<MappingEntry> {
        let definition = record_def(self.db, id);
        let fields: FxHashMap<Name, &FieldDef> = definition
            .fields
            .iter()
            .map(|field| (field.name, field))
            .collect();
        let mut seen = FxHashSet::default();
        let mut typed = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = self.entry_key(&entry.key);
            let expected = match &key {
                Key::Name {
                    name,
                    range,
                    is_identifier,
                } => {
                    if !seen.insert(*name) {
                        self.duplicate_key("record", *name, *range);
                    }
                    match fields.get(name) {
                        Some(field) => field.ty,
                        None => self.rest_key(&definition, *name, *is_identifier, *range, ty),
                    }
                }
                Key::Computed(_) => {
                    let types = definition.fields.iter().map(|field| field.ty);
                    Ty::union(types.chain(definition.rest))
                }
            };
            let value = self.expr_of(entry.value, expected);
            typed.push(key.entry(value, entry.range));
        }
        self.missing_fields(ty, &typed, range);
        typed
    }

    /// The type of what the rest of a record takes under `name`.
    fn rest_key(
        &mut self,
        definition: &RecordDef,
        name: Name,
        is_identifier: bool,
        range: TextRange,
        ty: Ty,
    ) -> Ty {
        match definition.rest {
            None => {
                self.undefined_field(name, range, "record", ty);
                Ty::ERROR
            }
            Some(_) if is_identifier => {
                let message = format!(
                    "invalid key '{name}': identifiers cannot be used as rest field keys, expected a string literal or an expression"
                );
                self.report(Code::E079, range, message);
                Ty::ERROR
            }
            Some(rest) => rest,
        }
    }

    /// E070 for the fields that the entries of a record of type `ty` leave out and nothing else gives.
    pub(super) fn missing_fields(&mut self, ty: Ty, entries: &[MappingEntry], range: TextRange) {
        let TyKind::Record(id) = ty.kind() else {
            return;
        };
        let given: FxHashSet<Name> = entries
            .iter()
            .filter_map(|entry| match entry {
                MappingEntry::Field { name, .. } => Some(*name),
                MappingEntry::Computed { .. } => None,
            })
            .collect();
        let definition = record_def(self.db, *id);
        for field in &definition.fields {
            if !field.optional && field.default.is_none() && !given.contains(&field.name) {
                let message = format!(
                    "missing non-defaultable required record field '{}'",
                    field.name
                );
                self.report(Code::E070, range, message);
            }
        }
    }

    fn duplicate_key(&mut self, what: &str, name: Name, range: TextRange) {
        let message = format!("invalid usage of {what} literal: duplicate key '{name}'");
        self.report(Code::E071, range, message);
    }

    fn entry_key(&mut self, key: &RecordKey) -> Key {
        match key {
            RecordKey::Ident(name) => Key::Name {
                name: name.name,
                range: name.range,
                is_identifier: true,
            },
            RecordKey::String { value, range } => Key::Name {
                name: Name::new(value),
                range: *range,
                is_identifier: false,
            },
            RecordKey::Computed(key) => {
                let key = self.expr_of(*key, Ty::STRING);
                match constant_key(&key) {
                    Some(name) => Key::Name {
                        name,
                        range: key.range,
                        is_identifier: false,
                    },
                    None => Key::Computed(key),
                }
            }
        }
    }

    /// Which of the expected types the constructor `id` is to have.
    fn target(&mut self, id: ExprId, expected: Option<Ty>, takes: fn(Ty) -> Option<Ty>) -> Target {
        let Some(expected) = expected.filter(|expected| !expected.is_error()) else {
            return Target::Infer;
        };
        let expected = match expected.kind() {
            TyKind::Param(item) => param_bound(self.db, *item),
            _ => expected,
        };
        let members = expected.members();
        let mut targets: Vec<Ty> = members.iter().filter_map(|&ty| takes(ty)).collect();
        if targets.len() > 1 {
            let fitting = self.admitting(id, &targets);
            // When none fits, the mismatch is told by what the constructor is by itself.
            if fitting.is_empty() {
                return Target::Infer;
            }
            targets = fitting;
        }
        let range = self.range(id);
        let list = matches!(self.ast.expr(id), ast::Expr::List(_));
        match targets.as_slice() {
            [target] => Target::Type(*target),
            [] => {
                let from_members = list
                    && members
                        .iter()
                        .any(|member| matches!(member.kind(), TyKind::Any | TyKind::Anydata));
                if from_members {
                    return Target::Infer;
                }
                let what = if list {
                    "list constructor"
                } else {
                    "record literal"
                };
                let expected = self.display(expected);
                let message = format!("invalid usage of {what} with type '{expected}'");
                self.report(Code::E039, range, message);
                Target::Wrong
            }
            _ => {
                let message = format!("ambiguous type '{}'", self.display(expected));
                self.report(Code::E033, range, message);
                Target::Wrong
            }
        }
    }
}

/// The key of an entry; what is known before the program runs is a name.
enum Key {
    Name {
        name: Name,
        range: TextRange,
        is_identifier: bool,
    },
    Computed(Expr),
}

impl Key {
    fn entry(self, value: Expr, range: TextRange) -> MappingEntry {
        match self {
            Self::Name { name, .. } => MappingEntry::Field { name, value, range },
            Self::Computed(key) => MappingEntry::Computed { key, value, range },
        }
    }
}

/// The type that a list constructor may take where `ty` is expected.
fn list_target(ty: Ty) -> Option<Ty> {
    match ty.kind() {
        TyKind::Array { .. } | TyKind::Tuple { .. } | TyKind::Json => Some(ty),
        _ => None,
    }
}

/// The type that a mapping constructor may take where `ty` is expected.
fn mapping_target(ty: Ty) -> Option<Ty> {
    match ty.kind() {
        TyKind::Record(_) | TyKind::Map(_) | TyKind::Json => Some(ty),
        _ => None,
    }
}
