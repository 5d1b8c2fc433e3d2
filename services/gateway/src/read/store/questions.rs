//! Questions of runs.

use crate::read::{Question, QuestionDeadline, Raw, Tainted};
use ::store::Error;
use events::{Fallback, Timestamp};
use ids::{QuestionId, RunId, UserId, WorkflowId};
use serde::Deserialize;
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    question_id: Uuid,
    kind: String,
    question: Json<Asked>,
    run_id: Uuid,
    workflow_id: Uuid,
    workflow_name: String,
    node: String,
    iteration: Json<Vec<u32>>,
    asked_at: Timestamp,
    assignees: Option<Vec<Uuid>>,
    decision: Option<String>,
    decided_at: Option<Timestamp>,
    decided_by: Option<Uuid>,
    comment: String,
}

/// The question as the run asked it, what it is about unread.
#[derive(Deserialize)]
struct Asked {
    title: String,
    #[serde(default)]
    text: String,
    about: Raw,
    #[serde(default)]
    tainted: Vec<Tainted>,
    #[serde(default)]
    assignees: Vec<UserId>,
    #[serde(default)]
    not: Option<UserId>,
    #[serde(default)]
    deadline: Option<events::Deadline>,
}

impl From<Row> for Question {
    fn from(row: Row) -> Self {
        let asked = row.question.0;
        let instead = row
            .assignees
            .map(|to| to.into_iter().map(UserId::from_uuid));
        Self {
            id: QuestionId::from_uuid(row.question_id),
            kind: row.kind,
            title: asked.title,
            text: asked.text,
            about: asked.about,
            tainted: asked.tainted,
            run_id: RunId::from_uuid(row.run_id),
            workflow_id: WorkflowId::from_uuid(row.workflow_id),
            workflow_name: row.workflow_name,
            node: row.node,
            iteration: row.iteration.0,
            asked_at: row.asked_at,
            deadline: asked.deadline.map(|deadline| QuestionDeadline {
                at: Timestamp::from_timestamp_millis(deadline.at_ms).unwrap_or_default(),
                then: match deadline.then {
                    Fallback::Approve => "approve",
                    Fallback::Reject => "reject",
                    Fallback::Ignore => "ignore",
                }
                .to_owned(),
            }),
            assignees: instead.map_or(asked.assignees, Iterator::collect),
            mine: false,
            decision: row.decision,
            decided_at: row.decided_at,
            decided_by: row.decided_by.map(UserId::from_uuid),
            comment: row.comment,
            not: asked.not,
        }
    }
}

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT q.question_id, q.kind, q.question, q.run_id, q.workflow_id, coalesce(w.name, '') AS workflow_name,
                 q.node, q.iteration, q.asked_at, q.assignees, q.decision, q.decided_at, q.decided_by, q.comment
             FROM ",
            $from,
            " LEFT JOIN workflows w ON w.workflow_id = q.workflow_id ORDER BY q.question_id DESC"
        )
    };
}

/// Which questions are wanted.
pub(crate) struct Wanted<'a> {
    pub(crate) workflows: &'a [Uuid],
    /// Those that nobody has decided, or the others.
    pub(crate) is_open: Option<bool>,
    pub(crate) run: Option<RunId>,
    pub(crate) before: Option<Uuid>,
    pub(crate) limit: i64,
}

/// Questions of these workflows, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Vec<Question>, Error> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "(SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
             SELECT * FROM questions WHERE workflow_id = visible.id AND question_id < $2 AND question IS NOT NULL
                 AND ($4::boolean IS NULL OR $4 = (decision IS NULL)) AND ($5::uuid IS NULL OR run_id = $5)
             ORDER BY question_id DESC LIMIT $3) own
          ORDER BY own.question_id DESC LIMIT $3) q"
    ))
    .bind(wanted.workflows)
    .bind(wanted.before.unwrap_or_else(Uuid::max))
    .bind(wanted.limit)
    .bind(wanted.is_open)
    .bind(wanted.run.map(RunId::uuid))
    .fetch_all(conn)
    .await
    .map_err(Error::query("list questions"))?;
    Ok(rows.into_iter().map(Question::from).collect())
}

/// One question.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: QuestionId,
) -> Result<Option<Question>, Error> {
    let row: Option<Row> = sqlx::query_as(select!(
        "(SELECT * FROM questions WHERE question_id = $1 AND question IS NOT NULL) q"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a question"))?;
    Ok(row.map(Question::from))
}
