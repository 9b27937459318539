//! The order in which module variables are initialised (spec/language.md 7.1): after everything that their
//! initial values read, directly or by the functions that they call; else as written.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{ItemId, ModuleId};
use crate::db::{Db, Project};

use super::hir::HirItemKind;
use super::queries::{infer, module_items, module_of};
use super::walk;

/// The variables, listeners and structured constants of a module, in the order of initialisation. Members
/// of a cycle (E028) keep the order of the text.
pub fn init_order(db: &dyn Db, module: ModuleId) -> Arc<Vec<ItemId>> {
    Project::try_get(db).map_or_else(Arc::default, |project| init_order_in(db, project, module))
}

#[salsa::tracked(returns(clone))]
fn init_order_in(db: &dyn Db, _project: Project, module: ModuleId) -> Arc<Vec<ItemId>> {
    let mut order = Order {
        db,
        module,
        reads: FxHashMap::default(),
        done: FxHashSet::default(),
    };
    let mut result = Vec::new();
    for &item in module_items(db, module).iter() {
        order.visit(item, &mut result);
    }
    Arc::new(result)
}

struct Order<'a> {
    db: &'a dyn Db,
    module: ModuleId,
    /// The items of this module that an item names anywhere.
    reads: FxHashMap<ItemId, Vec<ItemId>>,
    done: FxHashSet<ItemId>,
}

impl Order<'_> {
    /// Depth first over the items named, with a stack of its own.
    fn visit(&mut self, root: ItemId, result: &mut Vec<ItemId>) {
        let mut work = vec![(root, false)];
        while let Some((item, leaving)) = work.pop() {
            if leaving {
                if is_initialised(self.db, item) {
                    result.push(item);
                }
            } else if self.done.insert(item) {
                work.push((item, true));
                let named = self.named_by(item);
                work.extend(named.into_iter().rev().map(|next| (next, false)));
            }
        }
    }

    fn named_by(&mut self, item: ItemId) -> Vec<ItemId> {
        let (db, module) = (self.db, self.module);
        let named = self.reads.entry(item).or_insert_with(|| {
            let mut named = walk::named_items(&infer(db, item).hir);
            named.retain(|&other| other != item && module_of(db, other) == module);
            named
        });
        // A variable is initialised when its declaration is reached; a type or service that is merely
        // named runs nothing by itself.
        named.clone()
    }
}

fn is_initialised(db: &dyn Db, item: ItemId) -> bool {
    matches!(
        infer(db, item).hir.kind,
        HirItemKind::Variable(_)
            | HirItemKind::Constant {
                initial: Some(_),
                ..
            }
    )
}
