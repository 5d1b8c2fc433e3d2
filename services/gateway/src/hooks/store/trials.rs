//! Who listens for a call of a draft's test address.

use chrono::{DateTime, Utc};
use ids::{TenantId, WorkflowId};
use sqlx::PgConnection;
use store::Error;

/// Listens for one call until `expires_at`, longer than before if somebody listens already.
pub(in crate::hooks) async fn listen(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO webhook_trials (workflow_id, tenant_id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (workflow_id) DO UPDATE SET expires_at = greatest(webhook_trials.expires_at, excluded.expires_at)",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .bind(expires_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("listen for a test call"))
}

/// Takes the one call that is listened for; false when nobody listens. Of two calls at once one gets it.
pub(in crate::hooks) async fn take(
    conn: &mut PgConnection,
    tenant: &TenantId,
    workflow: WorkflowId,
) -> Result<bool, Error> {
    let gone = sqlx::query(
        "DELETE FROM webhook_trials WHERE workflow_id = $1 AND tenant_id = $2 AND expires_at > now()",
    )
    .bind(workflow.uuid())
    .bind(tenant.as_str())
    .execute(conn)
    .await
    .map_err(Error::query("take a test call"))?;
    Ok(gone.rows_affected() > 0)
}
