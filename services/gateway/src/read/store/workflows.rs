//! Workflows and their versions.

use super::{After, split};
use crate::read::{Raw, Runnable, Workflow, WorkflowSummary, WorkflowVersion};
use ::store::Error;
use events::Timestamp;
use ids::{RunId, VersionId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Summary {
    workflow_id: Uuid,
    name: String,
    description: String,
    draft_version: i32,
    published_version: Option<i32>,
    updated_at: Timestamp,
}

impl From<Summary> for WorkflowSummary {
    fn from(row: Summary) -> Self {
        Self {
            id: WorkflowId::from_uuid(row.workflow_id),
            name: row.name,
            description: row.description,
            draft_version: row.draft_version,
            published_version: row.published_version,
            updated_at: row.updated_at,
            triggers: Vec::new(),
        }
    }
}

/// Those of `visible` behind `after`, the last changed first; their triggers are not read.
pub(crate) async fn page(
    conn: &mut PgConnection,
    visible: &[Uuid],
    after: After,
    limit: i64,
) -> Result<Vec<WorkflowSummary>, Error> {
    let (at, id) = split(after);
    let rows: Vec<Summary> = sqlx::query_as(
        "SELECT workflow_id, name, description, draft_version, published_version, updated_at FROM workflows
         WHERE workflow_id = ANY($1) AND deleted_at IS NULL AND draft_version > 0
           AND ($2::timestamptz IS NULL OR (updated_at, workflow_id) < ($2, $3))
         ORDER BY updated_at DESC, workflow_id DESC LIMIT $4",
    )
    .bind(visible)
    .bind(at)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list workflows"))?;
    Ok(rows.into_iter().map(WorkflowSummary::from).collect())
}

#[derive(sqlx::FromRow)]
struct WithDocument {
    #[sqlx(flatten)]
    summary: Summary,
    document: Json<serde_json::Value>,
}

/// A workflow with its newest draft; its triggers are not read.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: WorkflowId,
) -> Result<Option<Workflow>, Error> {
    let row: Option<WithDocument> = sqlx::query_as(
        "SELECT w.workflow_id, w.name, w.description, w.draft_version, w.published_version, w.updated_at, v.document
         FROM workflows w JOIN workflow_versions v ON v.workflow_id = w.workflow_id AND v.number = w.draft_version
         WHERE w.workflow_id = $1 AND w.deleted_at IS NULL",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a workflow"))?;
    Ok(row.map(|row| Workflow {
        id: WorkflowId::from_uuid(row.summary.workflow_id),
        name: row.summary.name,
        description: row.summary.description,
        draft_version: row.summary.draft_version,
        published_version: row.summary.published_version,
        updated_at: row.summary.updated_at,
        document: row.document.0,
        triggers: Vec::new(),
    }))
}

/// The version with this number, or the newest.
pub(crate) async fn runnable(
    conn: &mut PgConnection,
    id: WorkflowId,
    version: Option<u32>,
) -> Result<Option<Runnable>, Error> {
    let row: Option<(Uuid, Json<serde_json::Value>)> = sqlx::query_as(
        "SELECT v.version_id, v.document FROM workflow_versions v JOIN workflows w USING (workflow_id)
         WHERE v.workflow_id = $1 AND w.deleted_at IS NULL AND ($2::integer IS NULL OR v.number = $2)
         ORDER BY v.number DESC LIMIT 1",
    )
    .bind(id.uuid())
    .bind(version.map(|number| i32::try_from(number).unwrap_or(i32::MAX)))
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a version to run"))?;
    Ok(row.map(|(version, Json(document))| Runnable {
        version_id: VersionId::from_uuid(version),
        document,
    }))
}

/// The document of the version that a run follows.
pub(crate) async fn document_of_run(
    conn: &mut PgConnection,
    run: RunId,
) -> Result<Option<serde_json::Value>, Error> {
    let document: Option<Json<serde_json::Value>> = sqlx::query_scalar(
        "SELECT v.document FROM runs r JOIN workflow_versions v USING (version_id) WHERE r.run_id = $1",
    )
    .bind(run.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read the version of a run"))?;
    Ok(document.map(|Json(document)| document))
}

#[derive(sqlx::FromRow)]
struct Version {
    version_id: Uuid,
    number: i32,
    hash: String,
    saved_at: Timestamp,
    published_at: Option<Timestamp>,
    document: Option<Json<Raw>>,
}

impl From<Version> for WorkflowVersion {
    fn from(row: Version) -> Self {
        Self {
            version: row.number,
            version_id: VersionId::from_uuid(row.version_id),
            hash: row.hash,
            created_at: row.saved_at,
            published_at: row.published_at,
            document: row.document.map(|document| document.0),
        }
    }
}

/// Versions below `before`, the newest first, without their documents.
pub(crate) async fn versions(
    conn: &mut PgConnection,
    id: WorkflowId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<WorkflowVersion>, Error> {
    let rows: Vec<Version> = sqlx::query_as(
        "SELECT v.version_id, v.number, v.hash, v.saved_at, p.published_at, NULL::json AS document
         FROM workflow_versions v LEFT JOIN publications p USING (version_id)
         WHERE v.workflow_id = $1 AND ($2::integer IS NULL OR v.number < $2) ORDER BY v.number DESC LIMIT $3",
    )
    .bind(id.uuid())
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list versions"))?;
    Ok(rows.into_iter().map(WorkflowVersion::from).collect())
}

/// One version with its document.
pub(crate) async fn version(
    conn: &mut PgConnection,
    id: WorkflowId,
    number: i32,
) -> Result<Option<WorkflowVersion>, Error> {
    let row: Option<Version> = sqlx::query_as(
        "SELECT v.version_id, v.number, v.hash, v.saved_at, p.published_at, v.document
         FROM workflow_versions v LEFT JOIN publications p USING (version_id)
         WHERE v.workflow_id = $1 AND v.number = $2",
    )
    .bind(id.uuid())
    .bind(number)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a version"))?;
    Ok(row.map(WorkflowVersion::from))
}
