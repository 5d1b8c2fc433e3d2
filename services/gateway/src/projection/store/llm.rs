//! Model calls and the models that can be used.

use super::{changed, json};
use ::store::Error;
use bus::{Envelope, Received};
use events::{FellBack, LlmCatalogued, LlmCompleted, LlmFailed, LlmOrigin, Timestamp};
use ids::InvocationId;
use sqlx::PgConnection;

/// A model call that ended.
pub(crate) struct Invocation<'a> {
    id: InvocationId,
    origin: &'a LlmOrigin,
    prompt: &'a str,
    model: Option<&'a str>,
    status: &'static str,
    output: Option<String>,
    error: Option<String>,
    usage: Option<[u64; 3]>,
    latency_ms: u64,
    repaired: bool,
    fell_back_from: Option<String>,
    ended_at: Timestamp,
}

impl<'a> From<&'a LlmCompleted> for Invocation<'a> {
    fn from(event: &'a LlmCompleted) -> Self {
        Self {
            id: event.invocation_id,
            origin: &event.origin,
            prompt: &event.prompt,
            model: Some(&event.model),
            status: "completed",
            output: Some(json(&event.output)),
            error: None,
            usage: Some([event.input_tokens, event.output_tokens, event.cost_micros]),
            latency_ms: event.latency_ms,
            repaired: event.repaired,
            fell_back_from: fallen(&event.fell_back_from),
            ended_at: event.completed_at,
        }
    }
}

impl<'a> From<&'a LlmFailed> for Invocation<'a> {
    fn from(event: &'a LlmFailed) -> Self {
        Self {
            id: event.invocation_id,
            origin: &event.origin,
            prompt: &event.prompt,
            model: event.model.as_deref(),
            status: "failed",
            output: None,
            error: Some(json(&event.error)),
            usage: event
                .usage
                .map(|usage| [usage.input_tokens, usage.output_tokens, usage.cost_micros]),
            latency_ms: event.latency_ms,
            repaired: event.repaired,
            fell_back_from: fallen(&event.fell_back_from),
            ended_at: event.failed_at,
        }
    }
}

fn fallen(from: &[FellBack]) -> Option<String> {
    (!from.is_empty()).then(|| json(&from))
}

/// Stores a model call; false when it is known.
pub(crate) async fn invoked(
    conn: &mut PgConnection,
    envelope: &Envelope,
    invocation: &Invocation<'_>,
) -> Result<bool, Error> {
    let (run, workflow, effect, conversation) = match invocation.origin {
        LlmOrigin::Run {
            run_id,
            workflow_id,
            effect_key,
        } => (Some(run_id), Some(workflow_id), Some(effect_key), None),
        LlmOrigin::Conversation { conversation_id } => (None, None, None, Some(conversation_id)),
    };
    let big = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let [input, output, cost] = invocation
        .usage
        .map_or([None; 3], |usage| usage.map(|number| Some(big(number))));
    let result = sqlx::query(
        "INSERT INTO invocations (invocation_id, tenant_id, run_id, workflow_id, effect_key, conversation_id, prompt, model,
             status, output, error, input_tokens, output_tokens, cost_micros, latency_ms, repaired, ended_at, fell_back_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11::json, $12, $13, $14, $15, $16, $17, $18::json)
         ON CONFLICT DO NOTHING",
    )
    .bind(invocation.id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(run.map(|id| id.uuid()))
    .bind(workflow.map(|id| id.uuid()))
    .bind(effect)
    .bind(conversation.map(|id| id.uuid()))
    .bind(invocation.prompt)
    .bind(invocation.model)
    .bind(invocation.status)
    .bind(&invocation.output)
    .bind(&invocation.error)
    .bind(input)
    .bind(output)
    .bind(cost)
    .bind(big(invocation.latency_ms))
    .bind(invocation.repaired)
    .bind(invocation.ended_at)
    .bind(&invocation.fell_back_from)
    .execute(conn)
    .await;
    changed(result, "store a model call")
}

/// Which models can be used; false when a newer catalogue is known.
pub(crate) async fn catalogued(
    conn: &mut PgConnection,
    received: &Received<LlmCatalogued>,
) -> Result<bool, Error> {
    let event = &received.event;
    let result = sqlx::query(
        "INSERT INTO llm_catalogue AS c (tenant_id, models, entries, catalogued_at) VALUES ($1, $2, $3::json, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET models = excluded.models, entries = excluded.entries,
             catalogued_at = excluded.catalogued_at
         WHERE c.catalogued_at <= excluded.catalogued_at",
    )
    .bind(received.envelope.tenant.as_str())
    .bind(&event.models)
    .bind(json(&event.entries))
    .bind(event.catalogued_at)
    .execute(conn)
    .await;
    changed(result, "store the model catalogue")
}
