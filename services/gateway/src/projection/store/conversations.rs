//! Conversations, their messages, and what their streams send.

use super::{changed, json};
use ::store::Error;
use bus::Received;
use events::{Artifact, ConversationRenamed, ConversationStarted, RunError, Timestamp};
use ids::{ConversationId, MessageId, RunId, TenantId};
use serde_json::Value;
use sqlx::PgConnection;

/// A conversation exists.
pub(crate) async fn started(
    conn: &mut PgConnection,
    received: &Received<ConversationStarted>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    sqlx::query(
        "INSERT INTO conversations AS c (conversation_id, tenant_id, title, created_at, updated_at, zed_token)
         VALUES ($1, $2, $3, $4, $4, $5)
         ON CONFLICT (conversation_id) DO UPDATE SET title = excluded.title, created_at = excluded.created_at,
             updated_at = greatest(c.updated_at, excluded.updated_at),
             zed_token = coalesce(excluded.zed_token, c.zed_token)",
    )
    .bind(event.conversation_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.title)
    .bind(event.started_at)
    .bind(&envelope.zed_token)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a conversation"))
}

/// A conversation has another title; an older one changes nothing.
pub(crate) async fn renamed(
    conn: &mut PgConnection,
    received: &Received<ConversationRenamed>,
) -> Result<bool, Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    let result = sqlx::query(
        "INSERT INTO conversations AS c (conversation_id, tenant_id, renamed, renamed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (conversation_id) DO UPDATE SET renamed = excluded.renamed, renamed_at = excluded.renamed_at
         WHERE c.renamed_at IS NULL OR c.renamed_at <= excluded.renamed_at",
    )
    .bind(event.conversation_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.title)
    .bind(event.renamed_at)
    .execute(conn)
    .await;
    changed(result, "rename a conversation")
}

/// A message as it is now.
pub(crate) struct MessageRow<'a> {
    pub(crate) id: MessageId,
    pub(crate) conversation: ConversationId,
    /// user or assistant.
    pub(crate) role: &'static str,
    pub(crate) text: &'a str,
    /// streaming, completed or failed.
    pub(crate) status: &'static str,
    pub(crate) at: Timestamp,
    pub(crate) run: Option<RunId>,
    /// Of an answer that begins.
    pub(crate) answers: Option<MessageId>,
    pub(crate) error: Option<&'a RunError>,
}

/// Stores a message, or ends one that is streaming; false when nothing is new.
pub(crate) async fn put_message(
    conn: &mut PgConnection,
    tenant: &TenantId,
    message: &MessageRow<'_>,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "INSERT INTO messages AS m (message_id, tenant_id, conversation_id, role, text, status, created_at, run_id, error, answers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10)
         ON CONFLICT (message_id) DO UPDATE SET text = excluded.text, status = excluded.status, error = excluded.error
         WHERE m.status = 'streaming' AND excluded.status <> 'streaming'",
    )
    .bind(message.id.uuid())
    .bind(tenant.as_str())
    .bind(message.conversation.uuid())
    .bind(message.role)
    .bind(message.text)
    .bind(message.status)
    .bind(message.at)
    .bind(message.run.map(RunId::uuid))
    .bind(message.error.map(json))
    .bind(message.answers.map(MessageId::uuid))
    .execute(&mut *conn)
    .await;
    if !changed(result, "store a message")? {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO conversations AS c (conversation_id, tenant_id, updated_at, last_message)
         VALUES ($1, $2, $3, nullif(left($4, 200), ''))
         ON CONFLICT (conversation_id) DO UPDATE SET updated_at = greatest(c.updated_at, excluded.updated_at),
             last_message = CASE WHEN c.updated_at IS NULL OR c.updated_at <= excluded.updated_at
                 THEN coalesce(excluded.last_message, c.last_message) ELSE coalesce(c.last_message, excluded.last_message) END",
    )
    .bind(message.conversation.uuid())
    .bind(tenant.as_str())
    .bind(message.at)
    .bind(message.text)
    .execute(conn)
    .await
    .map(|_| true)
    .map_err(Error::query("note a conversation's last message"))
}

/// Notes which files came along with a message.
pub(crate) async fn attach(
    conn: &mut PgConnection,
    message: MessageId,
    files: &[&Artifact],
) -> Result<(), Error> {
    sqlx::query("UPDATE messages SET attachments = $2::json WHERE message_id = $1")
        .bind(message.uuid())
        .bind(json(&files))
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note the files of a message"))
}

/// Notes what an answer is to.
pub(crate) async fn answers(
    conn: &mut PgConnection,
    answer: MessageId,
    asked: MessageId,
) -> Result<(), Error> {
    sqlx::query("UPDATE messages SET answers = $2 WHERE message_id = $1 AND answers IS NULL")
        .bind(answer.uuid())
        .bind(asked.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note what an answer is to"))
}

/// Whether an answer has begun and not ended.
pub(crate) async fn is_streaming(
    conn: &mut PgConnection,
    message: MessageId,
) -> Result<Option<bool>, Error> {
    sqlx::query_scalar("SELECT status = 'streaming' FROM messages WHERE message_id = $1")
        .bind(message.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("look for an answer"))
}

/// One entry of a conversation's stream.
pub(crate) struct StreamEntry {
    /// message, started, delta, completed or failed.
    pub(crate) event: &'static str,
    pub(crate) message: MessageId,
    pub(crate) data: Value,
}

/// Appends to a conversation's stream. Holds the conversation's row until the commit, so that its numbers have no gap.
pub(crate) async fn append(
    conn: &mut PgConnection,
    tenant: &TenantId,
    conversation: ConversationId,
    entries: &[StreamEntry],
) -> Result<(), Error> {
    let events: Vec<&str> = entries.iter().map(|entry| entry.event).collect();
    let messages: Vec<_> = entries.iter().map(|entry| entry.message.uuid()).collect();
    let data: Vec<String> = entries.iter().map(|entry| entry.data.to_string()).collect();
    sqlx::query(
        "WITH stream AS (
             INSERT INTO conversations AS c (conversation_id, tenant_id, stream_seq) VALUES ($1, $2, cardinality($3))
             ON CONFLICT (conversation_id) DO UPDATE SET stream_seq = c.stream_seq + cardinality($3)
             RETURNING stream_seq - cardinality($3) AS before)
         INSERT INTO conversation_events (conversation_id, seq, tenant_id, event, message_id, data)
         SELECT $1, before + n, $2, event, message, data::json
         FROM stream, unnest($3::text[], $4::uuid[], $5::text[]) WITH ORDINALITY AS t (event, message, data, n)",
    )
    .bind(conversation.uuid())
    .bind(tenant.as_str())
    .bind(&events)
    .bind(&messages)
    .bind(&data)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("append to a conversation's stream"))
}
