//! Why a host was refused or did not answer.

use crate::Kind;
use std::{net::IpAddr, sync::Arc, time::Duration};

/// What went wrong on the way to a host. The source chain holds the details; [`Error::explain`] joins it to one sentence.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An address that is not public and that the operator did not allow.
    #[error("{}; allow it with EGRESS_ALLOW", denial(host, *address, *kind))]
    Denied {
        /// As it was asked for.
        host: String,
        /// The refused address.
        address: IpAddr,
        /// Why it is not public.
        kind: Kind,
    },
    /// An entry of `EGRESS_ALLOW` that is no host, address or network.
    #[error(
        "EGRESS_ALLOW: `{0}` is not a host, address or network, such as mail.home.arpa, 10.0.0.7:993 or 10.0.0.0/8"
    )]
    Allow(String),
    /// Text that is not a host name or address.
    #[error("`{0}` is not a host name or address")]
    Host(String),
    /// A URL that cannot be asked for.
    #[error("cannot send to {url}: {reason}")]
    Url {
        /// The URL without credentials, query and fragment.
        url: String,
        /// What to change.
        reason: &'static str,
    },
    /// A request header that only the transport may set.
    #[error("the header `{0}` is set by the transport and cannot be given")]
    Header(http::HeaderName),
    /// A certificate, or a fingerprint of one, that cannot be read.
    #[error("cannot use the given certificate: {0}")]
    Certificate(String),
    /// This machine's own set of certificate authorities cannot be used.
    #[error("cannot load the certificate authorities of this system")]
    Authorities(#[source] Arc<rustls::Error>),
    /// The name does not exist, or the name server did not answer.
    #[error("could not resolve {host}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        source: Arc<std::io::Error>,
    },
    /// None of the host's addresses accepted the connection.
    #[error("could not connect to {host} port {port}")]
    Connect {
        /// As it was asked for.
        host: String,
        /// TCP port.
        port: u16,
        /// What the last address said.
        source: Arc<std::io::Error>,
    },
    /// No secure connection: often a certificate that is not trusted, or a server that does not speak TLS on this port.
    #[error("could not agree on TLS with {host}")]
    Tls {
        /// As it was asked for.
        host: String,
        /// What rustls said.
        source: Arc<std::io::Error>,
    },
    /// The connection broke, or the answer was not HTTP.
    #[error("the HTTP exchange with {host} failed")]
    Http {
        /// As it was asked for.
        host: String,
        /// What hyper said.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// No answer in time.
    #[error("{host} did not answer within {} ms", after.as_millis())]
    Timeout {
        /// As it was asked for.
        host: String,
        /// How long was waited.
        after: Duration,
    },
    /// The answer is longer than allowed.
    #[error("the answer of {host} is longer than {limit} bytes")]
    TooLarge {
        /// As it was asked for.
        host: String,
        /// In bytes.
        limit: usize,
    },
    /// A redirect that is not followed.
    #[error("a redirect of {host} is not followed: {reason}")]
    Redirect {
        /// Who redirected.
        host: String,
        /// Why not.
        reason: &'static str,
    },
    /// The first host answered with a redirect; what it led to failed.
    #[error("a redirect was followed")]
    Redirected(#[source] Box<Error>),
}

impl Error {
    /// True when the other side got nothing of the request, so that even an effect that must happen once may be repeated.
    #[must_use]
    pub fn nothing_sent(&self) -> bool {
        !matches!(
            self,
            Self::Http { .. }
                | Self::Timeout { .. }
                | Self::TooLarge { .. }
                | Self::Redirect { .. }
                | Self::Redirected(_)
        )
    }

    /// True when the same request may succeed later: the network, the name server or the host was at fault.
    #[must_use]
    pub fn retryable(&self) -> bool {
        if let Self::Redirected(cause) = self {
            return cause.retryable();
        }
        matches!(
            self,
            Self::Resolve { .. } | Self::Connect { .. } | Self::Http { .. } | Self::Timeout { .. }
        )
    }

    /// The whole chain of causes as one sentence for people.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = self.to_string();
        let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(self);
        while let Some(error) = cause {
            let next = error.to_string();
            if !text.ends_with(&next) {
                text = format!("{text}: {next}");
            }
            cause = error.source();
        }
        text
    }
}

fn denial(host: &str, address: IpAddr, kind: Kind) -> String {
    if host.parse() == Ok(address) {
        format!("host {host} is {kind} address")
    } else {
        format!("host {host} resolves to {address}, {kind} address")
    }
}
