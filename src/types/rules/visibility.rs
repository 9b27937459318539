//! Public definitions may not name types that other modules cannot (E026).

use crate::base::Name;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{ItemKind, TypeExpr, TypeId, VarType, Visibility};

use super::Rules;

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    if ast.visibility.is_none_or(|v| v.node != Visibility::Public) || rules.module.is_library() {
        return;
    }
    match &ast.kind {
        ItemKind::Function(function) => {
            // `main` is called by nobody of another module.
            if rules.item.name() == Name::new("main") {
                return;
            }
            function
                .params
                .iter()
                .for_each(|param| exposed(rules, param.ty));
            function
                .returns
                .iter()
                .for_each(|returns| exposed(rules, returns.ty));
        }
        ItemKind::Type(definition) => match ast.ty(definition.ty) {
            TypeExpr::Record(_) | TypeExpr::Object(_) => {}
            _ => exposed(rules, definition.ty),
        },
        ItemKind::Const(constant) => constant.ty.iter().for_each(|&ty| exposed(rules, ty)),
        ItemKind::Var(variable) if variable.is_listener => {
            if let VarType::Type(ty) = variable.ty {
                exposed(rules, ty);
            }
        }
        ItemKind::Var(_) | ItemKind::Service(_) | ItemKind::Annotation(_) | ItemKind::Error => {}
    }
}

fn exposed(rules: &mut Rules<'_>, id: TypeId) {
    match rules.ast.ty(id) {
        TypeExpr::Name(name) if name.prefix.is_none() => {
            let found = resolve::lookup(rules.db, rules.item.file(), name).ok();
            let definition = found.and_then(|item| resolve::definition(rules.db, item));
            if definition.is_some_and(|found| found.kind == DefKind::Type && !found.is_public) {
                let message = format!("attempt to expose non-public symbol '{}'", name.name.name);
                rules.report(Code::E026, name.range(), message);
            }
        }
        TypeExpr::Array { element: inner, .. }
        | TypeExpr::Optional(inner)
        | TypeExpr::Group(inner)
        | TypeExpr::Map(inner)
        | TypeExpr::Future(inner)
        | TypeExpr::Table(inner)
        | TypeExpr::Stream(inner)
        | TypeExpr::Typedesc(Some(inner)) => exposed(rules, *inner),
        TypeExpr::Union(members) => members.iter().for_each(|&member| exposed(rules, member)),
        TypeExpr::Tuple { members, rest } => {
            members
                .iter()
                .chain(rest)
                .for_each(|&member| exposed(rules, member));
        }
        TypeExpr::ErrorType { reason, detail } => {
            reason
                .iter()
                .chain(detail)
                .for_each(|&part| exposed(rules, part));
        }
        TypeExpr::Function(function) => {
            function
                .params
                .iter()
                .for_each(|param| exposed(rules, param.ty));
            function
                .returns
                .iter()
                .for_each(|returns| exposed(rules, returns.ty));
        }
        TypeExpr::Error
        | TypeExpr::Builtin(_)
        | TypeExpr::Nil
        | TypeExpr::Name(_)
        | TypeExpr::Literal(_)
        | TypeExpr::Typedesc(None)
        | TypeExpr::Record(_)
        | TypeExpr::Object(_) => {}
    }
}
