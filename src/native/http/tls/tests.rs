//! What of a `secureSocket` record is accepted, and what is refused by which name. Handshakes are in the
//! tests of the server and the client.

use std::path::Path;

use rustls::version;

use super::{ClientFields, SecureSocket, StoreFile, client, server, suites, versions};

const CLIENT: ClientFields = ClientFields {
    is_disabled: false,
    verifies_host: true,
};

fn store(name: &str) -> StoreFile {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    StoreFile {
        path: root.join("fixtures/home/bre/security").join(name),
        password: "ballerina".to_owned().into(),
    }
}

fn with_key() -> SecureSocket {
    SecureSocket {
        key_store: Some(store("ballerinaKeystore.p12")),
        shares_session: true,
        ..SecureSocket::default()
    }
}

#[test]
fn a_key_is_needed_to_serve() {
    assert!(server(&with_key(), "", false).is_ok());
    let error = server(&SecureSocket::default(), "", false).expect_err("no key");
    assert!(error.to_string().contains("no key"), "{error}");
    let half = SecureSocket {
        cert_file: "x.pem".to_owned(),
        ..SecureSocket::default()
    };
    let error = server(&half, "", false)
        .expect_err("half a key")
        .to_string();
    assert!(error.contains("'keyFile'"), "{error}");
}

#[test]
fn errors_name_the_field_and_no_password() {
    let mut wrong = with_key();
    wrong.key_store = Some(StoreFile {
        password: "hunter2".to_owned().into(),
        ..store("ballerinaKeystore.p12")
    });
    let error = server(&wrong, "", false)
        .expect_err("wrong password")
        .to_string();
    assert!(
        error.contains("'keyStore'") && !error.contains("hunter2"),
        "{error}"
    );
    for (change, verify_client, name) in [
        (
            (|_| {}) as fn(&mut SecureSocket),
            "maybe",
            "sslVerifyClient",
        ),
        (|_| {}, "require", "sslVerifyClient"),
        (|s| s.validates_revocation = true, "", "certValidation"),
        (|s| s.staples = true, "", "ocspStapling"),
        (|s| s.has_key_password = true, "", "keyPassword"),
        (
            |s| s.protocol_versions = vec!["TLSv1.1".to_owned()],
            "",
            "protocol",
        ),
        (|s| s.protocol_name = "SSL".to_owned(), "", "protocol"),
        (|s| s.ciphers = vec!["RC4".to_owned()], "", "ciphers"),
        (
            |s| s.ciphers = vec!["TLS_RSA_WITH_RC4_128_SHA".to_owned()],
            "",
            "ciphers",
        ),
        (
            |s| s.handshake_seconds = Some(0),
            "",
            "handshakeTimeoutInSeconds",
        ),
        (
            |s| s.session_seconds = Some(-1),
            "",
            "sessionTimeoutInSeconds",
        ),
    ] {
        let mut socket = with_key();
        change(&mut socket);
        let error = server(&socket, verify_client, false)
            .expect_err(name)
            .to_string();
        assert!(error.contains(name), "{name}: {error}");
    }
}

#[test]
fn clients_are_verified_by_the_trust_store() {
    let mut socket = with_key();
    socket.trust_store = Some(store("ballerinaTruststore.p12"));
    assert!(server(&socket, "require", true).is_ok());
    assert!(client(&socket, CLIENT, true).is_ok());
}

#[test]
fn disabling_is_warned_of() {
    let fields = ClientFields {
        is_disabled: true,
        ..CLIENT
    };
    let tls = client(&SecureSocket::default(), fields, false).expect("usable");
    assert_eq!(tls.warnings.len(), 1);
}

#[test]
fn old_versions_are_left_out() {
    let mut warnings = Vec::new();
    let mut socket = SecureSocket {
        protocol_versions: vec!["TLSv1.2".to_owned(), "TLSv1.1".to_owned()],
        ..SecureSocket::default()
    };
    let found = versions(&socket, &mut warnings).expect("some");
    assert_eq!(found, [&version::TLS12]);
    assert_eq!(warnings.len(), 1);
    socket.protocol_versions.clear();
    let found = versions(&socket, &mut warnings).expect("some");
    assert_eq!(found, [&version::TLS12, &version::TLS13]);
}

#[test]
fn the_list_of_suites_narrows_tls_1_2() {
    let known = rustls::crypto::aws_lc_rs::default_provider().cipher_suites;
    let wanted = |names: &[&str]| -> Vec<String> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let chosen = suites(&known, &names).expect("some");
        chosen.into_iter().map(super::java_name).collect()
    };
    let listed = wanted(&[
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    ]);
    let of_1_2 = listed.iter().filter(|name| name.contains("_WITH_"));
    assert_eq!(
        of_1_2.collect::<Vec<_>>(),
        ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
    );
    assert_eq!(listed.len(), 4);
    assert_eq!(
        wanted(&["TLS_AES_128_GCM_SHA256"]),
        ["TLS_AES_128_GCM_SHA256"]
    );
}
