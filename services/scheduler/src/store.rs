//! The scheduler's tables.

pub(crate) mod publications;

use crate::{Missed, Timetable};
use ::store::Error;
use chrono::{DateTime, Utc};
use ids::{NodeId, TenantId, TriggerId, VersionId, WorkflowId};
use sqlx::{FromRow, PgConnection, PgPool, migrate::Migrator, types::Uuid};
use std::time::Duration;

/// Brings the scheduler's database up to date.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// One schedule trigger.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub trigger_id: TriggerId,
    pub tenant: TenantId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub node: NodeId,
    pub cron_expression: String,
    pub timezone: String,
    pub missed: Missed,
    pub enabled: bool,
    pub next_due: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Row {
    trigger_id: Uuid,
    tenant_id: String,
    workflow_id: Uuid,
    version_id: Uuid,
    node_id: String,
    cron_expression: String,
    timezone: String,
    missed: String,
    enabled: bool,
    next_due: Option<DateTime<Utc>>,
}

impl Row {
    fn schedule(self) -> Result<Schedule, Error> {
        let stored = |cause: String| Error::Stored {
            what: "schedule",
            cause,
        };
        Ok(Schedule {
            trigger_id: TriggerId::from_uuid(self.trigger_id),
            tenant: self
                .tenant_id
                .parse()
                .map_err(|error: ids::InvalidId| stored(error.to_string()))?,
            workflow_id: WorkflowId::from_uuid(self.workflow_id),
            version_id: VersionId::from_uuid(self.version_id),
            node: self
                .node_id
                .parse()
                .map_err(|error: ids::InvalidId| stored(error.to_string()))?,
            missed: Missed::parse(&self.missed)
                .ok_or_else(|| stored(format!("missed `{}`", self.missed)))?,
            cron_expression: self.cron_expression,
            timezone: self.timezone,
            enabled: self.enabled,
            next_due: self.next_due,
        })
    }
}

impl Schedule {
    /// Its cron expression in its time zone.
    ///
    /// # Errors
    /// `Stored` when this version of the program cannot read what an earlier one accepted.
    pub fn timetable(&self) -> Result<Timetable, Error> {
        let stored = |cause| Error::Stored {
            what: "schedule",
            cause,
        };
        Timetable::parse(&self.cron_expression, &self.timezone).map_err(stored)
    }
}

/// Enabled schedules due at or before `now`, oldest first, at most `limit`; locked until the transaction ends.
pub(crate) async fn due_schedules(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Schedule>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, cron_expression, timezone, missed, enabled, next_due
         FROM schedules WHERE next_due <= $1 ORDER BY next_due LIMIT $2 FOR UPDATE",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read due schedules"))?;
    rows.into_iter().map(Row::schedule).collect()
}

/// The earliest due time of all.
pub(crate) async fn earliest_due(conn: &mut PgConnection) -> Result<Option<DateTime<Utc>>, Error> {
    sqlx::query_scalar("SELECT min(next_due) FROM schedules WHERE next_due IS NOT NULL")
        .fetch_one(conn)
        .await
        .map_err(Error::query("read the earliest due time"))
}

/// Notes that a due time fired; false when it had already.
pub(crate) async fn note_fired(
    conn: &mut PgConnection,
    trigger: TriggerId,
    due_at: DateTime<Utc>,
    epoch: i64,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO fired (trigger_id, due_at, epoch) VALUES ($1, $2, $3) ON CONFLICT ON CONSTRAINT fired_once DO NOTHING",
    )
    .bind(trigger.uuid())
    .bind(due_at)
    .bind(epoch)
    .execute(conn)
    .await
    .map_err(Error::query("note a fired due time"))?;
    Ok(done.rows_affected() == 1)
}

/// Forgets which due times fired more than a week ago; `next_due` has long passed them.
pub(crate) async fn forget_fired(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query("DELETE FROM fired WHERE fired_at < now() - interval '7 days'")
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("forget fired due times"))
}

/// Sets the first undecided due time.
pub(crate) async fn set_next_due(
    conn: &mut PgConnection,
    trigger: TriggerId,
    next_due: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    sqlx::query("UPDATE schedules SET next_due = $2 WHERE trigger_id = $1")
        .bind(trigger.uuid())
        .bind(next_due)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("set the next due time"))
}

/// The schedules of a workflow.
pub(crate) async fn schedules_of(
    conn: &mut PgConnection,
    workflow: WorkflowId,
) -> Result<Vec<Schedule>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT trigger_id, tenant_id, workflow_id, version_id, node_id, cron_expression, timezone, missed, enabled, next_due
         FROM schedules WHERE workflow_id = $1 FOR UPDATE",
    )
    .bind(workflow.uuid())
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the schedules of a workflow"))?;
    rows.into_iter().map(Row::schedule).collect()
}

/// Makes `schedules` the workflow's only ones.
pub(crate) async fn replace_schedules(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    schedules: &[Schedule],
) -> Result<(), Error> {
    sqlx::query("DELETE FROM schedules WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(&mut *conn)
        .await
        .map_err(Error::query("remove the schedules of a workflow"))?;
    for schedule in schedules {
        sqlx::query(
            "INSERT INTO schedules (trigger_id, tenant_id, workflow_id, version_id, node_id, cron_expression, timezone, missed, enabled, next_due)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(schedule.trigger_id.uuid())
        .bind(schedule.tenant.as_str())
        .bind(schedule.workflow_id.uuid())
        .bind(schedule.version_id.uuid())
        .bind(schedule.node.as_str())
        .bind(&schedule.cron_expression)
        .bind(&schedule.timezone)
        .bind(schedule.missed.as_str())
        .bind(schedule.enabled)
        .bind(schedule.next_due)
        .execute(&mut *conn)
        .await
        .map_err(Error::query("write a schedule"))?;
    }
    Ok(())
}

/// Takes the lead where it is free: nobody holds it, or the holder has been silent for longer than `lease`.
pub(crate) async fn take_over(
    pool: &PgPool,
    replica: &str,
    lease: Duration,
) -> Result<Option<i64>, Error> {
    sqlx::query_scalar(
        "UPDATE leader SET epoch = epoch + 1, holder = $1, renewed_at = clock_timestamp()
         WHERE renewed_at < clock_timestamp() - make_interval(secs => $2) RETURNING epoch",
    )
    .bind(replica)
    .bind(match planted::bug("lead-kept") {
        true => f64::from(u32::MAX),
        false => lease.as_secs_f64(),
    })
    .fetch_optional(pool)
    .await
    .map_err(Error::query("take over the lead"))
}

/// Renews the lease of `epoch`; false when that epoch is over. From here on the transaction may rest at most for `lease`:
/// it holds the row by which others take over.
pub(crate) async fn renew(
    conn: &mut PgConnection,
    epoch: i64,
    lease: Duration,
) -> Result<bool, Error> {
    sqlx::query("SELECT set_config('idle_in_transaction_session_timeout', $1, true)")
        .bind(lease.as_millis().to_string())
        .execute(&mut *conn)
        .await
        .map_err(Error::query("bound the leader's transaction"))?;
    let done = sqlx::query("UPDATE leader SET renewed_at = clock_timestamp() WHERE epoch = $1")
        .bind(epoch)
        .execute(conn)
        .await
        .map_err(Error::query("renew the lead"))?;
    Ok(done.rows_affected() == 1)
}

/// Frees the lead.
pub(crate) async fn resign(pool: &PgPool, epoch: i64) -> Result<(), Error> {
    sqlx::query("UPDATE leader SET renewed_at = '-infinity' WHERE epoch = $1")
        .bind(epoch)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("resign the lead"))
}
