//! Messages nobody could handle, kept with everything needed to release them.

use crate::{Bus, Cause, Envelope, Error, Message};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use events::DeadLetter;
use ids::{EventId, TenantId};
use serde::de::IgnoredAny;
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

/// Publishes the event of a dead letter once more, under its own subject and id, with `payload` in place of the one that
/// could not be handled if one is given. A consumer that has applied the event knows its id; the one that put it aside
/// does not. The producer is not asked to wait again.
///
/// # Errors
/// `Undecodable` when the letter holds no whole event: no readable headers, or only the first part of a large payload and
/// none to take its place. `Publish` is retryable.
pub async fn release(bus: &Bus, letter: &DeadLetter, payload: Option<Bytes>) -> Result<(), Error> {
    let undecodable = |cause: String| Error::Undecodable {
        subject: letter.subject.clone(),
        cause,
    };
    let header = |name: &str| letter.headers.get(name).map(String::as_str);
    let envelope = Envelope {
        receipt_to: None,
        ..Envelope::read(&letter.subject, header)?
    };
    let kept = || STANDARD.decode(&letter.payload).map(Bytes::from);
    let payload = payload.map_or_else(kept, Ok);
    let payload = payload.map_err(|error| undecodable(error.to_string()))?;
    serde_json::from_slice::<IgnoredAny>(&payload)
        .map_err(|error| undecodable(format!("the payload is not whole: {error}")))?;
    let message = Message {
        subject: letter.subject.clone(),
        envelope,
        payload,
        stored: true,
    };
    bus.repeat(&message).await
}
