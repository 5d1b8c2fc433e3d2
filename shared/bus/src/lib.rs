//! Typed publish and consume over NATS JetStream.
//!
//! This crate alone names `async_nats`. It knows envelopes, streams and consumers, never what an event means. It refuses
//! request and reply: a message has no reply subject but JetStream's own.
//!
//! Invariants: an event's subject follows from its type, tenant and key; a message that cannot be decoded becomes a dead
//! letter, never an ack, and an outage of what a handler needs never does; a service publishes and consumes exactly what
//! its [`Manifest`] names.

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

mod consumer;
pub mod dead_letter;
mod envelope;
mod error;
mod manifest;
mod memory;
mod message;
mod nats;
mod patience;
mod provision;
mod trace;
mod transport;

pub use consumer::{Handler, Verdict, consume};
pub use envelope::{Cause, Envelope};
pub use error::Error;
pub use manifest::{AckMode, Consumer, Manifest, NatsPermissions};
pub use memory::Memory;
pub use message::{Message, Received};
pub use nats::{Nats, NatsOptions};
pub use patience::Patience;
pub use provision::provision;
pub use trace::{current_traceparent, follow, is_recorded, span, traceparent_of};
pub use transport::{Delivery, Position, Pull, Settle, Tap, Transport};

use std::sync::Arc;

/// The bus as a service holds it.
pub type Bus = Arc<dyn Transport>;
