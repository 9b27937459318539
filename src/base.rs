//! Foundations that know nothing of the language: interned names, text ranges, item identities,
//! line indexes and graph algorithms. Input → output: plain data in, plain data out, no I/O.
//! Everything else in the crate may use this module; it uses none of ours.

pub mod decimal;
pub mod float_hex;
pub mod graph;
pub mod item;
pub mod line_index;
pub mod name;
pub mod number_text;
pub mod text;

pub use decimal::Decimal;
pub use item::{FileId, ItemId, Location, ModuleId};
pub use line_index::{LineColumn, LineIndex};
pub use name::Name;
pub use text::TextRange;
