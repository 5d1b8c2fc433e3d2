//! The feed behind `GET /events`.

use crate::projection::Change;
use ::store::Error;
use ids::TenantId;
use sqlx::PgConnection;

/// Appends changes, in their order.
pub(crate) async fn append(
    conn: &mut PgConnection,
    tenant: &TenantId,
    changes: &[Change],
) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let events: Vec<&str> = changes.iter().map(|change| change.event).collect();
    let resources: Vec<Option<String>> = changes
        .iter()
        .map(|change| change.resource.as_ref().map(ToString::to_string))
        .collect();
    let data: Vec<String> = changes
        .iter()
        .map(|change| change.data.to_string())
        .collect();
    sqlx::query(
        "INSERT INTO feed (tenant_id, event, resource, data)
         SELECT $1, event, resource, data::json
         FROM unnest($2::text[], $3::text[], $4::text[]) AS t (event, resource, data)",
    )
    .bind(tenant.as_str())
    .bind(&events)
    .bind(&resources)
    .bind(&data)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("append to the feed"))
}
