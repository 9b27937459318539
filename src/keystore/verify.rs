//! Which certificates a TLS peer is trusted by (spec/http.md section 6, `ClientSecureSocket`).
//!
//! A certificate that itself stands in the trust store is trusted as it is, whatever its extensions
//! say; any other needs a chain to a certificate of the store. Dates are checked in both cases. The
//! host must be among the alternative names; a certificate *without* alternative names (old key
//! stores have them) may be matched by its common name, but only when that very certificate is in
//! the store. Handshake signatures are always verified, even when trust is not.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::AttributeTypeAndValue;

/// The trusted certificates, as anchors and as they stand.
#[derive(Debug)]
struct Trust {
    anchors: Arc<RootCertStore>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Certificates that cannot be anchors (old stores hold odd ones) still match as they stand.
    fn new(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut anchors = RootCertStore::empty();
        anchors.add_parsable_certificates(certificates.iter().cloned());
        Self {
            anchors: Arc::new(anchors),
            certificates,
        }
    }

    fn holds(&self, certificate: &CertificateDer<'_>) -> bool {
        self.certificates
            .iter()
            .any(|known| known.as_ref() == certificate.as_ref())
    }
}

/// How far a client goes in verifying a server.
#[derive(Debug)]
pub struct ServerVerifier {
    trust: Option<Trust>,
    check_host: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerVerifier {
    /// Trusts `certificates` and what they signed; `check_host` is off only when the program says
    /// `verifyHostname: false`.
    pub fn new(
        certificates: Vec<CertificateDer<'static>>,
        check_host: bool,
        provider: &CryptoProvider,
    ) -> Arc<Self> {
        Arc::new(Self {
            trust: Some(Trust::new(certificates)),
            check_host,
            algorithms: provider.signature_verification_algorithms,
        })
    }

    /// Trusts everybody (`disable: true`).
    pub fn disabled(provider: &CryptoProvider) -> Arc<Self> {
        Arc::new(Self {
            trust: None,
            check_host: false,
            algorithms: provider.signature_verification_algorithms,
        })
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(trust) = &self.trust else {
            return Ok(ServerCertVerified::assertion());
        };
        let known = trust.holds(end_entity);
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if known {
            check_dates(end_entity, now)?;
        } else {
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &trust.anchors,
                intermediates,
                now,
                self.algorithms.all,
            )?;
        }
        if self.check_host && !(known && common_name_stands_for(end_entity, server_name)) {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// How a server verifies its clients (`sslVerifyClient`).
#[derive(Debug)]
pub struct ClientVerifier {
    trust: Trust,
    inner: Arc<dyn ClientCertVerifier>,
}

impl ClientVerifier {
    /// `mandatory`: a client without certificate is turned away. `None` when the store holds nothing
    /// that can be an anchor.
    pub fn new(
        certificates: Vec<CertificateDer<'static>>,
        mandatory: bool,
        provider: Arc<CryptoProvider>,
    ) -> Option<Arc<Self>> {
        let trust = Trust::new(certificates);
        let builder =
            WebPkiClientVerifier::builder_with_provider(Arc::clone(&trust.anchors), provider);
        let builder = match mandatory {
            true => builder,
            false => builder.allow_unauthenticated(),
        };
        let inner = builder.build().ok()?;
        Some(Arc::new(Self { trust, inner }))
    }
}

impl ClientCertVerifier for ClientVerifier {
    fn offer_client_auth(&self) -> bool {
        self.inner.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.inner.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.inner.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if self.trust.holds(end_entity) {
            check_dates(end_entity, now)?;
            return Ok(ClientCertVerified::assertion());
        }
        self.inner
            .verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let bad = Error::InvalidCertificate(CertificateError::BadEncoding);
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| bad)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = certificate.validity();
    if now < validity.not_before.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
    }
    if now > validity.not_after.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::Expired));
    }
    Ok(())
}

/// Whether the certificate has no alternative names and its only common name is the host.
fn common_name_stands_for(certificate: &CertificateDer<'_>, host: &ServerName<'_>) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else {
        return false;
    };
    if !matches!(certificate.subject_alternative_name(), Ok(None)) {
        return false;
    }
    let mut names = certificate.subject().iter_common_name();
    match (
        names.next().map(AttributeTypeAndValue::as_str),
        names.next(),
    ) {
        (Some(Ok(name)), None) => name.eq_ignore_ascii_case(&host.to_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
