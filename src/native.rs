//! Natives: the Rust side of the library's `external` functions, one module per module of the library.
//!
//! Input → output: arguments of a call → an outcome, by `runtime::native`. What a native does is said in
//! the `.bal` text that declares it. Each module brings a table of its natives; [`registry`] joins them. What
//! a module can do without values of the language (channels, SQL, HTTP) lies in files of its own beside them.
//! Here are the only places besides the command line that touch files, sockets and clocks.

pub mod auth;
pub mod cache;
pub mod config;
pub mod crypto;
pub mod http;
pub mod io;
pub mod jdbc;
pub mod lang;
pub mod log;
pub mod math;
pub mod mime;
mod record;
pub mod registry;
pub mod runtime;
