//! What can be assigned to (spec/language.md 5.2, 5.7).

use crate::base::{ItemId, TextRange};
use crate::db;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{self, ExprId, FieldName, Ident, ItemKind, QName};
use crate::types::classify::without_nil;
use crate::types::hir::{Expr, ExprKind, FieldKind, IndexKind, LocalId, Place, PlaceKind};
use crate::types::ty::{Ty, TyKind};
use crate::types::{any_or_error, item_type, object_def, record_def};

use super::access::{constant_key, is_lax};
use super::cx::Cx;
use super::scope::LocalKind;

impl Cx<'_> {
    /// The target of an assignment, checked to be assignable (E048, E056, E034, E091 …). Its `ty` is what may be
    /// stored. `compound`: it is read as well.
    pub fn place(&mut self, id: ExprId, compound: bool) -> Place {
        let range = self.range(id);
        self.place_in(id, compound).map_or(
            Place {
                kind: PlaceKind::Wrong,
                ty: Ty::ERROR,
                range,
            },
            |(kind, ty)| Place { kind, ty, range },
        )
    }

    fn place_in(&mut self, id: ExprId, compound: bool) -> Option<(PlaceKind, Ty)> {
        let range = self.range(id);
        let ast = self.ast;
        match ast.expr(id) {
            ast::Expr::Name(name) => self.named_place(name, range, compound),
            ast::Expr::Field {
                base,
                optional,
                name,
            } => {
                let base = self.base_of_place(*base)?;
                match name {
                    FieldName::Ident(name) if *optional => {
                        let what = "member access for assignment";
                        self.unsupported(base.ty, what, name.range);
                        None
                    }
                    FieldName::Ident(name) => self.field_place(base, *name, range, compound),
                    FieldName::Star(_) => self.xml_sequence(&base, range),
                }
            }
            ast::Expr::Index { base, index } => {
                let base = self.base_of_place(*base)?;
                self.index_place(base, *index, range, compound)
            }
            ast::Expr::XmlAttributes {
                base,
                index: Some(index),
            } => {
                let base = self.base_of_place(*base)?;
                let key = self.expr_of(*index, Ty::STRING);
                if base.ty != Ty::XML {
                    self.unsupported(base.ty, "xml attribute access", range);
                    return None;
                }
                Some((PlaceKind::XmlAttribute { base, key }, Ty::STRING))
            }
            ast::Expr::Call { .. }
            | ast::Expr::MethodCall { .. }
            | ast::Expr::RemoteCall { .. } => self.invocation(range),
            ast::Expr::XmlAttributes { index: None, .. } => {
                let message = "the attributes of an xml value can be assigned one by one only";
                self.report(Code::E048, range, message);
                None
            }
            // The parser has refused it.
            _ => None,
        }
    }

    fn invocation<T>(&mut self, range: TextRange) -> Option<T> {
        let message = "invocations are not supported on the left hand side of an assignment";
        self.report(Code::E048, range, message);
        None
    }

    fn named_place(
        &mut self,
        name: &QName,
        range: TextRange,
        compound: bool,
    ) -> Option<(PlaceKind, Ty)> {
        if name.prefix.is_none() {
            if name.name.is_discard() {
                if compound {
                    self.report(Code::E029, range, "underscore is not allowed here");
                    return None;
                }
                return Some((PlaceKind::Discard, any_or_error(self.db)));
            }
            if let Some(local) = self.find_local(name.name.name) {
                return self.local_place(local, name.name, compound);
            }
        }
        match resolve::lookup(self.db, self.item.file(), name) {
            Ok(item) => self.global_place(item, name, range),
            Err(_) => {
                // A name of xml, or one that means nothing (reported by `name`).
                let written = self.definition_named(name, range);
                if matches!(written.kind, ExprKind::Literal(_)) {
                    let message = "cannot assign values to an xml qualified name";
                    self.report(Code::E091, range, message);
                }
                None
            }
        }
    }

    fn local_place(
        &mut self,
        local: LocalId,
        name: Ident,
        compound: bool,
    ) -> Option<(PlaceKind, Ty)> {
        let frame = self.frame();
        let declared = frame.local(local).map_or(Ty::ERROR, |local| local.ty);
        let ty = if compound {
            frame.type_of(local)
        } else {
            declared
        };
        let refused = match frame.kind(local) {
            LocalKind::Variable => return Some((PlaceKind::Local(local), ty)),
            LocalKind::Param => "function argument",
            LocalKind::Final | LocalKind::Receiver | LocalKind::Worker => "final",
        };
        let message = format!("cannot assign a value to {refused} '{}'", name.name);
        self.report(Code::E056, name.range, message);
        None
    }

    fn global_place(
        &mut self,
        item: ItemId,
        name: &QName,
        range: TextRange,
    ) -> Option<(PlaceKind, Ty)> {
        let definition = resolve::definition(self.db, item)?;
        let message = match definition.kind {
            DefKind::Broken => return None,
            DefKind::Variable { listener: false } if !self.is_final(item) => {
                return Some((PlaceKind::Global(item), item_type(self.db, item)));
            }
            DefKind::Constant => "cannot assign a value to a constant".to_owned(),
            DefKind::Variable { .. }
            | DefKind::Function
            | DefKind::Type
            | DefKind::Service
            | DefKind::Annotation => {
                format!("cannot assign a value to final '{}'", name.name.name)
            }
        };
        self.report(Code::E056, range, message);
        None
    }

    /// Whether the module variable is declared `final`.
    fn is_final(&self, item: ItemId) -> bool {
        let ast = db::item_ast(self.db, item);
        ast.is_some_and(|ast| match &ast.kind {
            ItemKind::Var(variable) => variable.is_final,
            _ => false,
        })
    }

    /// What a member is assigned of: no call, no constant.
    fn base_of_place(&mut self, id: ExprId) -> Option<Expr> {
        let mut root = id;
        loop {
            match self.ast.expr(root) {
                ast::Expr::Group(inner) => root = *inner,
                ast::Expr::Field { base, .. }
                | ast::Expr::Index { base, .. }
                | ast::Expr::XmlAttributes { base, .. } => root = *base,
                ast::Expr::Call { .. }
                | ast::Expr::MethodCall { .. }
                | ast::Expr::RemoteCall { .. } => return self.invocation(self.range(root)),
                _ => break,
            }
        }
        let base = self.expr(id, None);
        if base.ty.is_error() {
            return None;
        }
        if let ast::Expr::Name(name) = self.ast.expr(root)
            && self.is_constant(name)
        {
            let message = "cannot update constant value";
            self.report(Code::E056, self.range(root), message);
            return None;
        }
        Some(base)
    }

    fn is_constant(&mut self, name: &QName) -> bool {
        if name.prefix.is_none() && self.find_local(name.name.name).is_some() {
            return false;
        }
        let found = resolve::lookup(self.db, self.item.file(), name).ok();
        let found = found.and_then(|item| resolve::definition(self.db, item));
        found.is_some_and(|found| found.kind == DefKind::Constant)
    }

    fn field_place(
        &mut self,
        base: Expr,
        name: Ident,
        range: TextRange,
        compound: bool,
    ) -> Option<(PlaceKind, Ty)> {
        let (kind, ty) = match base.ty.kind() {
            TyKind::Xml => return self.xml_sequence(&base, range),
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let field = self.record_field(&definition, name, base.ty, range)?;
                let read = compound && field.optional;
                let ty = if read { field.ty.optional() } else { field.ty };
                (FieldKind::Record(*id), ty)
            }
            TyKind::Object(id) => {
                let definition = object_def(self.db, *id);
                let field = self.object_field(&definition, name, base.ty)?;
                (FieldKind::Object(*id), field.ty)
            }
            TyKind::Union { members, .. } if !is_lax(base.ty) => {
                let ty = self.field_of_all(members, name);
                let Some(ty) = ty else {
                    self.unsupported(base.ty, "member access for assignment", range);
                    return None;
                };
                (FieldKind::Dynamic, ty)
            }
            _ => {
                self.unsupported(base.ty, "member access for assignment", range);
                return None;
            }
        };
        let name = name.name;
        Some((PlaceKind::Field { base, name, kind }, ty))
    }

    /// What fits the field of every record of a union.
    fn field_of_all(&self, members: &[Ty], name: Ident) -> Option<Ty> {
        let types: Option<Vec<Ty>> = members
            .iter()
            .map(|member| match member.kind() {
                TyKind::Record(id) => {
                    let definition = record_def(self.db, *id);
                    definition.field(name.name).map(|field| field.ty)
                }
                _ => None,
            })
            .collect();
        let types = types?;
        let narrowest = |&&ty: &&Ty| types.iter().all(|&other| self.fits(ty, other));
        types.iter().find(narrowest).copied()
    }

    fn xml_sequence<T>(&mut self, base: &Expr, range: TextRange) -> Option<T> {
        if base.ty == Ty::XML {
            self.report(Code::E091, range, "cannot update an xml sequence");
        } else {
            self.unsupported(base.ty, "member access for assignment", range);
        }
        None
    }

    fn index_place(
        &mut self,
        base: Expr,
        index: ExprId,
        range: TextRange,
        compound: bool,
    ) -> Option<(PlaceKind, Ty)> {
        if base.ty == Ty::XML {
            return self.xml_sequence(&base, range);
        }
        let nilable = without_nil(base.ty) != base.ty;
        if nilable || self.is_base(base.ty, Ty::STRING) || matches!(base.ty, Ty::JSON) {
            self.expr(index, None);
            self.unsupported(base.ty, "member access for assignment", range);
            return None;
        }
        let (key, access) = self.indexed(&base, index, range)?;
        let ty = match access.kind {
            IndexKind::Map if compound => access.ty.optional(),
            IndexKind::Record(id) if !compound => {
                let definition = record_def(self.db, id);
                match constant_key(&key) {
                    Some(name) => match definition.field(name) {
                        Some(field) => field.ty,
                        None => definition.rest?,
                    },
                    None => Ty::union(
                        definition
                            .fields
                            .iter()
                            .map(|field| field.ty)
                            .chain(definition.rest),
                    ),
                }
            }
            IndexKind::Dynamic if !compound && key.ty != Ty::INT => without_nil(access.ty),
            _ => access.ty,
        };
        let kind = PlaceKind::Index {
            base,
            key,
            kind: access.kind,
        };
        Some((kind, ty))
    }
}
