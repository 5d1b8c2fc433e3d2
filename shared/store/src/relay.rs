//! The relay: publishes what has been committed, and again what was not confirmed.
//!
//! Of the replicas of a service one publishes, so that order is kept. It is woken by the commits of its own process, and
//! by the other replicas, which tell it of theirs; what nobody told of waits for the next look.

use crate::{
    Database, Error, RelationWriter, outbox,
    relations::{self, Undeclared},
};
use bus::{Bus, Message};
use sqlx::{
    Acquire,
    postgres::{PgListener, PgPoolOptions},
};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Events per round.
const BATCH: i64 = 256;
/// How long the relay sleeps when nobody wakes it: how late an event can be whose process ended between its commit and
/// the telling, and how late one is published again.
const IDLE: Duration = Duration::from_secs(5);
/// How soon the relay tries again what the bus did not take.
const RETRY: Duration = Duration::from_millis(250);
/// How often a replica that stands by asks whether it is its turn, and how soon a relay that was interrupted begins anew.
const STAND_BY: Duration = Duration::from_secs(1);
/// How often old inbox rows are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(3_600);
/// One advisory lock per database: a single relay publishes at a time, so order is kept.
const LOCK: i64 = 0x0073_7430_6f75_7462;
/// Where the replicas that stand by tell of their commits.
const CHANNEL: &str = "outbox";

/// Publishes until `stop`. Of several replicas one works, the others stand by.
pub async fn relay(
    database: Database,
    bus: Bus,
    relations: Option<&dyn RelationWriter>,
    stop: CancellationToken,
) {
    let writer = relations.unwrap_or(&Undeclared);
    let mut interrupted = false;
    while !stop.is_cancelled() {
        match session(&database, &bus, writer, &stop).await {
            Ok(()) => interrupted = false,
            // Told once: while the database is away, nothing new is to be said every second.
            Err(error) if !interrupted => {
                interrupted = true;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "outbox relay interrupted"
                );
            }
            Err(_) => {}
        }
        tokio::select! { () = stop.cancelled() => {}, () = sleep(STAND_BY) => {} }
    }
}

/// Stands by, then leads, on a connection of its own: the lock and the channel end with it.
async fn session(
    database: &Database,
    bus: &Bus,
    writer: &dyn RelationWriter,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let failed = || Error::query("connect the outbox relay");
    let options = database.pool().connect_options().as_ref().clone();
    let one = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy_with(options);
    let mut conn = PgListener::connect_with(&one).await.map_err(failed())?;
    while !leads(&mut conn).await? {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = database.committed().notified() => tell(database).await?,
            () = sleep(STAND_BY) => {},
        }
    }
    conn.listen(CHANNEL).await.map_err(failed())?;
    outbox::use_indexes(&mut conn).await?;
    tokio::try_join!(
        publish(database, bus, conn, stop),
        relations::write_due(database, writer, IDLE, stop),
    )?;
    Ok(())
}

async fn leads(conn: &mut PgListener) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(conn)
        .await
        .map_err(Error::query("ask for the relay lock"))
}

/// Wakes the replica that leads. Outside of any transaction of the service's own: `PostgreSQL` lets only one commit at a
/// time notify, and these are as many as there are pauses between them.
async fn tell(database: &Database) -> Result<(), Error> {
    sqlx::query("SELECT pg_notify($1, '')")
        .bind(CHANNEL)
        .execute(database.pool())
        .await
        .map(drop)
        .map_err(Error::query("tell the relay of a commit"))
}

/// What a round leaves behind.
#[derive(Clone, Copy)]
enum Left {
    Nothing,
    /// More may be due.
    More,
    /// The bus did not take everything.
    Refused,
}

async fn publish(
    database: &Database,
    bus: &Bus,
    mut conn: PgListener,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let mut pruned: Option<Instant> = None;
    loop {
        // One round serves all that was told so far.
        while conn.next_buffered().is_some() {}
        let left = publish_due(&mut conn, bus).await?;
        if stop.is_cancelled() {
            return Ok(());
        }
        if pruned.is_none_or(|at| at.elapsed() > PRUNE_EVERY) {
            let conn = conn.acquire().await;
            crate::inbox::prune(conn.map_err(Error::query("use the relay's connection"))?).await?;
            pruned = Some(Instant::now());
        }
        let pause = match left {
            Left::More => continue,
            Left::Refused => RETRY,
            Left::Nothing => IDLE,
        };
        tokio::select! {
            () = stop.cancelled() => {},
            () = database.committed().notified(), if matches!(left, Left::Nothing) => {},
            () = sleep(pause) => {},
            told = conn.try_recv() => {
                // A lost connection is a lost lock.
                let lost = || Error::query("hear of commits")(sqlx::Error::WorkerCrashed);
                told.map_err(Error::query("hear of commits"))?.ok_or_else(lost)?;
            }
        }
    }
}

/// Publishes one round.
async fn publish_due(conn: &mut PgListener, bus: &Bus) -> Result<Left, Error> {
    let conn = conn.acquire().await;
    let conn = conn.map_err(Error::query("use the relay's connection"))?;
    let due = outbox::due(conn, BATCH).await?;
    if due.is_empty() {
        return Ok(Left::Nothing);
    }
    let messages: Vec<Message> = due.iter().map(outbox::Due::message).collect();
    let results = bus.publish(&messages).await;
    let mut published = Vec::with_capacity(results.len());
    let mut refused = None;
    for (row, result) in due.iter().zip(results) {
        match result {
            Ok(()) => published.push(row.event_id),
            Err(error) => refused = Some(error),
        }
    }
    outbox::published(conn, &published).await?;
    metrics::counter!("st_outbox_published_total").increment(published.len() as u64);
    if let Some(error) = refused {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "event not published, will be tried again"
        );
        return Ok(Left::Refused);
    }
    let is_full = i64::try_from(due.len()).unwrap_or(BATCH) == BATCH;
    Ok(if is_full { Left::More } else { Left::Nothing })
}
