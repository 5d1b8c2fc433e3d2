//! What a bridge's account looks like.

use adapter::{AccountKind, Problem};
use seal::Secret;
use serde::Deserialize;

/// Shorter tokens can be guessed.
const TOKEN_BYTES: usize = 24;

/// Accounts of bridges.
pub struct BridgeAccounts;

/// A bridge has nothing to set: it configures itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

/// What the bridge proves itself by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub token: Secret,
}

impl AccountKind for BridgeAccounts {
    const ADAPTER: &'static str = "bridge";
    type Settings = Settings;
    type Credentials = Credentials;

    fn check(_settings: &Settings, credentials: Option<&Credentials>) -> Result<(), Problem> {
        let long_enough = |c: &Credentials| c.token.expose().len() >= TOKEN_BYTES;
        if credentials.is_some_and(long_enough) {
            return Ok(());
        }
        let message = format!("credentials: `token` needs at least {TOKEN_BYTES} characters");
        Err(Problem::credentials(message))
    }

    /// The token is shown to this adapter, and sent to nobody.
    fn hosts(_settings: &Settings) -> Vec<String> {
        Vec::new()
    }
}
