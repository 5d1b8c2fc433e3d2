//! What a sending account looks like.

use adapter::{AccountKind, Problem};
use egress::{TlsMode, Trust};
use lettre::message::Mailbox;
use seal::Secret;
use serde::Deserialize;
use std::net::IpAddr;

/// Accounts at mail servers.
pub struct SmtpAccounts;

/// Settings of an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub host: String,
    /// 465 with implicit TLS, usually 587 with STARTTLS.
    pub port: u16,
    #[serde(default)]
    pub tls: TlsMode,
    /// The sender: `Ada <ada@example.org>`.
    pub from: String,
    /// Who logs in; the sender's address where it is not given.
    #[serde(default)]
    pub user: Option<String>,
    /// Authorities that are trusted besides the system's, PEM.
    #[serde(default)]
    pub ca_pem: Option<String>,
    /// The one certificate that is accepted, 64 hex digits.
    #[serde(default)]
    pub certificate_sha256: Option<String>,
}

/// What is secret. An account without credentials sends without a login.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub password: Secret,
}

impl Settings {
    /// Which certificates are accepted.
    ///
    /// # Errors
    /// When the given ones cannot be read.
    pub fn trust(&self) -> Result<Trust, egress::Error> {
        Trust::new(self.ca_pem.as_deref(), self.certificate_sha256.as_deref())
    }

    /// Whether the server runs on this machine.
    fn is_local(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

impl AccountKind for SmtpAccounts {
    const ADAPTER: &'static str = "smtp";
    type Settings = Settings;
    type Credentials = Credentials;

    fn check(settings: &Settings, credentials: Option<&Credentials>) -> Result<(), Problem> {
        if settings.host.trim().is_empty() {
            return Err(Problem::setting("/host", "name the mail server"));
        }
        if settings.port == 0 {
            return Err(Problem::setting(
                "/port",
                "0 is not a port; 465 and 587 are usual",
            ));
        }
        if let Err(error) = settings.from.parse::<Mailbox>() {
            let message = format!(
                "`{}` is no sender such as Ada <ada@example.org>: {error}",
                settings.from
            );
            return Err(Problem::setting("/from", message));
        }
        if let Err(error) = settings.trust() {
            let pointer = match settings.certificate_sha256 {
                Some(_) => "/certificate_sha256",
                None => "/ca_pem",
            };
            return Err(Problem::setting(pointer, error.explain()));
        }
        if credentials.is_some() && settings.tls == TlsMode::None && !settings.is_local() {
            let message = "a password is not sent without TLS: choose implicit or starttls";
            return Err(Problem::setting("/tls", message));
        }
        Ok(())
    }

    fn hosts(settings: &Settings) -> Vec<String> {
        vec![settings.host.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(more: &str, password: bool) -> Result<(), Option<String>> {
        let text =
            format!(r#"{{"host":"mail.example.org","port":465,"from":"a@example.org"{more}}}"#);
        let settings = serde_json::from_str(&text).unwrap();
        let credentials: Credentials = serde_json::from_str(r#"{"password":"p"}"#).unwrap();
        SmtpAccounts::check(&settings, password.then_some(&credentials)).map_err(|p| p.pointer)
    }

    #[test]
    fn a_password_wants_tls_unless_it_stays_on_this_machine() {
        assert_eq!(check("", true), Ok(()));
        assert_eq!(
            check(r#","tls":"none""#, true),
            Err(Some("/tls".to_owned()))
        );
        assert_eq!(check(r#","tls":"none""#, false), Ok(()));
        let local = r#"{"host":"127.0.0.1","port":25,"tls":"none","from":"a@b"}"#;
        let credentials: Credentials = serde_json::from_str(r#"{"password":"p"}"#).unwrap();
        let settings = serde_json::from_str(local).unwrap();
        assert_eq!(SmtpAccounts::check(&settings, Some(&credentials)), Ok(()));
    }

    #[test]
    fn a_bad_setting_is_named() {
        assert_eq!(
            check(r#","ca_pem":"x""#, true),
            Err(Some("/ca_pem".to_owned()))
        );
        assert_eq!(
            check(r#","certificate_sha256":"1""#, true),
            Err(Some("/certificate_sha256".to_owned()))
        );
    }
}
