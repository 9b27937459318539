//! Documentation (E094, a warning): a documented public function documents each of its parameters, and no
//! others.

use crate::diagnostics::Code;
use crate::syntax::ast::{Documentation, Function, ItemKind};

use super::Rules;

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    if let ItemKind::Function(function) = &ast.kind {
        documented(rules, &ast.documentation, function);
    }
}

fn documented(rules: &mut Rules<'_>, documentation: &Documentation, function: &Function) {
    let lines = documentation
        .lines
        .iter()
        .filter_map(|line| Some((line, line.param?)));
    let described: Vec<_> = lines
        .filter(|(_, param)| param.as_str() != "return")
        .collect();
    if described.is_empty() {
        return;
    }
    for (line, name) in &described {
        if !function
            .params
            .iter()
            .any(|param| param.name.name == name.name)
        {
            let message = format!("no such documentable parameter '{}'", name.name);
            rules.report(Code::E094, line.range, message);
        }
    }
    for param in &function.params {
        if !described
            .iter()
            .any(|(_, name)| name.name == param.name.name)
        {
            let message = format!("undocumented parameter '{}'", param.name.name);
            rules.report(Code::E094, param.range, message);
        }
    }
}
