//! Rehearsing a version on past runs.

use super::{
    Correlation, Prefer, store,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem},
    read::{self, Backtest, store::backtests as rows},
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use bus::Cause;
use chrono::{DateTime, Utc};
use events::BacktestRequested;
use ids::{BacktestId, WorkflowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// Which version, on which runs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BacktestRequest {
    /// The version to rehearse; the newest draft when left out.
    version: Option<u32>,
    /// Only runs that began at this moment or later.
    since: Option<DateTime<Utc>>,
    /// Only runs that began before this moment.
    until: Option<DateTime<Utc>>,
    /// How many of the newest of them, 1 to 100; 20 when left out.
    last: Option<u32>,
}

const DEFAULT_CASES: u32 = 20;
const MOST_CASES: u32 = 100;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(
        Requires::on(Thing::Workflow, Permission::Run),
        routes!(backtest_workflow),
    )
}

/// Rehearse a version on past runs
#[utoipa::path(post, path = "/api/v1/workflows/{id}/backtest", operation_id = "backtest_workflow", tag = "workflows",
    request_body = BacktestRequest,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = Backtest), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn backtest_workflow(
    access: Access,
    State(app): State<App>,
    Path(workflow_id): Path<WorkflowId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(body): Body<BacktestRequest>,
) -> Result<Response, Problem> {
    let runnable = read::runnable(&app, &access.tenant, workflow_id, body.version)
        .await?
        .ok_or_else(|| Problem::not_found("version.not_found", "There is no such version"))?;
    let last = body.last.unwrap_or(DEFAULT_CASES).clamp(1, MOST_CASES);
    let mut tx = app.reader.begin(&access.tenant).await?;
    let (since, until) = (body.since, body.until);
    let runs = rows::past_runs(&mut tx, workflow_id, since, until, i64::from(last)).await?;
    drop(tx);
    let backtest_id = BacktestId::from_u128(correlation.as_u128());
    let event = BacktestRequested {
        backtest_id,
        workflow_id,
        version_id: runnable.version_id,
        runs,
        actor: access.user,
        requested_at: Utc::now(),
    };
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    store::begin_backtest(tx.conn(), &access.tenant, &event).await?;
    tx.commit().await?;
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::backtest(&app, &access.tenant, backtest_id))
        .await?;
    let location = format!("/api/v1/backtests/{backtest_id}");
    Ok(reply(prefer, StatusCode::OK, &location, found))
}
