//! Table `workflow_drafts`.

use ::store::Error;
use ids::{TenantId, WorkflowId};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

/// The newest draft of a workflow.
pub(crate) struct DraftRow {
    pub(crate) number: u32,
    pub(crate) document: Value,
}

/// Keeps a draft, unless a newer one is kept.
pub(crate) async fn keep(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
    draft: &DraftRow,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO workflow_drafts AS d (workflow_id, tenant_id, number, document) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workflow_id) DO UPDATE SET number = excluded.number, document = excluded.document
         WHERE d.number < excluded.number",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .bind(i32::try_from(draft.number).unwrap_or(i32::MAX))
    .bind(Json(&draft.document))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep a draft"))
}

/// The newest draft of a workflow of the tenant.
pub(crate) async fn find(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
) -> Result<Option<DraftRow>, Error> {
    let row: Option<(i32, Json<Value>)> = sqlx::query_as(
        "SELECT number, document FROM workflow_drafts WHERE workflow_id = $1 AND tenant_id = $2",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for a draft"))?;
    Ok(row.map(|(number, Json(document))| DraftRow {
        number: u32::try_from(number).unwrap_or_default(),
        document,
    }))
}

/// The workflow is there no more.
pub(crate) async fn remove(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM workflow_drafts WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("remove a draft"))
}
