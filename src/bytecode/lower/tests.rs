//! Programs as code: what the lowering makes of small functions.

use crate::base::ModuleId;
use crate::bytecode::chunk::Code;
use crate::bytecode::disasm;
use crate::check;
use crate::db;

/// The code of the functions of `text`, without those of the library.
fn code(text: &str) -> String {
    let db = db::load::from_text("test.bal", text);
    let found = check::diagnostics(&db);
    assert!(found.is_empty(), "{found:?}");
    let root = db::modules(&db).user().first().copied();
    let lowered = super::program(&db, root.unwrap_or(ModuleId::new("")));
    let mut program = lowered.expect("the program can be lowered").program;
    for function in &mut program.functions {
        if function.file.as_str() != "test.bal" {
            function.code = Code::Missing;
        }
    }
    disasm::program_text(&program)
}

#[test]
fn dump() {
    let Ok(path) = std::env::var("DUMP") else {
        return;
    };
    println!("{}", code(&std::fs::read_to_string(path).unwrap()));
}
