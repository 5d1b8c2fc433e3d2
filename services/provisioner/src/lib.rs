//! What must exist before the fleet runs: keys, database roles, streams, consumers, permissions.
//!
//! Two steps, both repeatable. `keys` works offline and writes files: a NATS user per service, key pairs to which credentials
//! are sealed, passwords, and the NATS server's configuration with each user's permissions. `apply` creates what those files
//! speak of. Neither runs while the fleet does its work, and no service holds the administrator's keys.
//!
//! Everything follows from the manifests (`deploy/generated/manifests.json`); nothing here names a service.

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

mod apply;
mod dead_letters;
mod describe;
mod keys;
mod manifests;
mod nats_config;
mod secrets;

pub use apply::{Apply, Part, apply};
pub use dead_letters::{DeadLetters, dead_letters};
pub use describe::{Document, asyncapi, describe, network_policies};
pub use keys::{Keys, write_keys};
pub use manifests::read_manifests;
