//! The bundled standard library: the `.bal` texts under `stdlib/`, embedded in the binary.
//!
//! Input → output: a module name (`ballerina/io`) → its files as `(path, text)`, both static. A
//! module that nobody imports costs nothing at start: the texts are constants, nothing is parsed,
//! copied or allocated here. This module does not know what is in the files; the checker reads them
//! like user code, and `native` holds the Rust side of their `external` functions.
//!
//! A new file is one line in the table below; a test compares the table with the folder.

/// One file: its path below `stdlib/`, and its text.
pub type File = (&'static str, &'static str);

/// The files of module `name`, sorted by path; `None` when the library has no such module.
pub fn module_files(name: &str) -> Option<&'static [File]> {
    let found = MODULES.binary_search_by(|(module, _)| (*module).cmp(name));
    MODULES.get(found.ok()?).map(|(_, files)| *files)
}

/// The names of all modules, sorted.
pub fn modules() -> impl ExactSizeIterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}

macro_rules! modules {
    ($($module:literal: $($file:literal)+,)*) => {
        /// Modules sorted by name, the files of each sorted by path.
        static MODULES: &[(&str, &[File])] = &[
            $(($module, &[
                $((
                    concat!($module, "/", $file),
                    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib/", $module, "/", $file)),
                ),)+
            ]),)*
        ];
    };
}

modules! {
    "ballerina/auth": "context.bal" "inbound_basic.bal" "outbound_basic.bal" "types.bal",
    "ballerina/cache": "cache.bal",
    "ballerina/config": "config.bal",
    "ballerina/crypto": "digest.bal" "types.bal",
    "ballerina/http": "annotations.bal" "auth_filters.bal" "auth_handlers.bal" "auth_plan.bal" "cache_control.bal" "caller.bal" "client.bal" "client_config.bal" "constants.bal" "errors.bal" "filters.bal" "listener.bal" "listener_config.bal" "message.bal" "request.bal" "response.bal" "status.bal",
    "ballerina/io": "byte_channel.bal" "character_channel.bal" "data_channel.bal" "print.bal" "record_channel.bal" "types.bal",
    "ballerina/lang.annotations": "annotations.bal",
    "ballerina/lang.array": "array.bal",
    "ballerina/lang.boolean": "boolean.bal",
    "ballerina/lang.decimal": "decimal.bal",
    "ballerina/lang.error": "error.bal",
    "ballerina/lang.float": "float.bal",
    "ballerina/lang.future": "future.bal",
    "ballerina/lang.int": "int.bal",
    "ballerina/lang.map": "map.bal",
    "ballerina/lang.object": "object.bal",
    "ballerina/lang.stream": "stream.bal",
    "ballerina/lang.string": "string.bal",
    "ballerina/lang.table": "table.bal",
    "ballerina/lang.typedesc": "typedesc.bal",
    "ballerina/lang.value": "value.bal",
    "ballerina/lang.xml": "xml.bal",
    "ballerina/log": "log.bal",
    "ballerina/math": "math.bal",
    "ballerina/mime": "base64.bal" "entity.bal" "media_type.bal" "types.bal",
    "ballerina/runtime": "runtime.bal",
    "ballerinax/java.jdbc": "client.bal" "parameters.bal" "types.bal",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{MODULES, module_files, modules};

    #[test]
    fn table_lists_exactly_the_files_of_the_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
        let mut on_disk = BTreeSet::new();
        for org in entries(&root) {
            for module in entries(&org) {
                for file in entries(&module) {
                    if file.extension().is_some_and(|extension| extension == "bal") {
                        let path = file.strip_prefix(&root).expect("lies below the root");
                        on_disk.insert(path.to_string_lossy().into_owned());
                    }
                }
            }
        }
        let listed: BTreeSet<String> = MODULES
            .iter()
            .flat_map(|(_, files)| files.iter().map(|(path, _)| (*path).to_owned()))
            .collect();
        assert_eq!(listed, on_disk);
    }

    #[test]
    fn table_is_sorted() {
        assert!(modules().is_sorted());
        assert!(
            MODULES
                .iter()
                .all(|(_, files)| files.is_sorted_by_key(|(path, _)| path))
        );
    }

    #[test]
    fn modules_are_found_by_name() {
        assert!(module_files("ballerina/lang.annotations").is_some_and(|files| files.len() == 1));
        assert!(module_files("ballerina/nosuch").is_none());
    }

    fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder)
            .expect("folder is readable")
            .map(|entry| entry.expect("entry is readable").path())
            .collect()
    }
}
