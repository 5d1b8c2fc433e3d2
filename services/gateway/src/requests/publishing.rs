//! Making a version the one that triggers start.

use super::{Correlation, Prefer, submit::submit, workflows::saved};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::WorkflowPublishRequested;
use ids::WorkflowId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// Which version goes live.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishRequest {
    /// The newest draft when left out.
    version: Option<u32>,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::on(Thing::Workflow, Permission::Edit),
        routes!(publish_workflow),
    )
}

/// Publish a version
#[utoipa::path(post, path = "/api/v1/workflows/{id}/publish", operation_id = "publish_workflow", tag = "workflows",
    request_body = PublishRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Workflow), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn publish_workflow(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<PublishRequest>,
) -> Result<Response, Problem> {
    let event = WorkflowPublishRequested {
        workflow_id,
        version: body.version,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::workflow(&app, &access.tenant, workflow_id))
        .await?;
    Ok(saved(prefer, StatusCode::OK, workflow_id, found))
}
