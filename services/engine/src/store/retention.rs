//! How long runs are kept, and the room that they leave.

use chrono::NaiveDate;
use ids::{TenantId, WorkflowId};
use sqlx::{PgConnection, PgPool};
use store::Error;

/// What the installation says, as a tenant that nobody can be.
const INSTALLATION: &str = "*";
/// Days for which partitions are made ahead.
const AHEAD: i32 = 14;
/// Reasons of declined triggers that are removed at a time.
const AT_A_TIME: i64 = 10_000;

/// Sets how long the runs of a tenant, or of one of its workflows, are kept; no `days` leaves it to what is coarser.
pub(crate) async fn set(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: Option<WorkflowId>,
    days: Option<u32>,
    today: NaiveDate,
) -> Result<(), Error> {
    put(conn, tenant.as_str(), workflow, days.map(days_of), today).await
}

/// What holds where nobody has said anything, and the first run that is kept, as of `today`.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn renew(
    conn: &mut PgConnection,
    installation: u32,
    today: NaiveDate,
) -> Result<(), Error> {
    put(conn, INSTALLATION, None, Some(days_of(installation)), today).await?;
    sqlx::query("UPDATE retention SET kept_from = kept_from($1, days) WHERE kept_from <> kept_from($1, days)")
        .bind(today)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("move retention on"))
}

async fn put(
    conn: &mut PgConnection,
    tenant: &str,
    workflow: Option<WorkflowId>,
    days: Option<i32>,
    today: NaiveDate,
) -> Result<(), Error> {
    let query = match days {
        Some(days) => sqlx::query(
            "INSERT INTO retention (tenant_id, workflow_id, days, kept_from) VALUES ($1, $2, $3, kept_from($4, $3))
             ON CONFLICT (tenant_id, workflow_id) DO UPDATE SET days = excluded.days, kept_from = excluded.kept_from
             WHERE (retention.days, retention.kept_from) <> (excluded.days, excluded.kept_from)",
        )
        .bind(tenant)
        .bind(workflow.map(WorkflowId::uuid))
        .bind(days)
        .bind(today),
        None => sqlx::query(
            "DELETE FROM retention WHERE tenant_id = $1 AND workflow_id IS NOT DISTINCT FROM $2",
        )
        .bind(tenant)
        .bind(workflow.map(WorkflowId::uuid)),
    };
    query
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("set a retention"))
}

/// Makes the partitions of the coming days.
pub(crate) async fn create_partitions(pool: &PgPool, today: NaiveDate) -> Result<(), Error> {
    sqlx::query("SELECT create_run_partitions($1, $2)")
        .bind(today)
        .bind(AHEAD)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("create partitions of the run log"))
}

/// Reclaims one partition; its name, or `None` when there is nothing to reclaim. A large one takes its time.
pub(crate) async fn retire(pool: &PgPool) -> Result<Option<String>, Error> {
    let failed = |attempted| Error::query(attempted);
    let mut tx = pool.begin().await.map_err(failed("begin to retire runs"))?;
    sqlx::query("SELECT set_config('statement_timeout', '30min', true)")
        .execute(&mut *tx)
        .await
        .map_err(failed("take time to retire runs"))?;
    let retired = sqlx::query_scalar("SELECT retire_runs()")
        .fetch_one(&mut *tx)
        .await
        .map_err(failed("retire runs"))?;
    tx.commit().await.map_err(failed("retire runs"))?;
    Ok(retired)
}

/// Forgets why triggers were declined before `day`, some at a time; how many it were.
pub(crate) async fn forget_decisions(pool: &PgPool, day: NaiveDate) -> Result<u64, Error> {
    sqlx::query(
        "DELETE FROM trigger_decisions WHERE (trigger_id, event_id) IN (
             SELECT trigger_id, event_id FROM trigger_decisions WHERE decided_at < $1 ORDER BY decided_at LIMIT $2)",
    )
    .bind(day)
    .bind(AT_A_TIME)
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(Error::query("forget why triggers were declined"))
}

fn days_of(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}
