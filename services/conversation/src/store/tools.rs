//! Table `tools`.

use ::store::Error;
use ids::TenantId;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Uuid};

/// Something that assistants may use.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub(crate) struct ToolRow {
    #[sqlx(rename = "tool_id")]
    pub(crate) id: Uuid,
    /// `workflow`, or the adapter of an account.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// JSON Schema.
    pub(crate) input: Option<Value>,
    pub(crate) reads: bool,
}

/// All of a tenant, the oldest first.
pub(crate) async fn all(conn: &mut PgConnection, tenant: &TenantId) -> Result<Vec<ToolRow>, Error> {
    sqlx::query_as(
        "SELECT tool_id, kind, name, description, input, reads FROM tools WHERE tenant_id = $1 ORDER BY tool_id",
    )
    .bind(tenant.as_str())
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the tools"))
}

/// Keeps one as it is now.
pub(crate) async fn put(
    conn: &mut PgConnection,
    tenant: &TenantId,
    row: &ToolRow,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO tools (tool_id, tenant_id, kind, name, description, input, reads) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tool_id) DO UPDATE
         SET name = excluded.name, description = excluded.description, input = excluded.input, reads = excluded.reads",
    )
    .bind(row.id)
    .bind(tenant.as_str())
    .bind(&row.kind)
    .bind(&row.name)
    .bind(&row.description)
    .bind(&row.input)
    .bind(row.reads)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep a tool"))
}

/// It is there no more.
pub(crate) async fn remove(conn: &mut PgConnection, id: Uuid) -> Result<(), Error> {
    sqlx::query("DELETE FROM tools WHERE tool_id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("remove a tool"))
}
