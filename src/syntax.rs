//! From text to syntax tree. [`parse`] reads one file and never fails: what is wrong becomes
//! diagnostics E001–E007, the rest a tree ([`ast`]). It knows no names, types or modules.
//!
//! The way: `scan` blanks out comments, finds lexical errors and cuts the file apart; `parser` gives
//! each piece to the pest grammar (`grammar`, the files in `grammar/`) and its pairs to `lower`;
//! `recover` reads broken items piece by piece. Library files are read item by item, when asked (`outline`).

pub mod ast;
mod grammar;
mod lower;
mod message;
mod outline;
mod parser;
mod recover;
mod scan;
mod skip;

pub use outline::{Head, HeadKind, Outline, OutlineItem, outline, read_item};
pub use parser::parse;

/// The text of a file, or the offset of the first byte that is not UTF-8 (E005).
pub fn decode(bytes: Vec<u8>) -> Result<String, usize> {
    String::from_utf8(bytes).map_err(|error| error.utf8_error().valid_up_to())
}
