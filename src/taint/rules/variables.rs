//! T003: tainted data is written to a module variable or into its content. T004: a module object is replaced
//! by a tainted one, or a method call taints it. T005: tainted data is written to a captured variable.

use crate::diagnostics::{Code, Diagnostic, FlowStep};

use super::super::summary::FindingSite;

pub fn variable(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let message = format!("tainted value passed to global variable '{}'", site.name);
    Diagnostic::new(Code::T003, site.location, message)
        .with_flow(path)
        .with_help(help(site))
}

pub fn object(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let message = if site.method.is_some() {
        format!("method invocation taints module object '{}'", site.name)
    } else {
        format!("tainted value passed to module object '{}'", site.name)
    };
    Diagnostic::new(Code::T004, site.location, message)
        .with_flow(path)
        .with_help(help(site))
}

pub fn captured(site: &FindingSite, path: Vec<FlowStep>) -> Diagnostic {
    let message = format!("tainted value passed to closure variable '{}'", site.name);
    Diagnostic::new(Code::T005, site.location, message)
        .with_flow(path)
        .with_help("validate the value and wrap it in `<@untainted>`, or return it instead")
}

fn help(site: &FindingSite) -> String {
    format!(
        "mark '{}' with `@tainted`, or validate the value and wrap it in `<@untainted>`",
        site.name
    )
}
