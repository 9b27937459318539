//! Annotations: declared (E027), at a place that they are for, with a value where one is asked (E083).

use crate::base::ItemId;
use crate::db;
use crate::diagnostics::Code;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{
    Annotation, AnnotationDef, AttachKind, Expr, ExprId, Function, FunctionBody, ItemKind, Method,
    ObjectMember, Stmt, StmtId, TypeExpr, TypeId,
};
use crate::types::{TyKind, item_type, record_def, written as written_name};

use super::Rules;

/// The names that every file knows; their definitions are in `lang.annotations`.
const PREDECLARED: &str = "ballerina/lang.annotations";

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    let place = match &ast.kind {
        ItemKind::Function(_) => AttachKind::Function,
        ItemKind::Service(_) => AttachKind::Service,
        ItemKind::Type(definition) => match ast.ty(definition.ty) {
            TypeExpr::Object(_) => AttachKind::ObjectType,
            _ => AttachKind::Type,
        },
        ItemKind::Annotation(_) => AttachKind::Annotation,
        ItemKind::Var(variable) if variable.is_listener => AttachKind::Listener,
        ItemKind::Var(_) => AttachKind::Var,
        ItemKind::Const(_) => AttachKind::Const,
        ItemKind::Error => return,
    };
    all(rules, &ast.annotations, place);
    match &ast.kind {
        ItemKind::Function(function) => of_function(rules, function),
        ItemKind::Service(service) => of_service(rules, &service.methods),
        _ => {}
    }
    for at in 0..ast.n_types() {
        if let TypeExpr::Object(object) = ast.ty(TypeId::from_index(at)) {
            for member in &object.members {
                if let ObjectMember::Method(method) = member {
                    all(rules, &method.annotations, AttachKind::ObjectFunction);
                    of_function(rules, &method.function);
                }
            }
        }
    }
    for at in 0..ast.n_exprs() {
        match ast.expr(ExprId::from_index(at)) {
            Expr::Lambda(function) => of_function(rules, function),
            Expr::Service {
                annotations,
                methods,
            } => {
                all(rules, annotations, AttachKind::Service);
                of_service(rules, methods);
            }
            Expr::Start { annotations, .. } => all(rules, annotations, AttachKind::Start),
            _ => {}
        }
    }
    for at in 0..ast.n_stmts() {
        if let Stmt::Worker(worker) = ast.stmt(StmtId::from_index(at)) {
            all(rules, &worker.annotations, AttachKind::Worker);
        }
    }
}

fn of_service(rules: &mut Rules<'_>, methods: &[Method]) {
    for method in methods {
        let place = match method.function.is_resource {
            Some(_) => AttachKind::ResourceFunction,
            None => AttachKind::ObjectFunction,
        };
        all(rules, &method.annotations, place);
        of_function(rules, &method.function);
    }
}

fn of_function(rules: &mut Rules<'_>, function: &Function) {
    for param in &function.params {
        all(rules, &param.annotations, AttachKind::Parameter);
    }
    if let Some(returns) = &function.returns {
        all(rules, &returns.annotations, AttachKind::Return);
    }
    if let FunctionBody::External { annotations, .. } = &function.body {
        all(rules, annotations, AttachKind::External);
    }
}

fn all(rules: &mut Rules<'_>, annotations: &[Annotation], place: AttachKind) {
    let mut seen: Vec<ItemId> = Vec::new();
    for annotation in annotations {
        let name = written_name(&annotation.name);
        let Some(definition) = definition_of(rules, annotation) else {
            continue;
        };
        let Some(ast) = db::item_ast(rules.db, definition) else {
            continue;
        };
        let ItemKind::Annotation(declared) = &ast.kind else {
            continue;
        };
        if !fits(declared, place) {
            let message = format!("annotation '{name}' is not allowed on {}", place.as_str());
            rules.report(Code::E083, annotation.range, message);
        }
        value(rules, annotation, definition, declared);
        let many = matches!(item_type(rules.db, definition).kind(), TyKind::Array { .. });
        if seen.contains(&definition) && !many {
            let message =
                format!("cannot specify more than one annotation value for annotation '{name}'");
            rules.report(Code::E083, annotation.range, message);
        }
        seen.push(definition);
    }
}

/// The annotation's definition; E027 when there is none that a program may use.
fn definition_of(rules: &mut Rules<'_>, annotation: &Annotation) -> Option<ItemId> {
    let name = &annotation.name;
    let local = name.name.name;
    let undefined = |rules: &mut Rules<'_>| {
        let message = format!("undefined annotation '{}'", written_name(name));
        rules.report(Code::E027, annotation.range, message);
        None
    };
    let Some(prefix) = name.prefix else {
        let own = resolve::module_scope(rules.db, rules.module).annotation(local);
        let predeclared = resolve::module_scope(rules.db, crate::base::ModuleId::new(PREDECLARED))
            .annotation(local)
            .filter(|_| {
                // `typeParam` and `flow` are for the bundled library.
                rules.module.is_library() || matches!(local.as_str(), "tainted" | "untainted")
            });
        return own.or(predeclared).or_else(|| undefined(rules));
    };
    let scope = resolve::file_scope(rules.db, rules.item.file());
    let Some(module) = scope.prefix(prefix.name) else {
        if !scope.has_prefix(prefix.name) {
            let message = format!("undefined module '{}'", prefix.name);
            rules.report(Code::E014, prefix.range, message);
        }
        return None;
    };
    let found = resolve::module_scope(rules.db, module).annotation(local);
    let public = |item: &ItemId| {
        module == rules.module
            || resolve::definition(rules.db, *item)
                .is_some_and(|found| found.is_public && found.kind == DefKind::Annotation)
    };
    found.filter(public).or_else(|| undefined(rules))
}

fn fits(declared: &AnnotationDef, place: AttachKind) -> bool {
    declared.attach.is_empty()
        || declared.attach.iter().any(|point| {
            point.kind == place
                || matches!(
                    (point.kind, place),
                    (AttachKind::Type, AttachKind::ObjectType)
                        | (
                            AttachKind::Function,
                            AttachKind::ObjectFunction | AttachKind::ResourceFunction
                        )
                        | (AttachKind::ObjectFunction, AttachKind::ResourceFunction)
                )
        })
}

fn value(
    rules: &mut Rules<'_>,
    annotation: &Annotation,
    definition: ItemId,
    declared: &AnnotationDef,
) {
    let name = written_name(&annotation.name);
    match (declared.ty, annotation.value) {
        (None, Some(_)) => {
            let message = format!("no annotation value expected for annotation '{name}'");
            rules.report(Code::E083, annotation.range, message);
        }
        (Some(_), None) if !has_default(rules, definition) => {
            let message = format!("annotation value expected for annotation '{name}'");
            rules.report(Code::E083, annotation.range, message);
        }
        _ => {}
    }
}

/// Whether an annotation of this type may stand without a value: `true`, or a record (also an array of
/// records) none of whose fields must be given.
fn has_default(rules: &Rules<'_>, definition: ItemId) -> bool {
    let mut ty = item_type(rules.db, definition);
    if let TyKind::Array { element, .. } = ty.kind() {
        ty = *element;
    }
    match ty.kind() {
        TyKind::Record(id) => {
            let record = record_def(rules.db, *id);
            record
                .fields
                .iter()
                .all(|field| field.optional || field.default.is_some())
        }
        TyKind::Map(_) | TyKind::Error => true,
        _ => false,
    }
}
