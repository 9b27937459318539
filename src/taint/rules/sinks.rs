//! T001: tainted data is passed to a sensitive parameter, marked or derived. T002: a method passes a tainted
//! part of its object to one.

use crate::diagnostics::{Code, Diagnostic, FlowStep};

use super::super::summary::FindingSite;

const HELP: &str = "validate the value and wrap it in `<@untainted>`, or pass it where it is not sensitive \
                    (in SQL: bind it as a parameter of the query)";

pub fn argument(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let message = format!(
        "tainted value passed to sensitive parameter '{}'",
        site.name
    );
    Diagnostic::new(Code::T001, site.location, message)
        .with_flow(path)
        .with_help(HELP)
}

pub fn method(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let method = site.method.unwrap_or(site.name);
    let message = format!(
        "tainted value passed to sensitive parameter '{}' originating from object method '{method}' invocation",
        site.name
    );
    Diagnostic::new(Code::T002, site.location, message)
        .with_flow(path)
        .with_help("validate what is stored in the object and wrap it in `<@untainted>`")
}
