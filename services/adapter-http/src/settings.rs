//! What an HTTP account looks like.

use adapter::{AccountKind, Problem};
use http::HeaderName;
use seal::Secret;
use serde::Deserialize;

/// Accounts of HTTP APIs.
pub struct HttpAccounts;

/// Settings of an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who may see the credential: `api.example.org`, or `*.example.org` for every host below it.
    pub allowed_hosts: Vec<String>,
    #[serde(default)]
    pub scheme: Scheme,
    /// The header of scheme `header`.
    #[serde(default)]
    pub header: Option<String>,
    /// The API recognises a repeated `Idempotency-Key`, so an interrupted call may be made again.
    #[serde(default)]
    pub recognises_repeats: bool,
}

/// How the credential is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// `Authorization: Bearer <token>`.
    #[default]
    Bearer,
    /// `Authorization: Basic <user:password>`.
    Basic,
    /// `<header>: <value>`.
    Header,
}

/// What is secret: `token` for bearer, `user` and `password` for basic, `value` for header.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[serde(default)]
    pub token: Option<Secret>,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: Option<Secret>,
    #[serde(default)]
    pub value: Option<Secret>,
}

impl AccountKind for HttpAccounts {
    const ADAPTER: &'static str = "http";
    type Settings = Settings;
    type Credentials = Credentials;

    fn check(settings: &Settings, credentials: Option<&Credentials>) -> Result<(), Problem> {
        if settings.allowed_hosts.is_empty() {
            return Err(Problem::setting(
                "/allowed_hosts",
                "name the hosts that may see the credential, such as api.example.org",
            ));
        }
        let header = settings.header.as_deref().map(HeaderName::try_from);
        match (settings.scheme, header) {
            (Scheme::Header, None) => {
                return Err(Problem::setting(
                    "/header",
                    "name the header that carries the credential",
                ));
            }
            (_, Some(Err(_))) => {
                return Err(Problem::setting(
                    "/header",
                    "this is not the name of a header",
                ));
            }
            (Scheme::Bearer | Scheme::Basic | Scheme::Header, _) => {}
        }
        let Some(credentials) = credentials else {
            return Err(Problem::credentials("an HTTP account needs credentials"));
        };
        let missing = match settings.scheme {
            Scheme::Bearer => credentials.token.is_none().then_some("token"),
            Scheme::Basic if credentials.user.is_none() => Some("user"),
            Scheme::Basic => credentials.password.is_none().then_some("password"),
            Scheme::Header => credentials.value.is_none().then_some("value"),
        };
        match missing {
            Some(field) => Err(Problem::credentials(format!(
                "credentials: `{field}` is missing"
            ))),
            None => Ok(()),
        }
    }

    fn hosts(settings: &Settings) -> Vec<String> {
        settings.allowed_hosts.clone()
    }
}
