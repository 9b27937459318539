//! The rules for definitions (spec/language.md 5.12–5.16): what may stand where in functions, objects, records,
//! services, annotations and constants; and warnings about settings that leave a program open
//! (spec/cli.md section 4). Input: the syntax tree of an item and the definitions behind its names; output:
//! diagnostics. What else happens inside bodies is for `infer` and `flow`.

mod annotations;
mod cycles;
mod documentation;
mod functions;
mod listeners;
mod objects;
mod records;
mod security;
mod visibility;

use crate::base::{ItemId, Location, ModuleId, TextRange};
use crate::db::{self, Db};
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::ItemAst;

/// An item under check.
struct Rules<'a> {
    db: &'a dyn Db,
    item: ItemId,
    module: ModuleId,
    ast: &'a ItemAst,
    found: Vec<Diagnostic>,
}

impl Rules<'_> {
    fn report(&mut self, code: Code, range: TextRange, message: impl Into<String>) {
        self.found.push(Diagnostic::new(
            code,
            Location::new(self.item, range),
            message,
        ));
    }

    /// The name of the item, or its beginning.
    fn name_range(&self) -> TextRange {
        self.ast.name.map(|name| name.range).unwrap_or_default()
    }
}

/// What is wrong in the definition of `item`.
pub fn diagnostics(db: &dyn Db, module: ModuleId, item: ItemId) -> Vec<Diagnostic> {
    let Some(ast) = db::item_ast(db, item) else {
        return Vec::new();
    };
    let mut rules = Rules {
        db,
        item,
        module,
        ast: &ast,
        found: Vec::new(),
    };
    functions::check(&mut rules);
    objects::check(&mut rules);
    records::check(&mut rules);
    listeners::check(&mut rules);
    annotations::check(&mut rules);
    visibility::check(&mut rules);
    documentation::check(&mut rules);
    security::check(&mut rules);
    rules.found
}

/// E028 of a module: definitions that need themselves.
pub fn cycle_diagnostics(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    cycles::check(db, module)
}
