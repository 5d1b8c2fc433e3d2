//! Versions rehearsed on past runs.

use super::{Raw, filter, store::backtests as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Path, Problem},
};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{BacktestId, TenantId, WorkflowId};
use serde::Serialize;
use utoipa::ToSchema;

/// What a version would have done with what reached the workflow. No run was made for it, and nothing was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Backtest {
    #[schema(value_type = Id)]
    pub id: BacktestId,
    #[schema(value_type = Id)]
    pub workflow_id: WorkflowId,
    /// The number of the version that was rehearsed.
    pub version: i32,
    /// running or completed.
    pub status: String,
    #[schema(required)]
    pub completed_at: Option<DateTime<Utc>>,
    /// Per past run, the newest first: `{run_id, verdict, before?, effects, more_effects, differs}`.
    #[schema(value_type = Option<Vec<Object>>, required)]
    pub cases: Option<Raw>,
}

/// A backtest, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn backtest(
    app: &App,
    tenant: &TenantId,
    id: BacktestId,
) -> Result<Option<Backtest>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// A backtest and its cases.
#[utoipa::path(
    get, path = "/api/v1/backtests/{id}", operation_id = "get_backtest", tag = "workflows", params(("id" = Id, Path)),
    responses((status = 200, body = Backtest),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_backtest(
    access: Access,
    State(app): State<App>,
    Path(id): Path<BacktestId>,
) -> Result<Json<Backtest>, Problem> {
    let found = backtest(&app, &access.tenant, id).await?;
    filter::found(found, "backtest").map(Json)
}
