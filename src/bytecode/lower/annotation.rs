//! Annotations: their values are module variables that the initialiser of the module fills.

use crate::base::{ItemId, Name};
use crate::bytecode::typedesc::{Annotation, TypeId};
use crate::types;
use crate::types::TyKind;
use crate::types::hir::AnnotationUse;

use super::context::{Context, GlobalKind};

impl Context<'_> {
    /// The annotations written at one place of `item`, as natives find them. An annotation that may be
    /// repeated stands once for each of its values.
    pub(super) fn annotations(&mut self, item: ItemId, uses: &[AnnotationUse]) -> Vec<Annotation> {
        let mut found: Vec<Annotation> = Vec::with_capacity(uses.len());
        for used in uses {
            let ty = types::item_type(self.db, used.definition);
            let ty = match ty.kind() {
                TyKind::Array { element, .. } => *element,
                _ => ty,
            };
            let ty = match used.value {
                Some(_) => self.ty(ty),
                None => TypeId::BOOLEAN,
            };
            let node = used.range.start;
            let kind = GlobalKind::Annotation {
                item,
                value: used.value,
                node,
            };
            let name = Name::new(&format!("@{}", used.qualified_name));
            let value = self.global(kind, name, ty);
            found.push(Annotation {
                key: used.qualified_name,
                value,
            });
        }
        found
    }
}
