//! The runtime: executes a [`crate::bytecode::chunk::Program`]. Input → output: a program, the
//! natives it calls and the host it runs on → what it prints and serves, and how it ended.
//!
//! | module | what |
//! |---|---|
//! | [`value`] | a value in two words |
//! | [`heap`] | everything behind a handle; the collector; what natives may hold for how long |
//! | [`isolate`] | a heap, module variables and strands; the context of natives |
//! | [`native`] | the interface of natives |
//! | [`host`] | what the process offers: output, configuration, arguments, I/O threads |
//! | [`relation`], [`cast`], [`equality`], [`copy`], [`text`], [`filler`], [`arith`], [`store`], [`iterate`] | the language's operations on values of any kind |
//! | [`json`], [`xml`], [`convert`] | JSON and XML text to values and back, `constructFrom` |
//! | `machine`, `strand`, `schedule` | the virtual machine, strands and their turns |
//!
//! Invariants: no recursion on the machine's stack by calls of the language; nothing moves in the
//! heap and collections happen at safepoints only; a Rust panic ends one strand. Deliberately
//! absent: the compiler (`bytecode::lower`, types) and any particular native.

mod arguments;
pub mod arith;
pub mod cast;
pub mod convert;
pub mod copy;
pub mod equality;
pub mod filler;
pub mod heap;
pub mod host;
pub mod isolate;
pub mod iterate;
pub mod json;
mod machine;
pub mod native;
pub mod program;
pub mod relation;
mod schedule;
pub mod store;
mod strand;
pub mod text;
pub mod thrown;
pub mod value;
pub mod xml;
