//! How long runs are kept.

use crate::read::Retention;
use ::store::Error;
use ids::WorkflowId;
use sqlx::PgConnection;

/// What holds for a workflow, or for all of the tenant that say nothing themselves.
pub(crate) async fn of(
    conn: &mut PgConnection,
    workflow: Option<WorkflowId>,
) -> Result<Option<Retention>, Error> {
    let row: Option<(i32, String)> = sqlx::query_as(
        "SELECT days, CASE WHEN workflow_id IS NOT NULL THEN 'workflow' WHEN tenant_id = '*' THEN 'installation' ELSE 'tenant' END
         FROM retention WHERE days IS NOT NULL AND (workflow_id IS NULL OR workflow_id = $1)
         ORDER BY workflow_id IS NULL, tenant_id = '*' LIMIT 1",
    )
    .bind(workflow.map(WorkflowId::uuid))
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a retention"))?;
    Ok(row.map(|(days, decided_by)| Retention { days, decided_by }))
}
