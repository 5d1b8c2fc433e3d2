//! The bus about itself: receipts and dead letters.

use crate::{About, Event, Key, Stream};
use ids::EventId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A consumer has applied these events of a producer, which may now forget them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventsApplied {
    pub consumer: String,
    pub producer: String,
    pub ids: Vec<EventId>,
}

impl Event for EventsApplied {
    const TYPE: &'static str = "bus.applied";
    const STREAM: Option<Stream> = Some(Stream::Bus);
    const ABOUT: About = About::Operator;
    fn key(&self) -> Key {
        Key::of(&self.producer)
    }
}

/// A message that a consumer could not handle, with everything needed to release it later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    pub consumer: String,
    pub event_id: EventId,
    pub subject: String,
    pub headers: BTreeMap<String, String>,
    /// Base64.
    pub payload: String,
    pub cause: String,
    pub deliveries: u64,
}

impl Event for DeadLetter {
    const TYPE: &'static str = "dead_letter";
    const STREAM: Option<Stream> = Some(Stream::DeadLetter);
    const ABOUT: About = About::Operator;
    fn key(&self) -> Key {
        Key::within(&self.consumer, self.event_id)
    }
}
