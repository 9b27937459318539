//! TLS of listeners and clients: from the fields of a `secureSocket` record to the configurations of
//! rustls (spec/http.md sections 1 and 6).
//!
//! Everything that can be wrong ends here with an error that names the field; passwords are never in it.
//! Keys and certificates are read by `keystore`; who is trusted is decided by `keystore::verify`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::NoServerSessionStorage;
use rustls::{ClientConfig, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion, version};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::session::TimedSessions;
use crate::keystore::verify::{ClientVerifier, ServerVerifier};
use crate::keystore::{KeyStore, KeystoreError, certificates_from_pem, key_from_pem};

const HTTP_1: &[u8] = b"http/1.1";
const HTTP_2: &[u8] = b"h2";
/// Handshakes without a limit of their own.
const HANDSHAKE_TIME: Duration = Duration::from_secs(30);

/// A store file and what opens it.
#[derive(Clone, Debug)]
pub struct StoreFile {
    pub path: PathBuf,
    pub password: Zeroizing<String>,
}

/// Fields that `ListenerSecureSocket` and `ClientSecureSocket` have in common, as they stand.
#[derive(Clone, Default, Debug)]
pub struct SecureSocket {
    pub trust_store: Option<StoreFile>,
    pub key_store: Option<StoreFile>,
    pub cert_file: String,
    pub key_file: String,
    pub has_key_password: bool,
    pub trusted_cert_file: String,
    pub protocol_name: String,
    pub protocol_versions: Vec<String>,
    pub ciphers: Vec<String>,
    pub validates_revocation: bool,
    pub staples: bool,
    pub shares_session: bool,
    pub handshake_seconds: Option<i64>,
    pub session_seconds: Option<i64>,
}

/// Fields of a client alone.
#[derive(Clone, Copy, Debug)]
pub struct ClientFields {
    pub is_disabled: bool,
    pub verifies_host: bool,
}

/// Why a `secureSocket` record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("secureSocket field '{field}': {reason}")]
    Field { field: &'static str, reason: String },
    #[error("secureSocket field '{field}': {source}")]
    Store {
        field: &'static str,
        #[source]
        source: KeystoreError,
    },
    #[error("secureSocket has no key: neither 'keyStore' nor 'certFile' with 'keyFile' is given")]
    NoKey,
    #[error("secureSocket: {0}")]
    Rustls(#[from] rustls::Error),
}

/// A usable configuration, how long a handshake may take, and what should be said about it.
#[derive(Debug)]
pub struct Tls<C> {
    pub config: Arc<C>,
    pub handshake_time: Duration,
    pub warnings: Vec<String>,
}

/// The configuration of a listener. `verify_client` is the field `sslVerifyClient`.
pub fn server(
    socket: &SecureSocket,
    verify_client: &str,
    is_http_2: bool,
) -> Result<Tls<ServerConfig>, TlsError> {
    let is_mandatory = match verify_client {
        "" => None,
        "require" => Some(true),
        "optional" => Some(false),
        other => {
            let reason = format!("'{other}' is neither 'require' nor 'optional'");
            return Err(field("sslVerifyClient", reason));
        }
    };
    let choice = Choice::new(socket)?;
    let (chain, key) = own_key(socket)?.ok_or(TlsError::NoKey)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&choice.provider))
        .with_protocol_versions(&choice.versions)?;
    let trusted = trusted(socket)?;
    let builder = match (is_mandatory, trusted) {
        (None, _) => builder.with_no_client_auth(),
        (Some(_), None) => {
            let reason = "there is no 'trustStore' to verify clients by";
            return Err(field("sslVerifyClient", reason));
        }
        (Some(is_mandatory), Some((name, trusted))) => {
            let verifier = ClientVerifier::new(trusted, is_mandatory, choice.provider);
            let verifier =
                verifier.ok_or_else(|| field(name, "it holds no certificate to verify by"))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = protocols(is_http_2);
    let session_time = seconds(socket.session_seconds, "sessionTimeoutInSeconds")?;
    if !socket.shares_session {
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    } else if let Some(time) = session_time {
        config.session_storage = TimedSessions::new(time);
    }
    Ok(Tls {
        config: Arc::new(config),
        handshake_time: handshake_time(socket)?,
        warnings: choice.warnings,
    })
}

/// The configuration of a client. Without a record: what the platform trusts.
pub fn client(
    socket: &SecureSocket,
    fields: ClientFields,
    is_http_2: bool,
) -> Result<Tls<ClientConfig>, TlsError> {
    if socket.session_seconds.is_some() {
        return Err(unsupported("sessionTimeoutInSeconds"));
    }
    let mut choice = Choice::new(socket)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&choice.provider))
        .with_protocol_versions(&choice.versions)?;
    let verifier = if fields.is_disabled {
        let text = "secureSocket.disable: the certificates of servers are not verified";
        choice.warnings.push(text.to_owned());
        ServerVerifier::disabled(&choice.provider)
    } else {
        let trusted = match trusted(socket)? {
            Some((_, trusted)) => trusted,
            None => rustls_native_certs::load_native_certs().certs,
        };
        ServerVerifier::new(trusted, fields.verifies_host, &choice.provider)
    };
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match own_key(socket)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols(is_http_2);
    if !socket.shares_session {
        config.resumption = Resumption::disabled();
    }
    Ok(Tls {
        config: Arc::new(config),
        handshake_time: handshake_time(socket)?,
        warnings: choice.warnings,
    })
}

fn protocols(is_http_2: bool) -> Vec<Vec<u8>> {
    match is_http_2 {
        true => vec![HTTP_2.to_vec(), HTTP_1.to_vec()],
        false => vec![HTTP_1.to_vec()],
    }
}

fn field(field: &'static str, reason: impl Into<String>) -> TlsError {
    let reason = reason.into();
    TlsError::Field { field, reason }
}

fn unsupported(name: &'static str) -> TlsError {
    field(name, "not supported by this version of taintc")
}

fn seconds(given: Option<i64>, name: &'static str) -> Result<Option<Duration>, TlsError> {
    let Some(given) = given else { return Ok(None) };
    match u64::try_from(given) {
        Ok(seconds) if seconds > 0 => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(field(name, "it must be greater than 0")),
    }
}

fn handshake_time(socket: &SecureSocket) -> Result<Duration, TlsError> {
    let given = seconds(socket.handshake_seconds, "handshakeTimeoutInSeconds")?;
    Ok(given.unwrap_or(HANDSHAKE_TIME))
}

type Chain = Vec<CertificateDer<'static>>;

/// The key to show to the other side.
fn own_key(socket: &SecureSocket) -> Result<Option<(Chain, PrivateKeyDer<'static>)>, TlsError> {
    if socket.has_key_password {
        return Err(unsupported("keyPassword"));
    }
    if let Some(file) = &socket.key_store {
        let of_field = |source| TlsError::Store {
            field: "keyStore",
            source,
        };
        let store = KeyStore::load(&file.path, &file.password).map_err(of_field)?;
        let entry = store.server_key();
        let entry = entry.ok_or_else(|| of_field(KeystoreError::NoKey(file.path.clone())))?;
        return Ok(Some((entry.chain().to_vec(), entry.key())));
    }
    match (socket.cert_file.as_str(), socket.key_file.as_str()) {
        ("", "") => Ok(None),
        ("", _) => Err(field("certFile", "it is missing beside 'keyFile'")),
        (_, "") => Err(field("keyFile", "it is missing beside 'certFile'")),
        (certificates, key) => {
            let of_field = |field| move |source| TlsError::Store { field, source };
            let chain =
                certificates_from_pem(certificates.as_ref()).map_err(of_field("certFile"))?;
            let key = key_from_pem(key.as_ref()).map_err(of_field("keyFile"))?;
            Ok(Some((chain, key)))
        }
    }
}

/// The certificates to verify the other side by, and the field that they come from.
fn trusted(socket: &SecureSocket) -> Result<Option<(&'static str, Chain)>, TlsError> {
    if let Some(file) = &socket.trust_store {
        let of_field = |source| TlsError::Store {
            field: "trustStore",
            source,
        };
        let store = KeyStore::load(&file.path, &file.password).map_err(of_field)?;
        let certificates: Chain = store.trusted().cloned().collect();
        if certificates.is_empty() {
            return Err(of_field(KeystoreError::NoCertificate(file.path.clone())));
        }
        return Ok(Some(("trustStore", certificates)));
    }
    if socket.trusted_cert_file.is_empty() {
        return Ok(None);
    }
    let certificates = certificates_from_pem(socket.trusted_cert_file.as_ref());
    let certificates = certificates.map_err(|source| TlsError::Store {
        field: "trustedCertFile",
        source,
    })?;
    Ok(Some(("trustedCertFile", certificates)))
}

/// Versions and cipher suites.
struct Choice {
    provider: Arc<CryptoProvider>,
    versions: Vec<&'static SupportedProtocolVersion>,
    warnings: Vec<String>,
}

impl Choice {
    fn new(socket: &SecureSocket) -> Result<Self, TlsError> {
        if socket.validates_revocation {
            return Err(unsupported("certValidation"));
        }
        if socket.staples {
            return Err(unsupported("ocspStapling"));
        }
        let mut warnings = Vec::new();
        let versions = versions(socket, &mut warnings)?;
        let mut provider = aws_lc_rs::default_provider();
        provider.cipher_suites = suites(&provider.cipher_suites, &socket.ciphers)?;
        // A version without a suite would be offered in vain.
        let has_suite = |version: &&&SupportedProtocolVersion| {
            let mut suites = provider.cipher_suites.iter();
            suites.any(|suite| suite.version().version == version.version)
        };
        let versions: Vec<_> = versions.iter().filter(has_suite).copied().collect();
        if versions.is_empty() {
            let reason = "none of them is supported with the versions of 'protocol'";
            return Err(field("ciphers", reason));
        }
        Ok(Self {
            provider: Arc::new(provider),
            versions,
            warnings,
        })
    }
}

fn versions(
    socket: &SecureSocket,
    warnings: &mut Vec<String>,
) -> Result<Vec<&'static SupportedProtocolVersion>, TlsError> {
    let mut found = Vec::new();
    let named = match socket.protocol_versions.as_slice() {
        [] => std::slice::from_ref(&socket.protocol_name),
        versions => versions,
    };
    for name in named {
        match name.as_str() {
            "" | "TLS" if socket.protocol_versions.is_empty() => {
                return Ok(vec![&version::TLS12, &version::TLS13]);
            }
            "TLSv1.2" => found.push(&version::TLS12),
            "TLSv1.3" => found.push(&version::TLS13),
            "TLSv1.1" | "TLSv1" | "SSLv3" | "SSLv2Hello" => {
                warnings.push(format!("secureSocket.protocol: {name} is not offered"));
            }
            other => {
                let reason = format!("'{other}' is not a version of TLS");
                return Err(field("protocol", reason));
            }
        }
    }
    match found.is_empty() {
        true => Err(field("protocol", "only TLSv1.2 and TLSv1.3 are supported")),
        false => Ok(found),
    }
}

/// The suites of the list that are supported. The list speaks of TLS 1.2; those of 1.3 are chosen only
/// by naming one of them.
fn suites(
    known: &[SupportedCipherSuite],
    wanted: &[String],
) -> Result<Vec<SupportedCipherSuite>, TlsError> {
    if wanted.is_empty() {
        return Ok(known.to_vec());
    }
    for name in wanted {
        let in_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if !name.starts_with("TLS_") || !name.bytes().all(in_name) {
            return Err(field(
                "ciphers",
                format!("'{name}' is not the name of a cipher suite"),
            ));
        }
    }
    let is_named = |suite: &SupportedCipherSuite| {
        let name = java_name(*suite);
        wanted.contains(&name)
    };
    let is_1_3 = |suite: &SupportedCipherSuite| suite.tls13().is_some();
    let names_1_3 = known.iter().any(|suite| is_1_3(suite) && is_named(suite));
    let chosen = known
        .iter()
        .filter(|suite| is_named(suite) || (is_1_3(suite) && !names_1_3));
    let chosen: Vec<_> = chosen.copied().collect();
    match chosen.iter().any(is_named) {
        true => Ok(chosen),
        false => Err(field("ciphers", "none of them is supported")),
    }
}

/// `TLS13_AES_128_GCM_SHA256` → `TLS_AES_128_GCM_SHA256`.
fn java_name(suite: SupportedCipherSuite) -> String {
    let name = format!("{:?}", suite.suite());
    match name.strip_prefix("TLS13_") {
        Some(rest) => format!("TLS_{rest}"),
        None => name,
    }
}

#[cfg(test)]
mod tests;
