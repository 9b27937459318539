//! Which import prefixes an item uses.

use rustc_hash::FxHashSet;

use crate::base::Name;
use crate::syntax::ast::{
    Annotation, Expr, ExprId, Function, FunctionBody, ItemAst, ItemKind, Method, ObjectMember,
    QName, RecordMember, Stmt, StmtId, TypeExpr, TypeId,
};

/// The prefixes written in names, types and annotations of the item.
pub fn prefixes(ast: &ItemAst) -> FxHashSet<Name> {
    let mut found = FxHashSet::default();
    let mut name = |name: &QName| {
        if let Some(prefix) = name.prefix {
            found.insert(prefix.name);
        }
    };
    for at in 0..ast.n_exprs() {
        match ast.expr(ExprId::from_index(at)) {
            Expr::Name(used)
            | Expr::New {
                class: Some(used), ..
            } => name(used),
            Expr::AnnotationAccess { name: used, .. } => name(used),
            _ => {}
        }
    }
    for at in 0..ast.n_types() {
        if let TypeExpr::Name(used) = ast.ty(TypeId::from_index(at)) {
            name(used);
        }
    }
    each_annotation(ast, &mut |annotation| name(&annotation.name));
    found
}

/// Calls `visit` with every annotation written in the item.
pub fn each_annotation<'a>(ast: &'a ItemAst, visit: &mut dyn FnMut(&'a Annotation)) {
    ast.annotations.iter().for_each(&mut *visit);
    match &ast.kind {
        ItemKind::Function(function) => of_function(function, visit),
        ItemKind::Service(service) => of_methods(&service.methods, visit),
        ItemKind::Type(_)
        | ItemKind::Annotation(_)
        | ItemKind::Var(_)
        | ItemKind::Const(_)
        | ItemKind::Error => {}
    }
    for at in 0..ast.n_exprs() {
        match ast.expr(ExprId::from_index(at)) {
            Expr::Lambda(function) => of_function(function, visit),
            Expr::Service {
                annotations,
                methods,
            } => {
                annotations.iter().for_each(&mut *visit);
                of_methods(methods, visit);
            }
            Expr::Cast { annotations, .. } | Expr::Start { annotations, .. } => {
                annotations.iter().for_each(&mut *visit);
            }
            _ => {}
        }
    }
    for at in 0..ast.n_stmts() {
        if let Stmt::Worker(worker) = ast.stmt(StmtId::from_index(at)) {
            worker.annotations.iter().for_each(&mut *visit);
            worker
                .returns
                .iter()
                .flat_map(|r| &r.annotations)
                .for_each(&mut *visit);
        }
    }
    for at in 0..ast.n_types() {
        of_type(ast.ty(TypeId::from_index(at)), visit);
    }
}

fn of_type<'a>(ty: &'a TypeExpr, visit: &mut dyn FnMut(&'a Annotation)) {
    match ty {
        TypeExpr::Record(record) => {
            for member in &record.members {
                if let RecordMember::Field(field) = member {
                    field.annotations.iter().for_each(&mut *visit);
                }
            }
        }
        TypeExpr::Object(object) => {
            for member in &object.members {
                match member {
                    ObjectMember::Field(field) => field.annotations.iter().for_each(&mut *visit),
                    ObjectMember::Method(method) => {
                        of_methods(std::slice::from_ref(&**method), visit);
                    }
                    ObjectMember::Inclusion { .. } => {}
                }
            }
        }
        TypeExpr::Function(function) => {
            function
                .params
                .iter()
                .flat_map(|p| &p.annotations)
                .for_each(&mut *visit);
            function
                .returns
                .iter()
                .flat_map(|r| &r.annotations)
                .for_each(&mut *visit);
        }
        _ => {}
    }
}

fn of_methods<'a>(methods: &'a [Method], visit: &mut dyn FnMut(&'a Annotation)) {
    for method in methods {
        method.annotations.iter().for_each(&mut *visit);
        of_function(&method.function, visit);
    }
}

fn of_function<'a>(function: &'a Function, visit: &mut dyn FnMut(&'a Annotation)) {
    function
        .params
        .iter()
        .flat_map(|p| &p.annotations)
        .for_each(&mut *visit);
    function
        .returns
        .iter()
        .flat_map(|r| &r.annotations)
        .for_each(&mut *visit);
    if let FunctionBody::External { annotations, .. } = &function.body {
        annotations.iter().for_each(&mut *visit);
    }
}
