//! What accounts and effects add to a manifest.

use crate::Effect;
use bus::Manifest;
use events::{
    AccountConnectRequested, AccountConnected, AccountDegraded, AccountHealthy,
    AccountReauthNeeded, AccountRejected, AccountRemoveRequested, AccountRemoved,
};

/// The consumer group of account events.
pub(crate) const ACCOUNTS: &str = "accounts";
/// The consumer group of effect requests.
pub(crate) const EFFECTS: &str = "effects";

/// Keeps accounts: a database, sealed credentials, their relations, and the events about them.
#[must_use]
pub fn account_events(manifest: Manifest) -> Manifest {
    manifest
        .database()
        .authz()
        .sealed()
        .consumes::<AccountConnectRequested>(ACCOUNTS)
        .consumes::<AccountRemoveRequested>(ACCOUNTS)
        .publishes::<AccountConnected>()
        .publishes::<AccountRejected>()
        .publishes::<AccountHealthy>()
        .publishes::<AccountDegraded>()
        .publishes::<AccountReauthNeeded>()
        .publishes::<AccountRemoved>()
}

/// Does effects `E` and tells their results.
#[must_use]
pub fn effect_events<E: Effect>(manifest: Manifest) -> Manifest {
    manifest
        .consumes::<E>(EFFECTS)
        .publishes::<E::Completed>()
        .publishes::<E::Failed>()
}
