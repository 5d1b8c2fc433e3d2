//! Table `prompt_evaluations`: versions that are to be tried.

use crate::evaluation::Wanted;
use ::store::Error;
use bus::Cause;
use ids::{EvaluationId, EventId, PromptId, TenantId, UserId};
use sqlx::{FromRow, PgConnection, PgPool, types::Uuid};

/// How long a process may take for one case, before another one takes the evaluation on.
const CLAIM: &str = "10 minutes";

#[derive(FromRow)]
struct Row {
    evaluation_id: Uuid,
    prompt_id: Uuid,
    tenant: String,
    version: i32,
    label: Option<String>,
    actor: Option<Uuid>,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
}

/// Stores what is to be tried; a repeat changes nothing.
pub(crate) async fn add(
    conn: &mut PgConnection,
    wanted: &Wanted,
    cause: &Cause,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO prompt_evaluations
             (evaluation_id, prompt_id, tenant, version, label, actor, correlation_id, causation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(wanted.evaluation_id.uuid())
    .bind(wanted.prompt_id.uuid())
    .bind(cause.tenant.as_str())
    .bind(wanted.version)
    .bind(&wanted.label)
    .bind(wanted.actor.map(UserId::uuid))
    .bind(cause.correlation_id.map(EventId::uuid))
    .bind(cause.causation_id.map(EventId::uuid))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store an evaluation"))
}

/// Takes the oldest that nobody works on.
pub(crate) async fn take(pool: &PgPool) -> Result<Option<(Wanted, Cause)>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE prompt_evaluations SET claimed_until = now() + $1::interval WHERE evaluation_id = (
             SELECT evaluation_id FROM prompt_evaluations
             WHERE ended_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
             ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING evaluation_id, prompt_id, tenant, version, label, actor, correlation_id, causation_id",
    )
    .bind(CLAIM)
    .fetch_optional(pool)
    .await
    .map_err(Error::query("take an evaluation"))?;
    let Some(row) = row else { return Ok(None) };
    let stored = |cause: ids::InvalidId| Error::Stored {
        what: "tenant",
        cause: cause.to_string(),
    };
    let tenant: TenantId = row.tenant.parse().map_err(stored)?;
    let cause = Cause {
        correlation_id: row.correlation_id.map(EventId::from_uuid),
        causation_id: row.causation_id.map(EventId::from_uuid),
        ..Cause::root(tenant)
    };
    let wanted = Wanted {
        evaluation_id: EvaluationId::from_uuid(row.evaluation_id),
        prompt_id: PromptId::from_uuid(row.prompt_id),
        version: row.version,
        label: row.label,
        actor: row.actor.map(UserId::from_uuid),
    };
    Ok(Some((wanted, cause)))
}

/// Says that it is still worked on.
pub(crate) async fn renew(pool: &PgPool, evaluation: EvaluationId) -> Result<(), Error> {
    sqlx::query(
        "UPDATE prompt_evaluations SET claimed_until = now() + $2::interval WHERE evaluation_id = $1",
    )
    .bind(evaluation.uuid())
    .bind(CLAIM)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("keep an evaluation"))
}

/// Ends it; false when another process has.
pub(crate) async fn end(conn: &mut PgConnection, evaluation: EvaluationId) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE prompt_evaluations SET ended_at = now() WHERE evaluation_id = $1 AND ended_at IS NULL",
    )
    .bind(evaluation.uuid())
    .execute(conn)
    .await
    .map_err(Error::query("end an evaluation"))?;
    Ok(done.rows_affected() == 1)
}
