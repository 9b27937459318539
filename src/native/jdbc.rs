//! The glue to the language follows.
pub mod execute;
pub mod failure;
pub mod moment;
pub mod parameter;
pub mod pool;
pub mod query;
pub mod rows;
pub mod url;
