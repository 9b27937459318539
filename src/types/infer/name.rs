//! Names as values: locals, module variables, constants, functions, types, names of xml name spaces; and
//! the shapes that are expressions and types at once.

use crate::base::{ItemId, Name, TextRange};
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind, ResolveError};
use crate::syntax::ast::{self, BinaryOp, ExprId, QName, TypeId};
use crate::types::hir::{Expr, ExprKind, FuncId};
use crate::types::ty::{Literal, Ty, TyKind};
use crate::types::{NAMED, constant_value, item_type, written};

use super::cx::Cx;

impl Cx<'_> {
    pub fn name(&mut self, id: ExprId, name: &QName, _expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        if name.prefix.is_none() {
            if name.name.is_discard() {
                self.report(Code::E029, range, "underscore is not allowed here");
                return Self::error_expr(range);
            }
            if let Some(local) = self.find_local(name.name.name) {
                return Expr {
                    kind: ExprKind::Local(local),
                    ty: self.frame().type_of(local),
                    range,
                };
            }
        }
        self.definition_named(name, range)
    }

    /// What the name means at module level.
    pub(super) fn definition_named(&mut self, name: &QName, range: TextRange) -> Expr {
        match resolve::lookup(self.db, self.item.file(), name) {
            Ok(item) => self.definition_value(item, name, range),
            Err(error) => self.unresolved(name, error, range),
        }
    }

    fn definition_value(&mut self, item: ItemId, name: &QName, range: TextRange) -> Expr {
        let kind = resolve::definition(self.db, item).map(|found| found.kind);
        let (kind, ty) = match kind {
            Some(DefKind::Variable { .. } | DefKind::Service) => {
                (ExprKind::Global(item), item_type(self.db, item))
            }
            Some(DefKind::Constant) => match constant_value(self.db, item) {
                Some(value) => (ExprKind::Literal(value.clone()), Ty::singleton(value)),
                None => (ExprKind::Global(item), item_type(self.db, item)),
            },
            Some(DefKind::Function) => {
                let function = FuncId { item, key: NAMED };
                (ExprKind::Function(function), item_type(self.db, item))
            }
            Some(DefKind::Type) => {
                let ty = item_type(self.db, item);
                (ExprKind::TypeDesc(ty), Ty::new(&TyKind::Typedesc(ty)))
            }
            Some(DefKind::Broken) => return Self::error_expr(range),
            Some(DefKind::Annotation) | None => {
                return self.unresolved(name, ResolveError::NoName, range);
            }
        };
        Expr { kind, ty, range }
    }

    /// Reports why the name means nothing; a prefix may still be one of xml.
    fn unresolved(&mut self, name: &QName, error: ResolveError, range: TextRange) -> Expr {
        match error {
            ResolveError::BrokenImport => {}
            ResolveError::NoModule(prefix) => {
                if let Some(uri) = self.namespace(prefix) {
                    let text = format!("{{{uri}}}{}", name.name.name);
                    return Expr {
                        kind: ExprKind::Literal(Literal::String(text.into())),
                        ty: Ty::STRING,
                        range,
                    };
                }
                let at = name.prefix.map_or(range, |prefix| prefix.range);
                self.report(Code::E014, at, format!("undefined module '{prefix}'"));
            }
            ResolveError::NotVisible(_) => {
                let message = format!(
                    "attempt to refer to non-accessible symbol '{}'",
                    written(name)
                );
                self.report(Code::E025, range, message);
            }
            ResolveError::NoName => {
                let message = format!("undefined symbol '{}'", written(name));
                self.report(Code::E020, range, message);
            }
        }
        Self::error_expr(range)
    }

    /// The xml name space bound to `prefix` by a block around or by the file.
    pub fn namespace(&self, prefix: Name) -> Option<Box<str>> {
        let of_block = self.frames.iter().rev().find_map(|frame| {
            let mut scopes = frame.scopes.iter().rev();
            scopes.find_map(|scope| scope.namespaces.get(&prefix).cloned())
        });
        of_block.or_else(|| {
            let file = resolve::file_scope(self.db, self.item.file());
            if prefix.as_str().is_empty() {
                file.default_namespace.clone()
            } else {
                file.namespaces.get(&prefix).cloned()
            }
        })
    }

    pub fn type_desc(&mut self, id: ExprId, ty: TypeId) -> Expr {
        let ty = self.lower(ty);
        Expr {
            kind: ExprKind::TypeDesc(ty),
            ty: Ty::new(&TyKind::Typedesc(ty)),
            range: self.range(id),
        }
    }

    pub fn group(&mut self, id: ExprId, inner: ExprId, expected: Option<Ty>) -> Expr {
        if let Some(ty) = self.meant_as_type(id, expected) {
            self.action_allowed = false;
            return self.type_desc(id, ty);
        }
        let mut expr = self.expr(inner, expected);
        expr.range = self.range(id);
        expr
    }

    /// The type that the expression stands for, when it can be one and its place or its parts want that.
    pub fn meant_as_type(&mut self, id: ExprId, expected: Option<Ty>) -> Option<TypeId> {
        let reading = self.ast.type_reading(id)?;
        let wanted = expected.is_some_and(|expected| {
            let members = expected.members();
            members
                .iter()
                .any(|member| matches!(member.kind(), TyKind::Typedesc(_)))
        });
        (wanted || (expected.is_none() && self.names_a_type(id))).then_some(reading)
    }

    /// Whether the first name in the expression is that of a type.
    fn names_a_type(&mut self, id: ExprId) -> bool {
        let mut id = id;
        loop {
            match self.ast.expr(id) {
                ast::Expr::TypeDesc(_) => return true,
                ast::Expr::Group(inner) => id = *inner,
                ast::Expr::Binary {
                    op: BinaryOp::BitOr,
                    lhs,
                    ..
                } => id = *lhs,
                ast::Expr::List(items) => match items.first() {
                    Some(&first) => id = first,
                    None => return false,
                },
                ast::Expr::Name(name) => {
                    let found = resolve::lookup(self.db, self.item.file(), name).ok();
                    let found = found.and_then(|item| resolve::definition(self.db, item));
                    return found.is_some_and(|found| found.kind == DefKind::Type);
                }
                _ => return false,
            }
        }
    }
}
