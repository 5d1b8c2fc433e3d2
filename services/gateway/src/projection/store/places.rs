//! Where messages stand in conversations.

use ::store::Error;
use events::{Artifact, ArtifactHash, Place};
use ids::{ConversationId, MessageId, TenantId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

/// Where a person wants a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Behind the last message that there is.
    Last,
    /// Behind this one.
    After(MessageId),
    /// In a branch beside this one.
    InsteadOf(MessageId),
}

/// Gives a message its place, once and for all; `None` when the conversation has no such message as is wanted. Nobody else
/// takes a place in the conversation until the transaction ends.
pub(crate) async fn take(
    conn: &mut PgConnection,
    tenant: &TenantId,
    (conversation, message): (ConversationId, MessageId),
    wanted: Wanted,
) -> Result<Option<Place>, Error> {
    hold(conn, conversation).await?;
    if let Some(after) = after_of(conn, conversation, message).await? {
        return Ok(Some(Place { after }));
    }
    let after = match wanted {
        Wanted::Last => last(conn, conversation).await?,
        Wanted::After(other) => match after_of(conn, conversation, other).await? {
            Some(_) => Some(other),
            None => return Ok(None),
        },
        Wanted::InsteadOf(other) => match after_of(conn, conversation, other).await? {
            Some(after) => after,
            None => return Ok(None),
        },
    };
    let place = Place { after };
    put(conn, tenant, (conversation, message), place).await?;
    Ok(Some(place))
}

/// Notes the place of a message as its own event tells it.
pub(crate) async fn put(
    conn: &mut PgConnection,
    tenant: &TenantId,
    (conversation, message): (ConversationId, MessageId),
    place: Place,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO message_places (message_id, tenant_id, conversation_id, after_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (message_id) DO UPDATE SET after_id = excluded.after_id",
    )
    .bind(message.uuid())
    .bind(tenant.as_str())
    .bind(conversation.uuid())
    .bind(place.after.map(MessageId::uuid))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note the place of a message"))
}

/// Whether an answer is being written in a conversation.
pub(crate) async fn is_answering(
    conn: &mut PgConnection,
    conversation: ConversationId,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM messages WHERE conversation_id = $1 AND status = 'streaming')",
    )
    .bind(conversation.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for an answer that is being written"))
}

/// What a message of a person says; `None` before its own event has come.
pub(crate) async fn text(
    conn: &mut PgConnection,
    message: MessageId,
) -> Result<Option<String>, Error> {
    sqlx::query_scalar("SELECT text FROM messages WHERE message_id = $1 AND role = 'user'")
        .bind(message.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read what a message says"))
}

/// The files of a message.
pub(crate) async fn attachments(
    conn: &mut PgConnection,
    message: MessageId,
) -> Result<Vec<ArtifactHash>, Error> {
    let files: Option<Option<Json<Vec<Artifact>>>> =
        sqlx::query_scalar("SELECT attachments FROM messages WHERE message_id = $1")
            .bind(message.uuid())
            .fetch_optional(conn)
            .await
            .map_err(Error::query("read the files of a message"))?;
    let files = files.flatten().map_or_else(Vec::new, |files| files.0);
    Ok(files.into_iter().map(|file| file.hash).collect())
}

async fn hold(conn: &mut PgConnection, conversation: ConversationId) -> Result<(), Error> {
    sqlx::query("SELECT FROM conversations WHERE conversation_id = $1 FOR UPDATE")
        .bind(conversation.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("hold a conversation"))
}

/// What a message of the conversation follows; `None` when there is no such message.
async fn after_of(
    conn: &mut PgConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Option<MessageId>>, Error> {
    let after: Option<Option<Uuid>> = sqlx::query_scalar(
        "SELECT after_id FROM message_places WHERE message_id = $1 AND conversation_id = $2",
    )
    .bind(message.uuid())
    .bind(conversation.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for the place of a message"))?;
    Ok(after.map(|after| after.map(MessageId::from_uuid)))
}

async fn last(
    conn: &mut PgConnection,
    conversation: ConversationId,
) -> Result<Option<MessageId>, Error> {
    let last: Option<Uuid> = sqlx::query_scalar(
        "SELECT message_id FROM message_places WHERE conversation_id = $1 ORDER BY number DESC LIMIT 1",
    )
    .bind(conversation.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for the last message"))?;
    Ok(last.map(MessageId::from_uuid))
}
