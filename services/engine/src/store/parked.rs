//! Runs that are in nobody's memory.

use super::{flush::small, log};
use chrono::{DateTime, Utc};
use ids::{RunId, Shard};
use sqlx::{PgConnection, Row};
use store::Error;

/// Parked runs of these shards that wake before `until_ms` (milliseconds since the Unix epoch), soonest first, at most
/// `most`.
pub(crate) async fn soon(
    conn: &mut PgConnection,
    shards: &[Shard],
    until_ms: i64,
    most: i64,
) -> Result<Vec<(i64, Shard, RunId)>, Error> {
    let shards: Vec<i16> = shards.iter().map(|shard| small(*shard)).collect();
    let rows = sqlx::query(
        "SELECT run_id, shard, wake_at FROM parked_runs
         WHERE shard = ANY($1) AND wake_at < to_timestamp($2 / 1000.0) ORDER BY wake_at LIMIT $3",
    )
    .bind(&shards)
    .bind(until_ms)
    .bind(most)
    .fetch_all(conn)
    .await
    .map_err(Error::query("look for parked runs that wake"))?;
    let soon = rows.iter().filter_map(|row| {
        let wake_at: DateTime<Utc> = row.get("wake_at");
        let shard = u8::try_from(row.get::<i16, _>("shard")).ok()?;
        let shard = Shard::try_from(shard).ok()?;
        let run_id = RunId::from_uuid(row.get("run_id"));
        Some((wake_at.timestamp_millis(), shard, run_id))
    });
    Ok(soon.collect())
}

/// Those of these runs that are parked, with their logs.
pub(crate) async fn load(
    conn: &mut PgConnection,
    runs: &[RunId],
) -> Result<Vec<log::Logged>, Error> {
    let ids: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    let rows = sqlx::query(
        "SELECT run_id, workflow_id, version_id, tenant_id, correlation_id, causation_id, traceparent
         FROM runs JOIN parked_runs USING (run_id) WHERE run_id = ANY($1)",
    )
    .bind(&ids)
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("load parked runs"))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    log::with_frames(conn, rows).await
}

/// Removes the rows of runs that are parked and have ended all the same: a version of the engine that knows no parking ended
/// them.
pub(crate) async fn forget_ended(conn: &mut PgConnection, runs: &[RunId]) -> Result<(), Error> {
    let ids: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    sqlx::query(
        "DELETE FROM parked_runs p USING runs r
         WHERE p.run_id = ANY($1) AND r.run_id = p.run_id AND r.status <> 'running'",
    )
    .bind(&ids)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("forget parked runs that have ended"))
}
