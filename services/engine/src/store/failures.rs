//! Runs that failed, and the triggers that watch for them.

use super::triggers::{self, TriggerRow};
use events::{RunEvent, RunTrigger, Timestamp};
use ids::{RunId, TenantId, VersionId, WorkflowId};
use sqlx::{PgConnection, Row};
use store::Error;

/// How a run began, for those who are told of its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Began {
    pub(crate) started_at: Timestamp,
    pub(crate) trigger: RunTrigger,
    /// Empty when the workflow was deleted since.
    pub(crate) workflow_name: String,
    pub(crate) version: i32,
}

/// How a run began; none when it is not known any more.
pub(crate) async fn began(
    conn: &mut PgConnection,
    run: RunId,
    version: VersionId,
) -> Result<Option<Began>, Error> {
    let row = sqlx::query(
        "SELECT r.started_at, e.frame, coalesce(w.name, '') AS name, coalesce(v.number, 0) AS number
         FROM runs r JOIN run_events e ON e.run_id = r.run_id AND e.first_seq = 1
             LEFT JOIN workflows w ON w.workflow_id = r.workflow_id
             LEFT JOIN workflow_versions v ON v.version_id = $2
         WHERE r.run_id = $1",
    )
    .bind(run.uuid())
    .bind(version.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read how a run began"))?;
    let Some(row) = row else {
        return Ok(None);
    };
    let frame: String = row.get("frame");
    let events: Vec<RunEvent> = serde_json::from_str(&frame).map_err(|error| Error::Stored {
        what: "run log",
        cause: format!("run {run}: {error}"),
    })?;
    let Some(RunEvent::RunStarted { trigger, .. }) = events.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Began {
        started_at: row.get("started_at"),
        trigger,
        workflow_name: row.get("name"),
        version: row.get("number"),
    }))
}

/// The triggers of a tenant that wait for failures of other workflows.
pub(crate) async fn watching(
    conn: &mut PgConnection,
    tenant: &TenantId,
    failed: WorkflowId,
) -> Result<Vec<TriggerRow>, Error> {
    let rows = sqlx::query(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, trigger_type, enabled, config FROM triggers
         WHERE trigger_type = 'error' AND tenant_id = $1 AND workflow_id <> $2 ORDER BY trigger_id",
    )
    .bind(tenant.as_str())
    .bind(failed.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("find triggers that wait for failures"))?;
    rows.iter().map(triggers::read).collect()
}
