//! What people think of models' answers.

use super::{Raw, filter, store::feedback as rows};
use crate::{
    App,
    access::Access,
    edge::{Id, Page, PageQuery, Path, Problem, Query},
};
use authz::{Resource, ResourceKind};
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{
    ConversationId, FeedbackId, InvocationId, PromptId, QuestionId, RunId, TenantId, WorkflowId,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What a person thinks of an answer, or of a part of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Feedback {
    #[schema(value_type = Id)]
    pub id: FeedbackId,
    #[schema(value_type = Id)]
    pub invocation_id: InvocationId,
    #[schema(value_type = Option<Id>, required)]
    pub run_id: Option<RunId>,
    #[schema(value_type = Id)]
    pub prompt_id: PromptId,
    /// Of the prompt that led to the answer.
    pub version: i32,
    /// right or wrong.
    pub verdict: String,
    /// JSON Pointer of the part; empty for the whole answer.
    pub path: String,
    /// What should be there.
    #[schema(value_type = Option<Object>, required)]
    pub expected: Option<Raw>,
    /// What is there.
    #[schema(value_type = Object)]
    pub answered: Raw,
    pub comment: String,
    /// The question whose refusal it is.
    #[schema(value_type = Option<Id>, required)]
    pub question_id: Option<QuestionId>,
    pub given_at: DateTime<Utc>,
    #[serde(skip)]
    pub(crate) workflow_id: Option<WorkflowId>,
    #[serde(skip)]
    pub(crate) conversation_id: Option<ConversationId>,
}

impl Feedback {
    /// What must be viewable for it to be.
    fn resource(&self) -> Resource {
        match (self.workflow_id, self.conversation_id) {
            (Some(workflow), _) => workflow.into(),
            (None, Some(conversation)) => conversation.into(),
            // The table's constraint forbids it; nobody may view nobody's.
            (None, None) => WorkflowId::from_u128(0).into(),
        }
    }
}

/// Feedback, if it is kept.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn feedback(
    app: &App,
    tenant: &TenantId,
    id: FeedbackId,
) -> Result<Option<Feedback>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// The answers of a prompt that people found wrong, the newest first: what its next version is tried on.
///
/// Those of workflows and conversations that the person may view.
#[utoipa::path(
    get, path = "/api/v1/prompts/{id}/cases", operation_id = "list_prompt_cases", tag = "prompts",
    params(("id" = Id, Path), PageQuery),
    responses((status = 200, body = Page<Feedback>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_prompt_cases(
    access: Access,
    State(app): State<App>,
    Path(id): Path<PromptId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Feedback>>, Problem> {
    let wanted = rows::Wanted {
        prompt: id,
        workflows: filter::visible(&app, &access, ResourceKind::Workflow).await?,
        conversations: filter::visible(&app, &access, ResourceKind::Conversation).await?,
        before: query.after()?,
        limit: query.limit() + 1,
    };
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::cases(&mut tx, &wanted).await?;
    let key = |row: &Feedback| row.id.uuid();
    filter::page(
        &app,
        &access,
        found,
        wanted.limit - 1,
        key,
        Feedback::resource,
    )
    .await
    .map(Json)
}

/// What people think of a model's answer, the newest first.
#[utoipa::path(
    get, path = "/api/v1/invocations/{id}/feedback", operation_id = "list_feedback", tag = "invocations",
    params(("id" = Id, Path)),
    responses((status = 200, body = Page<Feedback>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_feedback(
    access: Access,
    State(app): State<App>,
    Path(id): Path<InvocationId>,
) -> Result<Json<Page<Feedback>>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let items = rows::of(&mut tx, id).await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}
