//! The one integration test binary: each module is one kind of test, data-driven from `fixtures/`.

mod broken;
mod cli;
mod common;
mod conformance;
mod explain;
mod guide;
mod layering;
mod natives;
mod parse;
mod serve;
mod service;
