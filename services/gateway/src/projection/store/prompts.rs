//! Prompts, and what people think of the answers they lead to.

use super::{changed, json};
use ::store::Error;
use bus::{Envelope, Received};
use events::{
    FeedbackGiven, LlmOrigin, PRODUCTION, PromptDrifted, PromptEvaluated, PromptLabelled,
    PromptSaved,
};
use ids::QuestionId;
use sqlx::PgConnection;

/// A version of a prompt, and the prompt itself when it is the first.
pub(crate) async fn saved(
    conn: &mut PgConnection,
    received: &Received<PromptSaved>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    sqlx::query(
        "INSERT INTO prompt_versions (prompt_id, version, tenant_id, text, saved_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(event.prompt_id.uuid())
    .bind(number(event.version))
    .bind(envelope.tenant.as_str())
    .bind(&event.text)
    .bind(event.saved_at)
    .execute(&mut *conn)
    .await
    .map_err(Error::query("store a prompt's version"))?;
    sqlx::query(
        "INSERT INTO prompts AS p (prompt_id, tenant_id, name, version, text, updated_at, zed_token)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (prompt_id) DO UPDATE SET name = excluded.name, zed_token = coalesce(excluded.zed_token, p.zed_token)",
    )
    .bind(event.prompt_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.name)
    .bind(number(event.version))
    .bind(&event.text)
    .bind(event.saved_at)
    .bind(&envelope.zed_token)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a prompt"))
}

/// A label names a version; false when it has moved on since.
pub(crate) async fn labelled(
    conn: &mut PgConnection,
    received: &Received<PromptLabelled>,
) -> Result<bool, Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    let result = sqlx::query(
        "INSERT INTO prompt_labels AS l (prompt_id, label, tenant_id, version, labelled_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (prompt_id, label) DO UPDATE SET version = excluded.version, labelled_at = excluded.labelled_at
         WHERE l.labelled_at <= excluded.labelled_at",
    )
    .bind(event.prompt_id.uuid())
    .bind(&event.label)
    .bind(envelope.tenant.as_str())
    .bind(number(event.version))
    .bind(event.labelled_at)
    .execute(&mut *conn)
    .await;
    let is_news = changed(result, "store a prompt's label")?;
    if is_news && event.label == PRODUCTION {
        sqlx::query(
            "UPDATE prompts p SET version = v.version, text = v.text, updated_at = $3 FROM prompt_versions v
             WHERE p.prompt_id = $1 AND v.prompt_id = p.prompt_id AND v.version = $2",
        )
        .bind(event.prompt_id.uuid())
        .bind(number(event.version))
        .bind(event.labelled_at)
        .execute(conn)
        .await
        .map_err(Error::query("store a prompt's version in production"))?;
    }
    Ok(is_news)
}

/// How a version did.
pub(crate) async fn evaluated(
    conn: &mut PgConnection,
    received: &Received<PromptEvaluated>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    sqlx::query(
        "INSERT INTO prompt_evaluations
             (evaluation_id, tenant_id, prompt_id, version, against, label, cases, problem, cost_micros, evaluated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(event.evaluation_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(event.prompt_id.uuid())
    .bind(number(event.version))
    .bind(number(event.against))
    .bind(&event.label)
    .bind(json(&event.cases))
    .bind(&event.problem)
    .bind(i64::try_from(event.cost_micros).unwrap_or(i64::MAX))
    .bind(event.evaluated_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store an evaluation"))
}

/// That a version drifted.
pub(crate) async fn drifted(conn: &mut PgConnection, event: &PromptDrifted) -> Result<(), Error> {
    sqlx::query("UPDATE prompts SET drift = $2::json WHERE prompt_id = $1")
        .bind(event.prompt_id.uuid())
        .bind(json(event))
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("store a prompt's drift"))
}

/// What a person thinks of an answer; false when it is known.
pub(crate) async fn feedback(
    conn: &mut PgConnection,
    envelope: &Envelope,
    event: &FeedbackGiven,
) -> Result<bool, Error> {
    let (workflow, conversation, run) = match &event.origin {
        LlmOrigin::Run {
            run_id,
            workflow_id,
            ..
        } => (Some(workflow_id), None, Some(run_id)),
        LlmOrigin::Conversation { conversation_id } => (None, Some(conversation_id), None),
    };
    let feedback = &event.feedback;
    let result = sqlx::query(
        "INSERT INTO feedback (feedback_id, tenant_id, invocation_id, workflow_id, conversation_id, run_id, prompt_id, version,
             verdict, path, expected, answered, comment, question_id, given_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::json, $12::json, $13, $14, $15) ON CONFLICT DO NOTHING",
    )
    .bind(feedback.feedback_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(feedback.invocation_id.uuid())
    .bind(workflow.map(|id| id.uuid()))
    .bind(conversation.map(|id| id.uuid()))
    .bind(run.map(|id| id.uuid()))
    .bind(event.prompt_id.uuid())
    .bind(number(event.version))
    .bind(feedback.verdict.as_str())
    .bind(&feedback.path)
    .bind(feedback.expected.as_ref().map(events::Json::as_str))
    .bind(event.answered.as_str())
    .bind(&feedback.comment)
    .bind(feedback.question_id.map(QuestionId::uuid))
    .bind(event.given_at)
    .execute(conn)
    .await;
    changed(result, "store feedback")
}

fn number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
