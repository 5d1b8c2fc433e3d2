//! What an IMAP account looks like.

use adapter::{AccountKind, Problem};
use egress::TlsMode;
use seal::Secret;
use serde::Deserialize;

/// An IMAP mailbox.
pub enum Imap {}

/// Everything about the mailbox that is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub host: String,
    #[serde(default = "imaps")]
    pub port: u16,
    #[serde(default = "implicit")]
    pub tls: TlsMode,
    pub username: String,
    /// The mailbox that is watched.
    #[serde(default = "inbox")]
    pub mailbox: String,
    /// Certificate authority of a server with a private one, PEM.
    #[serde(default)]
    pub ca_pem: Option<String>,
    /// SHA-256 of the server's own certificate, hex, where it is to be trusted as it is.
    #[serde(default)]
    pub certificate_sha256: Option<String>,
    /// How many of the mails that are there already are told when the account is connected.
    #[serde(default)]
    pub backfill: u32,
}

/// What the mailbox is opened with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub password: Secret,
}

const fn imaps() -> u16 {
    993
}

const fn implicit() -> TlsMode {
    TlsMode::Implicit
}

fn inbox() -> String {
    "INBOX".to_owned()
}

/// More would flood the inbox and its workflows with old mail.
const MAX_BACKFILL: u32 = 500;

impl AccountKind for Imap {
    const ADAPTER: &'static str = "imap";
    type Settings = Settings;
    type Credentials = Credentials;

    fn check(settings: &Settings, credentials: Option<&Credentials>) -> Result<(), Problem> {
        let required = [
            ("/host", &settings.host),
            ("/username", &settings.username),
            ("/mailbox", &settings.mailbox),
        ];
        for (pointer, text) in required {
            if text.trim().is_empty() || text.chars().any(char::is_control) {
                return Err(Problem::setting(
                    pointer,
                    "must be text without control characters",
                ));
            }
        }
        if settings.backfill > MAX_BACKFILL {
            return Err(Problem::setting(
                "/backfill",
                format!("must be at most {MAX_BACKFILL}"),
            ));
        }
        egress::Trust::new(
            settings.ca_pem.as_deref(),
            settings.certificate_sha256.as_deref(),
        )
        .map_err(|error| Problem::setting("/ca_pem", error.explain()))?;
        let Some(Credentials { password }) = credentials else {
            return Err(Problem::credentials("an IMAP account needs a password"));
        };
        // A line break would end the command that carries it.
        match password.expose_str() {
            Ok(text) if !text.is_empty() && !text.chars().any(char::is_control) => Ok(()),
            Ok(_) | Err(_) => Err(Problem::credentials(
                "the password must be text without control characters",
            )),
        }
    }

    fn hosts(settings: &Settings) -> Vec<String> {
        vec![settings.host.clone()]
    }
}
