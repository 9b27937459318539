//! Trust and host names, over certificates made here.

use rcgen::{CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::ServerVerifier;

fn params(common_name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}

fn self_signed(params: &CertificateParams) -> CertificateDer<'static> {
    let pair = KeyPair::generate().expect("key");
    params
        .self_signed(&pair)
        .expect("certificate")
        .der()
        .clone()
}

fn accepts(trusted: &[CertificateDer<'static>], shown: &CertificateDer<'_>, host: &str) -> bool {
    let verifier = ServerVerifier::new(trusted.to_vec(), true, &default_provider());
    let host = ServerName::try_from(host).expect("host");
    verifier
        .verify_server_cert(shown, &[], &host, &[], UnixTime::now())
        .is_ok()
}

#[test]
fn alternative_names_decide_where_there_are_some() {
    let certificate = self_signed(&params("other", &["localhost", "127.0.0.1"]));
    let trusted = [certificate.clone()];
    assert!(accepts(&trusted, &certificate, "localhost"));
    assert!(accepts(&trusted, &certificate, "127.0.0.1"));
    assert!(
        !accepts(&trusted, &certificate, "other"),
        "the common name does not count then"
    );
    assert!(!accepts(&trusted, &certificate, "example.org"));
}

#[test]
fn the_common_name_counts_for_a_certificate_of_the_store_alone() {
    let old = self_signed(&params("localhost", &[]));
    assert!(accepts(std::slice::from_ref(&old), &old, "LOCALHOST"));
    assert!(!accepts(std::slice::from_ref(&old), &old, "example.org"));
    let twin = self_signed(&params("localhost", &[]));
    assert!(!accepts(std::slice::from_ref(&old), &twin, "localhost"));

    let mut authority = params("authority", &[]);
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = KeyPair::generate().expect("key");
    let issuer = CertifiedIssuer::self_signed(authority, issuer).expect("issuer");
    let pair = KeyPair::generate().expect("key");
    let signed = |params: &CertificateParams| {
        let certificate = params.signed_by(&pair, &issuer).expect("certificate");
        certificate.der().clone()
    };
    let trusted = [issuer.der().clone()];
    assert!(accepts(
        &trusted,
        &signed(&params("x", &["localhost"])),
        "localhost"
    ));
    assert!(!accepts(
        &trusted,
        &signed(&params("localhost", &[])),
        "localhost"
    ));
}

#[test]
fn dates_count_for_certificates_of_the_store_too() {
    let mut expired = params("localhost", &["localhost"]);
    expired.not_before = rcgen::date_time_ymd(2012, 1, 1);
    expired.not_after = rcgen::date_time_ymd(2014, 1, 1);
    let expired = self_signed(&expired);
    assert!(!accepts(
        std::slice::from_ref(&expired),
        &expired,
        "localhost"
    ));
}

#[test]
fn an_authority_may_show_its_own_certificate() {
    let mut authority = params("localhost", &["localhost"]);
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = self_signed(&authority);
    assert!(accepts(
        std::slice::from_ref(&authority),
        &authority,
        "localhost"
    ));
    assert!(!accepts(&[], &authority, "localhost"));
}
