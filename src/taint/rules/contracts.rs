//! T006: a function returns tainted data of its own without saying so. T007: it puts such data into an argument
//! without saying so.

use crate::diagnostics::{Code, Diagnostic, FlowStep};

use super::super::summary::FindingSite;

pub fn returned(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let message = format!(
        "function '{}' returns a tainted value: annotate its return type with @tainted",
        site.name
    );
    Diagnostic::new(Code::T006, site.location, message)
        .with_flow(path)
        .with_help("write `returns @tainted` before the type, or return a trusted value")
}

pub fn parameter(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let function = site.method.unwrap_or(site.name);
    let message = format!(
        "parameter '{}' is tainted by function '{function}': annotate it with @tainted",
        site.name
    );
    Diagnostic::new(Code::T007, site.location, message)
        .with_flow(path)
        .with_help("write `@tainted` before the parameter, or write trusted values only")
}
