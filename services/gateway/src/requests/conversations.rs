//! Opening conversations and writing in them.

use super::{
    Correlation, Prefer,
    submit::{reply, submit},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use events::{ConversationStartRequested, MessagePosted};
use ids::{ConversationId, MessageId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

const MAX_TITLE: usize = 200;
const MAX_TEXT: usize = 32_000;

/// A conversation that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    #[serde(default)]
    title: String,
}

/// What a person writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// 1 to 32,000 characters.
    text: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::in_tenant(Permission::Create),
            routes!(create_conversation),
        )
        .add(
            Requires::on(Thing::Conversation, Permission::Edit),
            routes!(post_message),
        )
}

/// Open a conversation
#[utoipa::path(post, path = "/api/v1/conversations", operation_id = "create_conversation", tag = "conversations",
    request_body = NewConversation,
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Conversation), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_conversation(
    access: Access,
    State(app): State<App>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wanted): Body<NewConversation>,
) -> Result<Response, Problem> {
    let title = bounded("/title", wanted.title.trim(), 0, MAX_TITLE)?;
    let conversation_id = ConversationId::from_u128(correlation.as_u128());
    let event = ConversationStartRequested {
        conversation_id,
        title,
        before: Vec::new(),
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::conversation(&app, &access.tenant, conversation_id))
        .await?;
    let location = format!("/api/v1/conversations/{conversation_id}");
    Ok(reply(prefer, StatusCode::CREATED, &location, found))
}

/// Write a message; the answer comes by `GET /conversations/{id}/stream`
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", operation_id = "post_message", tag = "conversations",
    request_body = NewMessage,
    params(("id" = Id, Path), ("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 201, body = read::Message), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn post_message(
    access: Access,
    State(app): State<App>,
    Path(conversation_id): Path<ConversationId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(message): Body<NewMessage>,
) -> Result<Response, Problem> {
    let text = bounded("/text", &message.text, 1, MAX_TEXT)?;
    let message_id = MessageId::from_u128(correlation.as_u128());
    let event = MessagePosted {
        conversation_id,
        message_id,
        text,
        deliverable: None,
        actor: access.user,
        posted_at: chrono::Utc::now(),
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::message(&app, &access.tenant, message_id))
        .await?;
    let location = format!("/api/v1/conversations/{conversation_id}/messages");
    Ok(reply(prefer, StatusCode::CREATED, &location, found))
}

pub(crate) fn bounded(
    pointer: &str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<String, Problem> {
    let blank = min > 0 && text.trim().is_empty();
    if blank || !(min..=max).contains(&text.chars().count()) {
        let message = format!("it must have {min} to {max} characters");
        return Err(Problem::refused("body.invalid", "The text cannot be taken")
            .item(ProblemItem::new(pointer, "text.length", message)));
    }
    Ok(text.to_owned())
}
