//! What an operator can set. Each secret is a file, or a variable where no file can be mounted.

use ::artifacts::FileOptions;
use anyhow::Context;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use url::Url;

/// Options of the gateway.
#[derive(clap::Args, Clone)]
pub struct Config {
    /// Where the gateway listens.
    #[arg(long, env = "HTTP_ADDR", default_value = "127.0.0.1:7800")]
    pub http_addr: SocketAddr,
    /// Where people reach it; webhook addresses and sign-in return to it.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://localhost:7800")]
    pub public_url: Url,
    /// Whether a proxy in front sets `X-Forwarded-For`, so that its last entry is the client.
    #[arg(long, env = "TRUST_PROXY")]
    pub trust_proxy: bool,
    /// File with the token that lets the first account be made.
    #[arg(long, env = "SETUP_TOKEN_FILE")]
    setup_token_file: Option<PathBuf>,
    /// The token itself, where no file can be mounted.
    #[arg(long, env = "SETUP_TOKEN", hide_env_values = true)]
    setup_token: Option<String>,
    /// File with the gateway's private key, for what it seals to itself and as sender.
    #[arg(long, env = "SEAL_KEY_FILE")]
    seal_key_file: Option<PathBuf>,
    /// File with the public keys of the adapters, as JSON.
    #[arg(long, env = "SEAL_PUBLIC_KEYS_FILE")]
    seal_public_keys_file: Option<PathBuf>,
    /// File with the OpenID providers, as JSON: `[{id, name, issuer, client_id, client_secret_file}]`.
    #[arg(long, env = "OIDC_PROVIDERS_FILE")]
    oidc_providers_file: Option<PathBuf>,
    /// The providers themselves.
    #[arg(long, env = "OIDC_PROVIDERS")]
    oidc_providers: Option<String>,
    /// Whether somebody unknown who signs in with a provider becomes a member.
    #[arg(long, env = "OIDC_SIGNUP")]
    pub oidc_signup: bool,
    /// Private hosts that sign-in may reach, such as a provider at home; comma-separated hosts and CIDRs.
    #[arg(long, env = "EGRESS_ALLOW", default_value = "")]
    pub egress_allow: String,
    /// Seconds a caller of a webhook waits for the run's answer.
    #[arg(long, env = "HOOK_TIMEOUT_SECONDS", default_value_t = 30)]
    pub hook_timeout_seconds: u64,
    /// The longest body of a webhook's call, in bytes; it is in memory, since its signature is over all of it.
    #[arg(long, env = "HOOK_BODY_BYTES", default_value_t = 1 << 20)]
    pub hook_body_bytes: usize,
    /// Days for which runs are kept where neither workflow nor tenant says otherwise; the engine is told the same.
    #[arg(long, env = "RUN_RETENTION_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub run_retention_days: u32,
    /// Where files lie.
    #[command(flatten)]
    pub(crate) files: FileOptions,
}

impl Config {
    /// The token for the first account; `None` when nobody may make it.
    pub(crate) fn setup_token(&self) -> anyhow::Result<Option<String>> {
        let text = text_of(
            self.setup_token.as_deref(),
            self.setup_token_file.as_deref(),
        )?;
        Ok(text
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty()))
    }

    /// The gateway's own keys; `None` when it cannot seal.
    pub(crate) fn seal_key(&self) -> anyhow::Result<Option<seal::KeyRing>> {
        text_of(None, self.seal_key_file.as_deref())?
            .map(|text| text.parse().context("SEAL_KEY_FILE cannot be used"))
            .transpose()
    }

    /// The adapters' public keys.
    pub(crate) fn public_keys(&self) -> anyhow::Result<seal::PublicKeys> {
        match text_of(None, self.seal_public_keys_file.as_deref())? {
            Some(text) => text.parse().context("SEAL_PUBLIC_KEYS_FILE cannot be used"),
            None => Ok(seal::PublicKeys::default()),
        }
    }

    /// The OpenID providers as JSON text.
    pub(crate) fn oidc_providers(&self) -> anyhow::Result<Option<String>> {
        text_of(
            self.oidc_providers.as_deref(),
            self.oidc_providers_file.as_deref(),
        )
    }
}

fn text_of(value: Option<&str>, file: Option<&Path>) -> anyhow::Result<Option<String>> {
    match (value, file) {
        (Some(value), _) => Ok(Some(value.to_owned())),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map(Some)
            .with_context(|| format!("could not read {}", path.display())),
        (None, None) => Ok(None),
    }
}
