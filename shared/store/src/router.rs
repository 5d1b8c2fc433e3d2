//! From messages to typed handlers.

use crate::{Failure, Tx};
use async_trait::async_trait;
use bus::{Cause, Message, Received};
use events::Event;
use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};
use tracing::Instrument;

/// Applies one event inside a transaction. Must give the same state when the event is applied again after a rollback.
#[async_trait]
pub trait Apply<E: Event>: Send + Sync {
    /// Changes tables and emits events; both commit together with the event's id.
    async fn apply(&self, tx: &mut Tx, received: &Received<E>) -> Result<(), Failure>;
}

/// Applies many events of one type at once, where one statement can serve all.
#[async_trait]
pub trait ApplyBatch<E: Event>: Send + Sync {
    /// As [`Apply::apply`], for events in their order.
    async fn apply_batch(&self, tx: &mut Tx, received: &[Received<E>]) -> Result<(), Failure>;
}

/// The handlers of one consumer, by event type.
pub struct Router<S> {
    state: Arc<S>,
    routes: BTreeMap<&'static str, Box<dyn Route<S>>>,
}

impl<S: Send + Sync + 'static> Router<S> {
    /// No handlers yet.
    pub fn new(state: Arc<S>) -> Self {
        Self {
            state,
            routes: BTreeMap::new(),
        }
    }

    /// Events of type `E` go to `S`, one at a time.
    #[must_use]
    pub fn on<E: Event>(mut self) -> Self
    where
        S: Apply<E>,
    {
        self.routes
            .insert(E::TYPE, Box::new(Single::<E>(PhantomData)));
        self
    }

    /// Events of type `E` go to `S`, as many at a time as have come.
    #[must_use]
    pub fn on_batch<E: Event>(mut self) -> Self
    where
        S: ApplyBatch<E>,
    {
        self.routes
            .insert(E::TYPE, Box::new(Batch::<E>(PhantomData)));
        self
    }

    /// Applies messages in their order; neighbours of one type go together.
    pub(crate) async fn apply(&self, tx: &mut Tx, messages: &[&Message]) -> Result<(), Failure> {
        for group in messages.chunk_by(|a, b| a.envelope.event_type == b.envelope.event_type) {
            let Some(first) = group.first() else { continue };
            let event_type = first.envelope.event_type.as_str();
            let route = self.routes.get(event_type).ok_or_else(|| {
                Failure::Poison(format!("no handler for events of type {event_type}"))
            })?;
            route.apply(&self.state, tx, group).await?;
        }
        Ok(())
    }
}

#[async_trait]
trait Route<S>: Send + Sync {
    async fn apply(&self, state: &S, tx: &mut Tx, messages: &[&Message]) -> Result<(), Failure>;
}

fn decode<E: Event>(message: &Message) -> Result<Received<E>, Failure> {
    let event = message.decode().map_err(Failure::poison)?;
    Ok(Received {
        envelope: message.envelope.clone(),
        event,
    })
}

struct Single<E>(PhantomData<fn() -> E>);

#[async_trait]
impl<E: Event, S: Apply<E>> Route<S> for Single<E> {
    async fn apply(&self, state: &S, tx: &mut Tx, messages: &[&Message]) -> Result<(), Failure> {
        for message in messages {
            let received = decode::<E>(message)?;
            let span = bus::span(&received.envelope, "process");
            async {
                tx.set_cause(Cause::of(&received.envelope));
                state.apply(tx, &received).await
            }
            .instrument(span)
            .await?;
        }
        Ok(())
    }
}

struct Batch<E>(PhantomData<fn() -> E>);

#[async_trait]
impl<E: Event, S: ApplyBatch<E>> Route<S> for Batch<E> {
    async fn apply(&self, state: &S, tx: &mut Tx, messages: &[&Message]) -> Result<(), Failure> {
        let received = messages
            .iter()
            .map(|message| decode::<E>(message))
            .collect::<Result<Vec<_>, _>>()?;
        state.apply_batch(tx, &received).await
    }
}
