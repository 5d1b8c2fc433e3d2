//! Messages nobody could handle, kept with everything needed to release them.

use crate::{Bus, Cause, Error, Message};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use events::DeadLetter;
use ids::{EventId, TenantId};
use std::collections::BTreeMap;

/// A dead letter together with what it follows from.
pub struct Letter {
    cause: Cause,
    event: DeadLetter,
}

/// For a message that was read and cannot be applied.
#[must_use]
pub fn of(consumer: &str, message: &Message, cause: &str, deliveries: u64) -> Letter {
    let headers = message
        .envelope
        .headers()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Letter {
        cause: Cause::of(&message.envelope),
        event: DeadLetter {
            consumer: consumer.to_owned(),
            event_id: message.envelope.id,
            subject: message.subject.clone(),
            headers,
            payload: STANDARD.encode(&message.payload),
            cause: cause.to_owned(),
            deliveries,
        },
    }
}

/// For a message that has no readable headers.
#[must_use]
pub fn of_raw(consumer: &str, subject: &str, payload: &Bytes, cause: &str) -> Letter {
    Letter {
        cause: Cause::root(TenantId::default_tenant()),
        event: DeadLetter {
            consumer: consumer.to_owned(),
            event_id: EventId::generate(),
            subject: subject.to_owned(),
            headers: BTreeMap::new(),
            payload: STANDARD.encode(payload),
            cause: cause.to_owned(),
            deliveries: 1,
        },
    }
}

/// Stores a letter.
///
/// # Errors
/// `Publish`; retryable.
pub async fn publish(bus: &Bus, service: &str, mut letter: Letter) -> Result<(), Error> {
    let id = EventId::generate();
    let now = chrono::Utc::now();
    let encoded = match Message::encode(service, &letter.cause, &letter.event, id, now) {
        // The letter repeats the payload in base64; one that no longer fits keeps its first part.
        Err(Error::TooLarge { .. }) => {
            letter.event.payload.truncate(64 * 1024);
            Message::encode(service, &letter.cause, &letter.event, id, now)?
        }
        other => other?,
    };
    bus.publish(&[encoded]).await.into_iter().collect()
}
