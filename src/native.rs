//! Natives: the Rust side of the library's `external` functions, one module per module of the library.
//!
//! Input → output: arguments of a call → an outcome, by `runtime::native`. What a native does is said in
//! the `.bal` text that declares it. Here are the only places besides the command line that touch files,
//! sockets and clocks.

pub mod auth;
pub mod cache;
pub mod config;
pub mod crypto;
pub mod http;
pub mod log;
pub mod mime;
mod record;
pub mod runtime;
