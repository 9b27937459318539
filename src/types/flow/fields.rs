//! Object fields that nothing sets: no default, and no `__init` that could.

use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};
use crate::types::hir::{HirItem, HirItemKind};
use crate::types::queries::object_def;
use crate::types::ty::TyKind;

/// E072 for the fields of the item's object type when it has no `__init`.
pub fn check(db: &dyn Db, item: &HirItem, found: &mut Vec<Diagnostic>) {
    let HirItemKind::TypeDef { ty, .. } = &item.kind else {
        return;
    };
    let TyKind::Object(id) = ty.kind() else {
        return;
    };
    let definition = object_def(db, *id);
    if id.item != item.item || definition.is_abstract || definition.init.is_some() {
        return;
    }
    for field in definition
        .fields
        .iter()
        .filter(|field| field.default.is_none())
    {
        if field.location.item == item.item {
            let message = format!("uninitialized field '{}'", field.name);
            found.push(Diagnostic::new(Code::E072, field.location, message));
        }
    }
}
