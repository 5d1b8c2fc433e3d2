//! Consuming with a database: state, inbox and outbox commit together.

use crate::{Apply, Database, Error, Failure, Router, Tx, attempts, inbox, outbox};
use async_trait::async_trait;
use bus::{Bus, Cause, Handler, Message, Position, Received, Verdict};
use events::{EventsApplied, Stream};
use ids::{EventId, TenantId};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Consumes a group of streams until `stop`, one task per stream.
pub async fn consume<S: Send + Sync + 'static>(
    database: Database,
    bus: Bus,
    consumers: Vec<(Stream, String)>,
    router: Router<S>,
    stop: CancellationToken,
) {
    let router = Arc::new(router);
    let streams = consumers.into_iter().map(|(stream, consumer)| {
        let (database, bus, router, stop) = (
            database.clone(),
            Arc::clone(&bus),
            Arc::clone(&router),
            stop.clone(),
        );
        async move {
            let handler = Transactional {
                database: &database,
                bus: &bus,
                consumer: &consumer,
                router: &router,
            };
            bus::consume(&bus, database.service(), stream, &consumer, &handler, &stop).await;
        }
    });
    futures::future::join_all(streams).await;
}

/// Confirms outbox rows for the receipts that come in (consumer `<service>-receipts`), until `stop`.
pub async fn confirm_receipts(database: Database, bus: Bus, stop: CancellationToken) {
    let consumers = vec![(Stream::Bus, format!("{}-receipts", database.service()))];
    let router = Router::new(Arc::new(Receipts)).on::<EventsApplied>();
    consume(database, bus, consumers, router, stop).await;
}

struct Receipts;

#[async_trait]
impl Apply<EventsApplied> for Receipts {
    async fn apply(&self, tx: &mut Tx, received: &Received<EventsApplied>) -> Result<(), Failure> {
        let EventsApplied { consumer, ids, .. } = &received.event;
        Ok(outbox::confirm(tx.conn(), consumer, ids).await?)
    }
}

struct Transactional<'a, S> {
    database: &'a Database,
    bus: &'a Bus,
    consumer: &'a str,
    router: &'a Router<S>,
}

/// A message delivered more often may have ended a process.
const TRUSTED_DELIVERIES: u64 = 3;
/// A message that so many processes began to handle, and none of them ended, is put aside.
const LIVES: i32 = 5;
/// Pauses before a transaction is tried again that met another one at a bad moment.
const CONFLICT_PAUSES_MS: [u64; 4] = [10, 30, 100, 300];

impl<S: Send + Sync + 'static> Transactional<'_, S> {
    /// Applies messages in one transaction, or none of them.
    async fn apply(&self, messages: &[&Message]) -> Result<(), Failure> {
        for pause in CONFLICT_PAUSES_MS {
            match self.attempt(messages).await {
                Err(failure) if is_conflict(&failure) => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                done => return done,
            }
        }
        self.attempt(messages).await
    }

    async fn attempt(&self, messages: &[&Message]) -> Result<(), Failure> {
        let Some(first) = messages.first() else {
            return Ok(());
        };
        let mut tx = self.database.begin(Cause::of(&first.envelope)).await?;
        let ids: Vec<EventId> = messages.iter().map(|message| message.envelope.id).collect();
        let mut new = inbox::admit(tx.conn(), self.consumer, &ids).await?;
        // `remove`: the second of two equal ids in one batch is a repeat as well.
        let fresh: Vec<&Message> = messages
            .iter()
            .copied()
            .filter(|m| new.remove(&m.envelope.id))
            .collect();
        self.router.apply(&mut tx, &fresh).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Applies a message that may end the process, so that the next one will know.
    async fn witnessed(&self, message: &Message) -> Result<(), Failure> {
        let (pool, id) = (self.database.pool(), message.envelope.id);
        let begun = attempts::begin(pool, self.consumer, id, self.database.life()).await?;
        let applied = match begun > LIVES {
            true => Err(Failure::Poison(format!(
                "{LIVES} processes ended while they handled this event"
            ))),
            false => self.apply(&[message]).await,
        };
        if let Err(error) = attempts::end(pool, self.consumer, id).await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "an attempt is not forgotten"
            );
        }
        applied
    }

    async fn one_by_one(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(batch.len());
        for (message, position) in batch {
            if let Some(Verdict::Wait(reason)) = verdicts.last() {
                verdicts.push(Verdict::Wait(reason.clone()));
                continue;
            }
            let applied = match is_suspicious(position) {
                true => self.witnessed(message).await,
                false => self.apply(&[message]).await,
            };
            verdicts.push(self.database.verdict(self.consumer, applied));
        }
        verdicts
    }

    /// Tells producers what they need not keep any longer. A lost receipt is asked for again.
    async fn send_receipts(&self, messages: &[Message]) -> Result<(), Error> {
        let mut applied: BTreeMap<&str, Vec<EventId>> = BTreeMap::new();
        for message in messages {
            if let Some(producer) = &message.envelope.receipt_to {
                applied
                    .entry(producer)
                    .or_default()
                    .push(message.envelope.id);
            }
        }
        for (producer, ids) in applied {
            let event = EventsApplied {
                consumer: self.consumer.to_owned(),
                producer: producer.to_owned(),
                ids,
            };
            let cause = Cause::root(TenantId::default_tenant());
            let now = chrono::Utc::now();
            let receipt = Message::encode(
                self.database.service(),
                &cause,
                &event,
                EventId::generate(),
                now,
            )?;
            self.bus.send(&receipt).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl<S: Send + Sync + 'static> Handler for Transactional<'_, S> {
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        if batch.iter().any(|(_, position)| is_suspicious(position)) {
            return self.one_by_one(batch).await;
        }
        let messages: Vec<&Message> = batch.iter().map(|(message, _)| message).collect();
        match self.apply(&messages).await {
            // One bad message must not delay the good ones: each gets a transaction of its own.
            Err(failure) if batch.len() > 1 && !failure.is_outage() => self.one_by_one(batch).await,
            whole => vec![self.database.verdict(self.consumer, whole); batch.len()],
        }
    }

    /// Sends receipts for dead letters as well: they are kept where they can be released from.
    async fn settled(&self, messages: &[Message]) {
        if let Err(error) = self.send_receipts(messages).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "receipt not sent, the producer will ask again"
            );
        }
    }
}

const fn is_suspicious(position: &Position) -> bool {
    position.deliveries > TRUSTED_DELIVERIES
}

fn is_conflict(failure: &Failure) -> bool {
    let Failure::Retry { source, .. } = failure else {
        return false;
    };
    source
        .downcast_ref::<Error>()
        .is_some_and(Error::is_conflict)
}
