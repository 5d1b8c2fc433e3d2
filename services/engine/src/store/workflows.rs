//! Workflows and their versions.

use chrono::{DateTime, Utc};
use ids::{TenantId, VersionId, WorkflowId};
use serde_json::Value;
use sqlx::{PgConnection, Row, postgres::PgRow};
use store::Error;

/// Where a workflow stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkflowRow {
    pub(crate) tenant: TenantId,
    pub(crate) draft_version: u32,
}

/// One version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionRow {
    pub(crate) version_id: VersionId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) tenant: TenantId,
    pub(crate) number: u32,
    pub(crate) hash: String,
    pub(crate) document: Value,
    pub(crate) saved_at: DateTime<Utc>,
}

/// A workflow, locked until the transaction ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    workflow: WorkflowId,
) -> Result<Option<WorkflowRow>, Error> {
    let row = sqlx::query(
        "SELECT tenant_id, draft_version FROM workflows WHERE workflow_id = $1 FOR UPDATE",
    )
    .bind(workflow.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a workflow"))?;
    row.map(|row| {
        Ok(WorkflowRow {
            tenant: tenant(&row)?,
            draft_version: number(&row, "draft_version"),
        })
    })
    .transpose()
}

/// Whether the tenant has this workflow.
pub(crate) async fn exists(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM workflows WHERE workflow_id = $1 AND tenant_id = $2)",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for a workflow"))
}

/// Writes a version and makes it the workflow's draft.
pub(crate) async fn save(
    conn: &mut PgConnection,
    version: &VersionRow,
    name: &str,
    description: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO workflows (workflow_id, tenant_id, name, description, draft_version)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workflow_id) DO UPDATE SET name = excluded.name, description = excluded.description,
             draft_version = excluded.draft_version, updated_at = now()",
    )
    .bind(version.workflow_id.uuid())
    .bind(version.tenant.as_str())
    .bind(name)
    .bind(description)
    .bind(i32::try_from(version.number).unwrap_or(i32::MAX))
    .execute(&mut *conn)
    .await
    .map_err(Error::query("write a workflow"))?;
    sqlx::query(
        "INSERT INTO workflow_versions (version_id, workflow_id, tenant_id, number, hash, document, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(version.version_id.uuid())
    .bind(version.workflow_id.uuid())
    .bind(version.tenant.as_str())
    .bind(i32::try_from(version.number).unwrap_or(i32::MAX))
    .bind(&version.hash)
    .bind(&version.document)
    .bind(version.saved_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("write a workflow version"))
}

/// A version by its number.
pub(crate) async fn version(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    number: u32,
) -> Result<Option<VersionRow>, Error> {
    let row = sqlx::query(
        "SELECT version_id, workflow_id, tenant_id, number, hash, document, saved_at
         FROM workflow_versions WHERE workflow_id = $1 AND number = $2",
    )
    .bind(workflow.uuid())
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a workflow version"))?;
    row.map(|row| read(&row)).transpose()
}

/// The version of a tenant's workflow with this number, or the published one.
pub(crate) async fn to_run(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
    number: Option<u32>,
) -> Result<Option<VersionRow>, Error> {
    let row = sqlx::query(
        "SELECT v.version_id, v.workflow_id, v.tenant_id, v.number, v.hash, v.document, v.saved_at
         FROM workflows AS w JOIN workflow_versions AS v USING (workflow_id)
         WHERE w.workflow_id = $1 AND w.tenant_id = $2 AND v.number = coalesce($3, w.published_version)",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .bind(number.map(|number| i32::try_from(number).unwrap_or(i32::MAX)))
    .fetch_optional(conn)
    .await
    .map_err(Error::query("find the version to run"))?;
    row.map(|row| read(&row)).transpose()
}

/// A version by its id.
pub(crate) async fn find_version(
    conn: &mut PgConnection,
    version: VersionId,
) -> Result<Option<VersionRow>, Error> {
    let row = sqlx::query(
        "SELECT version_id, workflow_id, tenant_id, number, hash, document, saved_at
         FROM workflow_versions WHERE version_id = $1",
    )
    .bind(version.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a workflow version"))?;
    row.map(|row| read(&row)).transpose()
}

/// Makes a version the published one.
pub(crate) async fn publish(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    number: u32,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE workflows SET published_version = $2, updated_at = now() WHERE workflow_id = $1",
    )
    .bind(workflow.uuid())
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("publish a workflow version"))
}

/// Removes a workflow and its triggers; its versions stay for the runs that name them.
pub(crate) async fn delete(conn: &mut PgConnection, workflow: WorkflowId) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM workflows WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(conn)
        .await
        .map_err(Error::query("delete a workflow"))?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &PgRow) -> Result<VersionRow, Error> {
    Ok(VersionRow {
        version_id: VersionId::from_uuid(row.get("version_id")),
        workflow_id: WorkflowId::from_uuid(row.get("workflow_id")),
        tenant: tenant(row)?,
        number: number(row, "number"),
        hash: row.get("hash"),
        document: row.get("document"),
        saved_at: row.get("saved_at"),
    })
}

fn tenant(row: &PgRow) -> Result<TenantId, Error> {
    let text: String = row.get("tenant_id");
    text.parse().map_err(|error: ids::InvalidId| Error::Stored {
        what: "tenant",
        cause: error.to_string(),
    })
}

fn number(row: &PgRow, column: &str) -> u32 {
    u32::try_from(row.get::<i32, _>(column)).unwrap_or_default()
}
