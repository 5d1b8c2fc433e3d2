//! The loop behind every consumer: pull, handle a batch, settle each message.

use crate::{Bus, Delivery, Error, Message, Position, dead_letter};
use async_trait::async_trait;
use events::Stream;
use rand::RngExt;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What a handler says of one message. `bus` alone acks, naks or dead-letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Applied, or known already.
    Ok,
    /// Not now.
    Retry(Duration),
    /// Never: the message is put aside with this reason, and nobody waits for it.
    Poison(String),
}

/// Handles messages in batches.
#[async_trait]
pub trait Handler: Send + Sync {
    /// One verdict per message, in the same order.
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict>;
}

/// After so many deliveries a message that still asks for a retry is put aside.
const MAX_DELIVERIES: u64 = 20;
/// Deliveries per batch: enough for one transaction to be worth it, few enough to be settled well within the ack wait.
const BATCH: usize = 256;

/// Consumes until `stop`, finishing the batch at hand; reopens the consumer when the server goes away.
pub async fn consume(
    bus: &Bus,
    service: &str,
    stream: Stream,
    consumer: &str,
    handler: &dyn Handler,
    stop: &CancellationToken,
) {
    let mut pause = Backoff::default();
    while !stop.is_cancelled() {
        match consume_open(bus, service, stream, consumer, handler, stop, &mut pause).await {
            Ok(()) => return,
            Err(error) => {
                let wait = pause.next();
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    consumer,
                    "consumer interrupted"
                );
                tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(wait) => {} }
            }
        }
    }
}

async fn consume_open(
    bus: &Bus,
    service: &str,
    stream: Stream,
    consumer: &str,
    handler: &dyn Handler,
    stop: &CancellationToken,
    pause: &mut Backoff,
) -> Result<(), Error> {
    let mut pull = bus.pull(stream, consumer, BATCH).await?;
    loop {
        let deliveries = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            next = pull.next() => next?,
        };
        pause.reset();
        settle_batch(bus, service, consumer, handler, deliveries).await?;
    }
}

async fn settle_batch(
    bus: &Bus,
    service: &str,
    consumer: &str,
    handler: &dyn Handler,
    deliveries: Vec<Delivery>,
) -> Result<(), Error> {
    let mut batch = Vec::with_capacity(deliveries.len());
    let mut settles = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        match delivery.message {
            Ok(message) => {
                batch.push((message, delivery.position));
                settles.push(delivery.settle);
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    consumer,
                    "undecodable message"
                );
                let letter = dead_letter::of_raw(
                    consumer,
                    &delivery.subject,
                    &delivery.payload,
                    &error.to_string(),
                );
                dead_letter::publish(bus, service, letter).await?;
                delivery.settle.term().await?;
            }
        }
    }
    if batch.is_empty() {
        return Ok(());
    }
    let verdicts = handler.handle(&batch).await;
    assert!(
        verdicts.len() == batch.len(),
        "a handler gives one verdict per message"
    );
    for (((message, position), settle), verdict) in batch.iter().zip(&settles).zip(verdicts) {
        match exhausted(verdict, position.deliveries) {
            Verdict::Ok => settle.ack().await?,
            Verdict::Retry(delay) => settle.retry(delay).await?,
            Verdict::Poison(cause) => {
                tracing::error!(event.type = message.envelope.event_type, event.id = %message.envelope.id, consumer, cause, "dead letter");
                metrics::counter!("st_dead_letters_total", "consumer" => consumer.to_owned())
                    .increment(1);
                let letter = dead_letter::of(consumer, message, &cause, position.deliveries);
                dead_letter::publish(bus, service, letter).await?;
                settle.term().await?;
            }
        }
    }
    Ok(())
}

fn exhausted(verdict: Verdict, deliveries: u64) -> Verdict {
    match verdict {
        Verdict::Retry(_) if deliveries >= MAX_DELIVERIES => {
            Verdict::Poison(format!("still failing after {deliveries} deliveries"))
        }
        other @ (Verdict::Ok | Verdict::Retry(_) | Verdict::Poison(_)) => other,
    }
}

/// Doubling pauses with jitter, from a tenth of a second to five seconds.
#[derive(Default)]
struct Backoff(u32);

impl Backoff {
    fn next(&mut self) -> Duration {
        let base = 100_u64 << self.0.min(6);
        self.0 = self.0.saturating_add(1);
        Duration::from_millis(rand::rng().random_range(base / 2..=base).min(5_000))
    }

    const fn reset(&mut self) {
        self.0 = 0;
    }
}
