//! All that the bridge adapter may touch.

use adapter::{account_events, effect_events};
use bus::Manifest;
use events::{MessageReceived, MessageSendRequested};

/// NATS user, database grants, network policy and channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    let manifest = account_events(Manifest::new("adapter-bridge").public(7804));
    effect_events::<MessageSendRequested>(manifest).publishes::<MessageReceived>()
}
