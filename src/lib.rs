//! taintc: a secure-by-design service language — checker, virtual machine and standard library.
//!
//! Data flows one way: source → syntax → names → types → taint → code → run.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`base`] | names, ranges, identities, graphs | nothing of ours |
//! | [`diagnostics`] | findings and the table of codes | base |
//! | [`db`] | inputs and their queries; `db::load` alone reads sources | base, diagnostics, syntax, stdlib |
//! | [`resolve`] | module and file scopes | everything above |
//! | [`types`] | types, signatures, the typed tree (HIR) | everything above |
//! | [`taint`] | taint analysis: what untrusted data reaches | types and above |
//! | [`bytecode`] | instructions, programs, run-time types; the lowering | types and above, never taint |
//! | [`limits`] | every limit with its reason | nothing |
//! | [`config`] | configuration, environment, encrypted values, secrets | base |
//! | [`keystore`] | PKCS#12 key and trust stores, the demo stores of `b7a.home` | nothing of ours |
//! | [`native`] | the Rust side of the library's `external` functions | runtime, config, keystore, base, bytecode, limits |
//! | [`check`] | every diagnostic of a loaded program | anything |
//! | [`cli`] | commands, options, exit codes, streams | anything |
//! | [`report`] | prints diagnostics: human, short, json, sarif, github | anything |
//! | [`runtime`] | executes programs: values, heap, virtual machine, strands | base, limits, config, bytecode |
//! | [`run`] | from a checked program to its end: lowers, refuses, starts | anything |
//! | [`stdlib`] | the texts of the bundled library | nothing |
//! | [`syntax`] | text → syntax tree, syntax errors | base, diagnostics |

pub mod base;
pub mod bytecode;
pub mod check;
pub mod cli;
pub mod config;
pub mod db;
pub mod diagnostics;
pub mod keystore;
pub mod limits;
pub mod native;
pub mod report;
pub mod resolve;
pub mod run;
pub mod runtime;
pub mod stdlib;
pub mod syntax;
pub mod taint;
pub mod types;
