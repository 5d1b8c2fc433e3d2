//! Answers as they stream: which invocation writes which message, and the deltas that are out.

use ::store::Error;
use events::LlmDelta;
use ids::{ConversationId, InvocationId, MessageId, TenantId};
use sqlx::{PgConnection, types::Uuid};

/// The words of one model call, held until the commit, so that they and the answer's own events wait for each other.
#[derive(sqlx::FromRow)]
struct Row {
    invocation_id: Uuid,
    conversation_id: Uuid,
    message_id: Uuid,
    released: i64,
    ended: bool,
}

/// As [`Row`].
pub(crate) struct Answer {
    pub(crate) invocation: InvocationId,
    pub(crate) conversation: ConversationId,
    pub(crate) message: MessageId,
    /// The last delta in the conversation's stream.
    pub(crate) released: i64,
    pub(crate) ended: bool,
}

impl From<Row> for Answer {
    fn from(row: Row) -> Self {
        Self {
            invocation: InvocationId::from_uuid(row.invocation_id),
            conversation: ConversationId::from_uuid(row.conversation_id),
            message: MessageId::from_uuid(row.message_id),
            released: row.released,
            ended: row.ended,
        }
    }
}

/// Takes hold of an answer, which exists from now on.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    tenant: &TenantId,
    (conversation, message): (ConversationId, MessageId),
    invocation: InvocationId,
) -> Result<Answer, Error> {
    let row: Row = sqlx::query_as(
        "INSERT INTO answers AS a (invocation_id, tenant_id, conversation_id, message_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (invocation_id) DO UPDATE SET message_id = a.message_id
         RETURNING invocation_id, conversation_id, message_id, released, ended_at IS NOT NULL AS ended",
    )
    .bind(invocation.uuid())
    .bind(tenant.as_str())
    .bind(conversation.uuid())
    .bind(message.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("hold an answer"))?;
    Ok(row.into())
}

/// Takes hold of all that has come for a message, in the order in which it began.
pub(crate) async fn of_message(
    conn: &mut PgConnection,
    message: MessageId,
) -> Result<Vec<Answer>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT invocation_id, conversation_id, message_id, released, ended_at IS NOT NULL AS ended FROM answers
         WHERE message_id = $1 ORDER BY number FOR UPDATE",
    )
    .bind(message.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("hold the answers of a message"))?;
    Ok(rows.into_iter().map(Answer::from).collect())
}

/// Keeps deltas of one invocation; those that are there already stay.
pub(crate) async fn keep(
    conn: &mut PgConnection,
    tenant: &TenantId,
    deltas: &[&LlmDelta],
) -> Result<(), Error> {
    let big = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let invocations: Vec<Uuid> = deltas
        .iter()
        .map(|delta| delta.invocation_id.uuid())
        .collect();
    let seqs: Vec<i64> = deltas.iter().map(|delta| big(delta.seq)).collect();
    let starts: Vec<i64> = deltas.iter().map(|delta| big(delta.offset)).collect();
    let texts: Vec<&str> = deltas.iter().map(|delta| delta.text.as_str()).collect();
    sqlx::query(
        "INSERT INTO answer_deltas (invocation_id, seq, tenant_id, start, text)
         SELECT invocation, seq, $1, start, text
         FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::text[]) AS t (invocation, seq, start, text)
         ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(&invocations)
    .bind(&seqs)
    .bind(&starts)
    .bind(&texts)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep deltas"))
}

/// A delta as the stream sends it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Delta {
    pub(crate) seq: i64,
    /// In characters.
    pub(crate) start: i64,
    pub(crate) text: String,
}

/// The deltas behind the released ones, as far as there is no gap.
pub(crate) async fn ready(conn: &mut PgConnection, answer: &Answer) -> Result<Vec<Delta>, Error> {
    sqlx::query_as(
        "SELECT seq, start, text FROM (
             SELECT seq, start, text, row_number() OVER (ORDER BY seq) AS n
             FROM answer_deltas WHERE invocation_id = $1 AND seq > $2) AS waiting
         WHERE seq = $2 + n ORDER BY seq",
    )
    .bind(answer.invocation.uuid())
    .bind(answer.released)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read deltas"))
}

/// Notes the last delta in the conversation's stream.
pub(crate) async fn released(
    conn: &mut PgConnection,
    answer: &Answer,
    last: i64,
) -> Result<(), Error> {
    sqlx::query("UPDATE answers SET released = $2 WHERE invocation_id = $1")
        .bind(answer.invocation.uuid())
        .bind(last)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note released deltas"))
}

/// The text that is in the conversation's stream.
pub(crate) async fn text(conn: &mut PgConnection, answer: &Answer) -> Result<String, Error> {
    sqlx::query_scalar(
        "SELECT coalesce(string_agg(text, '' ORDER BY seq), '') FROM answer_deltas
         WHERE invocation_id = $1 AND seq <= (SELECT released FROM answers WHERE invocation_id = $1)",
    )
    .bind(answer.invocation.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("read an answer's text"))
}

/// The answer is over: its deltas live on in the conversation's stream, and late ones are dropped.
pub(crate) async fn ended(conn: &mut PgConnection, answer: &Answer) -> Result<(), Error> {
    sqlx::query("UPDATE answers SET ended_at = now() WHERE invocation_id = $1")
        .bind(answer.invocation.uuid())
        .execute(&mut *conn)
        .await
        .map_err(Error::query("end an answer"))?;
    sqlx::query("DELETE FROM answer_deltas WHERE invocation_id = $1")
        .bind(answer.invocation.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("forget an answer's deltas"))
}
