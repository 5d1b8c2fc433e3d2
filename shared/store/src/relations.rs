//! Relations of staged events, written before the events are seen.
//!
//! They have a loop of their own, so that an authorization store that is away or slow delays only the events that speak of
//! relations, and those behind them with the same key.

use crate::{Database, Error, outbox};
use async_trait::async_trait;
use serde_json::Value;
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

/// For a service that has declared no access: nothing it relates to anything is ever published, and its log says so.
pub(crate) struct Undeclared;

#[async_trait]
impl RelationWriter for Undeclared {
    async fn write(
        &self,
        _: &Value,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        Err("this service declares no access to SpiceDB in its manifest".into())
    }
}

/// Rows per round.
const BATCH: i64 = 64;
/// How long to wait after a failure: rows put off become due again.
const RETRY: Duration = Duration::from_secs(1);

/// Writes what is staged until `stop`; `idle` bounds the delay of what no commit of this process told of.
pub(crate) async fn write_due(
    database: &Database,
    writer: &dyn RelationWriter,
    idle: Duration,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let pool = database.pool();
    loop {
        let rows = outbox::unrelated(pool, BATCH).await?;
        let (mut written, mut failed) = (false, false);
        for row in rows {
            if stop.is_cancelled() {
                return Ok(());
            }
            match writer.write(&row.relations).await {
                Ok(token) => {
                    outbox::related(pool, row.event_id, token.as_deref()).await?;
                    database.committed().notify_one();
                    written = true;
                }
                Err(error) => {
                    tracing::warn!(error = error.as_ref() as &dyn std::error::Error, event.id = %row.event_id, "relations not written");
                    outbox::defer(pool, row.event_id).await?;
                    failed = true;
                }
            }
        }
        if written {
            continue;
        }
        let pause = if failed { RETRY } else { idle };
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = database.staged_relations().notified() => {},
            () = tokio::time::sleep(pause) => {},
        }
    }
}
