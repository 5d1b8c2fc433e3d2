//! The relay: publishes what has been committed, and again what was not confirmed.

use crate::{Database, Error, outbox};
use async_trait::async_trait;
use bus::{Bus, Message};
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Writes relations to the authorization store before the event that speaks of them is seen.
#[async_trait]
pub trait RelationWriter: Send + Sync {
    /// Applies the relations (a repeat changes nothing) and returns the token from which on they hold, if any.
    async fn write(
        &self,
        relations: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Events per round.
const BATCH: i64 = 256;
/// How long the relay sleeps when no commit of its own process wakes it; bounds the delay after another replica's.
const IDLE: Duration = Duration::from_millis(250);
/// How often old inbox rows are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(3_600);
/// One advisory lock per database: a single relay publishes at a time, so order is kept.
const LOCK: i64 = 0x0073_7430_6f75_7462;

/// Publishes until `stop`. Of several replicas one works, the others stand by.
pub async fn relay(
    database: Database,
    bus: Bus,
    relations: Option<&dyn RelationWriter>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let session = lead(&database, &bus, relations, &stop).await;
        if let Err(error) = session {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "outbox relay interrupted"
            );
        }
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(Duration::from_secs(1)) => {} }
    }
}

async fn lead(
    database: &Database,
    bus: &Bus,
    relations: Option<&dyn RelationWriter>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let failed = Error::query;
    let mut conn = database
        .pool()
        .acquire()
        .await
        .map_err(failed("connect the outbox relay"))?
        .detach();
    let leads: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut conn)
        .await
        .map_err(failed("ask for the relay lock"))?;
    if !leads {
        return conn
            .close()
            .await
            .map_err(failed("close a relay connection"));
    }
    let mut pruned = tokio::time::Instant::now();
    crate::inbox::prune(&mut conn).await?;
    loop {
        let full = publish_due(&mut conn, bus, relations).await?;
        if stop.is_cancelled() {
            return conn
                .close()
                .await
                .map_err(failed("close a relay connection"));
        }
        if pruned.elapsed() > PRUNE_EVERY {
            crate::inbox::prune(&mut conn).await?;
            pruned = tokio::time::Instant::now();
        }
        if !full {
            tokio::select! {
                () = stop.cancelled() => {},
                () = database.committed().notified() => {},
                () = tokio::time::sleep(IDLE) => {},
            }
        }
    }
}

/// Publishes one round; true when there may be more.
async fn publish_due(
    conn: &mut PgConnection,
    bus: &Bus,
    relations: Option<&dyn RelationWriter>,
) -> Result<bool, Error> {
    let due = outbox::due(conn, BATCH).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let mut messages: Vec<Message> = Vec::with_capacity(due.len());
    for row in &due {
        match zed_token(row.relations.as_ref(), relations).await {
            Ok(token) => messages.push(row.message(token)),
            Err(error) => {
                tracing::warn!(error = error.as_ref() as &dyn std::error::Error, event.id = %row.event_id, "relations not written");
                break;
            }
        }
    }
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
    match refused {
        Some(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "event not published, will be tried again"
            );
            Ok(false)
        }
        None => Ok(i64::try_from(published.len()).unwrap_or(BATCH) == BATCH),
    }
}

async fn zed_token(
    relations: Option<&Value>,
    writer: Option<&dyn RelationWriter>,
) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
    match (relations, writer) {
        (None, _) => Ok(None),
        (Some(relations), Some(writer)) => writer.write(relations).await,
        (Some(_), None) => Err("this service declares no access to SpiceDB in its manifest".into()),
    }
}
