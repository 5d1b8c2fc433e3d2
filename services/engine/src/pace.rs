//! Flow control of triggers: events that wait for their run, and when it is their turn.
//!
//! Whoever hears an event of a trigger with flow control takes it in ([`arrive`]); one task per replica looks at the keys
//! that are due. It holds the key's row, decides ([`decide`]) and asks for runs in one transaction, so that of several
//! replicas one acts, after a crash as well. Triggers without flow control come nowhere near.

pub(crate) mod arrive;
pub(crate) mod decide;
mod settle;

pub(crate) use settle::flow_of;

use crate::store::pace;
use bus::Bus;
use ids::RunId;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Database, Error};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What has happened that a key may wait for; rung by those who know, heard by [`Pace`]. A ring that is lost is made good by
/// looking.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Rung>);

#[derive(Debug, Default)]
struct Rung {
    heard: Arc<Notify>,
    ended: Mutex<Vec<RunId>>,
}

impl Bell {
    /// To be told after the commit that took an event in.
    pub(crate) fn arrived(&self) -> &Arc<Notify> {
        &self.0.heard
    }

    /// A run has ended whose trigger counts runs.
    pub(crate) fn ended(&self, run: RunId) {
        let ended = self.0.ended.lock();
        ended.unwrap_or_else(PoisonError::into_inner).push(run);
        self.0.heard.notify_one();
    }

    fn take_ended(&self) -> Vec<RunId> {
        let ended = self.0.ended.lock();
        std::mem::take(&mut *ended.unwrap_or_else(PoisonError::into_inner))
    }
}

/// How long a replica goes without looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So short a wait is no wait.
const SHORTEST: Duration = Duration::from_millis(5);

/// Starts the runs of events that wait.
pub(crate) struct Pace {
    pub(crate) database: Database,
    pub(crate) bus: Bus,
    pub(crate) bell: Bell,
    pub(crate) stop: CancellationToken,
}

impl Pace {
    /// Looks at keys when they are due, until told to stop.
    pub(crate) async fn run(self) {
        while !self.stop.is_cancelled() {
            let pause = match self.look().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "events of triggers wait longer"
                    );
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.bell.arrived().notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Settles what is due; how long until there is more.
    async fn look(&self) -> Result<Duration, Error> {
        let ended = self.bell.take_ended();
        if !ended.is_empty() {
            pace::ended(&mut *self.conn().await?, &ended).await?;
        }
        loop {
            let due = pace::due(&mut *self.conn().await?).await?;
            let mut settled = 0_usize;
            for key in &due {
                settled += usize::from(self.settle(key).await?);
            }
            if settled == 0 {
                break;
            }
        }
        let left = pace::until_due(&mut *self.conn().await?).await?;
        let left = left.map_or(LOOK_EVERY, Duration::from_millis);
        Ok(left.clamp(SHORTEST, LOOK_EVERY))
    }

    async fn conn(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, Error> {
        let conn = self.database.pool().acquire().await;
        conn.map_err(Error::query("connect for events that wait"))
    }
}
