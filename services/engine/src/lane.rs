//! One writer of some shards: takes inputs, decides, flushes once for many runs, then lets effects out.
//!
//! A lane has one database connection and one order of things. Its memory may be ahead of the log only between two
//! flushes; whenever a flush does not say what became of it, the lane forgets the shards and they are taken over anew.

mod admit;
mod flush;
mod frame;
mod hand_over;
mod intake;
mod owned;
mod park;
mod release;
mod repair;
mod round;
mod variant;
mod wake;

pub(crate) use owned::Owned;
pub(crate) use release::answer;

use crate::{
    pace::Bell,
    publish::{self, Outgoing},
    reader::Batch,
    versions::Versions,
    whole,
};
use artifacts::Shelf;
use bus::Bus;
use events::{Event, WorkflowCompleted};
use ids::{RunId, Shard};
use park::Parking;
use round::Round;
use sqlx::PgConnection;
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};
use store::{Database, Error};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tokio_util::task::TaskTracker;

/// What a lane is told.
pub(crate) enum Command {
    /// Take this shard over; its lock is held.
    Own(Shard),
    /// Finish with this shard, then answer.
    Disown(Shard, oneshot::Sender<()>),
    Inputs(Batch),
    /// How far a consumer has applied each shard's log.
    Projected(BTreeMap<u8, u64>),
}

/// Under load, flushes keep at least this distance: a larger flush costs each run less.
const GAP: Duration = Duration::from_millis(4);
/// A flush of so many runs is load.
const LOAD: usize = 3;
/// Most deliveries that wait for one flush.
const MOST: usize = 1_024;
/// How often a lane looks for what is overdue.
const TICK: Duration = Duration::from_millis(500);
/// Flushes whose messages may wait for the bus.
const PUBLISHING: usize = 256;

/// See the module.
pub(crate) struct Lane {
    database: Database,
    bus: Bus,
    conn: PgConnection,
    shards: BTreeMap<Shard, Owned>,
    versions: Versions,
    round: Round,
    parking: Parking,
    /// Runs that go on after a commit.
    more: VecDeque<(Shard, RunId)>,
    outgoing: mpsc::Sender<Outgoing>,
    /// For readers, which speak to their lane as everybody does.
    own: mpsc::WeakSender<Command>,
    /// Tells the ownership of shards that this lane no longer writes.
    lost: mpsc::UnboundedSender<Shard>,
    /// For those whose events wait.
    bell: Bell,
    /// Where inputs lie that are too large for an event.
    shelf: Option<Shelf>,
    readers: TaskTracker,
    last_flush: Instant,
    under_load: bool,
    /// Whether some consumer waits for the ends of runs.
    ends_awaited: bool,
}

impl Lane {
    /// Opens a lane; it runs until the last sender of commands is gone.
    pub(crate) async fn open(
        database: Database,
        bus: Bus,
        own: mpsc::WeakSender<Command>,
        lost: mpsc::UnboundedSender<Shard>,
        park_after: Duration,
        bell: Bell,
        shelf: Option<Shelf>,
    ) -> Result<(Self, impl Future<Output = ()> + use<>), Error> {
        let conn = connect(&database).await?;
        let (outgoing, queue) = mpsc::channel(PUBLISHING);
        let publishing = publish::publish(Bus::clone(&bus), queue);
        let lane = Self {
            ends_awaited: database.is_awaited(WorkflowCompleted::TYPE),
            database,
            bus,
            conn,
            shards: BTreeMap::new(),
            versions: Versions::default(),
            round: Round::default(),
            parking: Parking::new(park_after),
            more: VecDeque::new(),
            outgoing,
            own,
            lost,
            bell,
            shelf,
            readers: TaskTracker::new(),
            last_flush: Instant::now(),
            under_load: false,
        };
        Ok((lane, publishing))
    }

    /// Works until the last sender of commands is gone.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let until_wake = self.until_wake();
            tokio::select! {
                biased;
                () = std::future::ready(()), if !self.more.is_empty() => {}
                command = commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                _ = tick.tick() => self.look_after_shards().await,
                () = tokio::time::sleep(until_wake) => {}
            }
            if self.under_load {
                tokio::time::sleep_until(self.last_flush + GAP).await;
            }
            while self.round.inputs() < MOST
                && let Ok(command) = commands.try_recv()
            {
                self.obey(command).await;
            }
            self.look_ahead().await;
            self.wake_parked().await;
            self.wake();
            self.go_on();
            self.flush().await;
        }
        self.flush().await;
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Own(shard) => self.own(shard).await,
            Command::Disown(shard, done) => {
                self.flush().await;
                if let Some(owned) = self.shards.remove(&shard) {
                    owned.settle().await;
                }
                metrics::gauge!("st_shards_owned").decrement(1);
                // Whoever asked may be gone; the shard is left all the same.
                let _ = done.send(());
            }
            Command::Inputs(batch) => self.take(batch).await,
            Command::Projected(positions) => {
                for (shard, owned) in &mut self.shards {
                    if let Some(applied) = positions.get(&shard.index()) {
                        owned.projected(*applied);
                    }
                }
            }
        }
    }

    /// Runs that stopped for a commit go on.
    fn go_on(&mut self) {
        for (shard, run_id) in std::mem::take(&mut self.more) {
            if let Some(owned) = self.shards.get_mut(&shard) {
                self.round
                    .advance(shard, owned, run_id, engine_core::Input::GoOn);
            }
        }
    }

    /// Forgets shards whose fate is unknown or known to be somebody else's.
    fn step_down(&mut self, shards: impl IntoIterator<Item = Shard>) {
        for shard in shards {
            if self.shards.remove(&shard).is_some() {
                tracing::warn!(%shard, "stepped down");
                metrics::gauge!("st_shards_owned").decrement(1);
            }
            self.more.retain(|(of, _)| *of != shard);
            self.round.leave(shard);
            // The ownership has ended when nobody listens.
            let _ = self.lost.send(shard);
        }
    }

    /// Somebody else, or this lane again, takes the shard over when there are files again.
    fn files_away(&mut self, shard: Shard, error: &whole::Error) {
        tracing::error!(error = error as &dyn std::error::Error, %shard, "the input of a run cannot be read");
        self.step_down([shard]);
    }

    /// After a failure of the database: nothing in memory counts until it is read again.
    async fn start_over(&mut self, error: &Error) {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "flush failed, taking the shards over again"
        );
        self.round = Round::default();
        let all: Vec<Shard> = self.shards.keys().copied().collect();
        self.step_down(all);
        self.reconnect().await;
    }

    async fn reconnect(&mut self) {
        loop {
            match connect(&self.database).await {
                Ok(conn) => {
                    let old = std::mem::replace(&mut self.conn, conn);
                    // A broken connection need not say goodbye.
                    drop(old);
                    return;
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "lane has no database yet"
                    );
                    tokio::time::sleep(TICK).await;
                }
            }
        }
    }
}

/// A connection of the lane's own: its statements follow each other, and the pool is for others.
async fn connect(database: &Database) -> Result<PgConnection, Error> {
    let conn = database.pool().acquire().await;
    Ok(conn.map_err(Error::query("connect a lane"))?.detach())
}
