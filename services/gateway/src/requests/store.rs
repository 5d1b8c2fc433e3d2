//! The tables of requests. Worker role.

use events::BacktestRequested;
use ids::{EventId, TenantId, UserId};
use sqlx::{
    FromRow, PgConnection, PgPool,
    types::{Json, Uuid},
};
use std::collections::BTreeMap;
use store::Error;

/// Notes that an outcome of this request is waited for.
pub(super) async fn expect(
    conn: &mut PgConnection,
    correlation: EventId,
    tenant: &TenantId,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO requests (correlation_id, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(correlation.uuid())
    .bind(tenant.as_str())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note a request"))
}

/// Notes what became of a request; of several outcomes the first counts.
pub(super) async fn settle(
    conn: &mut PgConnection,
    correlation: EventId,
    outcome: serde_json::Value,
) -> Result<(), Error> {
    sqlx::query("UPDATE requests SET outcome = $2 WHERE correlation_id = $1 AND outcome IS NULL")
        .bind(correlation.uuid())
        .bind(outcome)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note the outcome of a request"))
}

/// What became of a request, if it is known.
pub(super) async fn outcome(
    pool: &PgPool,
    correlation: EventId,
) -> Result<Option<serde_json::Value>, Error> {
    sqlx::query_scalar(
        "SELECT outcome FROM requests WHERE correlation_id = $1 AND outcome IS NOT NULL",
    )
    .bind(correlation.uuid())
    .fetch_optional(pool)
    .await
    .map_err(Error::query("look for the outcome of a request"))
}

/// Notes a backtest that is wanted, so that it can be looked at before its report is there.
pub(super) async fn begin_backtest(
    conn: &mut PgConnection,
    tenant: &TenantId,
    request: &BacktestRequested,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO backtests (backtest_id, tenant_id, workflow_id, version_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (backtest_id) DO NOTHING",
    )
    .bind(request.backtest_id.uuid())
    .bind(tenant.as_str())
    .bind(request.workflow_id.uuid())
    .bind(request.version_id.uuid())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note a backtest"))
}

/// A stored answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// What is known of an idempotency key.
pub(super) enum Claim {
    /// Nobody else is at it: go on, under this correlation id.
    Mine(EventId),
    /// Used for another request.
    Other,
    /// The first request is still in flight.
    InFlight,
    /// Answered.
    Answered(Answer),
}

#[derive(FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    status: Option<i16>,
    headers: Option<Json<BTreeMap<String, String>>>,
    body: Option<Vec<u8>>,
}

/// Claims a key. A claim whose process died is taken over after a minute, with the first one's correlation id, so that
/// its event is the same event.
pub(super) async fn claim(
    pool: &PgPool,
    person: UserId,
    key: &str,
    fingerprint: &[u8],
) -> Result<Claim, Error> {
    let failed = Error::query;
    let claimed: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO idempotency_keys AS k (person_id, key, fingerprint, correlation_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, key) DO UPDATE SET claimed_at = now()
             WHERE k.fingerprint = $3 AND k.status IS NULL AND k.claimed_at < now() - interval '1 minute'
         RETURNING correlation_id",
    )
    .bind(person.uuid())
    .bind(key)
    .bind(fingerprint)
    .bind(EventId::generate().uuid())
    .fetch_optional(pool)
    .await
    .map_err(failed("claim an idempotency key"))?;
    if let Some(correlation) = claimed {
        return Ok(Claim::Mine(EventId::from_uuid(correlation)));
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT fingerprint, status, headers, body FROM idempotency_keys WHERE person_id = $1 AND key = $2",
    )
    .bind(person.uuid())
    .bind(key)
    .fetch_optional(pool)
    .await
    .map_err(failed("look up an idempotency key"))?;
    Ok(match row {
        Some(row) if row.fingerprint != fingerprint => Claim::Other,
        Some(Row {
            status: Some(status),
            headers,
            body,
            ..
        }) => Claim::Answered(Answer {
            status: u16::try_from(status).unwrap_or(500),
            headers: headers.map(|Json(headers)| headers).unwrap_or_default(),
            body: body.unwrap_or_default(),
        }),
        // Without a row, the one in flight was just given up: a repeat will claim it.
        Some(_) | None => Claim::InFlight,
    })
}

/// Keeps the answer for repeats.
pub(super) async fn answer(
    pool: &PgPool,
    person: UserId,
    key: &str,
    answer: &Answer,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE idempotency_keys SET status = $3, headers = $4, body = $5 WHERE person_id = $1 AND key = $2",
    )
    .bind(person.uuid())
    .bind(key)
    .bind(i16::try_from(answer.status).unwrap_or(500))
    .bind(Json(&answer.headers))
    .bind(&answer.body)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("keep an answer"))
}

/// Gives a key back at once, because the request had no outcome worth keeping. Its correlation id stays: what the request
/// may have made durable before it failed is the same event again.
pub(super) async fn release(pool: &PgPool, person: UserId, key: &str) -> Result<(), Error> {
    sqlx::query(
        "UPDATE idempotency_keys SET claimed_at = now() - interval '2 minutes'
         WHERE person_id = $1 AND key = $2 AND status IS NULL",
    )
    .bind(person.uuid())
    .bind(key)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("release an idempotency key"))
}

/// Forgets what is older than a day, and threads that nobody has gone on with for as long as conversations are kept.
pub(super) async fn prune(pool: &PgPool) -> Result<(), Error> {
    for statement in [
        "DELETE FROM idempotency_keys WHERE claimed_at < now() - interval '24 hours'",
        "DELETE FROM chat_threads WHERE said_at < now() - interval '90 days'",
        "DELETE FROM requests WHERE created_at < now() - interval '24 hours'",
    ] {
        sqlx::query(statement)
            .execute(pool)
            .await
            .map_err(Error::query("forget old requests"))?;
    }
    Ok(())
}
