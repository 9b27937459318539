//! The glue to the language follows.
pub mod bytes;
pub mod chars;
pub mod data;
pub mod failure;
pub mod records;
pub mod sprintf;
