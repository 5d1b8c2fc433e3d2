//! Model calls.

use super::{
    Raw, filter,
    store::{invocations as rows, runs},
};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Page, Path, Problem, Query},
};
use authz::{Resource, ResourceKind};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use events::LlmOrigin;
use ids::{ConversationId, InvocationId, RunId, TenantId, WorkflowId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// One call of a language model.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Invocation {
    #[schema(value_type = Id)]
    pub id: InvocationId,
    #[schema(value_type = Option<Id>, required)]
    pub run_id: Option<RunId>,
    /// The node that called it; named when one run's calls, or a single one, are asked for.
    pub node: Option<String>,
    #[schema(value_type = Option<Id>)]
    pub conversation_id: Option<ConversationId>,
    /// Empty when no model is configured.
    pub model: String,
    pub prompt: Option<String>,
    pub prompt_version: Option<i32>,
    /// completed or failed.
    pub status: String,
    #[schema(required)]
    pub input_tokens: Option<i64>,
    #[schema(required)]
    pub output_tokens: Option<i64>,
    /// Hundredths of a US dollar.
    #[schema(required)]
    pub cost_cents: Option<f64>,
    #[schema(required)]
    pub latency_ms: Option<i64>,
    /// Whether the first answer had to be repaired by a second call.
    pub repaired: bool,
    /// The models that this one answered for, in the order of choice, and why each did not.
    pub fell_back_from: Vec<PassedModel>,
    pub started_at: DateTime<Utc>,
    /// Why it failed, in a sentence.
    pub error: Option<String>,
    /// Left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub response: Option<Raw>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) workflow_id: Option<WorkflowId>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) effect_key: Option<String>,
}

/// A model that another one answered for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct PassedModel {
    pub model: String,
    /// The error when it was asked; `llm.resting`, `llm.need_unmet`, `llm.question_too_long` or `llm.model_unknown` when it was not.
    pub code: String,
}

/// Which calls are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvocationQuery {
    /// Only those of this run.
    #[param(value_type = Option<Id>)]
    pub run_id: Option<RunId>,
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Invocation {
    /// What must be viewable for the call to be.
    fn resource(&self) -> Resource {
        match (self.workflow_id, self.conversation_id) {
            (Some(workflow), _) => workflow.into(),
            (None, Some(conversation)) => conversation.into(),
            // The table's constraint forbids it; nobody may view nobody's.
            (None, None) => WorkflowId::from_u128(0).into(),
        }
    }
}

/// Who asked for a model call, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn origin(
    app: &App,
    tenant: &TenantId,
    id: InvocationId,
) -> Result<Option<LlmOrigin>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let found = rows::one(&mut tx, id).await?;
    Ok(found.and_then(|call| match call {
        Invocation {
            run_id: Some(run_id),
            workflow_id: Some(workflow_id),
            effect_key: Some(effect_key),
            ..
        } => Some(LlmOrigin::Run {
            run_id,
            workflow_id,
            effect_key,
        }),
        call => call
            .conversation_id
            .map(|conversation_id| LlmOrigin::Conversation { conversation_id }),
    }))
}

/// The model calls of the workflows and conversations that the person may view, the newest first.
#[utoipa::path(
    get, path = "/api/v1/invocations", operation_id = "list_invocations", tag = "invocations", params(InvocationQuery),
    responses((status = 200, body = Page<Invocation>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_invocations(
    access: Access,
    State(app): State<App>,
    Query(query): Query<InvocationQuery>,
) -> Result<Json<Page<Invocation>>, Problem> {
    let wanted = rows::Wanted {
        workflows: filter::visible(&app, &access, ResourceKind::Workflow).await?,
        conversations: filter::visible(&app, &access, ResourceKind::Conversation).await?,
        run: query.run_id,
        before: edge::after(query.cursor.as_deref())?,
        limit: edge::limit(query.limit) + 1,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &wanted).await?;
    let key = |row: &Invocation| row.id.uuid();
    let limit = wanted.limit - 1;
    let mut page = filter::page(&app, &access, found, limit, key, Invocation::resource).await?;
    if let Some(run) = query.run_id {
        name_nodes(&mut tx, run, &mut page.items).await?;
    }
    Ok(Json(page))
}

/// A model call with its answer.
#[utoipa::path(
    get, path = "/api/v1/invocations/{id}", operation_id = "get_invocation", tag = "invocations",
    params(("id" = Id, Path)),
    responses((status = 200, body = Invocation),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_invocation(
    access: Access,
    State(app): State<App>,
    Path(id): Path<InvocationId>,
) -> Result<Json<Invocation>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::one(&mut tx, id).await?;
    let mut found = [filter::found(found, "invocation")?];
    let [Invocation { run_id, .. }] = &found;
    if let Some(run) = *run_id {
        name_nodes(&mut tx, run, &mut found).await?;
    }
    let [invocation] = found;
    Ok(Json(invocation))
}

/// Finds the nodes behind effect keys in the run's log.
async fn name_nodes(
    conn: &mut PgConnection,
    run: RunId,
    invocations: &mut [Invocation],
) -> Result<(), store::Error> {
    #[derive(Deserialize)]
    struct Named {
        node: Option<String>,
        effect_key: Option<String>,
    }
    let mut nodes: BTreeMap<String, String> = BTreeMap::new();
    let mut after = 0;
    loop {
        let frames = runs::frames(conn, run, after, 64).await?;
        let Some(last) = frames.last() else { break };
        after = last.last_seq;
        let named = frames
            .iter()
            .filter_map(|frame| serde_json::from_str::<Vec<Named>>(&frame.events).ok())
            .flatten();
        nodes.extend(named.filter_map(|named| Some((named.effect_key?, named.node?))));
    }
    for invocation in invocations {
        let key = invocation.effect_key.as_ref();
        invocation.node = key.and_then(|key| nodes.get(key).cloned());
    }
    Ok(())
}
