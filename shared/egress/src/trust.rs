//! Which servers are believed to be who they say.

use crate::Error;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

/// How a mail server and the like is spoken to: the `tls` setting of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// TLS from the first byte.
    #[default]
    Implicit,
    /// Begins in clear and switches to TLS before anything secret is said.
    Starttls,
    /// Never TLS: only for servers on the operator's own network.
    None,
}

/// Which certificates are accepted; the default is the system's authorities. Keep the value: authorities are loaded once for
/// it and its clones, when first needed.
#[derive(Debug, Clone, Default)]
pub struct Trust(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    extra: Vec<CertificateDer<'static>>,
    pinned: Option<[u8; 32]>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// From an account's settings: the system's authorities, those in `ca_pem` too; or, when `certificate_sha256` is given
    /// (64 hex digits, colons allowed), that one certificate and no other, whatever it says about names and dates.
    ///
    /// # Errors
    /// `Certificate` when either cannot be read.
    pub fn new(ca_pem: Option<&str>, certificate_sha256: Option<&str>) -> Result<Self, Error> {
        let extra = ca_pem.map_or(Ok(Vec::new()), authorities)?;
        let pinned = certificate_sha256.map(fingerprint).transpose()?;
        Ok(Self(Arc::new(Inner {
            extra,
            pinned,
            config: OnceLock::new(),
        })))
    }

    /// The rustls configuration, without ALPN.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = self.0.config.get() {
            return Ok(Arc::clone(config));
        }
        let config = self
            .build()
            .map_err(|cause| Error::Authorities(Arc::new(cause)))?;
        Ok(Arc::clone(self.0.config.get_or_init(|| config)))
    }

    fn build(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.0.pinned {
            Some(sha256) => Arc::new(Pinned {
                sha256,
                provider: Arc::clone(&provider),
            }),
            None => Arc::new(Verifier::new_with_extra_roots(
                self.0.extra.clone(),
                Arc::clone(&provider),
            )?),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

fn authorities(pem: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|cause| Error::Certificate(format!("the PEM text is damaged: {cause}")))?;
    if read.is_empty() {
        return Err(Error::Certificate(
            "the PEM text holds no certificate".to_owned(),
        ));
    }
    let mut check = rustls::RootCertStore::empty();
    for certificate in &read {
        check
            .add(certificate.clone())
            .map_err(|cause| Error::Certificate(cause.to_string()))?;
    }
    Ok(read)
}

fn fingerprint(text: &str) -> Result<[u8; 32], Error> {
    let digits: String = text
        .chars()
        .filter(|c| *c != ':' && !c.is_whitespace())
        .collect();
    let mut sha256 = [0; 32];
    hex::decode_to_slice(&digits, &mut sha256).map_err(|_| {
        Error::Certificate(format!(
            "`{text}` is not a SHA-256 fingerprint of 64 hex digits"
        ))
    })?;
    Ok(sha256)
}

/// Accepts one certificate, known by its fingerprint; the server must still prove that it holds the key.
#[derive(Debug)]
struct Pinned {
    sha256: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Sha256::digest(end_entity).as_slice() == self.sha256 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::UnknownIssuer.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_certificates_are_explained() {
        for (pem, sha256, expected) in [
            (Some("hello"), None, "holds no certificate"),
            (
                Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                None,
                "cannot use",
            ),
            (None, Some("12:34"), "`12:34` is not a SHA-256 fingerprint"),
        ] {
            let error = Trust::new(pem, sha256).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_fingerprint_may_have_colons() {
        let colons = vec!["aB"; 32].join(":");
        assert_eq!(fingerprint(&colons).unwrap(), [0xab; 32]);
    }

    #[test]
    fn the_mode_is_written_in_lower_case() {
        assert_eq!(
            serde_json::to_string(&TlsMode::Starttls).unwrap(),
            r#""starttls""#
        );
    }
}
