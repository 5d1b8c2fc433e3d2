//! Backtests.

use super::json;
use ::store::Error;
use events::BacktestCompleted;
use ids::TenantId;
use sqlx::PgConnection;

/// Notes a report; the first one stays.
pub(crate) async fn completed(
    conn: &mut PgConnection,
    tenant: &TenantId,
    event: &BacktestCompleted,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO backtests AS b (backtest_id, tenant_id, workflow_id, version_id, cases, completed_at)
         VALUES ($1, $2, $3, $4, $5::json, $6)
         ON CONFLICT (backtest_id) DO UPDATE SET cases = excluded.cases, completed_at = excluded.completed_at
         WHERE b.completed_at IS NULL",
    )
    .bind(event.backtest_id.uuid())
    .bind(tenant.as_str())
    .bind(event.workflow_id.uuid())
    .bind(event.version_id.uuid())
    .bind(json(&event.cases))
    .bind(event.completed_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note a backtest"))
}
