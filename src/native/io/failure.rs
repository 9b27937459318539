//! What can go wrong in a channel, still without language values.

/// One failed operation; the glue makes the module's errors of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    Generic(String),
    AccessDenied(String),
    FileNotFound(String),
    /// Nothing is left to read.
    EndOfFile,
}

/// The result of a channel operation.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The reason of the error in the language.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Generic(_) => "{ballerina/io}GenericError",
            Self::AccessDenied(_) => "{ballerina/io}AccessDeniedError",
            Self::FileNotFound(_) => "{ballerina/io}FileNotFoundError",
            Self::EndOfFile => "{ballerina/io}EoF",
        }
    }

    /// The message of the error in the language.
    pub fn message(&self) -> &str {
        match self {
            Self::Generic(message) | Self::AccessDenied(message) | Self::FileNotFound(message) => {
                message
            }
            Self::EndOfFile => "EoF when reading from the channel",
        }
    }

    /// A channel that was closed before.
    pub fn closed() -> Self {
        Self::Generic("channel already closed.".to_owned())
    }

    /// The failure to open `path`.
    pub fn of_open(error: &std::io::Error, path: &str) -> Self {
        let absolute = std::path::absolute(path)
            .map_or_else(|_| path.to_owned(), |path| path.display().to_string());
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                Self::FileNotFound(format!("no such file or directory: {absolute}"))
            }
            std::io::ErrorKind::PermissionDenied => {
                Self::AccessDenied(format!("access denied: {absolute}"))
            }
            _ => Self::Generic(format!("{absolute}: {error}")),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Generic(error.to_string())
    }
}
