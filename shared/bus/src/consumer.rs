//! The loop behind every consumer: pull, handle a batch, settle each message.

use crate::{
    Bus, Delivery, Error, Message, Patience, Position, Settle, dead_letter,
    patience::{Backoff, Failures},
};
use async_trait::async_trait;
use events::Stream;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What a handler says of one message. `bus` alone acks, naks or dead-letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Applied, or known already.
    Ok,
    /// Not now, for a reason of the message's own. It comes again after this pause, after longer ones when it goes on
    /// failing, and is put aside with this cause when [`Patience::attempts`] have failed.
    Retry { after: Duration, cause: String },
    /// Not now, whatever the message: what the handler needs is away, for this reason. The consumer holds its messages
    /// until that is back, however long it takes, and counts nothing.
    Wait(String),
    /// Never: the message is put aside with this reason, and nobody waits for it.
    Poison(String),
}

/// Handles messages in batches.
#[async_trait]
pub trait Handler: Send + Sync {
    /// One verdict per message, in the same order.
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict>;

    /// Hears what is settled for good: applied, or stored as a dead letter.
    async fn settled(&self, _messages: &[Message]) {}

    /// How often and how slowly it is tried again.
    fn patience(&self) -> Patience {
        Patience::default()
    }
}

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
    let mut work = Work {
        bus,
        service,
        consumer,
        handler,
        stop,
        failures: Failures::default(),
    };
    let mut pause = Backoff::default();
    while !stop.is_cancelled() {
        match work.go_on(stream, &mut pause).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    consumer,
                    "consumer interrupted"
                );
                work.sleep(pause.next()).await;
            }
        }
    }
}

/// One consumer at work.
struct Work<'a> {
    bus: &'a Bus,
    service: &'a str,
    consumer: &'a str,
    handler: &'a dyn Handler,
    stop: &'a CancellationToken,
    failures: Failures,
}

/// What became of a message.
enum After {
    /// It never comes again.
    Settled,
    ComesAgain,
    /// It stays in hand, for this reason.
    Held(String),
}

/// Messages in hand, and how to settle each.
type Held = Vec<((Message, Position), Box<dyn Settle>)>;

impl Work<'_> {
    async fn go_on(&mut self, stream: Stream, pause: &mut Backoff) -> Result<(), Error> {
        let mut pull = self.bus.pull(stream, self.consumer, BATCH).await?;
        loop {
            let deliveries = tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                next = pull.next() => next?,
            };
            pause.reset();
            let held = self.readable(deliveries).await?;
            self.work_off(held).await?;
        }
    }

    /// Puts aside what is no event.
    async fn readable(&self, deliveries: Vec<Delivery>) -> Result<Held, Error> {
        let mut held = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            match delivery.message {
                Ok(message) => held.push(((message, delivery.position), delivery.settle)),
                Err(error) => {
                    let cause = error.to_string();
                    tracing::error!(
                        subject = delivery.subject,
                        consumer = self.consumer,
                        cause,
                        "dead letter"
                    );
                    let (subject, payload) = (&delivery.subject, &delivery.payload);
                    let letter = dead_letter::of_raw(self.consumer, subject, payload, &cause);
                    self.put_aside(letter).await?;
                    delivery.settle.term().await?;
                }
            }
        }
        Ok(held)
    }

    /// Handles what is held until all of it is settled, or it is time to stop: what is left then comes again.
    async fn work_off(&mut self, mut held: Held) -> Result<(), Error> {
        let mut hold = Hold::of(self.consumer);
        while !held.is_empty() {
            let (batch, settles): (Vec<_>, Vec<_>) = held.drain(..).unzip();
            let verdicts = self.handler.handle(&batch).await;
            assert!(
                verdicts.len() == batch.len(),
                "a handler gives one verdict per message"
            );
            let mut settled = Vec::with_capacity(batch.len());
            let mut away = None;
            for ((item, settle), verdict) in batch.into_iter().zip(settles).zip(verdicts) {
                match self.settle(&item, settle.as_ref(), verdict).await? {
                    After::Settled => settled.push(item.0),
                    After::ComesAgain => {}
                    After::Held(reason) => {
                        held.push((item, settle));
                        away = Some(reason);
                    }
                }
            }
            if !settled.is_empty() {
                self.handler.settled(&settled).await;
            }
            let Some(reason) = away else { return Ok(()) };
            let pause = hold
                .longer(&reason)
                .min(self.handler.patience().longest_pause);
            if !self.sleep(pause).await {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Does as the verdict says.
    async fn settle(
        &mut self,
        (message, position): &(Message, Position),
        settle: &dyn Settle,
        verdict: Verdict,
    ) -> Result<After, Error> {
        let id = message.envelope.id;
        let cause = match verdict {
            Verdict::Ok => None,
            Verdict::Poison(cause) => Some(cause),
            Verdict::Wait(reason) => return Ok(After::Held(reason)),
            Verdict::Retry { after, cause } => {
                let (patience, failures) = (self.handler.patience(), self.failures.add(id));
                if failures < patience.attempts {
                    settle.retry(patience.pause(after, failures)).await?;
                    return Ok(After::ComesAgain);
                }
                Some(format!("failed {failures} times, at last: {cause}"))
            }
        };
        match cause {
            None => settle.ack().await?,
            Some(cause) => {
                let (kind, consumer) = (&message.envelope.event_type, self.consumer);
                tracing::error!(event.type = kind, event.id = %id, consumer, cause, "dead letter");
                let letter = dead_letter::of(consumer, message, &cause, position.deliveries);
                self.put_aside(letter).await?;
                settle.term().await?;
            }
        }
        self.failures.forget(id);
        Ok(After::Settled)
    }

    async fn put_aside(&self, letter: dead_letter::Letter) -> Result<(), Error> {
        metrics::counter!("st_dead_letters_total", "consumer" => self.consumer.to_owned())
            .increment(1);
        dead_letter::publish(self.bus, self.service, letter).await
    }

    /// False when it was time to stop.
    async fn sleep(&self, pause: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}

/// A consumer that waits for what is away: told once when it begins and once when it ends, and seen in a metric meanwhile.
struct Hold<'a> {
    consumer: &'a str,
    since: Option<Instant>,
    pause: Backoff,
}

impl<'a> Hold<'a> {
    fn of(consumer: &'a str) -> Self {
        Self {
            consumer,
            since: None,
            pause: Backoff::default(),
        }
    }

    fn longer(&mut self, reason: &str) -> Duration {
        if self.since.is_none() {
            self.since = Some(Instant::now());
            self.show(1.0);
            tracing::warn!(consumer = self.consumer, reason, "consumer holds");
        }
        self.pause.next()
    }

    fn show(&self, held: f64) {
        metrics::gauge!("st_consumer_held", "consumer" => self.consumer.to_owned()).set(held);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        if let Some(since) = self.since {
            self.show(0.0);
            let seconds = since.elapsed().as_secs();
            tracing::info!(
                consumer = self.consumer,
                seconds,
                "consumer no longer holds"
            );
        }
    }
}
