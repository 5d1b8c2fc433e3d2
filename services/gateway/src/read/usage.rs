//! Tokens and cost of a workflow over a period.

use super::store::usage as rows;
use crate::{
    App,
    access::Access,
    edge::{Id, Path, Problem, Query},
};
use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use ids::{RunId, TenantId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What model calls used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Usage {
    pub model_calls: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Hundredths of a US dollar.
    pub cost_cents: f64,
}

/// What a run used so far.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn usage(
    app: &App,
    tenant: &TenantId,
    run: Option<RunId>,
) -> Result<Usage, store::Error> {
    let Some(run) = run else {
        return Ok(Usage::default());
    };
    let mut tx = app.reader.begin(tenant).await?;
    rows::of_run(&mut tx, run).await
}

/// What a workflow's runs used in a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowUsage {
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    #[serde(flatten)]
    pub usage: Usage,
}

/// Which period is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// 30 days before its end when left out.
    pub since: Option<DateTime<Utc>>,
    /// Now when left out.
    pub until: Option<DateTime<Utc>>,
}

/// Model calls, tokens and cost of a workflow's runs in a period.
#[utoipa::path(
    get, path = "/api/v1/workflows/{id}/usage", operation_id = "get_workflow_usage", tag = "workflows",
    params(("id" = Id, Path), Period),
    responses((status = 200, body = WorkflowUsage),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_workflow_usage(
    access: Access,
    State(app): State<App>,
    Path(id): Path<WorkflowId>,
    Query(period): Query<Period>,
) -> Result<Json<WorkflowUsage>, Problem> {
    let until = period.until.unwrap_or_else(Utc::now);
    let month_before = until.checked_sub_signed(TimeDelta::days(30));
    let since = period.since.or(month_before).unwrap_or(until);
    let mut tx = app.reader.begin(&access.tenant).await?;
    let usage = rows::of_workflow(&mut tx, id, since, until).await?;
    Ok(Json(WorkflowUsage {
        since,
        until,
        usage,
    }))
}
