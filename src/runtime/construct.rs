//! Records from literals.

/// What a `NewRecord` template stores where.
#[derive(Debug)]
pub(super) struct Plan;
