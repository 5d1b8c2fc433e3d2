//! The only sockets to hosts that a person, a document or a model chose.
//!
//! Such a host may be a trap: a name that resolves to the database, an address in a disguise, a redirect into the private
//! network. So every connection here goes one way: take the host apart, resolve **all** its addresses, refuse the host if any
//! of them is not public (and the operator did not allow it), and connect to an address that was just checked. The name is
//! resolved once, so it cannot change in between. HTTP goes the same way again for every redirect.
//!
//! What the operator allows is the [`Policy`], read from `EGRESS_ALLOW`. Nothing here reads proxies from the environment.
//!
//! ```no_run
//! # async fn example() -> Result<(), egress::Error> {
//! use egress::{Egress, Policy, Request, Trust};
//!
//! let egress = Egress::new("192.168.1.0/24, mail.home.arpa:993".parse::<Policy>()?);
//! let answer = egress.http().send(Request::get("https://example.org/".parse().unwrap())).await?;
//! let imap = egress.connect_tls("mail.home.arpa", 993, &Trust::default()).await?;
//! # Ok(()) }
//! ```

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod address;
mod connect;
mod error;
mod http;
mod policy;
mod resolve;
mod retry_after;
mod trust;

pub use address::Kind;
pub use connect::Egress;
pub use error::Error;
pub use http::{Body, Http, Pieces, Request, Response, Streamed, StreamingResponse};
pub use policy::{Limits, Policy};
pub use resolve::Resolver;
pub use retry_after::retry_after;
pub use tokio_rustls::client::TlsStream;
pub use trust::{TlsMode, Trust};
