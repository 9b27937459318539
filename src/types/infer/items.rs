//! What an item consists of: its functions and methods, the functions that evaluate initial, default and annotation
//! values, services. Drives the inference of every body in the item.

use crate::base::ItemId;
use crate::db::Db;
use crate::syntax::ast::{self, ItemAst};
use crate::types::hir::{AnnotationUse, FuncKey, Function, HirItem, HirItemKind};
use crate::types::module_of;
use crate::types::queries::Inferred;
use crate::types::ty::FunctionTy;

use super::cx::Cx;

/// The typed form of `item`.
pub(super) fn infer(db: &dyn Db, item: ItemId, ast: &ItemAst) -> Inferred {
    let cx = Cx {
        db,
        item,
        module: module_of(db, item),
        ast,
        found: Vec::new(),
        functions: Vec::new(),
        action_allowed: false,
        frames: Vec::new(),
    };
    let hir = HirItem {
        item,
        module: cx.module,
        kind: HirItemKind::Error,
        functions: cx.functions.into_iter().flatten().collect(),
    };
    Inferred {
        hir,
        diagnostics: cx.found,
    }
}

impl Cx<'_> {
    /// Infers a written function (named, method, lambda) in a new frame and files it under `key`; returns its type.
    /// A lambda's frame lies on that of the function around it.
    pub fn function(
        &mut self,
        _key: FuncKey,
        _function: &ast::Function,
        _annotations: &[ast::Annotation],
    ) -> Option<FunctionTy> {
        None
    }

    /// The annotations that are attached to something, with the functions that evaluate their values;
    /// `@tainted` and `@untainted` are left out. `node` tells the places of an item apart.
    pub fn annotations(
        &mut self,
        _annotations: &[ast::Annotation],
        _node: u32,
    ) -> Vec<AnnotationUse> {
        Vec::new()
    }

    /// Adds a finished function that was not reserved.
    pub fn add_function(&mut self, function: Function) {
        self.functions.push(Some(function));
    }
}
