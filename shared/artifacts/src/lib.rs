//! Bytes by their hash: files that travel through workflows, and values too large for an event.
//!
//! [`Artifacts`] is the port, [`Directory`] keeps artifacts in files that all services of an installation see, [`Bucket`] in an S3
//! bucket, [`Memory`] is their twin for tests. What is put is streamed, hashed on the way and stored once per tenant; what is opened is streamed from
//! any byte on. None of the first two holds more than a buffer in memory, whatever the size.
//!
//! Invariants: an artifact is there whole or not at all; its name is the SHA-256 of its bytes; tenants never share one, so
//! having a hash tells nothing about another tenant's files; a put within the grace period of a removal wins.
//!
//! Refuses to know who may read what, and what refers to what: that is the business of whoever owns the references.

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

mod bucket;
mod copy;
mod directory;
mod error;
mod media;
mod memory;
mod options;
mod port;
mod shelf;

pub use bucket::Bucket;
pub use directory::Directory;
pub use error::Error;
pub use media::Media;
pub use memory::Memory;
pub use options::FileOptions;
pub use port::{Artifacts, Opened, Put, Source};
pub use shelf::Shelf;
