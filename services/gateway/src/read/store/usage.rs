//! What model calls used.

use crate::read::Usage;
use ::store::Error;
use events::Timestamp;
use ids::{RunId, WorkflowId};
use sqlx::{PgConnection, Row, postgres::PgRow};

/// What one run used.
pub(crate) async fn of_run(conn: &mut PgConnection, run: RunId) -> Result<Usage, Error> {
    let row = sqlx::query(
        "SELECT count(*), coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint,
             coalesce(sum(cost_micros), 0)::bigint
         FROM invocations WHERE run_id = $1",
    )
    .bind(run.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("add up what a run used"))?;
    Ok(read(&row))
}

/// What the runs of a workflow used from `since` on, and before `until`.
pub(crate) async fn of_workflow(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    since: Timestamp,
    until: Timestamp,
) -> Result<Usage, Error> {
    let row = sqlx::query(
        "SELECT count(*), coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint,
             coalesce(sum(cost_micros), 0)::bigint
         FROM invocations WHERE workflow_id = $1 AND ended_at >= $2 AND ended_at < $3",
    )
    .bind(workflow.uuid())
    .bind(since)
    .bind(until)
    .fetch_one(conn)
    .await
    .map_err(Error::query("add up what a workflow used"))?;
    Ok(read(&row))
}

fn read(row: &PgRow) -> Usage {
    let micros: i64 = row.get(3);
    Usage {
        model_calls: row.get(0),
        input_tokens: row.get(1),
        output_tokens: row.get(2),
        cost_cents: super::cents(micros),
    }
}
