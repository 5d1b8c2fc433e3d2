//! Consuming with a database: state, inbox and outbox commit together.

use crate::{Apply, Database, Error, Failure, Router, Tx, inbox, outbox};
use async_trait::async_trait;
use bus::{Bus, Cause, Handler, Message, Position, Received, Verdict};
use events::{EventsApplied, Stream};
use ids::{EventId, TenantId};
use std::{collections::BTreeMap, sync::Arc};
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

impl<S: Send + Sync + 'static> Transactional<'_, S> {
    async fn apply(&self, messages: &[&Message]) -> Result<(), Failure> {
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

    /// Tells producers what they need not keep any longer. A lost receipt is asked for again.
    async fn send_receipts(&self, messages: impl Iterator<Item = &Message>) -> Result<(), Error> {
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

    async fn one_by_one(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(batch.len());
        for (message, _) in batch {
            verdicts.push(verdict(self.apply(&[message]).await, self.consumer));
        }
        verdicts
    }
}

#[async_trait]
impl<S: Send + Sync + 'static> Handler for Transactional<'_, S> {
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let messages: Vec<&Message> = batch.iter().map(|(message, _)| message).collect();
        let whole = self.apply(&messages).await;
        let verdicts = match (&whole, batch.len()) {
            (Ok(()), _) => vec![Verdict::Ok; batch.len()],
            // One bad message must not delay the good ones: each gets a transaction of its own.
            (Err(_), 2..) => self.one_by_one(batch).await,
            (Err(_), _) => vec![verdict(whole, self.consumer)],
        };
        let applied = batch
            .iter()
            .zip(&verdicts)
            .filter(|(_, v)| **v == Verdict::Ok)
            .map(|((m, _), _)| m);
        if let Err(error) = self.send_receipts(applied).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "receipt not sent, the producer will ask again"
            );
        }
        verdicts
    }
}

fn verdict(result: Result<(), Failure>, consumer: &str) -> Verdict {
    match result {
        Ok(()) => Verdict::Ok,
        Err(Failure::Poison(cause)) => Verdict::Poison(cause),
        Err(Failure::Retry { after, source }) => {
            tracing::warn!(
                error = source.as_ref() as &dyn std::error::Error,
                consumer,
                "event not applied yet"
            );
            Verdict::Retry(after)
        }
    }
}
