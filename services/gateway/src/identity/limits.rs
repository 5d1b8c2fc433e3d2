//! How often somebody may guess.

use crate::{App, edge::Problem};
use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, StatusCode},
};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
};

/// Tries per minute and account, after a burst of as many.
const PER_ACCOUNT: u32 = 10;
/// Tries per minute and address: a household shares one.
const PER_ADDRESS: u32 = 30;

/// Token buckets of this replica, by account and by address.
pub(super) struct Limits {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        let per_minute = |n: u32| Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Self {
            accounts: DefaultKeyedRateLimiter::keyed(per_minute(PER_ACCOUNT)),
            addresses: DefaultKeyedRateLimiter::keyed(per_minute(PER_ADDRESS)),
        }
    }
}

impl Limits {
    /// Counts one try of `address`.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(super) fn address(&self, address: IpAddr) -> Result<(), Problem> {
        self.addresses
            .check_key(&address)
            .map_err(|until| too_many(until.wait_time_from(self.addresses.clock().now())))
    }

    /// Counts one try for the account `email`.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub(super) fn account(&self, email: &str) -> Result<(), Problem> {
        self.accounts
            .check_key(&email.to_owned())
            .map_err(|until| too_many(until.wait_time_from(self.accounts.clock().now())))
    }

    /// Forgets buckets that are full again.
    pub(super) fn shrink(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

fn too_many(wait: std::time::Duration) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "session.too_many_tries",
        "Too many tries",
    )
    .hint("wait a little, then try again")
    .retry_after(wait.as_secs() + 1)
}

/// Where a request comes from, for counting.
pub(super) fn address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || {
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip())
    };
    app.settings
        .trust_proxy
        .then(forwarded)
        .flatten()
        .or_else(peer)
        .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
