//! Who is believed: authorities, an extra one, or one pinned certificate.

use egress::{Egress, Error, Policy, Request, Resolver, Trust};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, net::Ipv4Addr, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const NAME: &str = "mail.home.arpa";

struct Server {
    port: u16,
    ca_pem: String,
    sha256: String,
}

/// A TLS server for `NAME` under its own authority. It answers every first bytes with one HTTP answer.
async fn server() -> Server {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![NAME.to_owned()])
        .unwrap()
        .signed_by(&key, &ca)
        .unwrap();
    let sha256 = Sha256::digest(leaf.der());
    let port = listen(
        leaf.der().clone(),
        PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    )
    .await;
    Server {
        port,
        ca_pem: ca.pem(),
        sha256: hex::encode(sha256),
    }
}

async fn listen(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

fn egress() -> Egress {
    let names =
        [NAME, "other.home.arpa"].map(|name| (name.to_owned(), vec![Ipv4Addr::LOCALHOST.into()]));
    Egress::with_resolver(
        "127.0.0.1".parse::<Policy>().unwrap(),
        Resolver::Table(HashMap::from(names)),
    )
}

#[tokio::test]
async fn an_unknown_authority_is_refused_unless_it_is_given() {
    let server = server().await;
    let error = egress()
        .connect_tls(NAME, server.port, &Trust::default())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Tls { .. }) && error.nothing_sent() && !error.retryable(),
        "{error:?}"
    );
    assert!(
        error.explain().contains("certificate"),
        "{}",
        error.explain()
    );

    let trust = Trust::new(Some(&server.ca_pem), None).unwrap();
    egress()
        .connect_tls(NAME, server.port, &trust)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_given_authority_does_not_vouch_for_other_names() {
    let server = server().await;
    let trust = Trust::new(Some(&server.ca_pem), None).unwrap();
    let error = egress()
        .connect_tls("other.home.arpa", server.port, &trust)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_under_any_name_and_no_other_is() {
    let (server, stranger) = (server().await, server().await);
    let trust = Trust::new(None, Some(&server.sha256)).unwrap();
    egress()
        .connect_tls("127.0.0.1", server.port, &trust)
        .await
        .unwrap();
    let error = egress()
        .connect_tls(NAME, stranger.port, &trust)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn http_uses_the_trust_it_was_given() {
    let server = server().await;
    let request = || Request::get(format!("https://{NAME}:{}/", server.port).parse().unwrap());
    let error = egress().http().send(request()).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let trust = Trust::new(Some(&server.ca_pem), None).unwrap();
    assert_eq!(
        egress()
            .http_trusting(trust)
            .send(request())
            .await
            .unwrap()
            .body,
        "ok"
    );
}

#[tokio::test]
async fn a_connection_that_began_in_clear_goes_on_in_tls() {
    let server = server().await;
    let trust = Trust::new(Some(&server.ca_pem), None).unwrap();
    let plain = egress().connect_tcp(NAME, server.port).await.unwrap();
    let mut secure = egress().start_tls(NAME, plain, &trust).await.unwrap();
    secure.write_all(b"hello").await.unwrap();
    assert_eq!(secure.read_u8().await.unwrap(), b'H');
}

#[tokio::test]
async fn a_server_without_tls_is_explained() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"* OK IMAP4rev1 ready\r\n").await;
        let _ = stream.read(&mut [0; 1024]).await;
    });
    let error = egress()
        .connect_tls(
            "127.0.0.1",
            port,
            &Trust::new(None, Some(&"00".repeat(32))).unwrap(),
        )
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("could not agree on TLS with 127.0.0.1"),
        "{error}"
    );
}
