//! What is analysed on its own: a function, or the default value of one of its parameters (which is
//! evaluated in the callee's module, at each call that leaves the argument out).

use crate::types::{FuncId, FuncKind};

/// A unit of the analysis: it has an IR and a summary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    Function(FuncId),
    /// The default value of the parameter of that number; takes the parameters before it.
    Default(FuncId, u32),
}

impl Unit {
    pub fn function(self) -> FuncId {
        match self {
            Self::Function(id) | Self::Default(id, _) => id,
        }
    }

    /// Anonymous functions and workers: judged in the function around them.
    pub fn is_inner(self) -> bool {
        matches!(self, Self::Function(id) if matches!(id.key.kind, FuncKind::Lambda | FuncKind::Worker))
    }
}
