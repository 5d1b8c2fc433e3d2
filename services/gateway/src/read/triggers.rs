//! Triggers of published versions.

use super::{filter, store::triggers as rows};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Page, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{TenantId, TriggerId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A trigger of a published version.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Trigger {
    #[schema(value_type = Id)]
    pub id: TriggerId,
    #[schema(value_type = Id)]
    pub workflow_id: WorkflowId,
    pub workflow_name: String,
    pub node_id: String,
    /// manual, webhook, schedule, `integration_event`, workflow or error.
    pub kind: String,
    pub enabled: bool,
    /// Where its webhook is called.
    pub webhook_url: Option<String>,
    /// How callers of its webhook prove who they are: none, `standard_webhooks` or `hmac_sha256`.
    pub auth: Option<String>,
    /// Whether it has the secret that callers sign with; without it no signed call is believed.
    pub secret_set: bool,
    /// The next due times of a schedule, at most five.
    pub next_fires: Vec<DateTime<Utc>>,
    pub cron: Option<String>,
    pub timezone: Option<String>,
    /// The event it waits for, such as `integration.email.received`.
    pub event_type: Option<String>,
    /// Why it last did not start a run.
    pub last_reason: Option<TriggerReason>,
}

/// Why a trigger did not start a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TriggerReason {
    /// As `workflow.trigger_declined` writes it, such as filtered, disabled or debounced; or missed.
    pub code: String,
    pub message: String,
    /// How many times at once, for missed due times.
    pub count: i64,
    pub at: DateTime<Utc>,
}

/// Which triggers are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TriggerQuery {
    /// Only those of this workflow.
    #[param(value_type = Option<Id>)]
    pub workflow_id: Option<WorkflowId>,
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The addresses of webhooks, which are stored as paths.
pub(super) fn with_urls(app: &App, mut triggers: Vec<Trigger>) -> Vec<Trigger> {
    for trigger in &mut triggers {
        if let Some(path) = &mut trigger.webhook_url {
            let base = app.settings.public_url.as_str().trim_end_matches('/');
            *path = format!("{base}/hooks/{}", path.trim_start_matches('/'));
        }
    }
    triggers
}

/// A trigger, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn trigger(
    app: &App,
    tenant: &TenantId,
    id: TriggerId,
) -> Result<Option<Trigger>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let found = rows::one(&mut tx, id).await?;
    Ok(with_urls(app, found.into_iter().collect()).pop())
}

/// The triggers of the workflows that the person may view.
#[utoipa::path(
    get, path = "/api/v1/triggers", operation_id = "list_triggers", tag = "triggers", params(TriggerQuery),
    responses((status = 200, body = Page<Trigger>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_triggers(
    access: Access,
    State(app): State<App>,
    Query(query): Query<TriggerQuery>,
) -> Result<Json<Page<Trigger>>, Problem> {
    let mut visible = filter::visible(&app, &access, ResourceKind::Workflow).await?;
    if let Some(only) = query.workflow_id {
        visible.retain(|id| *id == only.uuid());
    }
    let limit = edge::limit(query.limit);
    let after = edge::after(query.cursor.as_deref())?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, after, limit + 1).await?;
    let key = |row: &Trigger| row.id.uuid();
    let resource = |row: &Trigger| row.workflow_id.into();
    let found = with_urls(&app, found);
    filter::page(&app, &access, found, limit, key, resource)
        .await
        .map(Json)
}
