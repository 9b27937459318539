//! The demo stores of `b7a.home` (spec/config.md section 2): a key store and a trust store below
//! `bre/security`, made in the user's data folder at first use. The key is fresh on every
//! installation; nothing is shipped.
//!
//! Both stores are written into a folder beside the final one, which is then renamed as a whole: two
//! first runs cannot mix their keys, and whoever loses the race uses the winner's stores.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use p12_keystore::{Certificate, KeyStore as Pkcs12, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, RsaKeySize,
};

use super::KeystoreError;

pub const KEY_STORE: &str = "ballerinaKeystore.p12";
pub const TRUST_STORE: &str = "ballerinaTruststore.p12";
/// Password of both stores and alias of the key, as the guide's programs write them. The stores are
/// protected by their file modes; the password is public.
const PASSWORD: &str = "ballerina";
const ALIAS: &str = "ballerina";
const VALID_YEARS: i16 = 10;

/// The folder of the user's own installation, from the values of `XDG_DATA_HOME` and `HOME`.
pub fn default_folder(xdg_data_home: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
    let absolute = |text: &str| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
    let data = xdg_data_home.and_then(absolute);
    let data = data.or_else(|| Some(home.and_then(absolute)?.join(".local/share")))?;
    Some(data.join("taintc"))
}

/// Makes the stores below `folder` unless both are there.
pub fn ensure(folder: &Path) -> Result<(), KeystoreError> {
    let failed = |reason: String| KeystoreError::Home {
        folder: folder.to_owned(),
        reason,
    };
    let above = folder.join("bre");
    let security = above.join("security");
    match (
        security.join(KEY_STORE).exists(),
        security.join(TRUST_STORE).exists(),
    ) {
        (true, true) => return Ok(()),
        (false, false) => {}
        (true, false) => return Err(failed(format!("'{TRUST_STORE}' is missing there"))),
        (false, true) => return Err(failed(format!("'{KEY_STORE}' is missing there"))),
    }
    private_folder(&above).map_err(|error| failed(error.to_string()))?;
    let stores = make_stores().map_err(failed)?;
    install(&above, &security, &stores).map_err(|error| failed(error.to_string()))
}

struct Stores {
    key: Vec<u8>,
    trust: Vec<u8>,
}

fn install(above: &Path, security: &Path, stores: &Stores) -> io::Result<()> {
    let aside = above.join(format!(".security-{}", uuid::Uuid::new_v4()));
    let written = private_folder(&aside)
        .and_then(|()| write_private(&aside.join(KEY_STORE), &stores.key))
        .and_then(|()| write_private(&aside.join(TRUST_STORE), &stores.trust))
        .and_then(|()| fs::rename(&aside, security));
    let Err(error) = written else { return Ok(()) };
    // Best effort: the folder aside holds nothing that anybody uses.
    let _ = fs::remove_dir_all(&aside);
    match security.join(KEY_STORE).exists() && security.join(TRUST_STORE).exists() {
        true => Ok(()),
        false => Err(error),
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn make_stores() -> Result<Stores, String> {
    let text = |error: rcgen::Error| error.to_string();
    let pair =
        KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(text)?;
    let certificate = certificate_params()?.self_signed(&pair).map_err(text)?;
    let text = |error: p12_keystore::error::Error| error.to_string();
    let certificate = Certificate::from_der(certificate.der()).map_err(text)?;
    let key = PrivateKey::from_der(pair.serialized_der()).map_err(text)?;
    let chain = PrivateKeyChain::new(ALIAS.as_bytes(), key, [certificate.clone()]);
    let mut key_store = Pkcs12::new();
    key_store.add_entry(ALIAS, KeyStoreEntry::PrivateKeyChain(chain));
    let mut trust_store = Pkcs12::new();
    trust_store.add_entry(ALIAS, KeyStoreEntry::Certificate(certificate));
    Ok(Stores {
        key: key_store.writer(PASSWORD).write().map_err(text)?,
        trust: trust_store.writer(PASSWORD).write().map_err(text)?,
    })
}

fn certificate_params() -> Result<CertificateParams, String> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names).map_err(|error| error.to_string())?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "localhost");
    subject.push(DnType::OrganizationName, "taintc");
    params.distinguished_name = subject;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    // Yesterday, for clocks that are a little behind.
    let today = jiff::Timestamp::now()
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date();
    let yesterday = today.yesterday().map_err(|error| error.to_string())?;
    let day = |years: i16| {
        // 29 February does not come back every year.
        let day = yesterday.day().min(28);
        let (year, month) = (i32::from(yesterday.year() + years), yesterday.month());
        rcgen::date_time_ymd(year, month.unsigned_abs(), day.unsigned_abs())
    };
    params.not_before = day(0);
    params.not_after = day(VALID_YEARS);
    Ok(params)
}

#[cfg(test)]
mod tests;
