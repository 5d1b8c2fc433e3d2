//! The one way out: resolve, check, connect.

use crate::{Error, Http, Limits, Policy, Resolver, TlsStream, Trust};
use rustls::{ClientConfig, pki_types::ServerName};
use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;
use url::Host;

/// Opens connections to hosts that others chose. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Egress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    policy: Policy,
    resolver: Resolver,
}

impl Egress {
    /// An egress that asks the system's resolver.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::with_resolver(policy, Resolver::System)
    }

    /// An egress with its own source of addresses.
    #[must_use]
    pub fn with_resolver(policy: Policy, resolver: Resolver) -> Self {
        Self(Arc::new(Inner { policy, resolver }))
    }

    /// An HTTP client that trusts the system's authorities. Keep it: connections are pooled per client.
    #[must_use]
    pub fn http(&self) -> Http {
        self.http_trusting(Trust::default())
    }

    /// An HTTP client that trusts what an account's settings say. Connections are pooled per client.
    #[must_use]
    pub fn http_trusting(&self, trust: Trust) -> Http {
        Http::new(self.clone(), trust)
    }

    /// The addresses of `host`, all of them permitted. Also tells at save time whether a host could be reached at all.
    ///
    /// # Errors
    /// `Denied` when any of them is not; `Host`, `Resolve` (retryable) or `Timeout` (retryable) when there are none.
    pub async fn check(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let parsed = parse(host)?;
        let addresses = match &parsed {
            Host::Ipv4(address) => vec![SocketAddr::new(IpAddr::V4(*address), port)],
            Host::Ipv6(address) => vec![SocketAddr::new(IpAddr::V6(*address), port)],
            Host::Domain(name) => self.lookup(name, port).await?,
        };
        for address in addresses.iter().map(SocketAddr::ip) {
            self.0
                .policy
                .judge(&parsed, address, port)
                .map_err(|kind| Error::Denied {
                    host: shown(&parsed),
                    address,
                    kind,
                })?;
        }
        Ok(addresses)
    }

    /// A connection to a permitted address of `host`.
    ///
    /// # Errors
    /// As [`Egress::check`]; `Connect` or `Timeout`, both retryable.
    pub async fn connect_tcp(&self, host: &str, port: u16) -> Result<TcpStream, Error> {
        let addresses = self.check(host, port).await?;
        let refused = |source| Error::Connect {
            host: host.to_owned(),
            port,
            source: Arc::new(source),
        };
        let share = self.limits().connect / u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true).map_err(refused)?;
                    return Ok(stream);
                }
                Ok(Err(error)) => last = error,
                Err(_) => {
                    last = io::Error::new(
                        io::ErrorKind::TimedOut,
                        format!("no answer within {} ms", share.as_millis()),
                    );
                }
            }
        }
        Err(refused(last))
    }

    /// A TLS connection to a permitted address of `host`.
    ///
    /// # Errors
    /// As [`Egress::connect_tcp`] and [`Egress::start_tls`].
    pub async fn connect_tls(
        &self,
        host: &str,
        port: u16,
        trust: &Trust,
    ) -> Result<TlsStream<TcpStream>, Error> {
        let stream = self.connect_tcp(host, port).await?;
        self.start_tls(host, stream, trust).await
    }

    /// Goes on in TLS on a connection that began in clear (STARTTLS).
    ///
    /// # Errors
    /// `Tls` when the server does not prove to be `host`; `Timeout` (retryable).
    pub async fn start_tls(
        &self,
        host: &str,
        stream: TcpStream,
        trust: &Trust,
    ) -> Result<TlsStream<TcpStream>, Error> {
        self.handshake(host, stream, trust.config()?).await
    }

    pub(crate) async fn handshake(
        &self,
        host: &str,
        stream: TcpStream,
        config: Arc<ClientConfig>,
    ) -> Result<TlsStream<TcpStream>, Error> {
        let name = server_name(host)?;
        let failed = |source| Error::Tls {
            host: host.to_owned(),
            source: Arc::new(source),
        };
        within(
            self.limits().connect,
            host,
            TlsConnector::from(config).connect(name, stream),
        )
        .await?
        .map_err(failed)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.policy.limits
    }

    async fn lookup(&self, name: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let found = within(
            self.limits().connect,
            name,
            self.0.resolver.addresses(name, port),
        )
        .await?;
        found.map_err(|source| Error::Resolve {
            host: name.to_owned(),
            source: Arc::new(source),
        })
    }
}

/// Waits for `work` on `host`, but not for ever.
pub(crate) async fn within<T>(
    after: Duration,
    host: &str,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    timeout(after, work).await.map_err(|_| Error::Timeout {
        host: host.to_owned(),
        after,
    })
}

/// Reads a host as browsers do, so that `0x7f.1`, `2130706433` and `①②⑦.0.0.1` are the addresses that they are.
fn parse(host: &str) -> Result<Host, Error> {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    match inner.parse() {
        Ok(IpAddr::V4(address)) => Ok(Host::Ipv4(address)),
        Ok(IpAddr::V6(address)) => Ok(Host::Ipv6(address)),
        Err(_) => Host::parse(host).map_err(|_| Error::Host(host.to_owned())),
    }
}

fn shown(host: &Host) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

fn server_name(host: &str) -> Result<ServerName<'static>, Error> {
    let name = shown(&parse(host)?);
    let name = name.strip_suffix('.').unwrap_or(&name).to_owned();
    ServerName::try_from(name).map_err(|_| Error::Host(host.to_owned()))
}
