//! What can be wrong with a key store. Messages name files and aliases, never passwords or keys.

use std::path::PathBuf;

/// A store that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    #[error("PKCS12 key store not found at: {}", .0.display())]
    NotFound(PathBuf),

    #[error("Unable to open keystore: {}: {source}", .path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    /// The check sum over the store does not fit the password.
    #[error("Unable to open keystore: {}: keystore password was incorrect", .0.display())]
    WrongPassword(PathBuf),

    #[error("Unable to open keystore: {}: {reason}", .path.display())]
    Malformed { path: PathBuf, reason: String },

    #[error("the key store has no private key: {}", .0.display())]
    NoKey(PathBuf),

    #[error("the trust store has no certificate: {}", .0.display())]
    NoCertificate(PathBuf),

    /// The demo stores of `b7a.home` cannot be made or are only half there.
    #[error("cannot make the key stores of 'b7a.home' in {}: {reason}", .folder.display())]
    Home { folder: PathBuf, reason: String },

    /// Neither an option nor the environment says where the user's data lie.
    #[error(
        "no folder for the key stores of 'b7a.home': set --b7a.home=DIR, XDG_DATA_HOME or HOME"
    )]
    NoHome,
}
