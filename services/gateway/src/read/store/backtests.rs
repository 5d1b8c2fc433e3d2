//! Backtests, and the runs that they are made of.

use crate::read::{Backtest, Raw};
use ::store::Error;
use events::Timestamp;
use ids::{BacktestId, RunId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    backtest_id: Uuid,
    workflow_id: Uuid,
    version: i32,
    cases: Option<Json<Raw>>,
    completed_at: Option<Timestamp>,
}

/// One backtest.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: BacktestId,
) -> Result<Option<Backtest>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT b.backtest_id, b.workflow_id, coalesce(v.number, 0) AS version, b.cases, b.completed_at
         FROM backtests b LEFT JOIN workflow_versions v USING (version_id) WHERE b.backtest_id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a backtest"))?;
    Ok(row.map(|row| Backtest {
        id: BacktestId::from_uuid(row.backtest_id),
        workflow_id: WorkflowId::from_uuid(row.workflow_id),
        version: row.version,
        status: match row.completed_at {
            Some(_) => "completed".to_owned(),
            None => "running".to_owned(),
        },
        completed_at: row.completed_at,
        cases: row.cases.map(|cases| cases.0),
    }))
}

/// The newest runs of a workflow that triggers started in a period, at most `limit`.
pub(crate) async fn past_runs(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<RunId>, Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT run_id FROM runs WHERE workflow_id = $1 AND started_at IS NOT NULL AND variant IS NULL
             AND run_id >= coalesce(ulid_floor($2), '00000000-0000-0000-0000-000000000000'::uuid)
             AND run_id < coalesce(ulid_floor($3), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
         ORDER BY run_id DESC LIMIT $4",
    )
    .bind(workflow.uuid())
    .bind(since)
    .bind(until)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("find past runs"))?;
    Ok(ids.into_iter().map(RunId::from_uuid).collect())
}
