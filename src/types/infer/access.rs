//! Fields, indexes, annotations of types (spec/language.md 5.7).

use std::sync::Arc;

use crate::base::{ItemId, ModuleId, Name, TextRange};
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{ExprId, FieldName, Ident, QName};
use crate::types::classify::{without_error, without_nil};
use crate::types::hir::{Expr, ExprKind, FieldDef, FieldKind, IndexKind, ObjectDef, RecordDef};
use crate::types::ty::{Literal, RecordId, Ty, TyKind};
use crate::types::{
    generic_error, item_type, module_of, object_def, param_bound, record_def, written,
};

use super::cx::Cx;
use super::operator::widened;

/// What an access on a base of some type is.
pub(super) struct Access<K> {
    pub kind: K,
    pub ty: Ty,
}

impl Cx<'_> {
    pub fn field(&mut self, id: ExprId, base: ExprId, optional: bool, name: FieldName) -> Expr {
        let range = self.range(id);
        let base = self.expr(base, None);
        if base.ty.is_error() {
            return Self::error_expr(range);
        }
        let name = match name {
            FieldName::Ident(name) => name,
            FieldName::Star(_) => return self.all_children(base, range),
        };
        if base.ty == Ty::XML && !optional {
            let key = Expr {
                kind: ExprKind::Literal(Literal::String(name.as_str().into())),
                ty: Ty::STRING,
                range: name.range,
            };
            return xml_children(base, Some(key), range);
        }
        let access = if optional {
            self.optional_field(base.ty, name, range)
        } else {
            self.required_field(base.ty, name, range)
        };
        let Some(Access { kind, ty }) = access else {
            return Self::error_expr(range);
        };
        let kind = ExprKind::Field {
            base: Box::new(base),
            name: name.name,
            kind,
            optional,
        };
        Expr { kind, ty, range }
    }

    fn all_children(&mut self, base: Expr, range: TextRange) -> Expr {
        if base.ty == Ty::XML {
            return xml_children(base, None, range);
        }
        self.unsupported(base.ty, "field access", range);
        Self::error_expr(range)
    }

    fn required_field(
        &mut self,
        base: Ty,
        name: Ident,
        range: TextRange,
    ) -> Option<Access<FieldKind>> {
        if is_lax(base) {
            return Some(self.lax());
        }
        match base.kind() {
            TyKind::Param(item) => self.required_field(param_bound(self.db, *item), name, range),
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let field = self.record_field(&definition, name, base, range)?;
                if field.optional {
                    self.non_required(base, name, range);
                    return None;
                }
                Some(Access {
                    kind: FieldKind::Record(*id),
                    ty: field.ty,
                })
            }
            TyKind::Object(id) => {
                let definition = object_def(self.db, *id);
                let field = self.object_field(&definition, name, base)?;
                Some(Access {
                    kind: FieldKind::Object(*id),
                    ty: field.ty,
                })
            }
            TyKind::Union { members, .. } => {
                let types: Option<Vec<Ty>> = members
                    .iter()
                    .map(|&member| self.plain_field(member, name.name))
                    .collect();
                self.of_union(types, base, "field access", range)
            }
            _ => {
                self.unsupported(base, "field access", range);
                None
            }
        }
    }

    /// `base?.name`: nil for a base that is nil and for a missing field.
    fn optional_field(
        &mut self,
        base: Ty,
        name: Ident,
        range: TextRange,
    ) -> Option<Access<FieldKind>> {
        let present = without_nil(base);
        if is_lax(present) {
            return Some(self.lax());
        }
        let nilable = present != base;
        match present.kind() {
            TyKind::Param(item) => {
                let bound = param_bound(self.db, *item);
                let access = self.optional_field(bound, name, range)?;
                Some(if nilable { optional(access) } else { access })
            }
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let field = self.record_field(&definition, name, present, range)?;
                let access = Access {
                    kind: FieldKind::Record(*id),
                    ty: field.ty,
                };
                let may_miss = nilable || field.optional;
                Some(if may_miss { optional(access) } else { access })
            }
            TyKind::Union { members, .. } => {
                let mut may_miss = nilable;
                let mut types = Vec::new();
                for &member in members {
                    let TyKind::Record(id) = member.kind() else {
                        self.unsupported(base, "optional field access", range);
                        return None;
                    };
                    let definition = record_def(self.db, *id);
                    let field = self.record_field(&definition, name, member, range)?;
                    may_miss |= field.optional;
                    types.push(field.ty);
                }
                let access = Access {
                    kind: FieldKind::Dynamic,
                    ty: Ty::union(types),
                };
                Some(if may_miss { optional(access) } else { access })
            }
            _ => {
                self.unsupported(base, "optional field access", range);
                None
            }
        }
    }

    /// The type of a required field that records and objects of a union share.
    fn plain_field(&self, base: Ty, name: Name) -> Option<Ty> {
        match base.kind() {
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let field = definition.field(name).filter(|field| !field.optional);
                field.map(|field| field.ty)
            }
            TyKind::Object(id) => {
                let definition = object_def(self.db, *id);
                let field = definition.field(name);
                let field = field.filter(|field| self.sees(&definition, field.visibility));
                field.map(|field| field.ty)
            }
            _ => None,
        }
    }

    fn of_union(
        &mut self,
        types: Option<Vec<Ty>>,
        base: Ty,
        what: &str,
        range: TextRange,
    ) -> Option<Access<FieldKind>> {
        if let Some(types) = types {
            let ty = Ty::union(types);
            return Some(Access {
                kind: FieldKind::Dynamic,
                ty,
            });
        }
        self.unsupported(base, what, range);
        None
    }

    /// The field of a record; E023 when a closed one has none, E034 when only the rest may hold it.
    pub(super) fn record_field(
        &mut self,
        definition: &RecordDef,
        name: Ident,
        base: Ty,
        range: TextRange,
    ) -> Option<FieldDef> {
        let field = definition.field(name.name);
        if field.is_none() {
            if definition.rest.is_some() {
                self.non_required(base, name, range);
            } else {
                self.undefined_field(name.name, name.range, "record", base);
            }
        }
        field.cloned()
    }

    /// The field of an object: E023 when it has none, E025 when it may not be seen from here.
    pub(super) fn object_field(
        &mut self,
        definition: &ObjectDef,
        name: Ident,
        base: Ty,
    ) -> Option<FieldDef> {
        let Some(field) = definition.field(name.name) else {
            self.undefined_field(name.name, name.range, "object", base);
            return None;
        };
        if !self.sees(definition, field.visibility) {
            let message = format!("attempt to refer to non-accessible symbol '{}'", name.name);
            self.report(Code::E025, name.range, message);
            return None;
        }
        Some(field.clone())
    }

    pub(super) fn undefined_field(&mut self, name: Name, range: TextRange, what: &str, base: Ty) {
        let base = self.display(base);
        let message = format!("undefined field '{name}' in {what} '{base}'");
        self.report(Code::E023, range, message);
    }

    fn non_required(&mut self, base: Ty, name: Ident, range: TextRange) {
        let base = self.display(base);
        let message = format!(
            "invalid operation: type '{base}' does not support field access for non-required field '{}'",
            name.name
        );
        self.report(Code::E034, range, message);
    }

    pub(super) fn unsupported(&mut self, base: Ty, what: &str, range: TextRange) {
        if base.is_error() {
            return;
        }
        let base = self.display(base);
        let message = format!("invalid operation: type '{base}' does not support {what}");
        self.report(Code::E034, range, message);
    }

    fn lax(&self) -> Access<FieldKind> {
        Access {
            kind: FieldKind::Json,
            ty: Ty::union([Ty::JSON, generic_error(self.db)]),
        }
    }

    pub fn index(
        &mut self,
        id: ExprId,
        base: ExprId,
        index: ExprId,
        _expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        let base = self.expr(base, None);
        if base.ty.is_error() {
            self.expr(index, None);
            return Self::error_expr(range);
        }
        if base.ty == Ty::XML {
            return self.xml_index(base, index, range);
        }
        let Some((key, access)) = self.indexed(&base, index, range) else {
            return Self::error_expr(range);
        };
        let ty = match access.kind {
            IndexKind::Map => access.ty.optional(),
            _ => access.ty,
        };
        let kind = ExprKind::Index {
            base: Box::new(base),
            key: Box::new(key),
            kind: access.kind,
        };
        Expr { kind, ty, range }
    }

    fn xml_index(&mut self, base: Expr, index: ExprId, range: TextRange) -> Expr {
        let key = self.expr(index, None);
        if self.is_base(key.ty, Ty::STRING) {
            return xml_children(base, Some(key), range);
        }
        let key = self.require_index(key);
        let kind = ExprKind::Index {
            base: Box::new(base),
            key: Box::new(key),
            kind: IndexKind::Xml,
        };
        Expr {
            kind,
            ty: Ty::XML,
            range,
        }
    }

    /// The key of an index on `base`, and what reading there gives: a map's own value type, without the nil of
    /// a missing key.
    pub(super) fn indexed(
        &mut self,
        base: &Expr,
        index: ExprId,
        range: TextRange,
    ) -> Option<(Expr, Access<IndexKind>)> {
        let present = without_nil(base.ty);
        let nilable = present != base.ty;
        match present.kind() {
            TyKind::Param(item) if !nilable => {
                let base = Expr {
                    ty: param_bound(self.db, *item),
                    ..base.clone()
                };
                self.indexed(&base, index, range)
            }
            TyKind::Map(value) => {
                let key = self.expr_of(index, Ty::STRING);
                let access = Access {
                    kind: IndexKind::Map,
                    ty: *value,
                };
                Some((key, access))
            }
            TyKind::Record(id) => {
                let key = self.expr_of(index, Ty::STRING);
                let ty = self.record_index(*id, &key, present)?;
                let ty = if nilable { ty.optional() } else { ty };
                let access = Access {
                    kind: IndexKind::Record(*id),
                    ty,
                };
                Some((key, access))
            }
            TyKind::Union { members, .. } if members.iter().all(|&m| is_mapping(m)) => {
                let key = self.expr_of(index, Ty::STRING);
                let mut types = vec![Ty::NIL];
                for &member in members {
                    types.push(match member.kind() {
                        TyKind::Record(id) => self.record_index(*id, &key, member)?,
                        TyKind::Map(value) => *value,
                        _ => Ty::ERROR,
                    });
                }
                let access = Access {
                    kind: IndexKind::Dynamic,
                    ty: Ty::union(types),
                };
                Some((key, access))
            }
            _ if !nilable => self.list_index(base.ty, index, range),
            _ => {
                self.expr(index, None);
                self.unsupported(base.ty, "indexing", range);
                None
            }
        }
    }

    fn list_index(
        &mut self,
        base: Ty,
        index: ExprId,
        range: TextRange,
    ) -> Option<(Expr, Access<IndexKind>)> {
        let kind = match base.kind() {
            TyKind::Array { .. } => IndexKind::Array,
            TyKind::Tuple { .. } => IndexKind::Tuple,
            TyKind::Union { members, .. } if members.iter().all(|&m| is_list(m)) => {
                IndexKind::Dynamic
            }
            _ if self.is_base(base, Ty::STRING) => IndexKind::String,
            _ => {
                self.expr(index, None);
                self.unsupported(base, "indexing", range);
                return None;
            }
        };
        let key = self.expr(index, None);
        let key = self.require_index(key);
        let types: Option<Vec<Ty>> = base
            .members()
            .into_iter()
            .map(|member| self.element_at(member, &key))
            .collect();
        let ty = if kind == IndexKind::String {
            Ty::STRING
        } else {
            Ty::union(types?)
        };
        Some((key, Access { kind, ty }))
    }

    /// The type of a list's member; E037 for a constant index that no list of the type has.
    fn element_at(&mut self, list: Ty, key: &Expr) -> Option<Ty> {
        let constant = constant_index(key);
        if let Some(at) = constant
            && at < 0
        {
            let message = format!("list index out of range: index: '{at}'");
            self.report(Code::E037, key.range, message);
            return None;
        }
        let place = constant.and_then(|at| usize::try_from(at).ok());
        match list.kind() {
            TyKind::Array { element, size } => match (place, size) {
                (Some(at), Some(size)) if at >= *size as usize => {
                    self.out_of_range("array", at, *size as usize, key.range);
                    None
                }
                _ => Some(*element),
            },
            TyKind::Tuple { members, rest } => match place {
                Some(at) => {
                    let found = members.get(at).copied().or(*rest);
                    if found.is_none() {
                        self.out_of_range("tuple", at, members.len(), key.range);
                    }
                    found
                }
                None => Some(Ty::union(members.iter().copied().chain(*rest))),
            },
            _ => Some(Ty::STRING),
        }
    }

    fn out_of_range(&mut self, what: &str, at: usize, size: usize, range: TextRange) {
        let message = format!("{what} index out of range: index: '{at}', size: '{size}'");
        self.report(Code::E037, range, message);
    }

    /// What a record holds under `key`: for a constant the field, else anything and nil.
    fn record_index(&mut self, id: RecordId, key: &Expr, base: Ty) -> Option<Ty> {
        let definition: Arc<RecordDef> = record_def(self.db, id);
        let Some(name) = constant_key(key) else {
            let fields = definition.fields.iter().map(|field| field.ty);
            return Some(Ty::union(fields.chain(definition.rest).chain([Ty::NIL])));
        };
        match (definition.field(name), definition.rest) {
            (Some(field), _) if field.optional => Some(field.ty.optional()),
            (Some(field), _) => Some(field.ty),
            (None, Some(rest)) => Some(rest.optional()),
            (None, None) => {
                self.undefined_field(name, key.range, "record", base);
                None
            }
        }
    }

    /// The key of a list: an int.
    pub(super) fn require_index(&mut self, key: Expr) -> Expr {
        if self.is_base(key.ty, Ty::INT) && !key.ty.is_error() {
            return widened(key, Ty::INT);
        }
        self.require(key, Ty::INT)
    }

    pub fn annotation_access(&mut self, id: ExprId, base: ExprId, name: QName) -> Expr {
        let range = self.range(id);
        let base = self.expr(base, None);
        let Some(definition) = self.annotation_named(&name) else {
            return Self::error_expr(range);
        };
        if base.ty.is_error() {
            return Self::error_expr(range);
        }
        let has_annotations = match base.ty.kind() {
            TyKind::Typedesc(_) | TyKind::Service => true,
            TyKind::Object(id) => object_def(self.db, *id).is_service,
            _ => false,
        };
        if !has_annotations {
            self.unsupported(base.ty, "annotation access", range);
            return Self::error_expr(range);
        }
        let module = module_of(self.db, definition);
        let qualified_name = format!("{}:{}", module.as_str(), name.name.name);
        let kind = ExprKind::AnnotationAccess {
            base: Box::new(base),
            definition,
            qualified_name: Name::new(&qualified_name),
        };
        Expr {
            kind,
            ty: item_type(self.db, definition).optional(),
            range,
        }
    }

    /// The annotation that the name means here; E027 and E014 when there is none.
    fn annotation_named(&mut self, name: &QName) -> Option<ItemId> {
        let local = name.name.name;
        let found = match name.prefix {
            None => {
                let of = |module| resolve::module_scope(self.db, module).annotation(local);
                of(self.module).or_else(|| of(ModuleId::new("ballerina/lang.annotations")))
            }
            Some(prefix) => {
                let scope = resolve::file_scope(self.db, self.item.file());
                let Some(module) = scope.prefix(prefix.name) else {
                    if !scope.has_prefix(prefix.name) {
                        let message = format!("undefined module '{}'", prefix.name);
                        self.report(Code::E014, prefix.range, message);
                    }
                    return None;
                };
                let found = resolve::module_scope(self.db, module).annotation(local);
                found.filter(|&item| {
                    module == self.module
                        || resolve::definition(self.db, item).is_some_and(|found| {
                            found.is_public && found.kind == DefKind::Annotation
                        })
                })
            }
        };
        if found.is_none() {
            let message = format!("undefined annotation '{}'", written(name));
            self.report(Code::E027, name.range(), message);
        }
        found
    }
}

fn xml_children(base: Expr, name: Option<Expr>, range: TextRange) -> Expr {
    let kind = ExprKind::XmlChildren {
        base: Box::new(base),
        name: name.map(Box::new),
    };
    Expr {
        kind,
        ty: Ty::XML,
        range,
    }
}

fn optional(access: Access<FieldKind>) -> Access<FieldKind> {
    Access {
        ty: access.ty.optional(),
        ..access
    }
}

/// Whether fields of such a value are read laxly: json, maps of json, and what such reads give.
pub(super) fn is_lax(ty: Ty) -> bool {
    let members = without_error(ty).members();
    !members.is_empty()
        && members.iter().all(|member| match member.kind() {
            TyKind::Json => true,
            TyKind::Map(value) => *value == Ty::JSON,
            _ => false,
        })
}

fn is_mapping(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Map(_) | TyKind::Record(_))
}

fn is_list(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Array { .. } | TyKind::Tuple { .. })
}

/// The value of an index that is known before the program runs.
pub(super) fn constant_index(key: &Expr) -> Option<i64> {
    match &key.kind {
        ExprKind::Literal(Literal::Int(at)) => Some(*at),
        ExprKind::Literal(Literal::Byte(at)) => Some(i64::from(*at)),
        _ => None,
    }
}

/// The key of a mapping that is known before the program runs.
pub(super) fn constant_key(key: &Expr) -> Option<Name> {
    match &key.kind {
        ExprKind::Literal(Literal::String(text)) => Some(Name::new(text)),
        _ => None,
    }
}
