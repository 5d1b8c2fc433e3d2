//! How long runs are kept, and the room that they leave.

use super::changed as did_change;
use ::store::Error;
use bus::Received;
use chrono::NaiveDate;
use events::RetentionChanged;
use ids::WorkflowId;
use sqlx::PgPool;

/// A tenant, or one of its workflows, keeps runs for so long; false when something newer is known.
pub(crate) async fn changed(
    conn: &mut sqlx::PgConnection,
    received: &Received<RetentionChanged>,
    today: NaiveDate,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "INSERT INTO retention AS r (tenant_id, workflow_id, days, kept_from, changed_at)
         VALUES ($1, $2, $3, kept_from($4, $3), $5)
         ON CONFLICT (tenant_id, workflow_id) DO UPDATE
         SET days = excluded.days, kept_from = excluded.kept_from, changed_at = excluded.changed_at
         WHERE r.changed_at <= excluded.changed_at",
    )
    .bind(received.envelope.tenant.as_str())
    .bind(received.event.workflow_id.map(WorkflowId::uuid))
    .bind(received.event.days.map(days_of))
    .bind(today)
    .bind(received.envelope.time)
    .execute(conn)
    .await;
    did_change(result, "set a retention")
}

/// What holds where nobody has said anything, and the first run that is shown, as of `today`.
pub(crate) async fn renew(pool: &PgPool, installation: u32, today: NaiveDate) -> Result<(), Error> {
    sqlx::query(
        "UPDATE retention r SET days = n.days, kept_from = kept_from($1, n.days)
         FROM (SELECT tenant_id, workflow_id, CASE WHEN tenant_id = '*' THEN $2 ELSE days END AS days FROM retention) n
         WHERE n.tenant_id = r.tenant_id AND n.workflow_id IS NOT DISTINCT FROM r.workflow_id
             AND (r.days, r.kept_from) IS DISTINCT FROM (n.days, kept_from($1, n.days))",
    )
    .bind(today)
    .bind(days_of(installation))
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("move retention on"))
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

/// Removes the questions of runs that were reclaimed.
pub(crate) async fn forget_questions(pool: &PgPool) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM questions q WHERE run_id < (SELECT kept_from FROM retention ORDER BY kept_from DESC NULLS LAST LIMIT 1)
             AND NOT EXISTS (SELECT FROM runs r WHERE r.run_id = q.run_id)",
    )
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("forget questions"))
}

fn days_of(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}
