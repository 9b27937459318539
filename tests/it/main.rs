//! The one integration test binary: each module is one kind of test, data-driven from `fixtures/`.

mod cli;
mod common;
mod conformance;
mod explain;
mod layering;
