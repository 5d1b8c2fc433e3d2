//! What a secret was sealed for.

use ids::TenantId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names the encoding below; raised when it changes, so that no two encodings can be confused.
const ENCODING: &[u8] = b"silver-telegram/seal-context/1";

/// What a secret is good for. Travels in clear beside the ciphertext and is bound to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealContext {
    /// The tenant that owns the account.
    pub tenant: TenantId,
    /// The account's id; for a secret that a service keeps for itself, what it belongs to, such as `webhook/<trigger id>`.
    pub account: String,
    /// The service that may open it, such as `adapter-imap`.
    pub adapter: String,
    /// Counts up with every change of the credential: an older one never replaces a newer one.
    pub version: u64,
    /// Hosts the secret may be sent to: `mail.example.org`, or `*.example.org` for every host below it. Empty: none.
    pub allowed_hosts: Vec<String>,
}

impl SealContext {
    /// True when the secret may be sent to `host`. Letter case and a final dot do not matter.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let host = normal(host);
        self.allowed_hosts
            .iter()
            .map(|allowed| normal(allowed))
            .any(|allowed| match allowed.strip_prefix('*') {
                Some(suffix) => {
                    suffix.starts_with('.')
                        && suffix.len() > 1
                        && host.ends_with(suffix)
                        && host.len() > suffix.len()
                }
                None => allowed == host,
            })
    }

    /// The name of the first part in which two contexts differ.
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        [
            (self.tenant != other.tenant, "tenant"),
            (self.account != other.account, "account"),
            (self.adapter != other.adapter, "adapter"),
            (self.version != other.version, "version"),
            (self.hosts() != other.hosts(), "set of hosts"),
        ]
        .into_iter()
        .find_map(|(differs, part)| differs.then_some(part))
    }

    /// The associated data: every part with its length in front, so that no two contexts encode alike. Hosts are a set.
    pub(crate) fn associated_data(&self) -> Vec<u8> {
        let version = self.version.to_be_bytes();
        let hosts = self.hosts();
        let parts = [
            ENCODING,
            self.tenant.as_str().as_bytes(),
            self.account.as_bytes(),
            self.adapter.as_bytes(),
            &version,
        ]
        .into_iter()
        .chain(hosts.iter().map(String::as_bytes));
        let mut data = Vec::new();
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part);
        }
        data
    }

    fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<_> = self.allowed_hosts.iter().map(|host| normal(host)).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }
}

fn normal(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(allowed: &[&str]) -> SealContext {
        SealContext {
            tenant: TenantId::default_tenant(),
            account: "a".into(),
            adapter: "adapter-http".into(),
            version: 1,
            allowed_hosts: allowed.iter().map(|&host| host.to_owned()).collect(),
        }
    }

    #[test]
    fn a_host_is_allowed_by_name_or_below_a_star() {
        let context = hosts(&["API.example.org", "*.cloud.test"]);
        for host in [
            "api.example.org",
            "api.EXAMPLE.org.",
            "eu.cloud.test",
            "a.b.cloud.test",
        ] {
            assert!(context.allows_host(host), "{host}");
        }
        for host in [
            "example.org",
            "evil-api.example.org",
            "cloud.test",
            "xcloud.test",
            "cloud.test.evil.org",
            "",
        ] {
            assert!(!context.allows_host(host), "{host}");
        }
        assert!(!hosts(&[]).allows_host("example.org"));
        assert!(
            !hosts(&["*", "*."]).allows_host("example.org"),
            "a bare star is no host"
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let one = SealContext {
            account: "ab".into(),
            adapter: "c".into(),
            ..hosts(&[])
        };
        let two = SealContext {
            account: "a".into(),
            adapter: "bc".into(),
            ..hosts(&[])
        };
        assert_ne!(one.associated_data(), two.associated_data());
    }

    #[test]
    fn the_order_and_case_of_hosts_do_not_matter() {
        let (one, two) = (
            hosts(&["b.test", "A.test", "a.test."]),
            hosts(&["a.test", "b.test"]),
        );
        assert_eq!(one.associated_data(), two.associated_data());
        assert_eq!(one.difference(&two), None);
    }
}
