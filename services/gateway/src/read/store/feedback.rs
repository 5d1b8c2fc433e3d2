//! What people think of models' answers.

use crate::read::{Feedback, Raw};
use ::store::Error;
use events::Timestamp;
use ids::{ConversationId, FeedbackId, InvocationId, PromptId, QuestionId, RunId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

/// The most that one answer shows.
const MOST: i64 = 200;

#[derive(sqlx::FromRow)]
struct Row {
    feedback_id: Uuid,
    invocation_id: Uuid,
    workflow_id: Option<Uuid>,
    conversation_id: Option<Uuid>,
    run_id: Option<Uuid>,
    prompt_id: Uuid,
    version: i32,
    verdict: String,
    path: String,
    expected: Option<Json<Raw>>,
    answered: Json<Raw>,
    comment: String,
    question_id: Option<Uuid>,
    given_at: Timestamp,
}

impl From<Row> for Feedback {
    fn from(row: Row) -> Self {
        Self {
            id: FeedbackId::from_uuid(row.feedback_id),
            invocation_id: InvocationId::from_uuid(row.invocation_id),
            run_id: row.run_id.map(RunId::from_uuid),
            prompt_id: PromptId::from_uuid(row.prompt_id),
            version: row.version,
            verdict: row.verdict,
            path: row.path,
            expected: row.expected.map(|value| value.0),
            answered: row.answered.0,
            comment: row.comment,
            question_id: row.question_id.map(QuestionId::from_uuid),
            given_at: row.given_at,
            workflow_id: row.workflow_id.map(WorkflowId::from_uuid),
            conversation_id: row.conversation_id.map(ConversationId::from_uuid),
        }
    }
}

/// Which cases are wanted.
pub(crate) struct Wanted {
    pub(crate) prompt: PromptId,
    pub(crate) workflows: Vec<Uuid>,
    pub(crate) conversations: Vec<Uuid>,
    pub(crate) before: Option<Uuid>,
    pub(crate) limit: i64,
}

/// One piece of feedback.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: FeedbackId,
) -> Result<Option<Feedback>, Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM feedback WHERE feedback_id = $1")
        .bind(id.uuid())
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read feedback"))?;
    Ok(row.map(Feedback::from))
}

/// All about one answer, the newest first.
pub(crate) async fn of(
    conn: &mut PgConnection,
    invocation: InvocationId,
) -> Result<Vec<Feedback>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM feedback WHERE invocation_id = $1 ORDER BY given_at DESC LIMIT $2",
    )
    .bind(invocation.uuid())
    .bind(MOST)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read feedback"))?;
    Ok(rows.into_iter().map(Feedback::from).collect())
}

/// Parts of answers about which the last word was that they are wrong, the newest first.
pub(crate) async fn cases(
    conn: &mut PgConnection,
    wanted: &Wanted,
) -> Result<Vec<Feedback>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM feedback f WHERE prompt_id = $1 AND verdict = 'wrong' AND feedback_id < $4
             AND (workflow_id = ANY($2) OR conversation_id = ANY($3))
             AND NOT EXISTS (SELECT FROM feedback later WHERE later.invocation_id = f.invocation_id
                 AND later.path = f.path AND later.given_at > f.given_at)
         ORDER BY feedback_id DESC LIMIT $5",
    )
    .bind(wanted.prompt.uuid())
    .bind(&wanted.workflows)
    .bind(&wanted.conversations)
    .bind(wanted.before.unwrap_or_else(Uuid::max))
    .bind(wanted.limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list the cases of a prompt"))?;
    Ok(rows.into_iter().map(Feedback::from).collect())
}
