//! Configuration of a run: the TOML file, the environment, the command line and encrypted values
//! (spec/config.md).
//!
//! Input → output: [`load`] takes [`Options`] (what the command line said), an [`Environment`] and a
//! [`Prompt`] and gives a [`Registry`], which the natives of `ballerina/config` and the
//! authentication providers ask; [`encrypt`] is the dialogue of `taintc encrypt`.
//!
//! Keys are paths of segments ([`Key`]): a quoted part of the file may hold dots without reaching
//! into another table. Plain texts of encrypted values are made per look-up and never kept; secrets
//! are wiped when dropped and appear in no message. The key stores of `b7a.home` are not made here
//! (see `keystore`).

pub mod cipher;
pub mod encrypt;
mod error;
mod file;
mod key;
mod load;
mod prompt;
mod registry;
mod secret;

pub use error::ConfigError;
pub use key::Key;
pub use load::{Environment, Options, ProcessEnvironment, load};
pub use prompt::{Console, Prompt};
pub use registry::{Found, LookupError, Origin, Registry, Value};
