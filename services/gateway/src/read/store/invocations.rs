//! Model calls.

use crate::read::{Invocation, PassedModel, Raw};
use ::store::Error;
use chrono::TimeDelta;
use events::{RunError, Timestamp};
use ids::{ConversationId, InvocationId, RunId, WorkflowId};
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    invocation_id: Uuid,
    run_id: Option<Uuid>,
    workflow_id: Option<Uuid>,
    effect_key: Option<String>,
    conversation_id: Option<Uuid>,
    prompt: String,
    model: Option<String>,
    status: String,
    output: Option<Json<Raw>>,
    error: Option<Json<RunError>>,
    input_tokens: Option<i64>,
    output_tokens: Option<i64>,
    cost_micros: Option<i64>,
    latency_ms: i64,
    repaired: bool,
    fell_back_from: Option<Json<Vec<PassedModel>>>,
    ended_at: Timestamp,
}

impl From<Row> for Invocation {
    fn from(row: Row) -> Self {
        let (prompt, version) = match row.prompt.rsplit_once('@') {
            Some((name, version)) => (name.to_owned(), version.parse().ok()),
            None => (row.prompt, None),
        };
        Self {
            id: InvocationId::from_uuid(row.invocation_id),
            run_id: row.run_id.map(RunId::from_uuid),
            node: None,
            conversation_id: row.conversation_id.map(ConversationId::from_uuid),
            model: row.model.unwrap_or_default(),
            prompt: Some(prompt).filter(|name| !name.is_empty()),
            prompt_version: version,
            status: row.status,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost_cents: row.cost_micros.map(super::cents),
            latency_ms: Some(row.latency_ms),
            repaired: row.repaired,
            fell_back_from: row.fell_back_from.map(|from| from.0).unwrap_or_default(),
            started_at: row.ended_at - TimeDelta::milliseconds(row.latency_ms.clamp(0, 86_400_000)),
            error: row.error.map(|error| error.0.message),
            response: row.output.map(|output| output.0),
            workflow_id: row.workflow_id.map(WorkflowId::from_uuid),
            effect_key: row.effect_key,
        }
    }
}

/// Which calls are wanted.
pub(crate) struct Wanted {
    pub(crate) workflows: Vec<Uuid>,
    pub(crate) conversations: Vec<Uuid>,
    pub(crate) run: Option<RunId>,
    pub(crate) before: Option<Uuid>,
    pub(crate) limit: i64,
}

/// Calls without their answers, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    wanted: &Wanted,
) -> Result<Vec<Invocation>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT invocation_id, run_id, workflow_id, effect_key, conversation_id, prompt, model, status,
             NULL::json AS output, error, input_tokens, output_tokens, cost_micros, latency_ms, repaired, fell_back_from, ended_at
         FROM (
             SELECT own.* FROM unnest($1::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM invocations WHERE workflow_id = visible.id AND invocation_id < $3
                     AND ($4::uuid IS NULL OR run_id = $4)
                 ORDER BY invocation_id DESC LIMIT $5) own
             UNION ALL
             SELECT own.* FROM unnest($2::uuid[]) AS visible (id) CROSS JOIN LATERAL (
                 SELECT * FROM invocations WHERE conversation_id = visible.id AND invocation_id < $3 AND $4::uuid IS NULL
                 ORDER BY invocation_id DESC LIMIT $5) own) i
         ORDER BY invocation_id DESC LIMIT $5",
    )
    .bind(&wanted.workflows)
    .bind(&wanted.conversations)
    .bind(wanted.before.unwrap_or_else(Uuid::max))
    .bind(wanted.run.map(ids::RunId::uuid))
    .bind(wanted.limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list model calls"))?;
    Ok(rows.into_iter().map(Invocation::from).collect())
}

/// One call with its answer.
pub(crate) async fn one(
    conn: &mut PgConnection,
    id: InvocationId,
) -> Result<Option<Invocation>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT invocation_id, run_id, workflow_id, effect_key, conversation_id, prompt, model, status, output, error,
             input_tokens, output_tokens, cost_micros, latency_ms, repaired, fell_back_from, ended_at
         FROM invocations WHERE invocation_id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read a model call"))?;
    Ok(row.map(Invocation::from))
}
