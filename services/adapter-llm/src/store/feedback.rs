//! Table `feedback`: what people think of answers, and the cases that follow from it.

use crate::{case::Case, drift::Tally};
use ::store::Error;
use events::{Feedback, LlmCall};
use ids::{FeedbackId, InvocationId, PromptId, TenantId};
use serde_json::Value;
use sqlx::{
    FromRow, PgConnection, PgPool,
    types::{Json, Uuid},
};

/// The most cases that are tried: the newest.
const MOST: i64 = 100;

/// An answer that feedback can be about.
#[derive(FromRow)]
pub(crate) struct Answered {
    prompt_id: Option<Uuid>,
    prompt_version: Option<i32>,
    pub(crate) call: Option<Json<LlmCall>>,
    pub(crate) outcome: Option<Json<crate::Ended>>,
}

impl Answered {
    /// The version of the prompt that led to it.
    pub(crate) fn version(&self) -> Option<(PromptId, i32)> {
        Some((PromptId::from_uuid(self.prompt_id?), self.prompt_version?))
    }
}

/// What is kept of an answer.
pub(crate) async fn answered(
    conn: &mut PgConnection,
    tenant: &TenantId,
    invocation: InvocationId,
) -> Result<Option<Answered>, Error> {
    sqlx::query_as(
        "SELECT prompt_id, prompt_version, call, outcome FROM llm_invocations WHERE invocation_id = $1 AND tenant = $2",
    )
    .bind(invocation.uuid())
    .bind(tenant.as_str())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read an answer"))
}

/// Keeps feedback; false when it is known.
pub(crate) async fn add(
    conn: &mut PgConnection,
    tenant: &TenantId,
    feedback: &Feedback,
    (prompt, version): (PromptId, i32),
    (call, answered): (&LlmCall, &Value),
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO feedback (feedback_id, tenant, invocation_id, prompt_id, version, verdict, path, expected, answered, call)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(feedback.feedback_id.uuid())
    .bind(tenant.as_str())
    .bind(feedback.invocation_id.uuid())
    .bind(prompt.uuid())
    .bind(version)
    .bind(feedback.verdict.as_str())
    .bind(&feedback.path)
    .bind(feedback.expected.as_ref().map(|value| Json(value.value())))
    .bind(Json(answered))
    .bind(Json(call))
    .execute(conn)
    .await
    .map_err(Error::query("keep feedback"))?;
    Ok(done.rows_affected() == 1)
}

/// One case with what was asked.
#[derive(FromRow)]
pub(crate) struct CaseRow {
    feedback_id: Uuid,
    path: String,
    expected: Option<Json<Value>>,
    answered: Json<Value>,
    pub(crate) call: Json<LlmCall>,
}

impl CaseRow {
    pub(crate) const fn id(&self) -> FeedbackId {
        FeedbackId::from_uuid(self.feedback_id)
    }

    pub(crate) fn case(&self) -> Case {
        Case {
            path: self.path.clone(),
            expected: self.expected.as_ref().map(|Json(value)| value.clone()),
            answered: self.answered.0.clone(),
        }
    }
}

/// The newest cases of a prompt: parts of answers about which the last word was that they are wrong.
pub(crate) async fn cases(
    pool: &PgPool,
    prompt: PromptId,
    tenant: &TenantId,
) -> Result<Vec<CaseRow>, Error> {
    sqlx::query_as(
        "SELECT feedback_id, path, expected, answered, call FROM (
             SELECT DISTINCT ON (invocation_id, path) * FROM feedback WHERE prompt_id = $1 AND tenant = $2
             ORDER BY invocation_id, path, given_at DESC) last
         WHERE verdict = 'wrong' ORDER BY given_at DESC LIMIT $3",
    )
    .bind(prompt.uuid())
    .bind(tenant.as_str())
    .bind(MOST)
    .fetch_all(pool)
    .await
    .map_err(Error::query("read the cases of a prompt"))
}

/// Whether there is anything to try a version on.
pub(crate) async fn has_cases(
    conn: &mut PgConnection,
    prompt: PromptId,
    tenant: &TenantId,
) -> Result<bool, Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM (
             SELECT DISTINCT ON (invocation_id, path) verdict FROM feedback WHERE prompt_id = $1 AND tenant = $2
             ORDER BY invocation_id, path, given_at DESC) last WHERE verdict = 'wrong')",
    )
    .bind(prompt.uuid())
    .bind(tenant.as_str())
    .fetch_one(conn)
    .await
    .map_err(Error::query("look for the cases of a prompt"))
}

/// The answers of a version and of those before it, and how many of each have anything wrong.
pub(crate) async fn tallies(
    conn: &mut PgConnection,
    prompt: PromptId,
    version: i32,
) -> Result<(Tally, Tally), Error> {
    let (answers, wrong, answers_before, wrong_before): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE prompt_version = $2), count(wrong.invocation_id) FILTER (WHERE prompt_version = $2),
             count(*) FILTER (WHERE prompt_version < $2), count(wrong.invocation_id) FILTER (WHERE prompt_version < $2)
         FROM llm_invocations LEFT JOIN (
             SELECT DISTINCT invocation_id FROM (
                 SELECT DISTINCT ON (invocation_id, path) invocation_id, verdict FROM feedback WHERE prompt_id = $1
                 ORDER BY invocation_id, path, given_at DESC) last
             WHERE verdict = 'wrong') wrong USING (invocation_id)
         WHERE prompt_id = $1 AND state = 'completed'",
    )
    .bind(prompt.uuid())
    .bind(version)
    .fetch_one(conn)
    .await
    .map_err(Error::query("count a prompt's answers"))?;
    let tally = |answers: i64, wrong: i64| Tally {
        answers: answers.unsigned_abs(),
        wrong: wrong.unsigned_abs(),
    };
    Ok((tally(answers, wrong), tally(answers_before, wrong_before)))
}

/// Notes that a version's drift is told; false when it was before.
pub(crate) async fn tell_drift(
    conn: &mut PgConnection,
    prompt: PromptId,
    version: i32,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO prompt_drifts (prompt_id, version) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(prompt.uuid())
    .bind(version)
    .execute(conn)
    .await
    .map_err(Error::query("note a prompt's drift"))?;
    Ok(done.rows_affected() == 1)
}
