//! Reading a PKCS#12 store into keys, chains and trusted certificates.
//!
//! Aliases compare without regard to case, as Java's do. A certificate counts as trusted when Java's
//! attribute says so; a store that holds neither a key nor that attribute is a bundle made for trust
//! by other tools, and all of its certificates count.

use std::fmt;
use std::io;
use std::path::Path;

use p12_keystore::error::Error as Pkcs12Error;
use p12_keystore::{CertificateBag, Pkcs12Archive};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::KeystoreError;

/// A private key with its certificate chain, leaf first.
pub struct KeyEntry {
    alias: String,
    key: PrivatePkcs8KeyDer<'static>,
    chain: Vec<CertificateDer<'static>>,
}

impl KeyEntry {
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// The key as PKCS#8.
    pub fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.key.clone_key())
    }

    pub fn pkcs8(&self) -> &[u8] {
        self.key.secret_pkcs8_der()
    }

    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }
}

impl fmt::Debug for KeyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyEntry({:?})", self.alias)
    }
}

/// The content of a store.
#[derive(Debug)]
pub struct KeyStore {
    keys: Vec<KeyEntry>,
    certificates: Vec<(String, CertificateDer<'static>)>,
}

impl KeyStore {
    /// Reads the store at `path`, key store and trust store alike.
    pub fn load(path: &Path, password: &str) -> Result<Self, KeystoreError> {
        let bytes = std::fs::read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                KeystoreError::NotFound(std::path::absolute(path).unwrap_or(path.to_owned()))
            }
            _ => KeystoreError::Unreadable {
                path: path.to_owned(),
                source,
            },
        })?;
        Self::parse(&bytes, password).map_err(|error| match error {
            Pkcs12Error::MacError(_) => KeystoreError::WrongPassword(path.to_owned()),
            other => KeystoreError::Malformed {
                path: path.to_owned(),
                reason: other.to_string(),
            },
        })
    }

    fn parse(bytes: &[u8], password: &str) -> Result<Self, Pkcs12Error> {
        let archive = Pkcs12Archive::from_pkcs12(bytes, password)?;
        let only_key = archive.keys.len() == 1;
        let mut keys = Vec::new();
        for bag in &archive.keys {
            let id = bag.local_key_id.as_ref().map(AsRef::as_ref);
            let leaf = archive
                .certs
                .iter()
                .find(|cert| id.is_some() && cert.local_key_id.as_deref() == id)
                .or_else(|| archive.certs.first().filter(|_| only_key && id.is_none()));
            let chain = leaf.map_or_else(Vec::new, |leaf| chain(leaf, &archive.certs));
            let subject = leaf.map(|leaf| leaf.cert.subject().to_owned());
            keys.push(KeyEntry {
                alias: bag.friendly_name.clone().or(subject).unwrap_or_default(),
                key: bag.key.as_der().to_vec().into(),
                chain,
            });
        }
        keys.sort_by(|one, other| one.alias.cmp(&other.alias));
        let all_trusted = archive.keys.is_empty() && archive.certs.iter().all(|c| !c.trusted);
        let mut certificates: Vec<(String, CertificateDer<'static>)> = archive
            .certs
            .iter()
            .filter(|cert| cert.trusted || all_trusted)
            .map(|cert| (alias_of(cert), der(cert)))
            .collect();
        certificates.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Self { keys, certificates })
    }

    /// The key entry named `alias`.
    pub fn key(&self, alias: &str) -> Option<&KeyEntry> {
        by_alias(&self.keys, alias, |entry| &entry.alias)
    }

    /// The key that a server shows when no alias is given: the first that has a certificate.
    pub fn server_key(&self) -> Option<&KeyEntry> {
        self.keys.iter().find(|entry| !entry.chain.is_empty())
    }

    /// The certificate named `alias`: a trusted one, or the leaf of a key's chain.
    pub fn certificate(&self, alias: &str) -> Option<&CertificateDer<'static>> {
        let trusted = by_alias(&self.certificates, alias, |entry| &entry.0);
        trusted
            .map(|(_, certificate)| certificate)
            .or_else(|| self.key(alias)?.chain.first())
    }

    /// What a peer may be trusted by: trusted certificates and the leaves of keys.
    pub fn trusted(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        let own = self.keys.iter().filter_map(|entry| entry.chain.first());
        self.certificates
            .iter()
            .map(|(_, certificate)| certificate)
            .chain(own)
    }

    /// The aliases of trusted certificates, sorted.
    pub fn certificate_aliases(&self) -> impl Iterator<Item = &str> {
        self.certificates.iter().map(|(alias, _)| alias.as_str())
    }
}

/// The certificates of a PEM file.
pub fn certificates_from_pem(path: &Path) -> Result<Vec<CertificateDer<'static>>, KeystoreError> {
    let malformed = |error: rustls_pki_types::pem::Error| pem_error(path, error);
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(malformed)?
        .collect::<Result<_, _>>()
        .map_err(malformed)?;
    if certificates.is_empty() {
        return Err(KeystoreError::NoCertificate(path.to_owned()));
    }
    Ok(certificates)
}

/// The first private key of a PEM file; it must not be encrypted.
pub fn key_from_pem(path: &Path) -> Result<PrivateKeyDer<'static>, KeystoreError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| match error {
        rustls_pki_types::pem::Error::NoItemsFound => KeystoreError::NoKey(path.to_owned()),
        other => pem_error(path, other),
    })
}

fn pem_error(path: &Path, error: rustls_pki_types::pem::Error) -> KeystoreError {
    match error {
        rustls_pki_types::pem::Error::Io(source) => KeystoreError::Unreadable {
            path: path.to_owned(),
            source,
        },
        other => KeystoreError::Malformed {
            path: path.to_owned(),
            reason: other.to_string(),
        },
    }
}

/// The chain from `leaf` upwards through the bags; each certificate once, so that it ends.
fn chain(leaf: &CertificateBag, bags: &[CertificateBag]) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![leaf];
    while let Some(last) = chain.last()
        && last.cert.issuer() != last.cert.subject()
        && let Some(issuer) = bags
            .iter()
            .find(|bag| bag.cert.subject() == last.cert.issuer())
        && !chain.iter().any(|known| known.cert == issuer.cert)
    {
        chain.push(issuer);
    }
    chain.into_iter().map(der).collect()
}

fn der(bag: &CertificateBag) -> CertificateDer<'static> {
    bag.cert.as_der().to_vec().into()
}

fn alias_of(bag: &CertificateBag) -> String {
    let name = bag.friendly_name.as_deref();
    name.unwrap_or_else(|| bag.cert.subject()).to_owned()
}

fn by_alias<'e, T>(entries: &'e [T], alias: &str, name: impl Fn(&T) -> &String) -> Option<&'e T> {
    let exact = entries.iter().find(|entry| name(entry) == alias);
    exact.or_else(|| {
        let alias = alias.to_lowercase();
        entries
            .iter()
            .find(|entry| name(entry).to_lowercase() == alias)
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::{KeyEntry, KeyStore, KeystoreError};

    fn legacy(name: &str) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join("fixtures/home/bre/security").join(name)
    }

    #[test]
    fn stores_with_old_encryption_load() {
        let keys = KeyStore::load(&legacy("ballerinaKeystore.p12"), "ballerina").expect("loads");
        let key = keys.key("ballerina").expect("key");
        assert_eq!(
            keys.key("BALLERINA").map(KeyEntry::alias),
            Some("ballerina")
        );
        assert_eq!(key.chain().len(), 1);
        let trust = KeyStore::load(&legacy("ballerinaTruststore.p12"), "ballerina").expect("loads");
        assert_eq!(trust.trusted().count(), 98);
        assert_eq!(trust.certificate("ballerina"), key.chain().first());
        assert!(trust.key("ballerina").is_none());
    }

    #[test]
    fn errors_tell_what_is_wrong() {
        let error = |path: &Path, password| KeyStore::load(path, password).expect_err("error");
        let wrong = error(&legacy("ballerinaKeystore.p12"), "x");
        assert!(matches!(wrong, KeystoreError::WrongPassword(_)), "{wrong}");
        let missing = error(Path::new("no/such.p12"), "x").to_string();
        assert!(
            missing.starts_with("PKCS12 key store not found at: /"),
            "{missing}"
        );
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("x.p12");
        for content in [&b""[..], b"rubbish", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
            std::fs::write(&file, content).expect("file");
            assert!(matches!(error(&file, "x"), KeystoreError::Malformed { .. }));
        }
    }

    /// Stores as today's Java makes them; skipped where there is no `keytool`.
    #[test]
    fn stores_of_current_java_load() {
        let folder = tempfile::tempdir().expect("folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let keytool = |arguments: &[&str]| Command::new("keytool").args(arguments).output();
        let made = keytool(&[
            "-genkeypair",
            "-alias",
            "Server",
            "-keyalg",
            "RSA",
            "-dname",
            "CN=localhost",
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit",
            "-keystore",
            &path("k.p12"),
        ]);
        let Ok(made) = made else { return };
        assert!(made.status.success());
        for (command, file, store) in [
            ("-exportcert", "c.der", "k.p12"),
            ("-importcert", "c.der", "t.p12"),
        ] {
            let done = keytool(&[
                command,
                "-noprompt",
                "-alias",
                "server",
                "-file",
                &path(file),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                &path(store),
            ]);
            let done = done.expect("keytool runs");
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stdout)
            );
        }
        let load = |name| KeyStore::load(&folder.path().join(name), "changeit").expect("loads");
        let leaf = load("k.p12").key("server").expect("key").chain()[0].clone();
        assert_eq!(load("t.p12").certificate("SERVER"), Some(&leaf));
    }
}
