//! Conversations, messages, and what a stream sends.

use super::{After, branches::End, split};
use crate::artifacts::ArtifactOf;
use crate::read::{Conversation, Message, Raw, RecalledFact};
use ::store::Error;
use events::Timestamp;
use ids::{ConversationId, FactId, MessageId, RunId};
use serde::Deserialize;
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    conversation_id: Uuid,
    title: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_message: Option<String>,
}

impl From<Row> for Conversation {
    fn from(row: Row) -> Self {
        Self {
            id: ConversationId::from_uuid(row.conversation_id),
            title: row.title,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_message: row.last_message,
        }
    }
}

/// One conversation.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: ConversationId,
) -> Result<Option<Conversation>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT conversation_id, coalesce(renamed, title) AS title, created_at, updated_at, last_message FROM conversations
         WHERE conversation_id = $1 AND title IS NOT NULL",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a conversation"))?;
    Ok(row.map(Conversation::from))
}

/// Those of `visible` behind `after`, the last changed first; with `text`, only those where it was said, or which are called so.
pub(crate) async fn page(
    conn: &mut PgConnection,
    (visible, text): (&[Uuid], Option<&str>),
    after: After,
    limit: i64,
) -> Result<Vec<Conversation>, Error> {
    let (at, id) = split(after);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT conversation_id, coalesce(renamed, title) AS title, created_at, updated_at, last_message FROM conversations c
         WHERE conversation_id = ANY($1) AND title IS NOT NULL
           AND ($2::timestamptz IS NULL OR (updated_at, conversation_id) < ($2, $3))
           AND ($5::text IS NULL OR strpos(lower(coalesce(renamed, title)), lower($5)) > 0 OR EXISTS (
               SELECT FROM messages m WHERE m.conversation_id = c.conversation_id AND strpos(lower(m.text), lower($5)) > 0))
         ORDER BY updated_at DESC, conversation_id DESC LIMIT $4",
    )
    .bind(visible)
    .bind(at)
    .bind(id)
    .bind(limit)
    .bind(text)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list conversations"))?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    message_id: Uuid,
    conversation_id: Uuid,
    role: String,
    text: String,
    attachments: Option<Json<Vec<ArtifactOf>>>,
    status: String,
    created_at: Timestamp,
    run_id: Option<Uuid>,
    answers: Option<Uuid>,
    error: Option<Json<Raw>>,
    recalled: Option<Json<Vec<RecalledRow>>>,
}

#[derive(Deserialize)]
struct RecalledRow {
    fact: String,
    text: String,
    source: String,
    state: String,
    why: String,
    score: Option<f32>,
}

impl RecalledRow {
    fn fact(self) -> Option<RecalledFact> {
        Some(RecalledFact {
            id: FactId::from_uuid(Uuid::try_parse(&self.fact).ok()?),
            text: self.text,
            source: self.source,
            state: self.state,
            why: self.why,
            score: self.score,
        })
    }
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        Self {
            id: MessageId::from_uuid(row.message_id),
            conversation_id: ConversationId::from_uuid(row.conversation_id),
            role: row.role,
            text: row.text,
            attachments: row.attachments.map_or_else(Vec::new, |Json(files)| files),
            status: row.status,
            created_at: row.created_at,
            run_id: row.run_id.map(RunId::from_uuid),
            answers: row.answers.map(MessageId::from_uuid),
            branches: Vec::new(),
            error: row.error.map(|error| error.0),
            recalled: row.recalled.map_or_else(Vec::new, |Json(rows)| {
                rows.into_iter().filter_map(RecalledRow::fact).collect()
            }),
            sources: Vec::new(),
        }
    }
}

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "SELECT m.message_id, m.conversation_id, m.role, m.status, m.created_at, m.run_id, m.answers, m.error, m.attachments,
                 (SELECT json_agg(json_build_object('fact', f.fact_id, 'text', f.text, 'source', f.source, 'state', f.state,
                     'why', r.why, 'score', r.score) ORDER BY r.position)
                     FROM recalled_facts r JOIN facts f USING (fact_id) WHERE r.message_id = m.message_id) AS recalled,
                 CASE WHEN m.status <> 'streaming' THEN m.text ELSE coalesce((
                     SELECT string_agg(d.text, '' ORDER BY d.seq) FROM answer_deltas d JOIN (
                         SELECT invocation_id, released FROM answers WHERE message_id = m.message_id
                         ORDER BY number DESC LIMIT 1) AS a USING (invocation_id)
                     WHERE d.seq <= a.released), '') END AS text
             FROM messages m ",
            $rest
        )
    };
}

/// One message.
pub(crate) async fn message(
    conn: &mut PgConnection,
    id: MessageId,
) -> Result<Option<Message>, Error> {
    let row: Option<MessageRow> = sqlx::query_as(select_message!("WHERE m.message_id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read a message"))?;
    Ok(row.map(Message::from))
}

/// Messages of a branch from its end, the newest first.
pub(crate) async fn messages(
    conn: &mut PgConnection,
    conversation: ConversationId,
    end: End,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let rows: Vec<MessageRow> = sqlx::query_as(select_message!(
        "JOIN (
             WITH RECURSIVE path AS (
                 SELECT message_id, after_id, 1 AS depth FROM message_places WHERE message_id = $2 AND conversation_id = $1
                 UNION ALL
                 SELECT p.message_id, p.after_id, path.depth + 1 FROM path JOIN message_places p ON p.message_id = path.after_id
                 WHERE path.depth < $4)
             SELECT said.message_id, path.depth FROM path CROSS JOIN LATERAL (
                 SELECT path.message_id
                 UNION ALL
                 SELECT a.message_id FROM messages a WHERE a.answers = path.message_id AND (path.depth > 1 OR $3)) said
         ) branch USING (message_id)
         WHERE m.conversation_id = $1 ORDER BY branch.depth, m.role LIMIT $4"
    ))
    .bind(conversation.uuid())
    .bind(end.message.uuid())
    .bind(end.answered)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list messages"))?;
    Ok(rows.into_iter().map(Message::from).collect())
}

/// One entry of a conversation's stream.
#[derive(sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) event: String,
    pub(crate) data: Json<Raw>,
}

/// Entries behind `after`, in order, at most `limit` of them.
pub(crate) async fn entries(
    conn: &mut PgConnection,
    conversation: ConversationId,
    after: i64,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    sqlx::query_as(
        "SELECT seq, event, data FROM conversation_events WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(conversation.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read a conversation's stream"))
}

/// Where a stream begins that resumes nowhere, and where it ends now: an answer that still streams is sent from its first
/// words. `None` when the tenant has no such conversation.
pub(crate) async fn ends(
    conn: &mut PgConnection,
    conversation: ConversationId,
) -> Result<Option<(i64, i64)>, Error> {
    sqlx::query_as(
        "SELECT coalesce((SELECT min(e.seq) - 1 FROM messages m JOIN conversation_events e USING (message_id)
             WHERE m.conversation_id = c.conversation_id AND m.status = 'streaming'
                 AND e.conversation_id = c.conversation_id AND e.event = 'delta'), c.stream_seq), c.stream_seq
         FROM conversations c WHERE c.conversation_id = $1",
    )
    .bind(conversation.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("find the ends of a conversation's stream"))
}
