//! A certificate for servers on the loopback interface.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A self-signed certificate for `localhost` and `127.0.0.1`, and its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Certificate {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Certificate {
    /// Makes one in `dir`.
    #[must_use]
    pub fn create(dir: &Path) -> Self {
        let made = Self {
            certificate: dir.join("certificate.pem"),
            key: dir.join("key.pem"),
        };
        let mut openssl = Command::new("openssl");
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ]);
        openssl.args([
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            // rustls does not take an authority's certificate for a server's.
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ]);
        openssl
            .arg("-out")
            .arg(&made.certificate)
            .arg("-keyout")
            .arg(&made.key);
        let status = openssl
            .stderr(Stdio::null())
            .status()
            .expect("openssl is not installed");
        assert!(status.success(), "openssl made no certificate");
        made
    }
}
