//! A message before it is sent and after it is read.

use crate::{Cause, Envelope, Error};
use bytes::Bytes;
use events::{Event, Timestamp};
use ids::EventId;

/// The largest payload the bus carries, in bytes; larger content travels as a reference.
const MAX_PAYLOAD_BYTES: usize = 240 * 1024;

/// An event ready to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub subject: String,
    pub envelope: Envelope,
    /// JSON.
    pub payload: Bytes,
    /// Whether a stream keeps it.
    pub stored: bool,
}

impl Message {
    /// Encodes an event of `source`.
    ///
    /// # Errors
    /// `TooLarge` when the payload is over 240 KiB, `Undecodable` when it cannot be written as JSON.
    pub fn encode<E: Event>(
        source: &str,
        cause: &Cause,
        event: &E,
        id: EventId,
        time: Timestamp,
    ) -> Result<Self, Error> {
        let envelope = Envelope {
            id,
            event_type: E::TYPE.to_owned(),
            version: E::VERSION,
            source: source.to_owned(),
            tenant: cause.tenant.clone(),
            key: event.key().as_str().to_owned(),
            time,
            correlation_id: cause.correlation_id.unwrap_or(id),
            causation_id: cause.causation_id,
            traceparent: cause.traceparent.clone(),
            zed_token: None,
            receipt_to: None,
        };
        let subject = envelope.subject();
        let payload = serde_json::to_vec(event).map_err(|error| Error::Undecodable {
            subject: subject.clone(),
            cause: error.to_string(),
        })?;
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(Error::TooLarge {
                subject,
                size: payload.len(),
                bound: MAX_PAYLOAD_BYTES,
            });
        }
        Ok(Self {
            subject,
            envelope,
            payload: payload.into(),
            stored: E::STREAM.is_some(),
        })
    }

    /// Decodes the payload as `E`.
    ///
    /// # Errors
    /// `Undecodable` when type, version or payload are not those of `E`; the cause names the field.
    pub fn decode<E: Event>(&self) -> Result<E, Error> {
        let undecodable = |cause: String| Error::Undecodable {
            subject: self.subject.clone(),
            cause,
        };
        if self.envelope.event_type != E::TYPE {
            return Err(undecodable(format!(
                "type {} where {} was expected",
                self.envelope.event_type,
                E::TYPE
            )));
        }
        if self.envelope.version != E::VERSION {
            let (given, known) = (self.envelope.version, E::VERSION);
            return Err(undecodable(format!(
                "version {given} of {} is not known here, version {known} is",
                E::TYPE
            )));
        }
        serde_json::from_slice(&self.payload).map_err(|error| undecodable(error.to_string()))
    }
}

/// An event as a handler sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<E> {
    pub envelope: Envelope,
    pub event: E,
}
