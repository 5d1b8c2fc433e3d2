//! Which shards this replica writes: as many as its share, taken over the moment their owner's session ends.

use crate::{lane::Command, store::ownership};
use chassis::Health;
use ids::{SHARDS, Shard};
use sqlx::PgConnection;
use std::{collections::BTreeSet, time::Duration};
use store::{Database, Error};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// How often a replica looks for shards without an owner.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// A replica that is silent for this long is taken for dead: PostgreSQL ends its session and with it its locks.
const LEASE_MS: u64 = 5_000;
/// The part of `/readyz` that this is about.
const PART: &str = "shards";

/// See the module.
pub(crate) struct Ownership {
    pub(crate) database: Database,
    /// A shard's lane is its number modulo their count.
    pub(crate) lanes: Vec<mpsc::Sender<Command>>,
    pub(crate) lost: mpsc::UnboundedReceiver<Shard>,
    pub(crate) health: Health,
    pub(crate) stop: CancellationToken,
}

impl Ownership {
    /// Owns shards until told to stop; then finishes with each before it lets it go.
    pub(crate) async fn run(mut self) {
        self.health.missing(PART, "none owned yet");
        while !self.stop.is_cancelled() {
            let mut mine = BTreeSet::new();
            let session = self.session(&mut mine).await;
            self.let_go(&mine).await;
            if let Err(error) = session {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "ownership of shards interrupted"
                );
                self.health.missing(PART, "no session with the database");
                tokio::select! { () = self.stop.cancelled() => {}, () = tokio::time::sleep(LOOK_EVERY) => {} }
            }
        }
    }

    /// Owns shards as long as its session lives. When it returns, the locks are gone.
    async fn session(&mut self, mine: &mut BTreeSet<Shard>) -> Result<(), Error> {
        let conn = self.database.pool().acquire().await;
        let conn = conn.map_err(Error::query("open the ownership session"))?;
        let mut conn = conn.detach();
        ownership::be_present(&mut conn, LEASE_MS).await?;
        loop {
            self.give_back_lost(&mut conn, mine).await?;
            self.balance(&mut conn, mine).await?;
            tokio::select! {
                () = self.stop.cancelled() => {
                    // The lanes finish first: whoever takes over finds nothing half done.
                    self.let_go(mine).await;
                    mine.clear();
                    return Ok(());
                }
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn give_back_lost(
        &mut self,
        conn: &mut PgConnection,
        mine: &mut BTreeSet<Shard>,
    ) -> Result<(), Error> {
        while let Ok(shard) = self.lost.try_recv() {
            if mine.remove(&shard) {
                ownership::unlock(conn, shard).await?;
            }
        }
        Ok(())
    }

    async fn balance(
        &mut self,
        conn: &mut PgConnection,
        mine: &mut BTreeSet<Shard>,
    ) -> Result<(), Error> {
        let (replicas, owned) = ownership::look_around(conn).await?;
        let share = usize::from(SHARDS).div_ceil(replicas.max(1));
        while mine.len() > share
            && let Some(shard) = mine.pop_last()
        {
            self.let_go(&BTreeSet::from([shard])).await;
            ownership::unlock(conn, shard).await?;
        }
        for shard in Shard::all().filter(|shard| !owned.contains(shard)) {
            if mine.len() < share && ownership::lock(conn, shard).await? {
                mine.insert(shard);
                self.tell(shard, Command::Own(shard)).await;
            }
        }
        if mine.is_empty() && owned.len() < usize::from(SHARDS) {
            self.health.missing(PART, "none owned yet");
        } else {
            self.health.ready(PART);
        }
        Ok(())
    }

    /// Returns when the lanes have finished with these shards.
    async fn let_go(&self, shards: &BTreeSet<Shard>) {
        let mut finishing = Vec::new();
        for shard in shards {
            let (done, finished) = oneshot::channel();
            self.tell(*shard, Command::Disown(*shard, done)).await;
            finishing.push(finished);
        }
        for finished in finishing {
            // A lane that is gone has finished.
            let _ = finished.await;
        }
    }

    async fn tell(&self, shard: Shard, command: Command) {
        let lane = usize::from(shard.index()) % self.lanes.len().max(1);
        if let Some(lane) = self.lanes.get(lane)
            && lane.send(command).await.is_err()
        {
            tracing::error!(%shard, "the shard's lane is gone");
        }
    }
}
