//! When people must agree, as the tenant says it for all its workflows.

use ::store::Error;
use events::TenantRule;
use sqlx::{PgConnection, types::Json};

/// The rules of the reader's tenant.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<Vec<TenantRule>, Error> {
    let found: Option<Json<Vec<TenantRule>>> = sqlx::query_scalar("SELECT rules FROM tenant_rules")
        .fetch_optional(conn)
        .await
        .map_err(Error::query("read the rules of a tenant"))?;
    Ok(found.map(|rules| rules.0).unwrap_or_default())
}
