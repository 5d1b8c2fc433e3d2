//! Saving and removing workflows.

use super::{
    Correlation, Prefer,
    drafting::{self, DocumentBody},
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem},
    read,
};
use authz::Permission;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use events::{WorkflowDeleteRequested, WorkflowSaveRequested};
use ids::WorkflowId;
use utoipa_axum::routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::in_tenant(Permission::Create),
            routes!(create_workflow),
        )
        .add(
            Requires::on(Thing::Workflow, Permission::Edit),
            routes!(save_workflow),
        )
        .add(
            Requires::on(Thing::Workflow, Permission::Delete),
            routes!(delete_workflow),
        )
}

/// Make a workflow
#[utoipa::path(post, path = "/api/v1/workflows", operation_id = "create_workflow", tag = "workflows", request_body = DocumentBody,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Workflow), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_workflow(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<DocumentBody>,
) -> Result<Response, Problem> {
    drafting::check(&body.document)?;
    let workflow_id = WorkflowId::from_u128(correlation.as_u128());
    let event = WorkflowSaveRequested {
        workflow_id,
        document: body.document,
        base_version: None,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::workflow(&app, &access.tenant, workflow_id))
        .await?;
    Ok(saved(prefer, StatusCode::CREATED, workflow_id, found))
}

/// Save a workflow's draft
#[utoipa::path(put, path = "/api/v1/workflows/{id}", operation_id = "save_workflow", tag = "workflows", request_body = DocumentBody,
    params(("id" = Id, Path), ("If-Match" = Option<String>, Header, description = "the draft_version that was changed"),
        ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Workflow), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn save_workflow(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    headers: HeaderMap,
    Body(body): Body<DocumentBody>,
) -> Result<Response, Problem> {
    let base = base_version(&app, &access, workflow_id, &headers).await?;
    drafting::check(&body.document)?;
    let event = WorkflowSaveRequested {
        workflow_id,
        document: body.document,
        base_version: Some(base),
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::workflow(&app, &access.tenant, workflow_id))
        .await?;
    Ok(saved(prefer, StatusCode::OK, workflow_id, found))
}

/// Remove a workflow
#[utoipa::path(delete, path = "/api/v1/workflows/{id}", operation_id = "delete_workflow", tag = "workflows",
    params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 204), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete_workflow(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let event = WorkflowDeleteRequested {
        workflow_id,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let gone = settled.resource(async { Ok(Some(())) }).await?;
    Ok(reply(
        prefer,
        StatusCode::NO_CONTENT,
        &location(workflow_id),
        gone,
    ))
}

/// The draft that the client changed, from `If-Match`.
async fn base_version(
    app: &App,
    access: &Access,
    workflow: WorkflowId,
    headers: &HeaderMap,
) -> Result<u32, Problem> {
    let given = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .map(str::trim);
    match given {
        None => Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "workflow.version_missing",
            "Say which draft was changed",
        )
        .hint("send the header `If-Match` with the draft_version that you read")),
        Some("*") => {
            let newest = read::workflow(app, &access.tenant, workflow).await?;
            newest
                .and_then(|found| u32::try_from(found.draft_version).ok())
                .ok_or_else(|| {
                    Problem::not_found("workflow.not_found", "There is no such workflow")
                })
        }
        Some(tag) => {
            let number = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            number.parse().map_err(|_| {
                Problem::new(
                    StatusCode::PRECONDITION_FAILED,
                    "workflow.conflict",
                    "The draft was changed by somebody else",
                )
                .detail("If-Match is not a draft_version")
            })
        }
    }
}

pub(super) fn saved(
    prefer: Prefer,
    status: StatusCode,
    id: WorkflowId,
    found: Option<read::Workflow>,
) -> Response {
    let tag = found
        .as_ref()
        .and_then(|found| HeaderValue::from_str(&format!("\"{}\"", found.draft_version)).ok());
    let mut response = reply(prefer, status, &location(id), found);
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn location(id: WorkflowId) -> String {
    format!("/api/v1/workflows/{id}")
}
