//! How long runs are kept.

use super::{filter, store::retention as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Path, Problem},
};
use axum::{Json, extract::State};
use ids::{TenantId, WorkflowId};
use serde::Serialize;
use utoipa::ToSchema;

/// For how many days runs can be read after they started. What still runs stays.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Retention {
    pub days: i32,
    /// workflow, tenant or installation: who said so last.
    pub decided_by: String,
}

/// How long the runs of a workflow, or of all that say nothing themselves, are kept.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn retention(
    app: &App,
    tenant: &TenantId,
    workflow: Option<WorkflowId>,
) -> Result<Option<Retention>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::of(&mut tx, workflow).await
}

/// How long runs are kept
#[utoipa::path(
    get, path = "/api/v1/retention", operation_id = "get_retention", tag = "runs",
    responses((status = 200, body = Retention),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_retention(
    access: Access,
    State(app): State<App>,
) -> Result<Json<Retention>, Problem> {
    let found = retention(&app, &access.tenant, None).await?;
    filter::found(found, "retention").map(Json)
}

/// How long the runs of a workflow are kept
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/retention", operation_id = "get_workflow_retention", tag = "workflows",
    params(("id" = Id, Path)),
    responses((status = 200, body = Retention),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_workflow_retention(
    access: Access,
    State(app): State<App>,
    Path(id): Path<WorkflowId>,
) -> Result<Json<Retention>, Problem> {
    let found = retention(&app, &access.tenant, Some(id)).await?;
    filter::found(found, "retention").map(Json)
}
