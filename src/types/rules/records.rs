//! Record types: inclusion (E075), defaults of optional fields (E078), constants that are none (E057).

use rustc_hash::FxHashSet;

use crate::diagnostics::Code;
use crate::syntax::ast::{Const, Expr, ExprId, ItemKind, RecordMember, TypeExpr, TypeId};
use crate::types::{TyKind, constant, constant_value, display, lower_type::lower_type};

use super::Rules;

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    for at in 0..ast.n_types() {
        let TypeExpr::Record(record) = ast.ty(TypeId::from_index(at)) else {
            continue;
        };
        let mut names = FxHashSet::default();
        for member in &record.members {
            match member {
                RecordMember::Inclusion { ty, range } => {
                    let lowered = lower_type(rules.db, rules.item, ast, *ty, &mut Vec::new());
                    if !matches!(lowered.kind(), TyKind::Record(_) | TyKind::Error) {
                        let text = display(rules.db, lowered);
                        let message = format!("incompatible types: '{text}' is not a record");
                        rules.report(Code::E075, *range, message);
                    }
                }
                RecordMember::Field(field) => {
                    if field.optional && field.default.is_some() {
                        let name = field.name.name;
                        let message =
                            format!("a default value specified for optional field '{name}'");
                        rules.report(Code::E078, field.range, message);
                    }
                    if !names.insert(field.name.name) {
                        let message = format!("redeclared symbol '{}'", field.name.name);
                        rules.report(Code::E021, field.name.range, message);
                    }
                }
            }
        }
    }
    if let ItemKind::Const(constant) = &ast.kind {
        constant_definition(rules, constant);
    }
}

/// A constant is simple, or a mapping of constants.
fn constant_definition(rules: &mut Rules<'_>, written: &Const) {
    if constant_value(rules.db, rules.item).is_some() {
        return;
    }
    if !matches!(
        rules.ast.expr(strip_groups(rules, written.value)),
        Expr::Record(_)
    ) {
        // A simple constant whose value does not fit its type is a type mismatch (`infer`).
        if constant::eval(rules.db, rules.item, rules.ast, written.value).is_none() {
            let range = rules.ast.expr_range(written.value);
            rules.report(Code::E057, range, "expression is not a constant expression");
        }
        return;
    }
    mapping_constant(rules, written.value);
}

fn mapping_constant(rules: &mut Rules<'_>, expr: ExprId) {
    let Expr::Record(entries) = rules.ast.expr(strip_groups(rules, expr)) else {
        if constant::eval(rules.db, rules.item, rules.ast, expr).is_none() {
            let range = rules.ast.expr_range(expr);
            rules.report(Code::E057, range, "expression is not a constant expression");
        }
        return;
    };
    for entry in entries {
        mapping_constant(rules, entry.value);
    }
}

fn strip_groups(rules: &Rules<'_>, mut expr: ExprId) -> ExprId {
    while let Expr::Group(inner) = rules.ast.expr(expr) {
        expr = *inner;
    }
    expr
}
