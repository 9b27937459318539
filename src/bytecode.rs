//! The code that the virtual machine runs: instructions, the program that holds them, run-time
//! type descriptors and the layout of records. Input → output: the lowering (`bytecode::lower`)
//! turns the typed tree into a [`chunk::Program`]; the runtime executes it.
//!
//! Everything below except `lower` is shared with the runtime and therefore knows nothing of the
//! compiler's types. Deliberately absent: a file format; programs live in memory only.
//!
//! | module | what |
//! |---|---|
//! | [`tag`] | the kinds of run-time values |
//! | [`typedesc`] | run-time types, interned in a [`typedesc::TypeTable`] |
//! | [`typetext`] | types as the language spells them |
//! | [`shape`] | where the fields of a record or object lie |
//! | [`op`] | the instructions |
//! | [`chunk`] | the program and its tables |
//! | [`disasm`] | code as text, for tests |
//! | [`lower`] | the typed tree → a program |

pub mod chunk;
pub mod disasm;
pub mod lower;
pub mod op;
pub mod shape;
pub mod tag;
pub mod typedesc;
pub mod typetext;
