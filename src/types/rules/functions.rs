//! Functions: the order of parameters (E044), `main` (E064), the module's `__init` (E065), results of
//! resources (E081), where `external` may stand (E084).

use crate::diagnostics::Code;
use crate::syntax::ast::{
    Expr, ExprId, Function, FunctionBody, ItemKind, Method, ObjectMember, ParamKind, TypeExpr,
    TypeId, Visibility,
};
use crate::types::{Ty, classify, display, head, lower_type::lower_type};

use super::Rules;

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    match &ast.kind {
        ItemKind::Function(function) => {
            parameters(rules, function);
            match rules.item.name().as_str() {
                "main" => main(rules, function),
                "__init" => module_init(rules, function),
                _ => {}
            }
            misplaced(rules, function, false, false);
        }
        ItemKind::Service(service) => {
            service
                .methods
                .iter()
                .for_each(|method| service_method(rules, method));
        }
        ItemKind::Type(_)
        | ItemKind::Annotation(_)
        | ItemKind::Var(_)
        | ItemKind::Const(_)
        | ItemKind::Error => {}
    }
    for at in 0..ast.n_types() {
        if let TypeExpr::Object(object) = ast.ty(TypeId::from_index(at)) {
            for member in &object.members {
                if let ObjectMember::Method(method) = member {
                    parameters(rules, &method.function);
                }
            }
        }
    }
    for at in 0..ast.n_exprs() {
        match ast.expr(ExprId::from_index(at)) {
            Expr::Lambda(function) => parameters(rules, function),
            Expr::Service { methods, .. } => {
                methods
                    .iter()
                    .for_each(|method| service_method(rules, method));
            }
            _ => {}
        }
    }
}

fn parameters(rules: &mut Rules<'_>, function: &Function) {
    let mut after_default = false;
    for param in &function.params {
        match param.kind {
            ParamKind::Default(_) => after_default = true,
            ParamKind::Required if after_default => rules.report(
                Code::E044,
                param.range,
                "required parameter not allowed after defaultable parameters",
            ),
            ParamKind::Required | ParamKind::Rest => {}
        }
    }
}

/// `remote` only in client objects, `resource` only in services (E077).
pub(super) fn misplaced(
    rules: &mut Rules<'_>,
    function: &Function,
    remote_allowed: bool,
    resource_allowed: bool,
) {
    if let Some(range) = function.is_remote.filter(|_| !remote_allowed) {
        rules.report(
            Code::E077,
            range,
            "a remote function in a non client object",
        );
    }
    if let Some(range) = function.is_resource.filter(|_| !resource_allowed) {
        rules.report(
            Code::E077,
            range,
            "a resource function allowed in services only",
        );
    }
}

fn service_method(rules: &mut Rules<'_>, method: &Method) {
    let function = &method.function;
    parameters(rules, function);
    misplaced(rules, function, false, true);
    if let Some(visibility) = method.visibility {
        let message = "service methods cannot have explicit visibility qualifiers";
        rules.report(Code::E082, visibility.range, message);
    }
    if function.is_resource.is_none() {
        return;
    }
    if let FunctionBody::External { range, .. } = function.body {
        let message = "external resource functions are not supported by the implementation";
        rules.report(Code::E084, range, message);
    }
    if let Some(returns) = &function.returns {
        let ty = lower_type(rules.db, rules.item, rules.ast, returns.ty, &mut Vec::new());
        if !is_optional_error(ty) {
            let text = display(rules.db, ty);
            let message = format!(
                "invalid resource function return type '{text}', expected a subtype of 'error?' containing '()'"
            );
            rules.report(Code::E081, rules.ast.type_range(returns.ty), message);
        }
    }
}

fn is_optional_error(ty: Ty) -> bool {
    let rest = classify::without_error(ty);
    rest == Ty::NIL || rest.is_error()
}

fn main(rules: &mut Rules<'_>, function: &Function) {
    let is_public = rules
        .ast
        .visibility
        .is_some_and(|v| v.node == Visibility::Public);
    if !is_public {
        rules.report(
            Code::E064,
            rules.name_range(),
            "the 'main' function should be public",
        );
    }
    let signature = head::function_type(rules.db, rules.item, rules.ast, function);
    let types = signature
        .params
        .iter()
        .chain(&signature.rest)
        .map(|param| param.ty);
    for (param, ty) in function.params.iter().zip(types) {
        if !classify::is_anydata(rules.db, ty) {
            let text = display(rules.db, ty);
            let message =
                format!("invalid type '{text}' as 'main' function parameter, expected anydata");
            rules.report(Code::E064, param.range, message);
        }
    }
    if let Some(returns) = &function.returns
        && !is_optional_error(signature.ret)
    {
        let text = display(rules.db, signature.ret);
        let message = format!(
            "invalid 'main' function return type '{text}', expected a subtype of 'error?' containing '()'"
        );
        rules.report(Code::E064, rules.ast.type_range(returns.ty), message);
    }
}

fn module_init(rules: &mut Rules<'_>, function: &Function) {
    if rules
        .ast
        .visibility
        .is_some_and(|v| v.node == Visibility::Public)
    {
        let message = "the module '__init()' function cannot be public";
        rules.report(Code::E065, rules.name_range(), message);
    }
    if !function.params.is_empty() {
        let message = "the module '__init()' function cannot accept parameters";
        rules.report(Code::E065, rules.name_range(), message);
    }
    if let Some(returns) = &function.returns {
        let ty = lower_type(rules.db, rules.item, rules.ast, returns.ty, &mut Vec::new());
        if !is_optional_error(ty) {
            let text = display(rules.db, ty);
            let message = format!(
                "invalid module '__init()' function return type '{text}', expected a subtype of 'error?' containing '()'"
            );
            rules.report(Code::E065, rules.ast.type_range(returns.ty), message);
        }
    }
}
