//! Everything that can go wrong before a program starts because of its configuration. All of these
//! end the run with exit code 2; none of them carries a secret or a plain text.

use std::path::PathBuf;

use super::registry::Origin;

/// A configuration that cannot be used. The text is complete: print it behind `error: `.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// `--config FILE` names a file that is not there.
    #[error("configuration file not found: {}", .0.display())]
    FileNotFound(PathBuf),

    /// The file is there and cannot be read.
    #[error("failed to read the specified configuration file: {}", .path.display())]
    FileUnreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    /// The file is not TOML, or holds a kind of value that configurations do not have.
    #[error("{}:{line}:{column}: {message}", .path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },

    /// Two sources on the same level contradict each other.
    #[error("option '--{0}' is given twice with different values")]
    GivenTwice(String),

    /// `--=value`, `--a..b=value`.
    #[error("invalid configuration key '{0}' on the command line")]
    InvalidKey(String),

    /// An environment variable replaces a number of the file by something that is none.
    #[error("received invalid {kind} value from environment for '{key}': {value}")]
    InvalidEnvironmentValue {
        kind: &'static str,
        key: String,
        value: String,
    },

    /// `--b7a.config.secret=PATH` names a file that is not there.
    #[error("file not found: {}", .0.display())]
    SecretFileNotFound(PathBuf),

    /// The secret file is there and cannot be read.
    #[error("failed to read the secret file: {}", .path.display())]
    SecretFileUnreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    /// The secret file would stay behind, readable by whoever comes next.
    #[error("failed to delete the secret file: {}", .path.display())]
    SecretFileUndeletable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    /// A secret is one line.
    #[error("failed to initialize the cipher tool: Multi-line user secrets not allowed")]
    MultiLineSecret,

    /// The secret file, or what was typed, is empty.
    #[error("failed to initialize the cipher tool: the secret is empty")]
    EmptySecret,

    /// The secret is not UTF-8.
    #[error("failed to initialize the cipher tool: the secret is not valid UTF-8")]
    SecretNotUtf8,

    /// Encrypted values, no secret file, and nobody to ask.
    #[error(
        "the configuration holds encrypted values and there is no secret: no secret file, and standard input has no line to read it from"
    )]
    NoSecret,

    /// The terminal or standard input failed.
    #[error("failed to read from the terminal")]
    Prompt(#[source] std::io::Error),

    /// What stands between the braces is not base64.
    #[error("{origin}: configuration key '{key}': invalid base 64 value: {value}")]
    NotBase64 {
        key: String,
        origin: Origin,
        value: String,
    },

    /// Wrong secret or damaged value; which of them cannot be told.
    #[error(
        "{origin}: failed to retrieve encrypted value: '{key}' (wrong secret or damaged value)"
    )]
    Undecryptable { key: String, origin: Origin },

    /// `taintc encrypt` was given nothing, twice.
    #[error("encryption failed: empty {0}.")]
    EmptyInput(&'static str),

    /// `taintc encrypt`: the second secret differs from the first.
    #[error("secrets did not match.")]
    SecretMismatch,

    /// The system gives no random numbers.
    #[error("encryption failed: no random numbers from the system")]
    NoRandomness,
}
