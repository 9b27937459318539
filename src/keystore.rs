//! Key stores and trust stores: PKCS#12 files (Java's, old and new), PEM files, the demo stores of
//! `b7a.home`, and the rules by which a peer's certificate is trusted.
//!
//! Input → output: a path and a password → a [`KeyStore`] with private keys, their chains and
//! trusted certificates as DER; a folder → the demo stores inside it ([`home`]); a trust store → the
//! verifiers that TLS uses ([`verify`]). No TLS connections are made here, and private keys are never
//! printed.

mod error;
pub mod home;
mod store;
pub mod verify;

pub use error::KeystoreError;
pub use store::{KeyEntry, KeyStore, certificates_from_pem, key_from_pem};
