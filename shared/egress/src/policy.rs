//! What the operator allows, and how much of anything is accepted.

use crate::{
    Error, Kind,
    address::{canonical, is_exactly, special},
};
use ipnet::IpNet;
use std::{net::IpAddr, str::FromStr, time::Duration};
use url::Host;

/// Which hosts that are not public may be reached all the same, and the bounds of every exchange.
///
/// As text (`EGRESS_ALLOW`): entries between commas, each a host name, an address or a network, with `:port` to allow one port
/// only: `mail.home.arpa, 192.168.1.0/24, 127.0.0.1:11434, [::1]:11434`. A network never includes a cloud's metadata
/// address; that must be named alone.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    allow: Vec<Allow>,
    /// Bounds of every exchange.
    pub limits: Limits,
}

/// Bounds of every exchange.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For resolving, connecting and the TLS handshake, each.
    pub connect: Duration,
    /// For a whole exchange (or, streaming, until the answer begins) that names no time of its own.
    pub exchange: Duration,
    /// The longest silence inside a streamed answer.
    pub idle: Duration,
    /// The longest answer, in bytes.
    pub body_bytes: usize,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            exchange: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            body_bytes: 10 << 20,
            redirects: 5,
        }
    }
}

#[derive(Debug, Clone)]
struct Allow {
    what: What,
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum What {
    Host(String),
    Net(IpNet),
}

impl Policy {
    /// Refuses `address` of `host` (a name, or the address again) unless it is public or allowed.
    ///
    /// # Errors
    /// The kind of address that it is.
    pub(crate) fn judge(&self, host: &Host, address: IpAddr, port: u16) -> Result<(), Kind> {
        let Some(kind) = special(address) else {
            return Ok(());
        };
        let allowed = self
            .allow
            .iter()
            .any(|allow| allow.covers(host, canonical(address), port, kind));
        if allowed { Ok(()) } else { Err(kind) }
    }
}

impl Allow {
    fn covers(&self, host: &Host, address: IpAddr, port: u16, kind: Kind) -> bool {
        let right_port = self.port.is_none_or(|allowed| allowed == port);
        right_port
            && match &self.what {
                What::Host(allowed) => {
                    kind != Kind::Metadata
                        && matches!(host, Host::Domain(name) if plain(name) == *allowed)
                }
                What::Net(net) if kind == Kind::Metadata => is_exactly(net, address),
                What::Net(net) => net.contains(&address),
            }
    }
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let entries = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        let allow = entries
            .map(|entry| allow(entry).ok_or_else(|| Error::Allow(entry.to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            allow,
            limits: Limits::default(),
        })
    }
}

fn allow(entry: &str) -> Option<Allow> {
    if let Some(what) = what(entry) {
        return Some(Allow { what, port: None });
    }
    let (head, port) = entry.rsplit_once(':')?;
    Some(Allow {
        what: what(head)?,
        port: Some(port.parse().ok()?),
    })
}

fn what(text: &str) -> Option<What> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Ok(address) = inner.unwrap_or(text).parse::<IpAddr>() {
        return Some(What::Net(canonical(address).into()));
    }
    if let Ok(net) = text.parse::<IpNet>() {
        return Some(What::Net(net.trunc()));
    }
    match Host::parse(text) {
        Ok(Host::Domain(name)) if is_name(&name) => Some(What::Host(plain(&name))),
        Ok(_) | Err(_) => None,
    }
}

fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(policy: &str, host: &str, address: &str, port: u16) -> Result<(), Kind> {
        let policy: Policy = policy.parse().unwrap();
        policy.judge(&Host::parse(host).unwrap(), address.parse().unwrap(), port)
    }

    #[test]
    fn without_an_entry_only_public_addresses_pass() {
        assert_eq!(judged("", "example.org", "8.8.8.8", 80), Ok(()));
        assert_eq!(
            judged("", "example.org", "10.0.0.1", 80),
            Err(Kind::Private)
        );
    }

    #[test]
    fn an_entry_allows_what_it_names_and_no_more() {
        for (policy, host, address, port, expected) in [
            ("nas.home.arpa", "NAS.home.arpa.", "10.0.0.1", 80, Ok(())),
            (
                "nas.home.arpa",
                "evil.nas.home.arpa",
                "10.0.0.1",
                80,
                Err(Kind::Private),
            ),
            ("10.0.0.0/8", "any.example", "10.9.9.9", 80, Ok(())),
            ("10.0.0.0/8", "any.example", "::ffff:10.9.9.9", 80, Ok(())),
            (
                "10.0.0.0/8",
                "any.example",
                "192.168.0.1",
                80,
                Err(Kind::Private),
            ),
            ("127.0.0.1:11434", "localhost", "127.0.0.1", 11434, Ok(())),
            (
                "127.0.0.1:11434",
                "localhost",
                "127.0.0.1",
                5432,
                Err(Kind::Loopback),
            ),
            (
                "nas.home.arpa:993",
                "nas.home.arpa",
                "10.0.0.1",
                993,
                Ok(()),
            ),
            (
                "nas.home.arpa:993",
                "nas.home.arpa",
                "10.0.0.1",
                22,
                Err(Kind::Private),
            ),
            ("[::1]:80", "localhost", "::1", 80, Ok(())),
            ("10.0.0.0/8:443", "any.example", "10.1.1.1", 443, Ok(())),
            (
                "10.0.0.0/8:443",
                "any.example",
                "10.1.1.1",
                80,
                Err(Kind::Private),
            ),
            ("a.example, ::1 , 10.0.0.1", "b.example", "::1", 80, Ok(())),
        ] {
            assert_eq!(
                judged(policy, host, address, port),
                expected,
                "{policy} {host} {address} {port}"
            );
        }
    }

    #[test]
    fn metadata_must_be_named_alone() {
        assert_eq!(
            judged("0.0.0.0/0", "x.example", "169.254.169.254", 80),
            Err(Kind::Metadata)
        );
        assert_eq!(
            judged("x.example", "x.example", "169.254.169.254", 80),
            Err(Kind::Metadata)
        );
        assert_eq!(
            judged("169.254.169.254", "x.example", "169.254.169.254", 80),
            Ok(())
        );
    }

    #[test]
    fn an_entry_that_means_nothing_is_named() {
        for bad in [
            "*",
            "10.0.0.0/33",
            "http://a.example",
            "a.example:http",
            "a b",
            "[::1",
            "*.example.org",
        ] {
            let error = format!("ok.example,{bad}")
                .parse::<Policy>()
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("`{bad}`")), "{error}");
        }
    }
}
