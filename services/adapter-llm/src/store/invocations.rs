//! Table `llm_invocations`.

use crate::{Ended, Record, Transcript};
use ::store::Error;
use events::LlmCall;
use ids::{InvocationId, TenantId};
use sqlx::{PgConnection, PgPool, types::Json};

/// The right to tell the words of a call, until another process takes it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) invocation: InvocationId,
    number: i64,
}

/// Takes a call on whose words are told, with what was told of it before it was interrupted; `None` when it has ended.
pub(crate) async fn take_on(
    pool: &PgPool,
    invocation: InvocationId,
    tenant: &TenantId,
) -> Result<Option<(Claim, Transcript)>, Error> {
    let row: Option<(i64, String, i64, i64)> = sqlx::query_as(
        "INSERT INTO llm_invocations AS known (invocation_id, tenant, state, claim) VALUES ($1, $2, 'running', 1)
         ON CONFLICT (invocation_id) DO UPDATE SET claim = known.claim + 1 WHERE known.state = 'running'
         RETURNING claim, said, said_seq, said_from",
    )
    .bind(invocation.uuid())
    .bind(tenant.as_str())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("take on a model call"))?;
    Ok(row.map(|(number, said, seq, from)| {
        let claim = Claim { invocation, number };
        let told = Transcript::resumed(said, seq.unsigned_abs(), from.unsigned_abs());
        (claim, told)
    }))
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

/// A call that has ended.
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    pub(crate) call: &'a LlmCall,
    pub(crate) record: &'a Record,
    pub(crate) ended: &'a Ended,
}

/// Ends a call that was taken on; false when another process has taken it on since.
pub(crate) async fn end(
    conn: &mut PgConnection,
    claim: Claim,
    &End {
        call,
        record,
        ended,
    }: &End<'_>,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE llm_invocations SET state = $3, prompt = $4, model = $5, schema_hash = $6, input_tokens = $7,
             output_tokens = $8, tokens_estimated = $9, cost_micros = $10, latency_ms = $11, repaired = $12,
             error_code = $13, outcome = $14, prompt_id = $15, prompt_version = $16, call = $17, ended_at = now()
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
    .bind(record.version.map(|(prompt, _)| prompt.uuid()))
    .bind(record.version.map(|(_, version)| version))
    .bind(Json(call))
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
    &End {
        call,
        record,
        ended,
    }: &End<'_>,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO llm_invocations (invocation_id, tenant, state, prompt, model, schema_hash, input_tokens, output_tokens,
             tokens_estimated, cost_micros, latency_ms, repaired, error_code, outcome, prompt_id, prompt_version, call, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, now()) ON CONFLICT (invocation_id) DO NOTHING",
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
    .bind(record.version.map(|(prompt, _)| prompt.uuid()))
    .bind(record.version.map(|(_, version)| version))
    .bind(Json(call))
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

/// Forgets what was asked and said 30 days ago, as the streams do; the figures stay.
pub(crate) async fn forget(pool: &PgPool) -> Result<(), Error> {
    sqlx::query(
        "UPDATE llm_invocations SET outcome = NULL, call = NULL, said = ''
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
