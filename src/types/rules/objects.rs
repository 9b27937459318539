//! Object types: inclusion (E075), missing methods (E074), abstract objects (E076), places of `remote` and
//! `resource` (E077), external `__init` (E084).

use rustc_hash::FxHashSet;

use crate::base::Name;
use crate::diagnostics::Code;
use crate::syntax::ast::{
    FunctionBody, Method, ObjectMember, ObjectType, TypeExpr, TypeId, Visibility,
};
use crate::types::ty::ObjectIdKind;
use crate::types::{ObjectId, TyKind, display, lower_type::lower_type, node_number, object_def};

use super::Rules;
use super::functions::misplaced;

pub(super) fn check(rules: &mut Rules<'_>) {
    let ast = rules.ast;
    for at in 0..ast.n_types() {
        let node = TypeId::from_index(at);
        if let TypeExpr::Object(object) = ast.ty(node) {
            object_type(rules, node, object);
        }
    }
}

fn object_type(rules: &mut Rules<'_>, node: TypeId, object: &ObjectType) {
    let name = rules.item.name();
    let mut included: FxHashSet<ObjectId> = FxHashSet::default();
    for member in &object.members {
        match member {
            ObjectMember::Inclusion { ty, range } => {
                let lowered = lower_type(rules.db, rules.item, rules.ast, *ty, &mut Vec::new());
                let text = display(rules.db, lowered);
                match lowered.kind() {
                    TyKind::Error => {}
                    TyKind::Object(id) if object_def(rules.db, *id).is_abstract => {
                        if !included.insert(*id) {
                            let message = format!("redeclared type reference '{text}'");
                            rules.report(Code::E075, *range, message);
                        } else if object.is_abstract.is_none() {
                            missing_methods(rules, node, *id, *range);
                        }
                    }
                    _ => {
                        let message =
                            format!("incompatible types: '{text}' is not an abstract object");
                        rules.report(Code::E075, *range, message);
                    }
                }
            }
            ObjectMember::Method(method) => object_method(rules, object, method, name),
            ObjectMember::Field(field) => {
                let private = field.visibility.filter(|v| v.node == Visibility::Private);
                if let Some(private) = private.filter(|_| object.is_abstract.is_some()) {
                    let message = format!(
                        "private field '{}' in abstract object '{name}'",
                        field.name.name
                    );
                    rules.report(Code::E076, private.range, message);
                }
            }
        }
    }
}

/// E074 at the inclusion for each of its methods that the object leaves without a body.
fn missing_methods(
    rules: &mut Rules<'_>,
    node: TypeId,
    included: ObjectId,
    range: crate::base::TextRange,
) {
    let own = ObjectId {
        item: rules.item,
        node: node_number(node),
        kind: ObjectIdKind::Type,
    };
    let own = object_def(rules.db, own);
    let name = own.name.unwrap_or_else(|| rules.item.name());
    for method in &object_def(rules.db, included).methods {
        let missing = own
            .method(method.name)
            .is_none_or(|found| found.is_abstract && found.id == method.id);
        if missing {
            let message = format!(
                "no implementation found for the function '{}' of non-abstract object '{name}'",
                method.name
            );
            rules.report(Code::E074, range, message);
        }
    }
}

fn object_method(rules: &mut Rules<'_>, object: &ObjectType, method: &Method, object_name: Name) {
    let function = &method.function;
    misplaced(rules, function, object.is_client.is_some(), false);
    let range = head_range(method);
    let name = function.name.map_or("", crate::syntax::ast::Ident::as_str);
    if object.is_abstract.is_some() {
        if name == "__init" {
            let message =
                format!("abstract object '{object_name}' cannot have a constructor method");
            rules.report(Code::E076, range, message);
        } else {
            match &function.body {
                FunctionBody::Block(_) => {
                    let message = format!(
                        "function '{name}' in abstract object '{object_name}' cannot have a body"
                    );
                    rules.report(Code::E076, range, message);
                }
                FunctionBody::External { range, .. } => {
                    let message = format!(
                        "external function: '{name}' not allowed in abstract object '{object_name}'"
                    );
                    rules.report(Code::E084, *range, message);
                }
                FunctionBody::None => {}
            }
            if let Some(private) = method.visibility.filter(|v| v.node == Visibility::Private) {
                let message =
                    format!("private function '{name}' in abstract object '{object_name}'");
                rules.report(Code::E076, private.range, message);
            }
        }
        return;
    }
    match &function.body {
        FunctionBody::None => {
            let message = format!(
                "no implementation found for the function '{name}' of non-abstract object '{object_name}'"
            );
            rules.report(Code::E074, range, message);
        }
        FunctionBody::External { range, .. } if name == "__init" && !rules.module.is_library() => {
            let message = "object '__init' method cannot have an 'external' implementation";
            rules.report(Code::E084, *range, message);
        }
        FunctionBody::External { .. } | FunctionBody::Block(_) => {}
    }
}

fn head_range(method: &Method) -> crate::base::TextRange {
    method.function.name.map_or(method.range, |name| name.range)
}
