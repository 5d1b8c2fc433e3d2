//! How what fires is named.

use chrono::{DateTime, Utc};
use ids::{EventId, TriggerId};
use sha2::{Digest, Sha256};

/// The same for whoever fires this due time: the due time in milliseconds, then a hash.
#[must_use]
pub fn event_id(trigger: TriggerId, due_at: DateTime<Utc>) -> EventId {
    let due_ms = u64::try_from(due_at.timestamp_millis()).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(trigger.as_u128().to_be_bytes());
    hash.update(due_ms.to_be_bytes());
    let mut bits = [0_u8; 16];
    bits.iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    EventId::from_u128((u128::from(due_ms) << 80) | (u128::from_be_bytes(bits) >> 48))
}
