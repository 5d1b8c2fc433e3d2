//! Conversations and their messages.

use super::{Raw, filter, store::conversations as rows};
use crate::{
    App,
    access::Access,
    edge::{self, Id, Page, PageQuery, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{ConversationId, FactId, MessageId, RunId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A conversation with the assistant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Conversation {
    #[schema(value_type = Id)]
    pub id: ConversationId,
    pub title: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The beginning of the newest message.
    pub last_message: Option<String>,
}

/// What somebody said.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Message {
    #[schema(value_type = Id)]
    pub id: MessageId,
    #[schema(value_type = Id)]
    pub conversation_id: ConversationId,
    /// user or assistant.
    pub role: String,
    /// Of an answer that is streaming: what has come so far.
    pub text: String,
    /// streaming, completed or failed.
    pub status: String,
    pub created_at: DateTime<Utc>,
    /// The run that wrote it.
    #[schema(value_type = Option<Id>)]
    pub run_id: Option<RunId>,
    /// What of the person's memory the answer can rest on; forgotten facts are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub recalled: Vec<RecalledFact>,
    /// Why there is no answer.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Raw>,
}

/// A fact in the context of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct RecalledFact {
    #[schema(value_type = Id)]
    pub id: FactId,
    pub text: String,
    /// explicit or inferred.
    pub source: String,
    /// proposed, held or superseded, by now.
    pub state: String,
    /// pinned, explicit or related (to what was asked).
    pub why: String,
    /// How close it is to what was asked, -1 to 1; null where nothing measured that.
    pub score: Option<f32>,
}

/// A conversation, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn conversation(
    app: &App,
    tenant: &TenantId,
    id: ConversationId,
) -> Result<Option<Conversation>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::one(&mut tx, id).await
}

/// A message, if the tenant has it.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn message(
    app: &App,
    tenant: &TenantId,
    id: MessageId,
) -> Result<Option<Message>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    rows::message(&mut tx, id).await
}

/// The person's conversations, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "conversations", params(PageQuery),
    responses((status = 200, body = Page<Conversation>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_conversations(
    access: Access,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Conversation>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Conversation).await?;
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, &visible, query.after()?, limit + 1).await?;
    let key = |row: &Conversation| (row.updated_at, row.id.uuid());
    let resource = |row: &Conversation| row.id.into();
    filter::page(&app, &access, found, limit, key, resource)
        .await
        .map(Json)
}

/// A conversation.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", operation_id = "get_conversation", tag = "conversations",
    params(("id" = Id, Path)),
    responses((status = 200, body = Conversation),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn get_conversation(
    access: Access,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Conversation>, Problem> {
    let found = conversation(&app, &access.tenant, id).await?;
    filter::found(found, "conversation").map(Json)
}

/// The newest messages, in the order in which they were said; the cursor leads to those before.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = Id, Path), PageQuery),
    responses((status = 200, body = Page<Message>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_messages(
    access: Access,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Message>>, Problem> {
    let limit = query.limit();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let mut items = rows::messages(&mut tx, id, query.after()?, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| edge::cursor(&(last.created_at, last.id.uuid())));
    items.reverse();
    Ok(Json(Page { items, next_cursor }))
}
