//! What the fleet's databases hold, read by the roles of their services.

use super::evidence::{Effect, Frame, Log, Projected, RunRow, Waiting};
use anyhow::{Context, Result};
use fleet_tests::Fleet;
use ids::RunId;
use sqlx::{Connection, PgConnection, types::Uuid};
use std::collections::BTreeMap;

/// Services that own a database.
const OWNERS: [&str; 9] = [
    "adapter-bridge",
    "adapter-http",
    "adapter-imap",
    "adapter-llm",
    "adapter-smtp",
    "conversation",
    "engine",
    "gateway",
    "scheduler",
];

/// A connection as the service itself has it.
pub(super) async fn connect(fleet: &Fleet, service: &str) -> Result<PgConnection> {
    let url = fleet
        .secret(service, "database.url")
        .with_context(|| format!("{service} has no database"))?;
    PgConnection::connect(&url)
        .await
        .with_context(|| format!("could not open the database of {service}"))
}

type Row = (
    Uuid,
    String,
    Option<chrono::DateTime<chrono::Utc>>,
    Option<chrono::DateTime<chrono::Utc>>,
);

/// The engine's runs.
pub(super) async fn runs(engine: &mut PgConnection) -> Result<BTreeMap<RunId, RunRow>> {
    let rows: Vec<Row> = sqlx::query_as("SELECT run_id, status, started_at, ended_at FROM runs")
        .fetch_all(engine)
        .await?;
    Ok(rows.into_iter().map(run_row).collect())
}

fn run_row((id, status, started_at, ended_at): Row) -> (RunId, RunRow) {
    let millis = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.timestamp_millis());
    let row = RunRow {
        status,
        started_at_ms: millis(started_at),
        ended_at_ms: millis(ended_at),
    };
    (RunId::from_uuid(id), row)
}

/// How many runs have not ended.
pub(super) async fn running(engine: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT count(*) FROM runs WHERE status = 'running'")
            .fetch_one(engine)
            .await?,
    )
}

/// The run log, each run's frames in order.
pub(super) async fn logs(engine: &mut PgConnection) -> Result<BTreeMap<RunId, Log>> {
    let rows: Vec<(Uuid, i16, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT run_id, shard, pos, first_seq, last_seq, frame FROM run_events ORDER BY run_id, first_seq",
    )
    .fetch_all(engine)
    .await?;
    let mut logs: BTreeMap<RunId, Log> = BTreeMap::new();
    for (run, shard, pos, first_seq, last_seq, text) in rows {
        let log = logs.entry(RunId::from_uuid(run)).or_default();
        log.frames.push(Frame {
            shard,
            pos,
            first_seq,
            last_seq,
            events: serde_json::from_str(&text).context("a frame that does not parse")?,
        });
    }
    Ok(logs)
}

/// How far each shard's log goes, or how far it is applied.
pub(super) async fn positions(
    conn: &mut PgConnection,
    statement: &'static str,
) -> Result<BTreeMap<i16, i64>> {
    let rows: Vec<(i16, i64)> = sqlx::query_as(statement).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Statements for [`positions`].
pub(super) const WRITTEN: &str = "SELECT shard, pos FROM shards";
pub(super) const APPLIED: &str = "SELECT shard, pos FROM shard_positions";

/// The gateway's read model of runs and their logs.
pub(super) async fn projected(gateway: &mut PgConnection) -> Result<BTreeMap<RunId, Projected>> {
    let rows: Vec<Row> = sqlx::query_as("SELECT run_id, status, started_at, ended_at FROM runs")
        .fetch_all(&mut *gateway)
        .await?;
    let mut runs: BTreeMap<RunId, Projected> = rows
        .into_iter()
        .map(run_row)
        .map(|(run, row)| {
            (
                run,
                Projected {
                    row,
                    frames: Vec::new(),
                },
            )
        })
        .collect();
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(
        "SELECT run_id, first_seq, events FROM run_frames ORDER BY run_id, first_seq",
    )
    .fetch_all(gateway)
    .await?;
    for (run, first_seq, text) in rows {
        let events =
            serde_json::from_str(&text).context("a projected frame that does not parse")?;
        if let Some(run) = runs.get_mut(&RunId::from_uuid(run)) {
            run.frames.push((first_seq, events));
        }
    }
    Ok(runs)
}

/// The effect ledger of the HTTP adapter, by effect key.
pub(super) async fn effects(adapter: &mut PgConnection) -> Result<BTreeMap<String, Effect>> {
    let rows: Vec<(String, Uuid, String)> =
        sqlx::query_as("SELECT effect_key, run_id, state FROM effect_ledger")
            .fetch_all(adapter)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(key, run, state)| {
            let run = RunId::from_uuid(run);
            (key, Effect { run, state })
        })
        .collect())
}

/// Events that some consumer has not confirmed, of all services.
pub(super) async fn waiting(fleet: &Fleet) -> Result<Vec<Waiting>> {
    let mut all = Vec::new();
    for service in OWNERS {
        let mut conn = connect(fleet, service).await?;
        let rows: Vec<(Uuid, String, Vec<String>, i32)> = sqlx::query_as(
            "SELECT event_id, envelope->>'event_type', awaiting, attempts FROM outbox ORDER BY enqueued",
        )
        .fetch_all(&mut conn)
        .await?;
        all.extend(
            rows.into_iter()
                .map(|(event, event_type, awaiting, attempts)| Waiting {
                    service,
                    event: ids::EventId::from_uuid(event).to_string(),
                    event_type,
                    awaiting,
                    attempts,
                }),
        );
    }
    Ok(all)
}
