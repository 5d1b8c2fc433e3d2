//! Why an event started no run.

use events::TriggerDeclined;
use ids::{EventId, TenantId, TriggerId};
use sqlx::PgConnection;
use store::Error;

/// Records a declined trigger; the first reason for an event stays. True when it is new.
pub(crate) async fn record(
    conn: &mut PgConnection,
    tenant: &TenantId,
    declined: &TriggerDeclined,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO trigger_decisions (trigger_id, event_id, tenant_id, workflow_id, code, message)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (trigger_id, event_id) DO NOTHING",
    )
    .bind(declined.trigger_id.uuid())
    .bind(declined.event_id.uuid())
    .bind(tenant.as_str())
    .bind(declined.workflow_id.uuid())
    .bind(&declined.code)
    .bind(&declined.message)
    .execute(conn)
    .await
    .map_err(Error::query("record a declined trigger"))?;
    Ok(done.rows_affected() > 0)
}

/// Why an event started no run, if that was decided.
pub(crate) async fn message(
    conn: &mut PgConnection,
    trigger: TriggerId,
    event: EventId,
) -> Result<Option<String>, Error> {
    sqlx::query_scalar(
        "SELECT message FROM trigger_decisions WHERE trigger_id = $1 AND event_id = $2",
    )
    .bind(trigger.uuid())
    .bind(event.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read why an event started no run"))
}
