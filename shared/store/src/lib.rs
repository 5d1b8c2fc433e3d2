//! Transactions that commit state and events together.
//!
//! A service changes its tables and emits events in one [`Tx`]; the relay publishes after the commit and keeps each row
//! until every consumer has confirmed it, so that the bus can be lost without losing an event. A consumed event's id
//! commits in the same transaction as what it changed, so a repeat changes nothing.
//!
//! An outage of the database is never an event's fault: consumers hold what they have until it is over. What ends a dead
//! letter is only what the event itself causes: a refusal, failures of its own, or the end of several processes.

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

mod attempts;
mod consumer;
mod database;
mod error;
mod inbox;
mod outbox;
mod provision;
mod relations;
mod relay;
mod router;
mod tx;

pub use consumer::{confirm_receipts, consume};
pub use database::{Database, DatabaseOptions, Subscribers, migrate};
pub use error::{Error, Failure};
pub use provision::{Passwords, Provision, database_of, provision, role};
pub use relations::RelationWriter;
pub use relay::relay;
pub use router::{Apply, ApplyBatch, Router};
pub use tx::Tx;
