//! Runs.

use super::{
    Found, Raw, Usage, filter, search,
    store::{runs as rows, usage},
};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{EventId, NodeId, RunId, TenantId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One execution of a workflow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Run {
    #[schema(value_type = Id)]
    pub id: RunId,
    #[schema(value_type = Id)]
    pub workflow_id: WorkflowId,
    pub workflow_name: String,
    /// The number of the version that runs.
    pub version: i32,
    /// running, completed, failed or cancelled.
    pub status: String,
    pub trigger: RunTrigger,
    /// The run that waits for this one.
    #[schema(value_type = Option<Id>, required)]
    pub parent_run_id: Option<RunId>,
    pub started_at: DateTime<Utc>,
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Raw>,
    /// Whether its effects are only listed: a dry run sends nothing.
    #[serde(default)]
    #[schema(required = false)]
    pub dry: bool,
    /// The run whose results it took over, or that it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub forked_from: Option<RunId>,
    /// The first node that ran again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub forked_at: Option<NodeId>,
    /// The only node that ran: the run tests it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub tested: Option<NodeId>,
    /// What its model calls used; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Where it says what was searched for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub found: Vec<Found>,
}

/// What started a run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct RunTrigger {
    /// manual, webhook, schedule, `integration_event` or workflow.
    pub kind: String,
    #[schema(value_type = Id)]
    pub event_id: EventId,
}

/// Which runs are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunQuery {
    /// Only those of this workflow.
    #[param(value_type = Option<Id>)]
    pub workflow_id: Option<WorkflowId>,
    /// Only running, completed, failed or cancelled ones.
    #[param(inline)]
    pub status: Option<RunStatus>,
    /// Only those that this run waits for, or waited for, whatever their status.
    #[param(value_type = Option<Id>)]
    pub parent_run_id: Option<RunId>,
    /// Only those that were asked for at this moment or later.
    pub since: Option<DateTime<Utc>>,
    /// Only those that were asked for before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Only those with this text, in any case, in what came in, went on or went out. What is found so far is answered
    /// within about a second, with how far back was searched; `next_cursor` goes on from there.
    pub q: Option<String>,
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Runs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunPage {
    pub items: Vec<Run>,
    /// For `?cursor=`; `null` on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Of a search: runs that began before this moment have not been looked at yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub searched_until: Option<DateTime<Utc>>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunStatus {
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl RunStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A run, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn run(
    app: &App,
    tenant: &TenantId,
    id: RunId,
) -> Result<Option<Run>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// The runs of the workflows that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/runs", operation_id = "list_runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = RunPage),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_runs(
    access: Access,
    State(app): State<App>,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunPage>, Problem> {
    let mut visible = filter::visible(&app, &access, ResourceKind::Workflow).await?;
    if let Some(only) = query.workflow_id {
        visible.retain(|id| *id == only.uuid());
    }
    let limit = edge::limit(query.limit);
    let after = edge::after(query.cursor.as_deref())?;
    let span = rows::Span::between(query.since, query.until).before(after);
    let status = query.status.map(RunStatus::as_str);
    let mut tx = app.reader.begin(&access.tenant).await?;
    if let Some(text) = query.q.as_deref().filter(|text| !text.is_empty()) {
        let wanted = search::Wanted {
            text,
            workflows: &visible,
            status,
            span,
            limit,
        };
        return search::runs(&app, &access, &mut tx, &wanted)
            .await
            .map(Json);
    }
    let found = match query.parent_run_id {
        Some(parent) => rows::children(&mut tx, &visible, parent, span, limit + 1).await?,
        None => rows::page(&mut tx, &visible, status, span, limit + 1).await?,
    };
    let key = |row: &Run| row.id.uuid();
    let resource = |row: &Run| row.workflow_id.into();
    let page = filter::page(&app, &access, found, limit, key, resource).await?;
    Ok(Json(RunPage {
        items: page.items,
        next_cursor: page.next_cursor,
        searched_until: None,
    }))
}

/// A run.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}", operation_id = "get_run", tag = "runs", params(("id" = Id, Path)),
    responses((status = 200, body = Run),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_run(
    access: Access,
    State(app): State<App>,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let mut run = filter::found(rows::one(&mut tx, id).await?, "run")?;
    run.usage = Some(usage::of_run(&mut tx, id).await?);
    Ok(Json(run))
}
