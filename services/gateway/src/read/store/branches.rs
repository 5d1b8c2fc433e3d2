//! Branches of a conversation.

use crate::read::Message;
use ::store::Error;
use ids::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Uuid};

/// Where a branch is read from, towards its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    /// A message of a person.
    pub(crate) message: MessageId,
    /// Whether its answer comes along.
    pub(crate) answered: bool,
}

impl End {
    /// From this message on.
    pub(crate) fn at(message: &Message) -> Self {
        Self {
            message: message.answers.unwrap_or(message.id),
            answered: message.answers.is_some(),
        }
    }
}

/// The end of the branch that was written in last: of all, or of those with the message `at`. `None` when there is none.
pub(crate) async fn end(
    conn: &mut PgConnection,
    conversation: ConversationId,
    at: Option<MessageId>,
) -> Result<Option<End>, Error> {
    // A message is younger than what it follows, so the youngest of a branch is an end of it.
    let last: Option<Uuid> = sqlx::query_scalar(
        "WITH RECURSIVE branch AS (
             SELECT message_id, number FROM message_places
             WHERE conversation_id = $1 AND ($2::uuid IS NULL OR message_id = $2)
             UNION
             SELECT p.message_id, p.number FROM branch JOIN message_places p
                 ON p.conversation_id = $1 AND p.after_id = branch.message_id)
         SELECT message_id FROM branch ORDER BY number DESC LIMIT 1",
    )
    .bind(conversation.uuid())
    .bind(at.map(MessageId::uuid))
    .fetch_optional(conn)
    .await
    .map_err(Error::query("find the end of a branch"))?;
    Ok(last.map(|message| End {
        message: MessageId::from_uuid(message),
        answered: true,
    }))
}

/// Adds to each message of a person those that stand at its place.
pub(crate) async fn beside(
    conn: &mut PgConnection,
    conversation: ConversationId,
    messages: &mut [Message],
) -> Result<(), Error> {
    let asked = messages.iter().filter(|message| message.answers.is_none());
    let asked: Vec<Uuid> = asked.map(|message| message.id.uuid()).collect();
    let rows: Vec<(Uuid, Vec<Uuid>)> = sqlx::query_as(
        "SELECT own.message_id, array_agg(other.message_id ORDER BY other.number)
         FROM message_places own JOIN message_places other
             ON other.conversation_id = $1 AND other.after_id IS NOT DISTINCT FROM own.after_id
         WHERE own.message_id = ANY($2) GROUP BY own.message_id HAVING count(*) > 1",
    )
    .bind(conversation.uuid())
    .bind(&asked)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the branches of a conversation"))?;
    for (own, branches) in rows {
        let own = MessageId::from_uuid(own);
        if let Some(message) = messages.iter_mut().find(|message| message.id == own) {
            message.branches = branches.into_iter().map(MessageId::from_uuid).collect();
        }
    }
    Ok(())
}
