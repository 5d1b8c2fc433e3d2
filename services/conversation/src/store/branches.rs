//! Branches of a conversation: the turns that lead to one of its messages.

use super::turns::{RECENT, Row};
use crate::Turn;
use ::store::Error;
use ids::{ConversationId, MessageId, RunId};
use sqlx::{PgConnection, types::Uuid};

/// The turns that lead to a message, with its own, in their order: what was said in its branch.
pub(crate) async fn path(conn: &mut PgConnection, message: MessageId) -> Result<Vec<Turn>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "WITH RECURSIVE path AS (
             SELECT t.*, 1 AS depth FROM turns t WHERE t.message_id = $1
             UNION ALL
             SELECT t.*, p.depth + 1 FROM path p JOIN turns t ON t.message_id = p.after_id WHERE p.depth < $2)
         SELECT p.message_id, asked.text, p.state, p.answer_id, p.run_id, answer.text AS answer,
             (SELECT json_agg(f.file ORDER BY f.position) FROM message_files f WHERE f.message_id = p.message_id) AS files
         FROM path p JOIN messages asked ON asked.message_id = p.message_id
         LEFT JOIN messages answer ON answer.message_id = p.answer_id
         ORDER BY p.depth DESC",
    )
    .bind(message.uuid())
    .bind(RECENT)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the turns of a branch"))?;
    rows.into_iter().map(Row::turn).collect()
}

/// The last message of a person in a conversation.
pub(crate) async fn last(
    conn: &mut PgConnection,
    conversation: ConversationId,
) -> Result<Option<MessageId>, Error> {
    let last: Option<Uuid> = sqlx::query_scalar(
        "SELECT message_id FROM turns WHERE conversation_id = $1 ORDER BY position DESC LIMIT 1",
    )
    .bind(conversation.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for the last turn"))?;
    Ok(last.map(MessageId::from_uuid))
}

/// Whether this is a message of a person in this conversation.
pub(crate) async fn has(
    conn: &mut PgConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM turns WHERE message_id = $1 AND conversation_id = $2)",
    )
    .bind(message.uuid())
    .bind(conversation.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for a turn"))
}

/// What the person said in the branch of a conversation that a run answers in, up to the message it answers.
pub(crate) async fn said_before(conn: &mut PgConnection, run: RunId) -> Result<Vec<String>, Error> {
    sqlx::query_scalar(
        "WITH RECURSIVE path AS (
             SELECT t.message_id, t.after_id, 1 AS depth FROM turns t WHERE t.run_id = $1
             UNION ALL
             SELECT t.message_id, t.after_id, p.depth + 1 FROM path p JOIN turns t ON t.message_id = p.after_id
             WHERE p.depth < $2)
         SELECT m.text FROM path p JOIN messages m ON m.message_id = p.message_id ORDER BY p.depth",
    )
    .bind(run.uuid())
    .bind(RECENT)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what a person said"))
}
