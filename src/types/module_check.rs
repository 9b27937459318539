//! All diagnostics of a module's items: those of the rules for definitions, of typing,
//! and of the passes over the finished HIR.

use crate::base::ModuleId;
use crate::db::Db;
use crate::diagnostics::Diagnostic;

use super::queries::{infer, module_items};
use super::{flow, rules};

/// What is wrong in the items of `module`.
pub fn module_diagnostics(db: &dyn Db, module: ModuleId) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for &item in module_items(db, module).iter() {
        found.extend(rules::diagnostics(db, module, item));
        let inferred = infer(db, item);
        found.extend(inferred.diagnostics.iter().cloned());
        found.extend(flow::diagnostics(db, &inferred.hir));
    }
    found.extend(rules::cycle_diagnostics(db, module));
    found
}

#[cfg(test)]
mod tests {
    use crate::base::ModuleId;
    use crate::db::load::from_text;
    use crate::db::{self, Db};
    use crate::diagnostics::Diagnostic;
    use crate::stdlib;

    use super::module_diagnostics;

    fn line(db: &dyn Db, diagnostic: &Diagnostic) -> String {
        let file = diagnostic.location.item.file();
        let offset = db::item_offset(db, diagnostic.location.item);
        let text = db::source_file(db, file).map(|source| source.text(db).as_str().to_owned());
        let before = (offset + diagnostic.location.range.start) as usize;
        let line = text
            .and_then(|text| {
                text.get(..before)
                    .map(|text| text.matches('\n').count() + 1)
            })
            .unwrap_or_default();
        let (code, message) = (diagnostic.code, &diagnostic.message);
        format!("{}:{line}: {code:?} {message}", file.path())
    }

    #[test]
    fn the_library_has_no_mistakes() {
        let db = from_text("empty.bal", "");
        let mut found = Vec::new();
        for name in stdlib::modules() {
            let module = ModuleId::new(name);
            if let Some(module) = db::modules(&db).get(module) {
                for &file in &module.files {
                    found.extend(db::parse(&db, file).diagnostics.clone());
                }
            }
            found.extend(module_diagnostics(&db, module));
        }
        let lines: Vec<String> = found.iter().map(|found| line(&db, found)).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
