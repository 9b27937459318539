//! `ballerina/io`: the terminal ([`terminal`]) and what channels can do without values of the language.

pub mod bytes;
pub mod chars;
pub mod data;
pub mod failure;
pub mod records;
pub mod sprintf;
pub mod terminal;

pub use terminal::NATIVES;
