//! Why an event started no run.

use events::TriggerDeclined;
use ids::{EventId, TenantId, TriggerId};
use sqlx::PgConnection;
use store::{Error, Tx};

/// Records a declined trigger and tells of it; the first reason for an event stays, and is told once.
pub(crate) async fn decline(
    tx: &mut Tx,
    tenant: &TenantId,
    declined: &TriggerDeclined,
) -> Result<(), Error> {
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
    .execute(tx.conn())
    .await
    .map_err(Error::query("record a declined trigger"))?;
    if done.rows_affected() > 0 {
        tx.emit(declined)?;
    }
    Ok(())
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
