//! All that the SMTP adapter may touch.

use adapter::{account_events, effect_events, shared_migrations};
use bus::Manifest;
use events::EmailSendRequested;
use sqlx::migrate::Migrator;
use std::sync::LazyLock;

/// The tables of every adapter.
pub static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(shared_migrations);

/// NATS user, database grants, network policy and channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    effect_events::<EmailSendRequested>(account_events(Manifest::new("adapter-smtp").egress()))
}
