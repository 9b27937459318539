//! Calls of functions by name and of function values.

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind, ResolveError};
use crate::syntax::ast::{self, Arg, ExprId, QName};
use crate::types::hir::{Args, Call, Callee, Expr, ExprKind, FuncId};
use crate::types::ty::{FunctionTy, Ty, TyKind};
use crate::types::{NAMED, item_type, signature, written};

use super::cx::Cx;

impl Cx<'_> {
    pub fn call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Expr {
        let range = self.range(id);
        match self.ast.expr(callee) {
            ast::Expr::Name(name) if !self.is_local(name) => {
                self.named_call(callee, name, args, range)
            }
            _ => {
                let value = self.expr(callee, None);
                let name = self.callee_name(callee, value.ty);
                self.value_call(value, &name, args, range)
            }
        }
    }

    fn is_local(&mut self, name: &QName) -> bool {
        name.prefix.is_none()
            && (name.name.is_discard() || self.find_local(name.name.name).is_some())
    }

    fn named_call(&mut self, callee: ExprId, name: &QName, args: &[Arg], range: TextRange) -> Expr {
        let item = match resolve::lookup(self.db, self.item.file(), name) {
            Ok(item) => item,
            Err(error) => {
                self.unresolved_function(name, error);
                self.stray_arguments(args);
                return Self::error_expr(range);
            }
        };
        match resolve::definition(self.db, item).map(|found| found.kind) {
            Some(DefKind::Function) => {
                let id = FuncId { item, key: NAMED };
                match signature(self.db, id) {
                    Some(signature) => {
                        let callee = Callee::Function(id);
                        self.finish_call(callee, name.name.as_str(), &signature, args, range)
                    }
                    None => self.no_call(args, range),
                }
            }
            Some(DefKind::Variable { .. } | DefKind::Constant) => {
                let value = self.expr(callee, None);
                self.value_call(value, &written(name), args, range)
            }
            Some(DefKind::Type) => match item_type(self.db, item) {
                Ty::ERROR => self.no_call(args, range),
                ty if matches!(ty.kind(), TyKind::ErrorType { .. }) => {
                    self.error_of_type(ty, args, range)
                }
                _ => {
                    self.undefined_function(&written(name), name.range());
                    self.no_call(args, range)
                }
            },
            Some(DefKind::Broken) => self.no_call(args, range),
            Some(DefKind::Service | DefKind::Annotation) | None => {
                self.undefined_function(&written(name), name.range());
                self.no_call(args, range)
            }
        }
    }

    fn unresolved_function(&mut self, name: &QName, error: ResolveError) {
        match error {
            ResolveError::BrokenImport => {}
            ResolveError::NoModule(prefix) => {
                let range = name.prefix.map_or(name.name.range, |prefix| prefix.range);
                self.report(Code::E014, range, format!("undefined module '{prefix}'"));
            }
            ResolveError::NotVisible(_) => self.not_accessible(&written(name), name.range()),
            ResolveError::NoName => self.undefined_function(&written(name), name.range()),
        }
    }

    /// A call of a function value; `name` is how messages call it.
    pub fn value_call(&mut self, value: Expr, name: &str, args: &[Arg], range: TextRange) -> Expr {
        match value.ty.kind() {
            TyKind::Error => self.no_call(args, range),
            TyKind::Function(function) => {
                let callee = Callee::Value(Box::new(value));
                self.finish_call(callee, name, function, args, range)
            }
            _ => {
                self.undefined_function(name, value.range);
                self.no_call(args, range)
            }
        }
    }

    /// The call of a callee with this signature.
    pub fn finish_call(
        &mut self,
        callee: Callee,
        name: &str,
        signature: &FunctionTy,
        args: &[Arg],
        range: TextRange,
    ) -> Expr {
        let matched = self.arguments(name, signature, args, range);
        call_expr(callee, matched.args, matched.ret, range)
    }

    /// A call that failed, which has been reported.
    pub fn no_call(&mut self, args: &[Arg], range: TextRange) -> Expr {
        self.stray_arguments(args);
        Self::error_expr(range)
    }

    pub fn undefined_function(&mut self, name: &str, range: TextRange) {
        self.report(Code::E022, range, format!("undefined function '{name}'"));
    }

    pub fn not_accessible(&mut self, name: &str, range: TextRange) {
        let message = format!("attempt to refer to non-accessible symbol '{name}'");
        self.report(Code::E025, range, message);
    }

    /// What messages call the function that a value is: its variable or field, else its type.
    fn callee_name(&self, callee: ExprId, ty: Ty) -> String {
        match self.ast.expr(callee) {
            ast::Expr::Name(name) => written(name),
            ast::Expr::Field {
                name: ast::FieldName::Ident(name),
                ..
            } => name.name.to_string(),
            ast::Expr::Group(inner) => self.callee_name(*inner, ty),
            _ => self.display(ty),
        }
    }
}

pub(super) fn call_expr(callee: Callee, args: Args, ty: Ty, range: TextRange) -> Expr {
    Expr {
        kind: ExprKind::Call(Box::new(Call {
            callee,
            args,
            range,
        })),
        ty,
        range,
    }
}
