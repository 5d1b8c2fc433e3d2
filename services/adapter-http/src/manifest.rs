//! All that the HTTP adapter may touch.

use adapter::{account_events, effect_events, shared_migrations};
use bus::Manifest;
use events::HttpRequestRequested;
use sqlx::migrate::Migrator;
use std::sync::LazyLock;

/// The tables of every adapter.
pub static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(shared_migrations);

/// NATS user, database grants, network policy and channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    effect_events::<HttpRequestRequested>(account_events(Manifest::new("adapter-http").egress()))
}
