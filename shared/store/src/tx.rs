//! One transaction: state, events, and the ids of what was consumed.

use crate::{Database, Error, outbox};
use bus::{Cause, Message};
use events::Event;
use ids::EventId;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use std::sync::Arc;
use tokio::sync::Notify;

/// Who cannot go on when a commit fails.
const COMMITS: &str = "commits";

/// A transaction of a service's database. Events emitted into it are published after the commit, or never.
pub struct Tx {
    database: Database,
    inner: Transaction<'static, Postgres>,
    cause: Cause,
    staged: Vec<outbox::Row>,
    afterwards: Vec<Box<dyn FnOnce() + Send>>,
}

impl Tx {
    pub(crate) const fn new(
        database: Database,
        inner: Transaction<'static, Postgres>,
        cause: Cause,
    ) -> Self {
        Self {
            database,
            inner,
            cause,
            staged: Vec::new(),
            afterwards: Vec::new(),
        }
    }

    /// The connection, for the service's own statements.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// What the events emitted now follow from.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// From here on, events follow from `cause`.
    pub fn set_cause(&mut self, cause: Cause) {
        self.cause = cause;
    }

    /// Stages an event and returns its id.
    ///
    /// # Errors
    /// `Encode` when the event is too large.
    pub fn emit<E: Event>(&mut self, event: &E) -> Result<EventId, Error> {
        let id = EventId::generate();
        self.emit_as(id, event)?;
        Ok(id)
    }

    /// Stages an event under an id of the caller's, so that a repeat is recognised.
    ///
    /// # Errors
    /// `Encode` when the event is too large.
    pub fn emit_as<E: Event>(&mut self, id: EventId, event: &E) -> Result<(), Error> {
        self.stage(id, event, None)
    }

    /// Stages an event that becomes visible only when these `SpiceDB` relations exist (or are gone).
    ///
    /// # Errors
    /// `Encode` when the event is too large.
    pub fn emit_with_relations<E: Event>(
        &mut self,
        event: &E,
        relations: Value,
    ) -> Result<EventId, Error> {
        let id = EventId::generate();
        self.stage(id, event, Some(relations))?;
        Ok(id)
    }

    fn stage<E: Event>(
        &mut self,
        id: EventId,
        event: &E,
        relations: Option<Value>,
    ) -> Result<(), Error> {
        let message = Message::encode(
            self.database.service(),
            &self.cause,
            event,
            id,
            chrono::Utc::now(),
        )?;
        let awaiting = self.database.awaiting(E::TYPE).to_vec();
        self.staged.push(outbox::Row {
            message,
            relations,
            awaiting,
        });
        Ok(())
    }

    /// Wakes whoever waits on `notify`, after the commit.
    pub fn wake(&mut self, notify: &Arc<Notify>) {
        let notify = Arc::clone(notify);
        self.afterwards(move || notify.notify_one());
    }

    /// Does something quick after the commit, in the order of the calls; never when there is none.
    pub fn afterwards(&mut self, work: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(work));
    }

    /// Makes state and events durable, then wakes the relay.
    ///
    /// # Errors
    /// `Query`; then nothing has happened, unless the connection broke during the commit itself.
    pub async fn commit(self) -> Result<(), Error> {
        let emitted = !self.staged.is_empty();
        let related = self.staged.iter().any(|row| row.relations.is_some());
        let committed = write(self.inner, &self.staged).await;
        let outage = committed.as_ref().err().and_then(Error::outage);
        self.database.note(COMMITS, outage);
        committed?;
        if emitted {
            self.database.committed().notify_one();
        }
        if related {
            self.database.staged_relations().notify_one();
        }
        for work in self.afterwards {
            work();
        }
        Ok(())
    }
}

/// Writes staged events down and commits.
async fn write(
    mut inner: Transaction<'static, Postgres>,
    staged: &[outbox::Row],
) -> Result<(), Error> {
    if !staged.is_empty() {
        outbox::insert(&mut inner, staged).await?;
    }
    let failed = Error::query("commit a transaction");
    inner.commit().await.map_err(failed)
}
