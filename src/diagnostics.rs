//! What the checker says: diagnostics with a code, a place, the flow that led there and help.
//! Stages return `(value, Vec<Diagnostic>)`; nothing here prints (see `report`). The one table of
//! codes, with their severities and explanations, is [`codes`].

pub mod codes;
pub mod explain;

use crate::base::Location;

pub use codes::{Code, Severity};
pub use explain::Explanation;

/// One finding. Its severity is its code's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub code: Code,
    /// One lower-case sentence without full stop, names in single quotes.
    pub message: String,
    /// The smallest range that is wrong.
    pub location: Location,
    /// How the data came here, source first, sink last (spec/taint.md section 10); empty for
    /// everything but T001–T007.
    pub flow: Vec<FlowStep>,
    /// What to do about it.
    pub help: Option<String>,
}

/// One step of the path that the data took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowStep {
    pub message: String,
    pub location: Location,
}

impl Diagnostic {
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            location,
            flow: Vec::new(),
            help: None,
        }
    }

    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn with_flow(mut self, flow: Vec<FlowStep>) -> Self {
        self.flow = flow;
        self
    }
}
