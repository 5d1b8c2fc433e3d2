//! How long runs are kept.

use super::{
    Correlation, Prefer,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Scope, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{FEWEST_DAYS, MOST_DAYS, RetentionRequested};
use ids::{EventId, WorkflowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// How long runs are to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RetentionWish {
    /// Days from the start of a run on, 1 to 3650; null leaves it to what is coarser: the tenant, then the installation.
    #[schema(required, minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::on(Thing::Workflow, Permission::Edit)
                .scope(Scope::Admin)
                .fully(),
            routes!(set_workflow_retention),
        )
        .add(
            Requires::in_tenant(Permission::Administer).fully(),
            routes!(set_retention),
        )
}

/// Set how long the runs of a workflow are kept
///
/// What is older than that is not shown from now on, and cannot be brought back.
#[utoipa::path(put, path = "/api/v1/workflows/{id}/retention", operation_id = "set_workflow_retention", tag = "workflows",
    request_body = RetentionWish, params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Retention), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_workflow_retention(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wish): Body<RetentionWish>,
) -> Result<Response, Problem> {
    set(&app, &access, correlation, prefer, Some(workflow_id), wish).await
}

/// Set how long runs are kept
///
/// For the workflows of the tenant that say nothing themselves. What is older than that is not shown from now on, and cannot
/// be brought back.
#[utoipa::path(put, path = "/api/v1/retention", operation_id = "set_retention", tag = "runs",
    request_body = RetentionWish, params(("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Retention), (status = 202, description = "accepted"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_retention(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wish): Body<RetentionWish>,
) -> Result<Response, Problem> {
    set(&app, &access, correlation, prefer, None, wish).await
}

async fn set(
    app: &App,
    access: &Access,
    correlation: EventId,
    prefer: Prefer,
    workflow_id: Option<WorkflowId>,
    wish: RetentionWish,
) -> Result<Response, Problem> {
    if wish
        .days
        .is_some_and(|days| !(FEWEST_DAYS..=MOST_DAYS).contains(&days))
    {
        let message = format!("runs are kept for {FEWEST_DAYS} to {MOST_DAYS} days");
        return Err(
            Problem::refused("retention.invalid", "Runs cannot be kept for so long")
                .item(ProblemItem::new("/days", "retention.out_of_range", message)),
        );
    }
    let event = RetentionRequested {
        workflow_id,
        days: wish.days,
        actor: access.user,
    };
    let settled = submit(app, access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::retention(app, &access.tenant, workflow_id))
        .await?;
    let location = workflow_id.map_or_else(
        || "/api/v1/retention".to_owned(),
        |id| format!("/api/v1/workflows/{id}/retention"),
    );
    Ok(reply(prefer, StatusCode::OK, &location, found))
}
