//! Opening conversations and writing in them.

use super::{
    Correlation, Prefer,
    attachments::attached,
    branches::{again, placed},
    submit::{reply, submit, submit_in},
};
use crate::{
    App,
    access::{Access, Requires, Routes, Thing},
    edge::{Body, Id, Path, Problem, ProblemItem},
    projection::store::places::{self, Wanted},
    read,
};
use authz::Permission;
use axum::{extract::State, http::StatusCode, response::Response};
use bus::Cause;
use events::{
    ArtifactHash, ConversationRenameRequested, ConversationStartRequested, MessagePosted,
};
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
    /// At most 200 characters; left out, the first words of the first message.
    #[serde(default)]
    title: String,
}

/// What a conversation is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationChange {
    /// 1 to 200 characters.
    title: String,
}

/// What a person writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// 1 to 32,000 characters; with files it may be empty. Left out beside `replaces`, the same as that message.
    #[serde(default)]
    text: Option<String>,
    /// Hashes of at most ten files that were sent before, or of runs that the person may see. Their text is read along, the
    /// first 32 KiB of each. Left out beside `replaces`, those of that message.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    attachments: Option<Vec<ArtifactHash>>,
    /// The person's message that it follows; left out, the last one that there is.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    after: Option<MessageId>,
    /// The person's message beside which it begins a branch: it follows what that one follows, and both are kept. Refused
    /// while an answer is being written.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    replaces: Option<MessageId>,
}

impl NewMessage {
    fn wanted(&self) -> Result<Wanted, Problem> {
        match (self.after, self.replaces) {
            (None, None) => Ok(Wanted::Last),
            (Some(after), None) => Ok(Wanted::After(after)),
            (None, Some(other)) => Ok(Wanted::InsteadOf(other)),
            (Some(_), Some(_)) => {
                let message = "what replaces a message follows what that one follows";
                let item = ProblemItem::new("/after", "message.two_places", message);
                let problem = Problem::refused("body.invalid", "The message cannot be taken");
                Err(problem.item(item))
            }
        }
    }
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Requires::in_tenant(Permission::Create),
            routes!(create_conversation),
        )
        .add(
            Requires::on(Thing::Conversation, Permission::Edit),
            routes!(rename_conversation),
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

/// Call a conversation something else
#[utoipa::path(patch, path = "/api/v1/conversations/{id}", operation_id = "rename_conversation", tag = "conversations",
    request_body = ConversationChange, params(("id" = Id, Path), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = read::Conversation), (status = 202, description = "accepted; see Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn rename_conversation(
    access: Access,
    State(app): State<App>,
    Path(conversation_id): Path<ConversationId>,
    Correlation(correlation): Correlation,
    prefer: Prefer,
    Body(wanted): Body<ConversationChange>,
) -> Result<Response, Problem> {
    let event = ConversationRenameRequested {
        conversation_id,
        title: bounded("/title", wanted.title.trim(), 1, MAX_TITLE)?,
        actor: access.user,
    };
    let settled = submit(&app, &access, correlation, prefer, &event).await?;
    let found = settled
        .resource(read::conversation(&app, &access.tenant, conversation_id))
        .await?;
    let location = format!("/api/v1/conversations/{conversation_id}");
    Ok(reply(prefer, StatusCode::OK, &location, found))
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
    let message_id = MessageId::from_u128(correlation.as_u128());
    let wanted = message.wanted()?;
    let same = message.replaces.filter(|_| message.text.is_none());
    let text = message.text.as_deref().unwrap_or_default();
    let written = match same {
        Some(_) => String::new(),
        None => {
            let with_files = message
                .attachments
                .as_ref()
                .is_some_and(|all| !all.is_empty());
            bounded("/text", text, usize::from(!with_files), MAX_TEXT)?
        }
    };
    let files = match (&message.attachments, message.replaces) {
        (Some(hashes), _) => hashes.clone(),
        (None, Some(other)) => {
            let mut reading = app.reader.begin(&access.tenant).await?;
            places::attachments(&mut reading, other).await?
        }
        (None, None) => Vec::new(),
    };
    let attachments = attached(&app, &access, &files).await?;
    let cause = Cause::root(access.tenant.clone());
    let mut tx = app.database.begin(cause).await?;
    let which = (conversation_id, message_id);
    let place = placed(&mut tx, &access, which, wanted).await?;
    let text = match same {
        Some(same) => again(&mut tx, same).await?,
        None => written,
    };
    let event = MessagePosted {
        conversation_id,
        message_id,
        text,
        attachments,
        place: Some(place),
        deliverable: None,
        actor: access.user,
        posted_at: chrono::Utc::now(),
    };
    let settled = submit_in(&app, &access, tx, (correlation, prefer), &event).await?;
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
