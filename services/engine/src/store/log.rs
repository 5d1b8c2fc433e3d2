//! The run log, read back.

use super::flush::{big, natural, small};
use events::RunEvent;
use ids::{EventId, RunId, Shard, TenantId, VersionId, WorkflowId};
use sqlx::{PgConnection, Row, postgres::PgRow};
use std::collections::BTreeMap;
use store::Error;

/// A run and its whole log.
pub(crate) struct Logged {
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) version_id: VersionId,
    pub(crate) tenant: TenantId,
    pub(crate) correlation_id: EventId,
    pub(crate) causation_id: EventId,
    pub(crate) traceparent: Option<String>,
    /// In order.
    pub(crate) frames: Vec<Frame>,
}

/// What one flush added to a run's log.
pub(crate) struct Frame {
    pub(crate) pos: u64,
    pub(crate) first_seq: u64,
    /// As it is stored.
    pub(crate) text: String,
    pub(crate) events: Vec<RunEvent>,
}

/// The runs of a shard that have not ended and are not parked.
pub(crate) async fn running(conn: &mut PgConnection, shard: Shard) -> Result<Vec<Logged>, Error> {
    let rows = sqlx::query(
        "SELECT run_id, workflow_id, version_id, tenant_id, correlation_id, causation_id, traceparent
         FROM runs r WHERE shard = $1 AND status = 'running'
           AND NOT EXISTS (SELECT FROM parked_runs p WHERE p.run_id = r.run_id AND p.shard = $1)",
    )
    .bind(small(shard))
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("find running runs"))?;
    with_frames(conn, rows).await
}

/// One run, whatever became of it.
pub(crate) async fn of_run(conn: &mut PgConnection, run: RunId) -> Result<Option<Logged>, Error> {
    let rows = sqlx::query(
        "SELECT run_id, workflow_id, version_id, tenant_id, correlation_id, causation_id, traceparent
         FROM runs WHERE run_id = $1",
    )
    .bind(run.uuid())
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("find a run"))?;
    Ok(with_frames(conn, rows).await?.pop())
}

/// The runs with frames whose `pos` is over `after` and at most `end`.
pub(crate) async fn written_between(
    conn: &mut PgConnection,
    shard: Shard,
    after: u64,
    end: u64,
) -> Result<Vec<Logged>, Error> {
    let rows = sqlx::query(
        "SELECT run_id, workflow_id, version_id, tenant_id, correlation_id, causation_id, traceparent
         FROM runs WHERE run_id IN (SELECT run_id FROM run_events WHERE shard = $1 AND pos > $2 AND pos <= $3)",
    )
    .bind(small(shard))
    .bind(big(after))
    .bind(big(end))
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("find runs to publish again"))?;
    with_frames(conn, rows).await
}

/// These rows of `runs`, with their logs.
pub(super) async fn with_frames(
    conn: &mut PgConnection,
    rows: Vec<PgRow>,
) -> Result<Vec<Logged>, Error> {
    let mut runs = BTreeMap::new();
    for row in rows {
        let logged = logged(&row)?;
        runs.insert(logged.run_id, logged);
    }
    let ids: Vec<_> = runs.keys().map(|run| run.uuid()).collect();
    let frames = sqlx::query(
        "SELECT run_id, pos, first_seq, frame FROM run_events WHERE run_id = ANY($1) ORDER BY run_id, first_seq",
    )
    .bind(&ids)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the run log"))?;
    for row in frames {
        let run_id = RunId::from_uuid(row.get("run_id"));
        let text: String = row.get("frame");
        let events = serde_json::from_str(&text).map_err(|error| Error::Stored {
            what: "run log",
            cause: format!("run {run_id}: {error}"),
        })?;
        if let Some(run) = runs.get_mut(&run_id) {
            run.frames.push(Frame {
                pos: natural(row.get("pos")),
                first_seq: natural(row.get("first_seq")),
                text,
                events,
            });
        }
    }
    Ok(runs.into_values().collect())
}

fn logged(row: &PgRow) -> Result<Logged, Error> {
    let tenant: String = row.get("tenant_id");
    Ok(Logged {
        run_id: RunId::from_uuid(row.get("run_id")),
        workflow_id: WorkflowId::from_uuid(row.get("workflow_id")),
        version_id: VersionId::from_uuid(row.get("version_id")),
        tenant: tenant.parse().map_err(|error| Error::Stored {
            what: "tenant",
            cause: format!("{error}"),
        })?,
        correlation_id: EventId::from_uuid(row.get("correlation_id")),
        causation_id: EventId::from_uuid(row.get("causation_id")),
        traceparent: row.get("traceparent"),
        frames: Vec::new(),
    })
}
