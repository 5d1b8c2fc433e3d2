//! All that the IMAP adapter may touch.

use bus::Manifest;
use events::EmailReceived;

/// NATS user, database grants, network policy and `AsyncAPI` channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    adapter::account_events(Manifest::new("adapter-imap"))
        .egress()
        .publishes::<EmailReceived>()
}
