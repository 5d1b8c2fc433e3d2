//! One suite for all adapters that do effects, on real servers: PostgreSQL, NATS, SpiceDB and whatever the protocol talks to.
//!
//! A test makes a [`Bench`] with its protocol, describes itself as a [`Specimen`], and calls [`conforms`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support for tests: a failed set-up fails the test"
)]

mod bench;
mod scenarios;

pub use bench::{Answer, Bench, Parts};
pub use scenarios::{Specimen, conforms};
