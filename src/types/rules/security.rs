//! Settings that leave a program open: services that ask for authentication on a listener that does none
//! (W002), and clients that believe every certificate (W004). Input: the HIR of an item and of the listeners
//! that its service names; output: warnings. Only literals are looked at: what a variable holds, the
//! library finds when the program starts.

use crate::base::{ItemId, Name, TextRange};
use crate::diagnostics::Code;
use crate::types::hir::{
    AnnotationUse, Args, Body, Expr, ExprKind, FuncId, FuncKey, HirItem, HirItemKind, MappingEntry,
    ServiceDef,
};
use crate::types::ty::{Literal, Ty, TyKind};
use crate::types::{function, infer, record_def, walk};

use super::Rules;

const HTTP: &str = "ballerina/http";
/// The annotations by which a service and its resources ask for authentication.
const SERVICE_SETTINGS: [&str; 2] = [
    "ballerina/http:ServiceConfig",
    "ballerina/http:ResourceConfig",
];

pub(super) fn check(rules: &mut Rules<'_>) {
    let inferred = infer(rules.db, rules.item);
    if let HirItemKind::Service(service) = &inferred.hir.kind {
        check_listeners(rules, &inferred.hir, service);
    }
    check_clients(rules, &inferred.hir);
}

/// W002: once a listener, whoever of the service and its resources asks.
fn check_listeners(rules: &mut Rules<'_>, hir: &HirItem, service: &ServiceDef) {
    if !asks_for_protection(hir, service) {
        return;
    }
    for listener in &service.listeners {
        let Some(name) = listener.variable.and_then(|item| unprotected(rules, item)) else {
            continue;
        };
        let message = format!("listener '{name}' has no 'auth': the service cannot be secured");
        rules.report(Code::W002, listener.range, message);
    }
}

fn asks_for_protection(hir: &HirItem, service: &ServiceDef) -> bool {
    let of_methods = hir
        .functions
        .iter()
        .filter(|function| service.methods.contains(&function.key))
        .flat_map(|method| &method.annotations);
    let mut all = service.annotations.iter().chain(of_methods);
    all.any(|annotation| has_auth(hir, annotation))
}

/// Whether the annotation has `auth` settings, others than those that switch authentication off.
fn has_auth(hir: &HirItem, annotation: &AnnotationUse) -> bool {
    if !SERVICE_SETTINGS.contains(&annotation.qualified_name.as_str()) {
        return false;
    }
    let settings = annotation.value.and_then(|value| value_of(hir, value));
    let Some(Field::Given(auth)) = settings.map(|settings| field(settings, "auth")) else {
        return false;
    };
    match field(auth, "enabled") {
        Field::Given(enabled) => is_true(enabled),
        Field::Missing => true,
        Field::Unknown => false,
    }
}

/// The name of the listener variable, when it is built in view and without `auth`.
fn unprotected(rules: &Rules<'_>, item: ItemId) -> Option<Name> {
    let inferred = infer(rules.db, item);
    let HirItemKind::Variable(variable) = &inferred.hir.kind else {
        return None;
    };
    let value = value_of(&inferred.hir, variable.initial)?;
    let ExprKind::New {
        init: Some(init),
        args,
        ..
    } = &value.kind
    else {
        return None;
    };
    has_no_auth(rules, *init, args)?.then_some(variable.name)
}

/// Whether a listener so made does no authentication; `None`: its settings are out of view, or it takes
/// none of the library's.
fn has_no_auth(rules: &Rules<'_>, init: FuncId, args: &Args) -> Option<bool> {
    let init = function(rules.db, init)?;
    let takes_settings = |ty: Ty| is_record(rules, ty, "ListenerConfiguration");
    let at = init
        .params
        .iter()
        .position(|param| takes_settings(param.ty))?;
    let written = args.positional.get(at).and_then(Option::as_ref);
    let settings = match written {
        Some(arg) => &arg.value,
        None => init.params.get(at)?.default.as_ref()?,
    };
    match &settings.kind {
        ExprKind::Literal(Literal::Nil) => Some(true),
        _ => match field(settings, "auth") {
            Field::Missing => Some(true),
            Field::Given(_) => Some(false),
            Field::Unknown => None,
        },
    }
}

/// W004 of every `secureSocket` written in the item.
fn check_clients(rules: &mut Rules<'_>, hir: &HirItem) {
    let mut open = Vec::new();
    for function in &hir.functions {
        walk::each_expr(function, &mut |expr| {
            let ExprKind::Mapping(entries) = &expr.kind else {
                return;
            };
            let disabling = entries.iter().find_map(disables);
            if let Some(range) = disabling
                && is_record(rules, expr.ty, "ClientSecureSocket")
            {
                open.push(range);
            }
        });
    }
    for range in open {
        rules.report(Code::W004, range, "certificates are not verified");
    }
}

/// The place of `disable: true`.
fn disables(entry: &MappingEntry) -> Option<TextRange> {
    match entry {
        MappingEntry::Field { name, value, range } => {
            (name.as_str() == "disable" && is_true(value)).then_some(*range)
        }
        MappingEntry::Computed { .. } => None,
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Boolean(true)))
}

/// Whether values of `ty` are, or may be, records that `ballerina/http` declares under this name.
fn is_record(rules: &Rules<'_>, ty: Ty, name: &str) -> bool {
    ty.members().iter().any(|member| match member.kind() {
        TyKind::Record(id) => {
            let record = record_def(rules.db, *id);
            record.module.as_str() == HTTP && record.name.is_some_and(|own| own.as_str() == name)
        }
        _ => false,
    })
}

/// What a record literal says of a field.
enum Field<'a> {
    Given(&'a Expr),
    Missing,
    /// The expression is no literal, or has computed names.
    Unknown,
}

fn field<'a>(record: &'a Expr, wanted: &str) -> Field<'a> {
    let ExprKind::Mapping(entries) = &record.kind else {
        return Field::Unknown;
    };
    let mut found = Field::Missing;
    for entry in entries {
        match entry {
            MappingEntry::Field { name, value, .. } if name.as_str() == wanted => {
                return Field::Given(value);
            }
            MappingEntry::Field { .. } => {}
            MappingEntry::Computed { .. } => found = Field::Unknown,
        }
    }
    found
}

/// The value of an initial or annotation value, whatever is done about its errors.
fn value_of(hir: &HirItem, key: FuncKey) -> Option<&Expr> {
    let function = hir.functions.iter().find(|function| function.key == key)?;
    let Body::Expr(value) = &function.body else {
        return None;
    };
    let mut value = value;
    while let ExprKind::Check(inner) | ExprKind::CheckPanic(inner) = &value.kind {
        value = inner;
    }
    Some(value)
}
