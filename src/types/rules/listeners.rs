//! Listeners and services (E080): a listener has the five methods that attach and run services.

use crate::base::Name;
use crate::diagnostics::Code;
use crate::syntax::ast::ItemKind;
use crate::types::hir::HirItemKind;
use crate::types::{Ty, TyKind, classify, display, infer, item_type, object_def};

use super::Rules;

const METHODS: [&str; 5] = [
    "__attach",
    "__detach",
    "__start",
    "__gracefulStop",
    "__immediateStop",
];

pub(super) fn check(rules: &mut Rules<'_>) {
    match &rules.ast.kind {
        ItemKind::Var(variable) if variable.is_listener => {
            let ty = item_type(rules.db, rules.item);
            if !is_listener(rules, ty) {
                let text = display(rules.db, ty);
                let message = format!(
                    "listener variable incompatible types: '{text}' is not a Listener object"
                );
                rules.report(Code::E080, rules.name_range(), message);
            }
        }
        ItemKind::Service(_) => {
            let inferred = infer(rules.db, rules.item);
            let HirItemKind::Service(service) = &inferred.hir.kind else {
                return;
            };
            for listener in &service.listeners {
                if !is_listener(rules, classify::without_error(listener.ty)) {
                    rules.report(Code::E080, listener.range, "invalid listener attachment");
                }
            }
        }
        ItemKind::Function(_)
        | ItemKind::Type(_)
        | ItemKind::Annotation(_)
        | ItemKind::Error
        | ItemKind::Var(_)
        | ItemKind::Const(_) => {}
    }
}

fn is_listener(rules: &Rules<'_>, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Error => true,
        TyKind::Object(id) => {
            let definition = object_def(rules.db, *id);
            METHODS
                .iter()
                .all(|method| definition.method(Name::new(method)).is_some())
        }
        _ => false,
    }
}
