//! Table `llm_tries`.

use crate::invocation::Try;
use ::store::Error;
use events::Measured;
use ids::{AccountId, InvocationId, TenantId};
use sqlx::{PgConnection, PgPool, types::Uuid};
use std::collections::BTreeMap;

/// What was measured of each model, by tenant and account.
pub(crate) type Figures = BTreeMap<(TenantId, Option<AccountId>, String), Measured>;

#[derive(sqlx::FromRow)]
struct Row {
    tenant: String,
    account_id: Option<Uuid>,
    model: String,
    calls: i64,
    failures: i64,
    tokens_per_second: Option<f64>,
    p50_ms: Option<f64>,
    p95_ms: Option<f64>,
}

/// Stores which models a call asked.
pub(crate) async fn add(
    conn: &mut PgConnection,
    invocation: InvocationId,
    tenant: &TenantId,
    tries: &[Try],
) -> Result<(), Error> {
    for (number, tried) in (1_i32..).zip(tries) {
        sqlx::query(
            "INSERT INTO llm_tries (invocation_id, number, tenant, account_id, model, latency_ms, output_tokens, error_code)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(invocation.uuid())
        .bind(number)
        .bind(tenant.as_str())
        .bind(tried.account.map(AccountId::uuid))
        .bind(&tried.model)
        .bind(i64::try_from(tried.latency_ms).unwrap_or(i64::MAX))
        .bind(i64::try_from(tried.output_tokens).unwrap_or(i64::MAX))
        .bind(&tried.error_code)
        .execute(&mut *conn)
        .await
        .map_err(Error::query("record which model was asked"))?;
    }
    Ok(())
}

/// The figures of the last seven days. Times and tokens are those of answers.
pub(crate) async fn measured(pool: &PgPool) -> Result<Figures, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT tenant, account_id, model, count(*) AS calls, count(error_code) AS failures,
             (1000 * sum(output_tokens) FILTER (WHERE error_code IS NULL)
                 / nullif(sum(latency_ms) FILTER (WHERE error_code IS NULL), 0))::float8 AS tokens_per_second,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE error_code IS NULL) AS p50_ms,
             percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE error_code IS NULL) AS p95_ms
         FROM llm_tries WHERE tried_at > now() - interval '7 days' GROUP BY tenant, account_id, model",
    )
    .fetch_all(pool)
    .await
    .map_err(Error::query("measure the models"))?;
    let figure = |row: Row| {
        let tenant = row.tenant.parse().ok()?;
        let key = (tenant, row.account_id.map(AccountId::from_uuid), row.model);
        let measured = Measured {
            calls: row.calls.unsigned_abs(),
            failures: row.failures.unsigned_abs(),
            tokens_per_second: row.tokens_per_second.map(tenths),
            p50_ms: row.p50_ms.map(whole),
            p95_ms: row.p95_ms.map(whole),
        };
        Some((key, measured))
    };
    Ok(rows.into_iter().filter_map(figure).collect())
}

/// Forgets what counts no more.
pub(crate) async fn forget(pool: &PgPool) -> Result<(), Error> {
    sqlx::query("DELETE FROM llm_tries WHERE tried_at < now() - interval '30 days'")
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("forget which models were asked"))
}

/// More digits say nothing.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a latency is positive and short"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}
