//! Workflows and their versions.

use super::{
    Raw, filter,
    store::{triggers as trigger_rows, workflows as rows},
    triggers::{Trigger, with_urls},
};
use crate::{
    App,
    access::Access,
    edge::{Id, Page, PageQuery, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use chrono::{DateTime, Utc};
use ids::{TenantId, VersionId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A workflow in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct WorkflowSummary {
    #[schema(value_type = Id)]
    pub id: WorkflowId,
    pub name: String,
    pub description: String,
    /// The newest draft's number.
    pub draft_version: i32,
    /// The number of the version whose triggers are live.
    #[schema(required)]
    pub published_version: Option<i32>,
    pub updated_at: DateTime<Utc>,
    /// Those of the published version.
    pub triggers: Vec<Trigger>,
}

/// A workflow with its newest draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Workflow {
    #[schema(value_type = Id)]
    pub id: WorkflowId,
    pub name: String,
    pub description: String,
    /// The newest draft's number.
    pub draft_version: i32,
    /// The number of the version whose triggers are live.
    #[schema(required)]
    pub published_version: Option<i32>,
    pub updated_at: DateTime<Utc>,
    /// The newest draft.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
    /// Those of the published version.
    pub triggers: Vec<Trigger>,
}

/// One immutable version.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct WorkflowVersion {
    /// 1, 2, 3, …
    pub version: i32,
    #[schema(value_type = Id)]
    pub version_id: VersionId,
    /// SHA-256 of the canonical document, hex.
    pub hash: String,
    pub created_at: DateTime<Utc>,
    /// When it was published for the first time.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// Left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub document: Option<Raw>,
}

/// What a run by hand starts.
#[derive(Debug, Clone)]
pub(crate) struct Runnable {
    pub(crate) version_id: VersionId,
    pub(crate) document: serde_json::Value,
}

/// A workflow, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn workflow(
    app: &App,
    tenant: &TenantId,
    id: WorkflowId,
) -> Result<Option<Workflow>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let Some(mut workflow) = rows::one(&mut tx, id).await? else {
        return Ok(None);
    };
    let triggers = trigger_rows::of_workflows(&mut tx, &[id.uuid()]).await?;
    workflow.triggers = with_urls(app, triggers);
    Ok(Some(workflow))
}

/// The version with this number, or the newest draft.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn runnable(
    app: &App,
    tenant: &TenantId,
    id: WorkflowId,
    version: Option<u32>,
) -> Result<Option<Runnable>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::runnable(&mut tx, id, version).await
}

/// The workflows that the person may view, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/workflows", operation_id = "list_workflows", tag = "workflows", params(PageQuery),
    responses((status = 200, body = Page<WorkflowSummary>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_workflows(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<WorkflowSummary>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Workflow).await?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    let limit = query.limit();
    let found = rows::page(&mut tx, &visible, query.after()?, limit + 1).await?;
    let key = |row: &WorkflowSummary| (row.updated_at, row.id.uuid());
    let mut page = filter::page(&app, &access, found, limit, key, |row: &WorkflowSummary| {
        row.id.into()
    })
    .await?;
    let ids: Vec<_> = page.items.iter().map(|item| item.id.uuid()).collect();
    let triggers = with_urls(&app, trigger_rows::of_workflows(&mut tx, &ids).await?);
    for item in &mut page.items {
        let own = triggers
            .iter()
            .filter(|trigger| trigger.workflow_id == item.id);
        item.triggers = own.cloned().collect();
    }
    Ok(Json(page))
}

/// A workflow with its newest draft; its `ETag` is the draft's number, for `If-Match`.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}", operation_id = "get_workflow", tag = "workflows", params(("id" = Id, Path)),
    responses((status = 200, body = Workflow),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_workflow(
    access: Access,
    State(app): State<App>,
    Path(id): Path<WorkflowId>,
) -> Result<([(HeaderName, String); 1], Json<Workflow>), Problem> {
    let found = workflow(&app, &access.tenant, id).await?;
    let workflow = filter::found(found, "workflow")?;
    let etag = format!("\"{}\"", workflow.draft_version);
    Ok(([(header::ETAG, etag)], Json(workflow)))
}

/// A workflow's versions, the newest first, without their documents.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/versions", operation_id = "list_versions", tag = "workflows",
    params(("id" = Id, Path), PageQuery),
    responses((status = 200, body = Page<WorkflowVersion>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_versions(
    access: Access,
    State(app): State<App>,
    Path(id): Path<WorkflowId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<WorkflowVersion>>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let limit = query.limit();
    let found = rows::versions(&mut tx, id, query.after()?, limit + 1).await?;
    let key = |row: &WorkflowVersion| row.version;
    filter::page(&app, &access, found, limit, key, |_| id.into())
        .await
        .map(Json)
}

/// One version with its document.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/versions/{n}", operation_id = "get_version", tag = "workflows",
    params(("id" = Id, Path), ("n" = u32, Path, description = "the version's number")),
    responses((status = 200, body = WorkflowVersion),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_version(
    access: Access,
    State(app): State<App>,
    Path((id, number)): Path<(WorkflowId, i32)>,
) -> Result<Json<WorkflowVersion>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::version(&mut tx, id, number).await?;
    filter::found(found, "version").map(Json)
}
