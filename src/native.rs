//! Natives: the Rust side of `external` functions.
pub mod http;
pub mod mime;
