//! What an account of each adapter looks like from outside: enough to seal its credentials for the right hosts. The adapter
//! itself checks the settings in full and may refuse them. Pure.

use crate::edge::ProblemItem;
use seal::Secret;
use serde_json::{Map, Value, value::RawValue};
use std::collections::BTreeMap;
use url::Url;

/// What one adapter's accounts need.
pub(super) struct AdapterKind {
    pub(super) name: &'static str,
    /// The setting that names the host that credentials are sent to.
    host: Option<HostSetting>,
    /// Fields of the credentials, and whether each must be there.
    credentials: &'static [(&'static str, bool)],
}

#[derive(Clone, Copy)]
enum HostSetting {
    Host,
    BaseUrl,
    AllowedHosts,
}

const KINDS: [AdapterKind; 5] = [
    AdapterKind {
        name: "imap",
        host: Some(HostSetting::Host),
        credentials: &[("password", true)],
    },
    AdapterKind {
        name: "smtp",
        host: Some(HostSetting::Host),
        credentials: &[("password", false)],
    },
    AdapterKind {
        name: "llm",
        host: Some(HostSetting::BaseUrl),
        credentials: &[("api_key", false)],
    },
    AdapterKind {
        name: "http",
        host: Some(HostSetting::AllowedHosts),
        // Which of them the scheme needs, the adapter says.
        credentials: &[
            ("token", false),
            ("user", false),
            ("password", false),
            ("value", false),
        ],
    },
    AdapterKind {
        name: "bridge",
        host: None,
        credentials: &[("token", true)],
    },
];

impl AdapterKind {
    /// The adapter of this name.
    pub(super) fn named(name: &str) -> Result<&'static Self, ProblemItem> {
        KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let known = KINDS.map(|kind| kind.name).join(", ");
            ProblemItem::new(
                "/adapter",
                "adapter.unknown",
                format!("it must be one of {known}"),
            )
        })
    }

    /// The hosts that credentials may be sent to.
    pub(super) fn hosts(&self, settings: &Map<String, Value>) -> Result<Vec<String>, ProblemItem> {
        let text = |name: &str| settings.get(name).and_then(Value::as_str).map(str::trim);
        match self.host {
            None => Ok(Vec::new()),
            Some(HostSetting::Host) => text("host")
                .filter(|host| is_host(host))
                .map(|host| vec![host.to_owned()])
                .ok_or_else(|| {
                    ProblemItem::new(
                        "/settings/host",
                        "setting.host",
                        "it must be a host name, such as mail.example.org",
                    )
                }),
            Some(HostSetting::AllowedHosts) => allowed_hosts(settings.get("allowed_hosts"))
                .ok_or_else(|| {
                    ProblemItem::new(
                        "/settings/allowed_hosts",
                        "setting.allowed_hosts",
                        "name the hosts that may see the credential, such as api.example.org",
                    )
                }),
            Some(HostSetting::BaseUrl) => text("base_url")
                .and_then(|url| url.parse::<Url>().ok())
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .and_then(|url| url.host_str().map(|host| vec![host.to_owned()]))
                .ok_or_else(|| {
                    ProblemItem::new(
                        "/settings/base_url",
                        "setting.base_url",
                        "it must be an http or https address",
                    )
                }),
        }
    }

    /// The credentials as the adapter reads them; `None` when there are none.
    pub(super) fn credentials(
        &self,
        given: Option<&RawValue>,
    ) -> Result<Option<Secret>, ProblemItem> {
        let item = |pointer: String, message: &str| {
            ProblemItem::new(pointer, "credentials.invalid", message)
        };
        let fields: BTreeMap<String, Secret> = match given {
            None => BTreeMap::new(),
            // The parser's message may repeat a value, so it is not told.
            Some(raw) => serde_json::from_str(raw.get())
                .map_err(|_| item("/credentials".to_owned(), "it must be an object of texts"))?,
        };
        let known = |name: &str| self.credentials.iter().any(|(known, _)| *known == name);
        if let Some(name) = fields.keys().find(|name| !known(name)) {
            return Err(item(
                format!("/credentials/{name}"),
                "this adapter knows no such credential",
            ));
        }
        let filled = |name: &str| {
            fields
                .get(name)
                .is_some_and(|secret| !secret.expose().is_empty())
        };
        let missing = self
            .credentials
            .iter()
            .find(|(name, required)| *required && !filled(name));
        if let Some((name, _)) = missing {
            return Err(item(format!("/credentials/{name}"), "it is needed"));
        }
        let present: BTreeMap<&str, &str> = fields
            .iter()
            .filter(|(name, _)| filled(name))
            .filter_map(|(name, secret)| Some((name.as_str(), secret.expose_str().ok()?)))
            .collect();
        if present.is_empty() {
            return Ok(None);
        }
        serde_json::to_vec(&present)
            .map(|json| Some(Secret::from(json)))
            .map_err(|_| item("/credentials".to_owned(), "it must be an object of texts"))
    }
}

fn allowed_hosts(setting: Option<&Value>) -> Option<Vec<String>> {
    let hosts = setting?.as_array().filter(|hosts| !hosts.is_empty())?;
    hosts
        .iter()
        .map(|host| {
            let host = host.as_str()?.trim();
            is_host(host.strip_prefix("*.").unwrap_or(host)).then(|| host.to_owned())
        })
        .collect()
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};

    fn settings(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn credentials_are_bound_to_the_host_of_the_settings() {
        let imap = AdapterKind::named("imap").unwrap();
        let hosts = imap.hosts(&settings(&json!({ "host": " mail.example.org " })));
        assert_eq!(hosts.unwrap(), ["mail.example.org"]);
        let llm = AdapterKind::named("llm").unwrap();
        let hosts = llm.hosts(&settings(
            &json!({ "base_url": "https://api.example.org/v1" }),
        ));
        assert_eq!(hosts.unwrap(), ["api.example.org"]);
        let http = AdapterKind::named("http").unwrap();
        let hosts = http.hosts(&settings(
            &json!({ "allowed_hosts": ["a.test", "*.b.test"] }),
        ));
        assert_eq!(hosts.unwrap(), ["a.test", "*.b.test"]);
        assert!(
            http.hosts(&settings(&json!({ "allowed_hosts": ["*"] })))
                .is_err()
        );
        for bad in [
            json!({}),
            json!({ "base_url": "ftp://x" }),
            json!({ "base_url": 1 }),
        ] {
            assert_eq!(
                llm.hosts(&settings(&bad)).unwrap_err().pointer,
                "/settings/base_url"
            );
        }
    }

    #[test]
    fn a_refused_credential_is_named_but_never_repeated() {
        let imap = AdapterKind::named("imap").unwrap();
        let refuse = |value: &Value| {
            let raw = to_raw_value(value).unwrap();
            imap.credentials(Some(&raw)).err().unwrap()
        };
        assert_eq!(
            refuse(&json!({ "password": "" })).pointer,
            "/credentials/password"
        );
        assert_eq!(
            refuse(&json!({ "password": "x", "pin": "hunter2" })).pointer,
            "/credentials/pin"
        );
        let number = refuse(&json!({ "password": 424_242 }));
        assert!(!number.message.contains("424242"), "{}", number.message);
    }

    #[test]
    fn optional_credentials_may_be_left_out() {
        let smtp = AdapterKind::named("smtp").unwrap();
        assert!(smtp.credentials(None).unwrap().is_none());
        let raw = to_raw_value(&json!({ "password": "p\"q" })).unwrap();
        let sealed = smtp.credentials(Some(&raw)).unwrap().unwrap();
        assert_eq!(sealed.expose(), br#"{"password":"p\"q"}"#);
    }
}
