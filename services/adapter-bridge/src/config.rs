//! Options of the bridge adapter.

use anyhow::Context;
use std::{net::SocketAddr, path::PathBuf};
use tonic::transport::{Identity, ServerTlsConfig};

/// What all adapters have, and the door.
#[derive(clap::Args, Debug)]
pub struct Config {
    #[command(flatten)]
    pub adapter: adapter::Options,
    /// Where bridges connect.
    #[arg(long, env = "BRIDGE_ADDR", default_value = "127.0.0.1:7804")]
    pub bridge_addr: SocketAddr,
    /// Certificate chain for TLS, PEM; without it bridges connect in clear, which suits the same machine only.
    #[arg(
        long,
        env = "BRIDGE_TLS_CERTIFICATE_FILE",
        requires = "bridge_tls_key_file"
    )]
    bridge_tls_certificate_file: Option<PathBuf>,
    /// Private key of the certificate, PEM.
    #[arg(
        long,
        env = "BRIDGE_TLS_KEY_FILE",
        requires = "bridge_tls_certificate_file"
    )]
    bridge_tls_key_file: Option<PathBuf>,
}

impl Config {
    /// TLS, when it is configured.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn tls(&self) -> anyhow::Result<Option<ServerTlsConfig>> {
        let (Some(certificate), Some(key)) =
            (&self.bridge_tls_certificate_file, &self.bridge_tls_key_file)
        else {
            return Ok(None);
        };
        let read = |path: &PathBuf| {
            std::fs::read(path).with_context(|| format!("could not read {}", path.display()))
        };
        let identity = Identity::from_pem(read(certificate)?, read(key)?);
        Ok(Some(ServerTlsConfig::new().identity(identity)))
    }
}
