//! Tables `conversations`, `messages` and `turns`.

use crate::{Turn, TurnState};
use ::store::Error;
use events::{AttachedFile, ChatMessage, RunError, Timestamp};
use ids::{ConversationId, MessageId, RunId, TenantId, UserId, WorkflowId};
use sqlx::{FromRow, PgConnection, types::Json, types::Uuid};

/// Turns that are read for a decision; more would not fit any model.
pub(super) const RECENT: i64 = 200;

#[derive(FromRow)]
pub(super) struct Row {
    message_id: Uuid,
    text: String,
    files: Option<Json<Vec<AttachedFile>>>,
    state: String,
    answer_id: Option<Uuid>,
    run_id: Option<Uuid>,
    answer: Option<String>,
}

impl Row {
    pub(super) fn turn(self) -> Result<Turn, Error> {
        let state = match (self.state.as_str(), self.answer_id, self.run_id) {
            ("waiting", ..) => TurnState::Waiting,
            ("running", Some(answer), Some(run)) => TurnState::Running {
                answer: MessageId::from_uuid(answer),
                run: RunId::from_uuid(run),
            },
            ("answered", ..) => TurnState::Answered {
                text: self.answer.unwrap_or_default(),
            },
            ("failed", ..) => TurnState::Failed,
            (other, ..) => {
                return Err(Error::Stored {
                    what: "turn",
                    cause: format!("state `{other}`"),
                });
            }
        };
        Ok(Turn {
            message: MessageId::from_uuid(self.message_id),
            text: self.text,
            files: self.files.map_or_else(Vec::new, |files| files.0),
            state,
        })
    }
}

/// Stores a conversation; false when it is known.
pub(crate) async fn start(
    conn: &mut PgConnection,
    conversation: ConversationId,
    tenant: &TenantId,
    (title, before): (&str, &[ChatMessage]),
    at: Timestamp,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO conversations (conversation_id, tenant_id, title, started_at, before)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (conversation_id) DO NOTHING",
    )
    .bind(conversation.uuid())
    .bind(tenant.as_str())
    .bind(title)
    .bind(at)
    .bind(Json(before))
    .execute(conn)
    .await
    .map_err(Error::query("store a conversation"))?;
    Ok(done.rows_affected() == 1)
}

/// Keeps everybody else from deciding on this conversation until the transaction ends; false when the tenant has no such one.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    conversation: ConversationId,
    tenant: &TenantId,
) -> Result<bool, Error> {
    let found: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM conversations WHERE conversation_id = $1 AND tenant_id = $2 FOR UPDATE",
    )
    .bind(conversation.uuid())
    .bind(tenant.as_str())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("lock a conversation"))?;
    Ok(found.is_some())
}

/// Calls a conversation something that has no title yet; false when it has one.
pub(crate) async fn name(
    conn: &mut PgConnection,
    conversation: ConversationId,
    title: &str,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE conversations SET title = $2 WHERE conversation_id = $1 AND title = '' AND $2 <> ''",
    )
    .bind(conversation.uuid())
    .bind(title)
    .execute(conn)
    .await
    .map_err(Error::query("name a conversation"))?;
    Ok(done.rows_affected() == 1)
}

/// Calls a conversation something else.
pub(crate) async fn rename(
    conn: &mut PgConnection,
    conversation: ConversationId,
    title: &str,
) -> Result<(), Error> {
    sqlx::query("UPDATE conversations SET title = $2 WHERE conversation_id = $1")
        .bind(conversation.uuid())
        .bind(title)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("rename a conversation"))
}

/// Whether the message is stored.
pub(crate) async fn knows(conn: &mut PgConnection, message: MessageId) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM messages WHERE message_id = $1)")
        .bind(message.uuid())
        .fetch_one(conn)
        .await
        .map_err(Error::query("look for a message"))
}

/// The turns that have not ended and the latest of those that have, in their order.
pub(crate) async fn turns(
    conn: &mut PgConnection,
    conversation: ConversationId,
) -> Result<Vec<Turn>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "WITH recent AS (
             SELECT * FROM turns WHERE conversation_id = $1 AND state IN ('waiting', 'running')
             UNION ALL
             (SELECT * FROM turns WHERE conversation_id = $1 AND state IN ('answered', 'failed')
              ORDER BY position DESC LIMIT $2))
         SELECT t.message_id, asked.text, t.state, t.answer_id, t.run_id, answer.text AS answer, NULL::json AS files
         FROM recent t JOIN messages asked ON asked.message_id = t.message_id
         LEFT JOIN messages answer ON answer.message_id = t.answer_id
         ORDER BY t.position",
    )
    .bind(conversation.uuid())
    .bind(RECENT)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the turns of a conversation"))?;
    rows.into_iter().map(Row::turn).collect()
}

/// Stores a person's message, with its turn waiting.
pub(crate) async fn add(
    conn: &mut PgConnection,
    (conversation, after): (ConversationId, Option<MessageId>),
    (message, text): (MessageId, &str),
    (person, assistant): (UserId, WorkflowId),
    at: Timestamp,
) -> Result<(), Error> {
    write(conn, conversation, message, "user", text, at).await?;
    sqlx::query(
        "INSERT INTO turns (message_id, conversation_id, actor, workflow_id, after_id) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(message.uuid())
    .bind(conversation.uuid())
    .bind(person.uuid())
    .bind(assistant.uuid())
    .bind(after.map(MessageId::uuid))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a turn"))
}

/// Notes that a run works on it.
pub(crate) async fn begin(
    conn: &mut PgConnection,
    message: MessageId,
    answer: MessageId,
    run: RunId,
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE turns SET state = 'running', answer_id = $2, run_id = $3, began_at = $4
         WHERE message_id = $1 AND state = 'waiting'",
    )
    .bind(message.uuid())
    .bind(answer.uuid())
    .bind(run.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("begin a turn"))
}

/// Stores the answer and ends its turn.
pub(crate) async fn complete(
    conn: &mut PgConnection,
    conversation: ConversationId,
    (message, answer): (MessageId, MessageId),
    text: &str,
    at: Timestamp,
) -> Result<(), Error> {
    write(conn, conversation, answer, "assistant", text, at).await?;
    sqlx::query(
        "UPDATE turns SET state = 'answered', ended_at = $2 WHERE message_id = $1 AND state = 'running'",
    )
    .bind(message.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("complete a turn"))
}

/// Ends a turn without an answer.
pub(crate) async fn fail(
    conn: &mut PgConnection,
    message: MessageId,
    error: &RunError,
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE turns SET state = 'failed', error = $2, ended_at = $3
         WHERE message_id = $1 AND state = 'running'",
    )
    .bind(message.uuid())
    .bind(Json(error))
    .bind(at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("fail a turn"))
}

async fn write(
    conn: &mut PgConnection,
    conversation: ConversationId,
    message: MessageId,
    role: &str,
    text: &str,
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO messages (message_id, conversation_id, role, text, written_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(message.uuid())
    .bind(conversation.uuid())
    .bind(role)
    .bind(text)
    .bind(at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a message"))
}

/// Whose conversation a turn is in.
pub(crate) struct Answering {
    pub(crate) conversation: ConversationId,
    pub(crate) person: UserId,
}

impl From<(Uuid, Uuid)> for Answering {
    fn from((conversation, person): (Uuid, Uuid)) -> Self {
        Self {
            conversation: ConversationId::from_uuid(conversation),
            person: UserId::from_uuid(person),
        }
    }
}

/// The turn that waits for a run.
pub(crate) async fn of_run(
    conn: &mut PgConnection,
    run: RunId,
) -> Result<Option<Answering>, Error> {
    let row: Option<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT conversation_id, actor FROM turns WHERE run_id = $1 AND state = 'running'",
    )
    .bind(run.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("look for the turn of a run"))?;
    Ok(row.map(Answering::from))
}

/// The message that a run's answer becomes; `None` when it answers nobody.
pub(crate) async fn answer_of(
    conn: &mut PgConnection,
    run: RunId,
) -> Result<Option<MessageId>, Error> {
    let answer: Option<Uuid> = sqlx::query_scalar("SELECT answer_id FROM turns WHERE run_id = $1")
        .bind(run.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("look for the answer of a run"))?;
    Ok(answer.map(MessageId::from_uuid))
}

/// The conversations that wait for an assistant.
pub(crate) async fn waiting_for(
    conn: &mut PgConnection,
    assistant: WorkflowId,
) -> Result<Vec<Answering>, Error> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT DISTINCT conversation_id, actor FROM turns WHERE workflow_id = $1 AND state = 'waiting' ORDER BY 1",
    )
    .bind(assistant.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("look for conversations that wait"))?;
    Ok(rows.into_iter().map(Answering::from).collect())
}

/// Notes what kind of thing the answer to a message is to be.
pub(crate) async fn want(
    conn: &mut PgConnection,
    message: MessageId,
    deliverable: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO deliverables (message_id, deliverable) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(message.uuid())
    .bind(deliverable)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note a deliverable"))
}

/// What was said before a conversation began here, and what kind of thing the answer to a message is to be.
pub(crate) async fn around(
    conn: &mut PgConnection,
    conversation: ConversationId,
    message: MessageId,
) -> Result<(Vec<ChatMessage>, Option<String>), Error> {
    let (before, deliverable): (Json<Vec<ChatMessage>>, Option<String>) = sqlx::query_as(
        "SELECT before, (SELECT deliverable FROM deliverables WHERE message_id = $2)
         FROM conversations WHERE conversation_id = $1",
    )
    .bind(conversation.uuid())
    .bind(message.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("read what is around a turn"))?;
    Ok((before.0, deliverable))
}
