//! When people must agree, as a tenant says it for all its workflows.

use super::changed as did_change;
use ::store::Error;
use bus::Received;
use events::ApprovalRulesChanged;
use sqlx::types::Json;

/// A tenant has these rules; false when something newer is known.
pub(crate) async fn changed(
    conn: &mut sqlx::PgConnection,
    received: &Received<ApprovalRulesChanged>,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "INSERT INTO tenant_rules AS r (tenant_id, rules, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET rules = excluded.rules, changed_at = excluded.changed_at
         WHERE r.changed_at <= excluded.changed_at",
    )
    .bind(received.envelope.tenant.as_str())
    .bind(Json(&received.event.rules))
    .bind(received.envelope.time)
    .execute(conn)
    .await;
    did_change(result, "set the rules of a tenant")
}
