//! What the read models forget, and the room for what comes.

use ::store::{Database, Error};
use sqlx::PgPool;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is done.
const EVERY: Duration = Duration::from_secs(3_600);
/// Days for which partitions are made in advance.
const AHEAD: i32 = 7;

/// What is removed from tables that grow with every change: a stream resumes only as far back.
const PRUNE: [(&str, &str); 4] = [
    (
        "prune the feed",
        "DELETE FROM feed WHERE at < now() - interval '7 days'",
    ),
    (
        "prune deltas of ended answers",
        "DELETE FROM conversation_events e USING answers a
         WHERE e.event = 'delta' AND e.message_id = a.message_id AND a.ended_at < now() - interval '1 day'",
    ),
    (
        "prune reasons",
        "DELETE FROM trigger_reasons WHERE at < now() - interval '30 days'",
    ),
    (
        "prune backtests",
        "DELETE FROM backtests WHERE requested_at < now() - interval '30 days'",
    ),
];

/// Makes the partitions of the next days.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn ensure_partitions(pool: &PgPool) -> Result<(), Error> {
    sqlx::query("SELECT ensure_run_partitions($1)")
        .bind(AHEAD)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("make partitions for runs"))
}

/// Makes partitions and prunes tables, until `stop`. Several replicas may do it at once.
pub(crate) async fn run(database: &Database, stop: &CancellationToken) {
    loop {
        if let Err(error) = once(database.pool()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "maintenance failed, will be tried again"
            );
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(EVERY) => {} }
    }
}

async fn once(pool: &PgPool) -> Result<(), Error> {
    ensure_partitions(pool).await?;
    for (attempted, statement) in PRUNE {
        sqlx::query(statement)
            .execute(pool)
            .await
            .map_err(Error::query(attempted))?;
    }
    Ok(())
}
