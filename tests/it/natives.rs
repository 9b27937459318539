//! The library's `external` functions and the natives behind them, each side compared with the other.

use std::collections::BTreeSet;

use taintc::base::FileId;
use taintc::native::registry;
use taintc::stdlib;
use taintc::syntax::ast::{
    Function, FunctionBody, Item, ItemKind, ObjectMember, ParsedFile, TypeExpr,
};
use taintc::syntax::parse;

/// The names behind the colon of the `external` functions of a file: `f`, and `T.f` for methods.
fn externals(file: &ParsedFile) -> Vec<String> {
    file.items.iter().flat_map(externals_of_item).collect()
}

fn externals_of_item(item: &Item) -> Vec<String> {
    match &item.ast.kind {
        ItemKind::Function(function) => external(function).into_iter().collect(),
        ItemKind::Type(definition) => {
            let TypeExpr::Object(object) = item.ast.ty(definition.ty) else {
                return Vec::new();
            };
            let owner = item.ast.name.expect("a type has a name");
            let methods = object.members.iter().filter_map(|member| match member {
                ObjectMember::Method(method) => external(&method.function),
                _ => None,
            });
            methods
                .map(|name| format!("{}.{name}", owner.as_str()))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn external(function: &Function) -> Option<String> {
    let is_external = matches!(function.body, FunctionBody::External { .. });
    let name = function.name.filter(|_| is_external)?;
    Some(name.as_str().to_owned())
}

#[test]
fn every_external_function_has_a_native_and_every_native_a_function() {
    let mut declared = BTreeSet::new();
    for module in stdlib::modules() {
        for (path, text) in stdlib::module_files(module).expect("a module of the library") {
            let file = parse(FileId::new(path), text);
            assert_eq!(file.diagnostics, [], "{path}");
            let names = externals(&file).into_iter();
            declared.extend(names.map(|name| format!("{module}:{name}")));
        }
    }
    let native: BTreeSet<String> = registry::external_keys().collect();
    let missing: Vec<_> = declared.difference(&native).collect();
    let useless: Vec<_> = native.difference(&declared).collect();
    assert!(declared.len() > 100, "{declared:#?}");
    assert!(
        missing.is_empty(),
        "functions without a native: {missing:#?}"
    );
    assert!(
        useless.is_empty(),
        "natives without a function: {useless:#?}"
    );
}
