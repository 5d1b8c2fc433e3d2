//! Table `llm_invocations`.

use crate::{Ended, Record, Transcript};
use ::store::Error;
use bus::{Cause, Envelope};
use events::LlmRequested;
use ids::{EventId, InvocationId, TenantId};
use serde::{Deserialize, Serialize};
use sqlx::{
    FromRow, PgConnection, PgPool,
    types::{Json, Uuid},
};
use std::time::Duration;

/// The story that an answer belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Story {
    pub(crate) tenant: TenantId,
    event_id: EventId,
    correlation_id: EventId,
    traceparent: Option<String>,
}

impl Story {
    pub(crate) fn of(envelope: &Envelope) -> Self {
        Self {
            tenant: envelope.tenant.clone(),
            event_id: envelope.id,
            correlation_id: envelope.correlation_id,
            traceparent: envelope.traceparent.clone(),
        }
    }

    /// What the answer follows from.
    pub(crate) fn cause(&self) -> Cause {
        Cause {
            tenant: self.tenant.clone(),
            correlation_id: Some(self.correlation_id),
            causation_id: Some(self.event_id),
            traceparent: self.traceparent.clone(),
        }
    }
}

/// What was known of a question.
pub(crate) enum Admitted {
    New,
    /// It is waiting or being worked on.
    Open,
    Ended(Box<Ended>),
}

/// The right to work on an invocation, until somebody else claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) invocation: InvocationId,
    number: i64,
}

/// A question to work on.
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    pub(crate) request: LlmRequested,
    pub(crate) story: Story,
    /// What was told before it was interrupted.
    pub(crate) transcript: Transcript,
}

#[derive(FromRow)]
struct ClaimedRow {
    invocation_id: Uuid,
    claim: i64,
    request: Json<LlmRequested>,
    story: Json<Story>,
    said: String,
    said_seq: i64,
    said_from: i64,
}

/// Stores a question, or tells what is known of it.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    request: &LlmRequested,
    story: &Story,
) -> Result<Admitted, Error> {
    let new = sqlx::query(
        "INSERT INTO llm_invocations (invocation_id, tenant, state, request, story)
         VALUES ($1, $2, 'waiting', $3, $4) ON CONFLICT (invocation_id) DO NOTHING",
    )
    .bind(request.invocation_id.uuid())
    .bind(story.tenant.as_str())
    .bind(Json(request))
    .bind(Json(story))
    .execute(&mut *conn)
    .await
    .map_err(Error::query("store a question"))?;
    if new.rows_affected() == 1 {
        return Ok(Admitted::New);
    }
    let outcome: Option<Json<Ended>> =
        sqlx::query_scalar("SELECT outcome FROM llm_invocations WHERE invocation_id = $1")
            .bind(request.invocation_id.uuid())
            .fetch_one(conn)
            .await
            .map_err(Error::query("read a model call"))?;
    Ok(outcome.map_or(Admitted::Open, |Json(ended)| {
        Admitted::Ended(Box::new(ended))
    }))
}

/// Takes on the oldest question that waits, or whose process has been silent for too long.
pub(crate) async fn claim(pool: &PgPool, lease: Duration) -> Result<Option<Claimed>, Error> {
    let row: Option<ClaimedRow> = sqlx::query_as(
        "UPDATE llm_invocations SET state = 'running', claim = claim + 1,
             claimed_until = clock_timestamp() + make_interval(secs => $1)
         WHERE invocation_id = (
             SELECT invocation_id FROM llm_invocations
             WHERE state = 'waiting' OR (state = 'running' AND claimed_until < clock_timestamp())
             ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING invocation_id, claim, request, story, said, said_seq, said_from",
    )
    .bind(lease.as_secs_f64())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("take on a question"))?;
    Ok(row.map(|row| Claimed {
        claim: Claim {
            invocation: InvocationId::from_uuid(row.invocation_id),
            number: row.claim,
        },
        request: row.request.0,
        story: row.story.0,
        transcript: Transcript::resumed(
            row.said,
            row.said_seq.unsigned_abs(),
            row.said_from.unsigned_abs(),
        ),
    }))
}

/// Keeps others from taking the question on; false when somebody has.
pub(crate) async fn renew(pool: &PgPool, claim: Claim, lease: Duration) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE llm_invocations SET claimed_until = clock_timestamp() + make_interval(secs => $3)
         WHERE invocation_id = $1 AND claim = $2 AND state = 'running'",
    )
    .bind(claim.invocation.uuid())
    .bind(claim.number)
    .bind(lease.as_secs_f64())
    .execute(pool)
    .await
    .map_err(Error::query("renew a claim"))?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what is about to be told; false when the claim is over.
pub(crate) async fn keep_said(
    pool: &PgPool,
    claim: Claim,
    transcript: &Transcript,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE llm_invocations SET said = $3, said_seq = $4, said_from = $5
         WHERE invocation_id = $1 AND claim = $2 AND state = 'running'",
    )
    .bind(claim.invocation.uuid())
    .bind(claim.number)
    .bind(&transcript.said)
    .bind(big(transcript.seq))
    .bind(big(transcript.from))
    .execute(pool)
    .await
    .map_err(Error::query("keep a piece of an answer"))?;
    Ok(done.rows_affected() == 1)
}

/// Ends a claimed call; false when the claim is over.
pub(crate) async fn end(
    conn: &mut PgConnection,
    claim: Claim,
    record: &Record,
    ended: &Ended,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE llm_invocations SET state = $3, prompt = $4, model = $5, schema_hash = $6, input_tokens = $7,
             output_tokens = $8, tokens_estimated = $9, cost_micros = $10, latency_ms = $11, repaired = $12,
             error_code = $13, outcome = $14, ended_at = now(), request = NULL, story = NULL, claimed_until = NULL
         WHERE invocation_id = $1 AND claim = $2 AND state = 'running'",
    )
    .bind(claim.invocation.uuid())
    .bind(claim.number)
    .bind(state(ended))
    .bind(&record.prompt)
    .bind(&record.model)
    .bind(&record.schema_hash)
    .bind(big(record.input_tokens))
    .bind(big(record.output_tokens))
    .bind(record.estimated)
    .bind(big(record.cost_micros))
    .bind(big(record.latency_ms))
    .bind(record.repaired)
    .bind(error_code(ended))
    .bind(Json(ended))
    .execute(conn)
    .await
    .map_err(Error::query("end a model call"))?;
    Ok(done.rows_affected() == 1)
}

/// Stores a call that has ended; false when its end is known.
pub(crate) async fn add_ended(
    conn: &mut PgConnection,
    invocation: InvocationId,
    tenant: &TenantId,
    record: &Record,
    ended: &Ended,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO llm_invocations (invocation_id, tenant, state, prompt, model, schema_hash, input_tokens, output_tokens,
             tokens_estimated, cost_micros, latency_ms, repaired, error_code, outcome, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now()) ON CONFLICT (invocation_id) DO NOTHING",
    )
    .bind(invocation.uuid())
    .bind(tenant.as_str())
    .bind(state(ended))
    .bind(&record.prompt)
    .bind(&record.model)
    .bind(&record.schema_hash)
    .bind(big(record.input_tokens))
    .bind(big(record.output_tokens))
    .bind(record.estimated)
    .bind(big(record.cost_micros))
    .bind(big(record.latency_ms))
    .bind(record.repaired)
    .bind(error_code(ended))
    .bind(Json(ended))
    .execute(conn)
    .await
    .map_err(Error::query("record a model call"))?;
    Ok(done.rows_affected() == 1)
}

/// How a call ended, if it did.
pub(crate) async fn ended(pool: &PgPool, invocation: InvocationId) -> Result<Option<Ended>, Error> {
    let outcome: Option<Option<Json<Ended>>> =
        sqlx::query_scalar("SELECT outcome FROM llm_invocations WHERE invocation_id = $1")
            .bind(invocation.uuid())
            .fetch_optional(pool)
            .await
            .map_err(Error::query("look for a recorded model call"))?;
    Ok(outcome.flatten().map(|Json(ended)| ended))
}

/// Forgets what was said 30 days ago, as the streams do; the figures stay.
pub(crate) async fn forget(pool: &PgPool) -> Result<(), Error> {
    sqlx::query(
        "UPDATE llm_invocations SET outcome = NULL, said = ''
         WHERE outcome IS NOT NULL AND ended_at < now() - interval '30 days'",
    )
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("forget old answers"))
}

const fn state(ended: &Ended) -> &'static str {
    match ended {
        Ended::Completed(_) => "completed",
        Ended::Failed(_) => "failed",
    }
}

fn error_code(ended: &Ended) -> Option<&str> {
    match ended {
        Ended::Completed(_) => None,
        Ended::Failed(failed) => Some(&failed.error.code),
    }
}

fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
