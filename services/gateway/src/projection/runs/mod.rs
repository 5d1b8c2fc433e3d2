//! Applies run logs: thousands of runs per second, so many messages share each statement and nothing is read that is not
//! needed.
//!
//! The log is the engine's outbox: what a gateway has applied of each shard is told by `run.projected`, and what lies
//! behind is published again. So there is no inbox row per message; a repeated frame changes nothing.

mod batch;
mod frame;
#[cfg(test)]
mod histories;
mod question;
mod reach;
mod report;

use crate::{
    Live,
    projection::{Change, store},
};
use ::store::{Database, Error, Failure};
use async_trait::async_trait;
use batch::Batch;
use bus::{Bus, Cause, Message, Position, Verdict};
use events::Stream;
use ids::TenantId;
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};
use tokio_util::sync::CancellationToken;

pub(super) use batch::{QuestionOf, RunRow};
pub(crate) use frame::FrameRow;
pub(super) use question::{QuestionChange, What};
pub(super) use reach::{Reach, Span};
pub(super) use report::report;

/// The durable consumer, and the name under which positions are told.
const CONSUMER: &str = "gateway-runs";
/// Under load, so long passes from one batch to the next: a statement costs the same for one run as for a hundred.
const GAP: Duration = Duration::from_millis(15);
/// A batch of this many messages is load.
const LOAD: usize = 4;

/// Consumes run logs until `stop`.
pub(super) async fn consume(bus: &Bus, handler: &Handler, stop: &CancellationToken) {
    bus::consume(
        bus,
        handler.database.service(),
        Stream::Run,
        CONSUMER,
        handler,
        stop,
    )
    .await;
}

/// Applies batches of `run.logged`.
pub(super) struct Handler {
    database: Database,
    live: Live,
    /// When the batch before began.
    began: Mutex<Instant>,
}

impl Handler {
    pub(super) fn new(database: Database, live: Live) -> Self {
        Self {
            database,
            live,
            began: Mutex::new(Instant::now()),
        }
    }

    /// Applies messages in one transaction, or none of them.
    async fn apply(&self, messages: &[&Message]) -> Result<(), Failure> {
        let mut batch = Batch::default();
        for message in messages {
            for frame in batch::frames(message)? {
                batch.add(&message.envelope.tenant, &frame)?;
            }
        }
        self.commit(batch).await
    }

    async fn commit(&self, batch: Batch<'_>) -> Result<(), Failure> {
        let mut rows = batch.rows();
        let mut tx = self
            .database
            .begin(Cause::root(TenantId::default_tenant()))
            .await?;
        // Also gives the transaction its number before the feed draws one of its own.
        store::runs::append_frames(tx.conn(), &rows.frames).await?;
        crate::artifacts::refer(tx.conn(), &rows.frames).await?;
        let items = store::runs::merge(tx.conn(), &rows.runs).await?;
        store::questions::apply(tx.conn(), &rows.questions).await?;
        for item in items {
            if let Some(account) = item.account {
                let changes = rows.changes.entry(item.tenant).or_default();
                changes.push(Change::inbox(account, item.item));
            }
        }
        for (tenant, changes) in &rows.changes {
            store::feed::append(tx.conn(), tenant, changes).await?;
        }
        store::positions::advance(tx.conn(), &rows.spans).await?;
        tx.wake(self.live.committed());
        tx.commit().await?;
        metrics::counter!("st_run_frames_applied_total").increment(rows.frames.len() as u64);
        Ok(())
    }

    async fn one_by_one(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(batch.len());
        for (message, _) in batch {
            let verdict = match verdicts.last() {
                Some(Verdict::Wait(reason)) => Verdict::Wait(reason.clone()),
                Some(_) | None => self
                    .database
                    .verdict(CONSUMER, self.apply_alone(message).await),
            };
            verdicts.push(verdict);
        }
        verdicts
    }

    /// Applies a message; when it cannot be applied as a whole, each of its frames that can be. It fails all the same: what
    /// is put aside then holds frames of which some are known, and a frame that is known changes nothing.
    async fn apply_alone(&self, message: &Message) -> Result<(), Failure> {
        let whole = self.apply(&[message]).await;
        if whole.as_ref().err().is_none_or(Failure::is_outage) {
            return whole;
        }
        let frames = batch::frames(message)?;
        if frames.len() > 1 {
            for frame in frames {
                let mut batch = Batch::default();
                let applied = match batch.add(&message.envelope.tenant, &frame) {
                    Ok(()) => self.commit(batch).await,
                    Err(failure) => Err(failure),
                };
                if applied.as_ref().err().is_some_and(Failure::is_outage) {
                    return applied;
                }
            }
        }
        whole
    }
}

#[async_trait]
impl bus::Handler for Handler {
    async fn handle(&self, batch: &[(Message, Position)]) -> Vec<Verdict> {
        let mut began = self.began.lock().await;
        if batch.len() >= LOAD {
            tokio::time::sleep_until(*began + GAP).await;
        }
        *began = Instant::now();
        let messages: Vec<&Message> = batch.iter().map(|(message, _)| message).collect();
        match self.apply(&messages).await {
            // One bad frame must not delay the good ones.
            Err(failure) if !failure.is_outage() => self.one_by_one(batch).await,
            whole => vec![self.database.verdict(CONSUMER, whole); batch.len()],
        }
    }
}

/// The last contiguous position of every shard, for whoever tells it.
async fn positions(database: &Database) -> Result<std::collections::BTreeMap<u8, u64>, Error> {
    store::positions::all(database.pool()).await
}
