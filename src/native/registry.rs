//! Every native by its key: `org/module:function`, `org/module:Type.method` for methods. Each module of the
//! library brings a table of its own; there is no other way in.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{auth, cache, config, crypto, http, io, jdbc, lang, log, math, mime, runtime};
use crate::runtime::native::Native;

/// Natives of one module by the name behind the colon.
pub type Table = &'static [(&'static str, Native)];

/// The natives of every module.
const MODULES: &[(&str, Table)] = &[
    ("ballerina/auth", auth::NATIVES),
    ("ballerina/cache", cache::NATIVES),
    ("ballerina/config", config::NATIVES),
    ("ballerina/crypto", crypto::NATIVES),
    ("ballerina/http", http::NATIVES),
    ("ballerina/io", io::NATIVES),
    ("ballerina/lang.array", lang::array::NATIVES),
    ("ballerina/lang.boolean", lang::boolean::NATIVES),
    ("ballerina/lang.decimal", lang::decimal::NATIVES),
    ("ballerina/lang.error", lang::error::NATIVES),
    ("ballerina/lang.float", lang::float::NATIVES),
    ("ballerina/lang.future", lang::future::NATIVES),
    ("ballerina/lang.int", lang::int::NATIVES),
    ("ballerina/lang.map", lang::map::NATIVES),
    ("ballerina/lang.stream", lang::stream::NATIVES),
    ("ballerina/lang.string", lang::string::NATIVES),
    ("ballerina/lang.table", lang::table::NATIVES),
    ("ballerina/lang.typedesc", lang::typedesc::NATIVES),
    ("ballerina/lang.value", lang::value::NATIVES),
    ("ballerina/lang.xml", lang::xml::NATIVES),
    ("ballerina/log", log::NATIVES),
    ("ballerina/math", math::NATIVES),
    ("ballerina/mime", mime::NATIVES),
    ("ballerina/runtime", runtime::NATIVES),
    ("ballerinax/java.jdbc", jdbc::NATIVES),
];

/// Natives without an `external` function: the lowering calls them for constructs of the language.
const CONSTRUCTS: &[(&str, Table)] = &[
    ("ballerina/lang.stream", lang::stream::CONSTRUCTS),
    ("ballerina/lang.table", lang::table::CONSTRUCTS),
    ("ballerina/lang.table", lang::query::CONSTRUCTS),
    ("ballerina/lang.typedesc", lang::typedesc::CONSTRUCTS),
    ("ballerina/lang.xml", lang::xml::CONSTRUCTS),
    ("ballerina/transactions", jdbc::transaction::NATIVES),
];

static BY_KEY: LazyLock<FxHashMap<String, Native>> = LazyLock::new(|| {
    let tables = MODULES.iter().chain(CONSTRUCTS);
    tables
        .flat_map(|&(module, table)| keyed(module, table))
        .collect()
});

fn keyed(module: &'static str, table: Table) -> impl Iterator<Item = (String, Native)> {
    let entries = table.iter();
    entries.map(move |&(name, native)| (format!("{module}:{name}"), native))
}

/// The native with a key; for [`crate::runtime::native::Natives`].
pub fn native(key: &str) -> Option<Native> {
    BY_KEY.get(key).copied()
}

/// The keys of all natives that stand behind `external` functions.
pub fn external_keys() -> impl Iterator<Item = String> {
    let tables = MODULES.iter();
    tables.flat_map(|&(module, table)| keyed(module, table).map(|(key, _)| key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_given_twice() {
        let tables = MODULES.iter().chain(CONSTRUCTS);
        let n_entries: usize = tables.map(|(_, table)| table.len()).sum();
        assert_eq!(BY_KEY.len(), n_entries);
        assert!(native("ballerina/lang.array:push").is_some());
        assert!(native("ballerina/lang.array:nothing").is_none());
    }
}
