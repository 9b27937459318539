//! Walks over the HIR: every expression and block of a function, once, in the order of evaluation where that
//! matters to nobody. Recursion is as deep as the tree, whose depth the parser bounds.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::ItemId;

use super::hir::{
    Args, Block, Body, Call, Callee, ClauseKind, Expr, ExprKind, Function, HirItem, MappingEntry,
    Pattern, PatternKind, Place, PlaceKind, RestArgs, Stmt, StmtKind, TemplatePart, Wait, XmlItem,
};

/// The items that the functions of `item` name: variables, functions, and the items of objects made and
/// methods called.
pub fn named_items(item: &HirItem) -> Vec<ItemId> {
    let named_by = item.item;
    let mut found: IndexSet<ItemId, FxBuildHasher> = IndexSet::default();
    for function in &item.functions {
        each_expr(function, &mut |expr| match &expr.kind {
            ExprKind::Global(item) => {
                found.insert(*item);
            }
            ExprKind::Function(id) => {
                found.insert(id.item);
            }
            ExprKind::New { object, init, .. } => {
                found.insert(object.item);
                found.extend(init.map(|init| init.item));
            }
            ExprKind::Call(call) | ExprKind::Start(call) => match &call.callee {
                Callee::Function(id) => {
                    found.insert(id.item);
                }
                // A service that calls its own methods does not need itself to come to be.
                Callee::Method { target, .. } if target.item == named_by => {}
                Callee::Method { target, .. } => {
                    found.insert(target.item);
                }
                Callee::Value(_) => {}
            },
            _ => {}
        });
    }
    found.into_iter().collect()
}

/// Calls `visit` with every expression of the function, the outer before the inner.
pub fn each_expr<'a>(function: &'a Function, visit: &mut dyn FnMut(&'a Expr)) {
    for param in function.all_params() {
        param
            .default
            .iter()
            .for_each(|default| expr(default, visit));
    }
    match &function.body {
        Body::Block(body) => block(body, visit),
        Body::Expr(value) => expr(value, visit),
        Body::External | Body::Abstract => {}
    }
}

/// Calls `visit` with every expression of the block.
pub fn block<'a>(block: &'a Block, visit: &mut dyn FnMut(&'a Expr)) {
    for statement in &block.stmts {
        stmt(statement, visit);
    }
}

fn stmt<'a>(stmt: &'a Stmt, visit: &mut dyn FnMut(&'a Expr)) {
    match &stmt.kind {
        StmtKind::Let { value, .. } | StmtKind::Return(value) => {
            value.iter().for_each(|value| expr(value, visit));
        }
        StmtKind::Destructure {
            pattern: target,
            value,
            ..
        } => {
            expr(value, visit);
            pattern(target, visit);
        }
        StmtKind::Assign {
            place: target,
            value,
        } => {
            place(target, visit);
            expr(value, visit);
        }
        StmtKind::Compound {
            place: target,
            value,
            ..
        } => {
            place(target, visit);
            expr(value, visit);
        }
        StmtKind::Expr(value) | StmtKind::Panic(value) | StmtKind::Send { value, .. } => {
            expr(value, visit);
        }
        StmtKind::If {
            condition,
            then,
            otherwise,
        } => {
            expr(condition, visit);
            block(then, visit);
            otherwise
                .iter()
                .for_each(|otherwise| block(otherwise, visit));
        }
        StmtKind::While { condition, body } => {
            expr(condition, visit);
            block(body, visit);
        }
        StmtKind::Foreach {
            pattern: binding,
            iterable,
            body,
            ..
        } => {
            expr(iterable, visit);
            pattern(binding, visit);
            block(body, visit);
        }
        StmtKind::Match { value, clauses } => {
            expr(value, visit);
            for clause in clauses {
                match &clause.kind {
                    ClauseKind::Any => {}
                    ClauseKind::Values(values) => values.iter().for_each(|v| expr(v, visit)),
                    ClauseKind::Pattern { pattern: bound, .. } => pattern(bound, visit),
                }
                clause.guard.iter().for_each(|guard| expr(guard, visit));
                block(&clause.body, visit);
            }
        }
        StmtKind::Block(body) | StmtKind::Lock { body, .. } => block(body, visit),
        StmtKind::Fork(workers) => workers.iter().for_each(|worker| self::stmt(worker, visit)),
        StmtKind::Transaction(transaction) => {
            transaction
                .retries
                .iter()
                .for_each(|retries| expr(retries, visit));
            block(&transaction.body, visit);
            let handlers = [
                &transaction.onretry,
                &transaction.committed,
                &transaction.aborted,
            ];
            handlers
                .into_iter()
                .flatten()
                .for_each(|handler| block(handler, visit));
        }
        StmtKind::Forever(queries) => queries.iter().for_each(|q| query(&q.query, visit)),
        StmtKind::Worker { .. }
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Abort
        | StmtKind::Retry
        | StmtKind::Error => {}
    }
}

fn place<'a>(place: &'a Place, visit: &mut dyn FnMut(&'a Expr)) {
    match &place.kind {
        PlaceKind::Field { base, .. } => expr(base, visit),
        PlaceKind::Index { base, key, .. } | PlaceKind::XmlAttribute { base, key } => {
            expr(base, visit);
            expr(key, visit);
        }
        PlaceKind::Discard | PlaceKind::Local(_) | PlaceKind::Global(_) | PlaceKind::Wrong => {}
    }
}

fn pattern<'a>(pattern: &'a Pattern, visit: &mut dyn FnMut(&'a Expr)) {
    let mut each = |inner: &'a Pattern| self::pattern(inner, visit);
    match &pattern.kind {
        PatternKind::Assign(target) => place(target, visit),
        PatternKind::List { items, rest } => {
            items.iter().for_each(&mut each);
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Mapping { fields, rest, .. } => {
            fields.iter().for_each(|(_, field)| each(field));
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Error {
            reason,
            details,
            rest,
        } => {
            reason.iter().for_each(|reason| each(reason));
            details.iter().for_each(|(_, detail)| each(detail));
            rest.iter().for_each(|rest| each(rest));
        }
        PatternKind::Discard
        | PatternKind::Bind(_)
        | PatternKind::Literal(_)
        | PatternKind::Wrong => {}
    }
}

/// Calls `visit` with the expression and everything inside it.
pub fn expr<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    children(expr, &mut |child| self::expr(child, visit));
}

/// Calls `visit` with the operands of the expression, in order.
pub fn children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Error
        | ExprKind::Literal(_)
        | ExprKind::Bytes(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Function(_)
        | ExprKind::Lambda(_)
        | ExprKind::TypeDesc(_)
        | ExprKind::NewStream
        | ExprKind::ServiceNew { .. }
        | ExprKind::Receive(_)
        | ExprKind::Flush(_) => {}
        ExprKind::List(items) => items.iter().for_each(visit),
        ExprKind::Mapping(entries) => {
            for entry in entries {
                match entry {
                    MappingEntry::Field { value, .. } => visit(value),
                    MappingEntry::Computed { key, value, .. } => {
                        visit(key);
                        visit(value);
                    }
                }
            }
        }
        ExprKind::Table(table) => table.rows.iter().for_each(visit),
        ExprKind::StringTemplate(parts) => template(parts, visit),
        ExprKind::Xml(xml) => xml.items.iter().for_each(|item| xml_item(item, visit)),
        ExprKind::ErrorNew { reason, detail, .. } => {
            visit(reason);
            detail.iter().for_each(|(_, value)| visit(value));
        }
        ExprKind::New { args, .. } => arguments(args, visit),
        ExprKind::Unary { operand: inner, .. }
        | ExprKind::Not(inner)
        | ExprKind::Is { value: inner, .. }
        | ExprKind::TypeOf(inner)
        | ExprKind::Cast { value: inner, .. }
        | ExprKind::Convert(inner)
        | ExprKind::Check(inner)
        | ExprKind::CheckPanic(inner)
        | ExprKind::Trap(inner)
        | ExprKind::Field { base: inner, .. }
        | ExprKind::AnnotationAccess { base: inner, .. }
        | ExprKind::SyncSend { value: inner, .. } => visit(inner),
        ExprKind::Binary { lhs, rhs, .. } | ExprKind::And(lhs, rhs) | ExprKind::Or(lhs, rhs) => {
            visit(lhs);
            visit(rhs);
        }
        ExprKind::Elvis { value, otherwise } => {
            visit(value);
            visit(otherwise);
        }
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => {
            visit(condition);
            visit(then);
            visit(otherwise);
        }
        ExprKind::Range { start, end, .. } => {
            visit(start);
            visit(end);
        }
        ExprKind::Index { base, key, .. } => {
            visit(base);
            visit(key);
        }
        ExprKind::XmlAttribute { base, key } | ExprKind::XmlChildren { base, name: key } => {
            visit(base);
            key.iter().for_each(|key| visit(key));
        }
        ExprKind::Call(call) | ExprKind::Start(call) => call_parts(call, visit),
        ExprKind::Wait(wait) => match wait {
            Wait::One(future) => visit(future),
            Wait::Any(futures) => futures.iter().for_each(visit),
            Wait::All(futures) => futures.iter().for_each(|(_, future)| visit(future)),
        },
        ExprKind::TableQuery(inner) => query(inner, visit),
    }
}

fn call_parts<'a>(call: &'a Call, visit: &mut dyn FnMut(&'a Expr)) {
    match &call.callee {
        Callee::Function(_) => {}
        Callee::Method { receiver, .. } => visit(receiver),
        Callee::Value(value) => visit(value),
    }
    arguments(&call.args, visit);
}

fn arguments<'a>(args: &'a Args, visit: &mut dyn FnMut(&'a Expr)) {
    args.positional
        .iter()
        .flatten()
        .for_each(|arg| visit(&arg.value));
    match &args.rest {
        RestArgs::Items(items) => items.iter().for_each(|arg| visit(&arg.value)),
        RestArgs::Spread(arg) => visit(&arg.value),
    }
}

fn template<'a>(parts: &'a [TemplatePart], visit: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        if let TemplatePart::Value(value) = part {
            visit(value);
        }
    }
}

fn xml_item<'a>(item: &'a XmlItem, visit: &mut dyn FnMut(&'a Expr)) {
    match item {
        XmlItem::Element {
            attributes,
            children,
            ..
        } => {
            attributes
                .iter()
                .for_each(|(_, value)| template(value, visit));
            children.iter().for_each(|child| xml_item(child, visit));
        }
        XmlItem::Insertion(value) => visit(value),
        XmlItem::Comment(parts) | XmlItem::Instruction { data: parts, .. } => {
            template(parts, visit);
        }
        XmlItem::Text(_) => {}
    }
}

fn query<'a>(query: &'a super::hir::TableQuery, visit: &mut dyn FnMut(&'a Expr)) {
    use super::hir::SelectValue;
    let join = query.join.iter();
    let inputs = std::iter::once(&query.input).chain(&query.edges);
    for input in inputs.chain(join.clone().map(|join| &join.input)) {
        visit(&input.source);
        input
            .filters
            .iter()
            .chain(&input.window)
            .for_each(&mut *visit);
    }
    join.flat_map(|join| &join.on).for_each(&mut *visit);
    for select in &query.select {
        match &select.value {
            SelectValue::Expr(value) => visit(value),
            SelectValue::Aggregate { argument, .. } => argument.iter().for_each(&mut *visit),
        }
    }
    query
        .group_by
        .iter()
        .chain(&query.having)
        .for_each(&mut *visit);
    query.order_by.iter().for_each(|(key, _)| visit(key));
}
