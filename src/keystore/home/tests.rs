//! The demo stores: what is in them, their modes, first runs at the same time, other tools' view.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{KEY_STORE, TRUST_STORE, default_folder, ensure};
use crate::keystore::{KeyStore, KeystoreError};

#[test]
fn stores_are_made_once_and_fit_each_other() {
    let folder = tempfile::tempdir().expect("folder");
    let home = folder.path().join("taintc");
    ensure(&home).expect("made");
    let security = home.join("bre/security");
    let before = fs::read(security.join(KEY_STORE)).expect("store");
    ensure(&home).expect("kept");
    assert_eq!(fs::read(security.join(KEY_STORE)).expect("store"), before);

    let key_store = KeyStore::load(&security.join(KEY_STORE), "ballerina").expect("loads");
    let trust_store = KeyStore::load(&security.join(TRUST_STORE), "ballerina").expect("loads");
    let key = key_store.key("ballerina").expect("key");
    assert_eq!(Some(&key.chain()[0]), trust_store.certificate("ballerina"));
    assert_eq!(trust_store.trusted().count(), 1);
    assert!(trust_store.server_key().is_none());

    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&security), 0o700);
    assert_eq!(mode(&home), 0o700);
    assert_eq!(mode(&security.join(KEY_STORE)), 0o600);
    assert_eq!(mode(&security.join(TRUST_STORE)), 0o600);
}

#[test]
fn two_first_runs_end_with_one_pair() {
    let folder = tempfile::tempdir().expect("folder");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ensure(folder.path()).expect("made"));
        }
    });
    let security = folder.path().join("bre/security");
    let load = |name| KeyStore::load(&security.join(name), "ballerina").expect("loads");
    let key = load(KEY_STORE).key("ballerina").expect("key").chain()[0].clone();
    assert_eq!(load(TRUST_STORE).certificate("ballerina"), Some(&key));
    let left = fs::read_dir(folder.path().join("bre"))
        .expect("folder")
        .count();
    assert_eq!(left, 1, "nothing is left aside");
}

#[test]
fn half_a_home_and_an_unwritable_one_are_errors() {
    let folder = tempfile::tempdir().expect("folder");
    fs::create_dir_all(folder.path().join("bre/security")).expect("folder");
    fs::write(folder.path().join("bre/security").join(KEY_STORE), "x").expect("file");
    let error = ensure(folder.path()).expect_err("half");
    assert!(
        error
            .to_string()
            .contains("'ballerinaTruststore.p12' is missing")
    );
    fs::write(folder.path().join("file"), "x").expect("file");
    let error = ensure(&folder.path().join("file/home")).expect_err("no folder");
    assert!(matches!(error, KeystoreError::Home { .. }));
}

#[test]
fn the_data_folder_comes_from_the_environment() {
    let path = |xdg, home| default_folder(xdg, home).map(|path| path.display().to_string());
    assert_eq!(path(Some("/x"), Some("/h")).as_deref(), Some("/x/taintc"));
    assert_eq!(
        path(Some(""), Some("/h")).as_deref(),
        Some("/h/.local/share/taintc")
    );
    assert_eq!(path(Some("relative"), None), None);
}

/// Java's own tool reads the stores; skipped where there is none.
#[test]
fn keytool_lists_the_stores() {
    let folder = tempfile::tempdir().expect("folder");
    ensure(folder.path()).expect("made");
    for (name, kind) in [
        (KEY_STORE, "PrivateKeyEntry"),
        (TRUST_STORE, "trustedCertEntry"),
    ] {
        let store = folder.path().join("bre/security").join(name);
        let listing = Command::new("keytool")
            .args(["-list", "-v", "-storepass", "ballerina", "-keystore"])
            .arg(store)
            .output();
        let Ok(listing) = listing else { return };
        let text = String::from_utf8_lossy(&listing.stdout);
        assert!(listing.status.success(), "{text}");
        assert!(
            text.contains("Alias name: ballerina") && text.contains(kind),
            "{text}"
        );
        for name in [
            "DNSName: localhost",
            "IPAddress: 127.0.0.1",
            "SHA256withRSA",
        ] {
            assert!(text.contains(name), "{name} in {text}");
        }
    }
}
