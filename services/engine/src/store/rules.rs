//! When people must agree, as tenants say it.

use events::TenantRule;
use ids::TenantId;
use sqlx::{PgConnection, types::Json};
use store::Error;

/// What a tenant says; nothing when it has said nothing.
pub(crate) async fn of(
    conn: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<TenantRule>, Error> {
    let found: Option<Json<Vec<TenantRule>>> =
        sqlx::query_scalar("SELECT rules FROM tenant_rules WHERE tenant_id = $1")
            .bind(tenant.as_str())
            .fetch_optional(conn)
            .await
            .map_err(Error::query("read the rules of a tenant"))?;
    Ok(found.map(|rules| rules.0).unwrap_or_default())
}

/// What a tenant says from now on.
pub(crate) async fn set(
    conn: &mut PgConnection,
    tenant: &TenantId,
    rules: &[TenantRule],
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO tenant_rules (tenant_id, rules) VALUES ($1, $2)
         ON CONFLICT (tenant_id) DO UPDATE SET rules = excluded.rules",
    )
    .bind(tenant.as_str())
    .bind(Json(rules))
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("set the rules of a tenant"))
}
