//! The port: what a bus must be able to do. `nats.rs` and `memory.rs` stand side by side behind it.

use crate::{Envelope, Error, Message};
use async_trait::async_trait;
use bytes::Bytes;
use events::Stream;
use futures::stream::BoxStream;
use std::time::Duration;

/// A connection to the bus.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Publishes all messages at once and waits until each is stored; the results are in the same order.
    async fn publish(&self, messages: &[Message]) -> Vec<Result<(), Error>>;

    /// Publishes an event once more, though its id may be stored already, and waits until it is stored.
    async fn repeat(&self, message: &Message) -> Result<(), Error>;

    /// Sends a message without waiting for anybody: for answers, progress, and where a loss is noticed otherwise.
    async fn send(&self, message: &Message) -> Result<(), Error>;

    /// Opens a provisioned consumer; each pull returns at most `batch` deliveries.
    async fn pull(
        &self,
        stream: Stream,
        consumer: &str,
        batch: usize,
    ) -> Result<Box<dyn Pull>, Error>;

    /// Everything that is published on a subject from now on; wildcards allowed.
    async fn subscribe(&self, subject: &str) -> Result<BoxStream<'static, Tap>, Error>;

    /// Which life of the stream a consumer reads: changes when the stream was lost and made anew.
    async fn incarnation(&self, stream: Stream, consumer: &str) -> Result<i64, Error>;

    /// Makes a consumer deliver again from stream sequence `next` (1 is the start). Returns the consumer sequence before
    /// the first delivery: where the first to arrive is another than the one after it, somebody else still reads, such as
    /// a frozen process whose pull the server has not given up.
    async fn rewind(&self, stream: Stream, consumer: &str, next: u64) -> Result<u64, Error>;

    /// Whether the server can be reached now.
    fn is_connected(&self) -> bool;
}

/// An open consumer.
#[async_trait]
pub trait Pull: Send {
    /// The next deliveries, at least one; waits for them.
    async fn next(&mut self) -> Result<Vec<Delivery>, Error>;
}

/// A message on a tap: as it is, whether or not it can be decoded.
#[derive(Debug, Clone)]
pub struct Tap {
    pub subject: String,
    pub envelope: Option<Envelope>,
    pub payload: Bytes,
    /// Set on requests, which only `JetStream`'s own traffic may carry.
    pub reply: Option<String>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub stream_seq: u64,
    /// Counts this consumer's deliveries without a gap.
    pub consumer_seq: u64,
    /// 1 for the first attempt.
    pub deliveries: u64,
}

/// A message handed to a consumer, to be settled exactly once. Dropped unsettled, it comes again after the ack wait.
pub struct Delivery {
    pub subject: String,
    /// `Err` says why the headers are not those of an event.
    pub message: Result<Message, Error>,
    pub payload: Bytes,
    pub position: Position,
    pub settle: Box<dyn Settle>,
}

/// How a delivery is settled.
#[async_trait]
pub trait Settle: Send + Sync {
    /// Handled (with [`crate::AckMode::All`]: this and all before it).
    async fn ack(&self) -> Result<(), Error>;
    /// Not now: again after `delay`.
    async fn retry(&self, delay: Duration) -> Result<(), Error>;
    /// Never again.
    async fn term(&self) -> Result<(), Error>;
}
