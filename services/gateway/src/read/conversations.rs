//! Conversations and their messages.

use super::{
    Raw, filter,
    store::{branches, conversations as rows, sources},
};
use crate::{
    App,
    access::Access,
    artifacts::ArtifactOf,
    edge::{self, Id, Page, Path, Problem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use ids::{ConversationId, FactId, MessageId, RunId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
    /// The files that came along, to be read at `/api/v1/artifacts/{hash}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub attachments: Vec<ArtifactOf>,
    /// streaming, completed or failed.
    pub status: String,
    pub created_at: DateTime<Utc>,
    /// The run that wrote it.
    #[schema(value_type = Option<Id>)]
    pub run_id: Option<RunId>,
    /// Of an answer: the message that it is to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub answers: Option<MessageId>,
    /// Of a person's message: those that stand at its place, itself among them, the oldest first; left out when it stands alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Id>, required = false)]
    pub branches: Vec<MessageId>,
    /// What of the person's memory the answer can rest on; forgotten facts are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub recalled: Vec<RecalledFact>,
    /// Runs and inbox items that the assistant was shown for it and that the person may view, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub sources: Vec<Source>,
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

/// Something that happened and that an answer may rest on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Source {
    /// run or `inbox_item`.
    pub kind: String,
    #[schema(value_type = Id)]
    pub id: String,
    /// The workflow's name, or the subject.
    pub title: String,
    /// When the run began, or the item came in.
    pub at: DateTime<Utc>,
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

/// Which conversations are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConversationQuery {
    /// Only those with this text, in any case, in their title or in a message.
    q: Option<String>,
    /// Items per page, 1 to 200; 50 when left out.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The person's conversations, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "conversations", params(ConversationQuery),
    responses((status = 200, body = Page<Conversation>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_conversations(
    access: Access,
    State(app): State<App>,
    Query(query): Query<ConversationQuery>,
) -> Result<Json<Page<Conversation>>, Problem> {
    let visible = filter::visible(&app, &access, ResourceKind::Conversation).await?;
    let limit = edge::limit(query.limit);
    let after = edge::after(query.cursor.as_deref())?;
    let text = query.q.as_deref().filter(|text| !text.is_empty());
    let mut tx = app.reader.begin(&access.tenant).await?;
    let found = rows::page(&mut tx, (&visible, text), after, limit + 1).await?;
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

/// Which messages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageQuery {
    /// The branch of this message of a person, to its newest end; left out, the newest branch.
    #[param(value_type = Option<Id>)]
    at: Option<MessageId>,
    /// Items per page, 1 to 200; 50 when left out.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The newest messages of a branch, in the order in which they were said; the cursor leads to those before.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = Id, Path), MessageQuery),
    responses((status = 200, body = Page<Message>),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn list_messages(
    access: Access,
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    Query(query): Query<MessageQuery>,
) -> Result<Json<Page<Message>>, Problem> {
    let limit = edge::limit(query.limit);
    let cursor: Option<branches::End> = edge::after(query.cursor.as_deref())?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    let end = match cursor {
        Some(end) => Some(end),
        None => branches::end(&mut tx, id, query.at).await?,
    };
    let Some(end) = end else {
        let none = Page {
            items: Vec::new(),
            next_cursor: None,
        };
        return match query.at {
            Some(_) => filter::found(None, "message"),
            None => Ok(Json(none)),
        };
    };
    let mut items = rows::messages(&mut tx, id, end, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = items
        .get(wanted)
        .map(|next| edge::cursor(&branches::End::at(next)));
    items.truncate(wanted);
    items.reverse();
    branches::beside(&mut tx, id, &mut items).await?;
    source(&app, &access, &mut tx, &mut items).await?;
    Ok(Json(Page { items, next_cursor }))
}

/// Adds what the answers were shown. Who may view a conversation need not know of another's runs and mails.
async fn source(
    app: &App,
    access: &Access,
    conn: &mut sqlx::PgConnection,
    messages: &mut [Message],
) -> Result<(), Problem> {
    let answers = messages.iter().filter(|message| message.run_id.is_some());
    let answers: Vec<_> = answers.map(|message| message.id.uuid()).collect();
    let shown = sources::of_answers(conn, &answers).await?;
    let resources = shown.iter().map(|(_, resource, _)| resource.clone());
    let may = filter::may_view(app, access, resources).await?;
    for (message, resource, source) in shown {
        if may.get(&resource).copied().unwrap_or_default()
            && let Some(of) = messages.iter_mut().find(|of| of.id == message)
        {
            of.sources.push(source);
        }
    }
    Ok(())
}
