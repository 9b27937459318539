//! Definitions that need themselves (E028): type aliases, record and object inclusions, constants, initial
//! values of module variables. Each cycle is reported once, at the definition that comes first in its file.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::graph;
use crate::base::{ItemId, Location, ModuleId};
use crate::db::{self, Db};
use crate::diagnostics::{Code, Diagnostic};
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{
    Expr, ExprId, ItemAst, ItemKind, ObjectMember, QName, RecordMember, TypeExpr, TypeId,
};
use crate::types::hir::HirItemKind;
use crate::types::walk;
use crate::types::{infer, module_items, module_of};

pub(super) fn check(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    let items = module_items(db, module);
    let mut found = Vec::new();
    let aliases = |item: ItemId| type_needs(db, item);
    cyclic(&items, aliases, &mut |first| {
        let message = format!("cyclic type reference in '{}'", first.name());
        found.push(diagnostic(db, first, message));
    });
    let values = |item: ItemId| value_needs(db, module, item);
    cyclic(&items, values, &mut |first| {
        let message = format!("illegal cyclic reference '{}'", first.name());
        found.push(diagnostic(db, first, message));
    });
    found
}

fn diagnostic(db: &dyn Db, item: ItemId, message: String) -> Diagnostic {
    let range = resolve::definition(db, item)
        .map(|found| found.name_range)
        .unwrap_or_default();
    Diagnostic::new(Code::E028, Location::new(item, range), message)
}

/// Calls `report` with the first member, in the order of `items`, of each cycle of `needs`.
fn cyclic(items: &[ItemId], needs: impl Fn(ItemId) -> Vec<ItemId>, report: &mut dyn FnMut(ItemId)) {
    let number: FxHashMap<ItemId, usize> = items
        .iter()
        .enumerate()
        .map(|(at, &item)| (item, at))
        .collect();
    let edges: Vec<Vec<usize>> = items
        .iter()
        .map(|&item| {
            needs(item)
                .iter()
                .filter_map(|next| number.get(next).copied())
                .collect()
        })
        .collect();
    let successors = |at: usize| edges.get(at).cloned().unwrap_or_default();
    let mut firsts: Vec<usize> = graph::components(items.len(), successors)
        .into_iter()
        .filter_map(|component| {
            let first = component.iter().copied().min()?;
            let looped = component.len() > 1 || successors(first).contains(&first);
            looped.then_some(first)
        })
        .collect();
    firsts.sort_unstable();
    firsts
        .into_iter()
        .filter_map(|at| items.get(at))
        .for_each(|&item| report(item));
}

/// The type definitions without which this one has no structure: not those behind a reference, such as
/// the fields of a record.
fn type_needs(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let Some(ast) = db::item_ast(db, item) else {
        return Vec::new();
    };
    let ItemKind::Type(definition) = &ast.kind else {
        return Vec::new();
    };
    let mut names = Vec::new();
    structure(&ast, definition.ty, &mut names);
    names
        .iter()
        .filter_map(|name| resolve::lookup(db, item.file(), name).ok())
        .filter(|&other| {
            resolve::definition(db, other).is_some_and(|found| found.kind == DefKind::Type)
        })
        .collect()
}

fn structure(ast: &ItemAst, id: TypeId, names: &mut Vec<QName>) {
    match ast.ty(id) {
        TypeExpr::Name(name) => names.push(*name),
        TypeExpr::Array { element: inner, .. }
        | TypeExpr::Optional(inner)
        | TypeExpr::Group(inner)
        | TypeExpr::Map(inner)
        | TypeExpr::Future(inner)
        | TypeExpr::Table(inner)
        | TypeExpr::Stream(inner)
        | TypeExpr::Typedesc(Some(inner)) => structure(ast, *inner, names),
        TypeExpr::Union(members) => members.iter().for_each(|&m| structure(ast, m, names)),
        TypeExpr::Tuple { members, rest } => {
            members
                .iter()
                .chain(rest)
                .for_each(|&member| structure(ast, member, names));
        }
        TypeExpr::ErrorType { reason, .. } => {
            reason
                .iter()
                .for_each(|&reason| structure(ast, reason, names));
        }
        TypeExpr::Record(record) => {
            for member in &record.members {
                if let RecordMember::Inclusion { ty, .. } = member {
                    structure(ast, *ty, names);
                }
            }
        }
        TypeExpr::Object(object) => {
            for member in &object.members {
                if let ObjectMember::Inclusion { ty, .. } = member {
                    structure(ast, *ty, names);
                }
            }
        }
        TypeExpr::Error
        | TypeExpr::Builtin(_)
        | TypeExpr::Nil
        | TypeExpr::Literal(_)
        | TypeExpr::Typedesc(None)
        | TypeExpr::Function(_) => {}
    }
}

/// The constants and module variables of the module that an initial value needs, by itself or through the
/// functions that it names.
fn value_needs(db: &dyn Db, module: ModuleId, item: ItemId) -> Vec<ItemId> {
    let Some(ast) = db::item_ast(db, item) else {
        return Vec::new();
    };
    match &ast.kind {
        ItemKind::Const(_) => constant_names(db, item, &ast),
        ItemKind::Var(_) => variable_needs(db, module, item),
        _ => Vec::new(),
    }
}

fn constant_names(db: &dyn Db, item: ItemId, ast: &ItemAst) -> Vec<ItemId> {
    let names = (0..ast.n_exprs()).filter_map(|at| match ast.expr(ExprId::from_index(at)) {
        Expr::Name(name) => resolve::lookup(db, item.file(), name).ok(),
        _ => None,
    });
    names.collect()
}

fn variable_needs(db: &dyn Db, module: ModuleId, item: ItemId) -> Vec<ItemId> {
    let mut reached: FxHashSet<ItemId> = FxHashSet::default();
    let mut needed = Vec::new();
    let mut work = walk::named_items(&infer(db, item).hir);
    while let Some(next) = work.pop() {
        if module_of(db, next) != module || !reached.insert(next) {
            continue;
        }
        match &infer(db, next).hir.kind {
            HirItemKind::Variable(_) | HirItemKind::Constant { .. } => needed.push(next),
            HirItemKind::Function(_) => work.extend(walk::named_items(&infer(db, next).hir)),
            // Making an object or naming a service runs code too, but which of their methods run is
            // not known here: no false alarm.
            HirItemKind::TypeDef { .. }
            | HirItemKind::Service(_)
            | HirItemKind::Annotation
            | HirItemKind::Error => {}
        }
    }
    needed
}
