//! The tables of webhooks. Worker role.

pub(super) mod calls;
pub(super) mod trials;

use chrono::{DateTime, Utc};
use ids::{TenantId, TriggerId, WorkflowId};
use sqlx::{
    FromRow, PgConnection, PgPool,
    types::{Json, Uuid},
};
use store::Error;
use workflow::config::WebhookAuth;

/// The channel on which replicas hear that routes changed.
pub(super) const CHANNEL: &str = "webhook_routes";

/// A route as stored, with the secret of its callers.
#[derive(FromRow)]
pub(super) struct Row {
    pub(super) trigger_id: Uuid,
    pub(super) tenant_id: String,
    pub(super) workflow_id: Uuid,
    pub(super) version_id: Uuid,
    pub(super) node: String,
    pub(super) path: String,
    pub(super) method: String,
    pub(super) waits: bool,
    pub(super) auth: Json<WebhookAuth>,
    pub(super) enabled: bool,
    pub(super) sealed: Option<Json<seal::Sealed>>,
    pub(super) secret_version: Option<i64>,
}

/// A route to be stored.
pub(super) struct NewRoute<'a> {
    pub(super) trigger: TriggerId,
    pub(super) tenant: &'a TenantId,
    pub(super) workflow: WorkflowId,
    pub(super) version: ids::VersionId,
    pub(super) node: &'a str,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) waits: bool,
    pub(super) auth: WebhookAuth,
    pub(super) enabled: bool,
    pub(super) published_at: DateTime<Utc>,
}

pub(super) async fn routes(pool: &PgPool) -> Result<Vec<Row>, Error> {
    sqlx::query_as(
        "SELECT r.trigger_id, r.tenant_id, r.workflow_id, r.version_id, r.node, r.path, r.method, r.waits, r.auth, r.enabled,
             s.sealed, s.version AS secret_version
         FROM webhook_routes r LEFT JOIN webhook_secrets s USING (trigger_id)",
    )
    .fetch_all(pool)
    .await
    .map_err(Error::query("read webhook routes"))
}

/// Takes a workflow's routes away, to be replaced in the same transaction; false when newer ones are there.
pub(super) async fn clear(
    conn: &mut PgConnection,
    workflow: WorkflowId,
    published_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let failed = Error::query;
    let newer: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM webhook_routes WHERE workflow_id = $1 AND published_at > $2)",
    )
    .bind(workflow.uuid())
    .bind(published_at)
    .fetch_one(&mut *conn)
    .await
    .map_err(failed("look for newer webhook routes"))?;
    if !newer {
        delete(conn, workflow).await?;
    }
    Ok(!newer)
}

/// Stores a route. A path that another workflow held goes to the newcomer: the engine lets one have it at a time.
pub(super) async fn insert(conn: &mut PgConnection, route: NewRoute<'_>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO webhook_routes
             (trigger_id, tenant_id, workflow_id, version_id, node, path, method, waits, auth, enabled, published_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT ON CONSTRAINT webhook_routes_path DO UPDATE SET
             trigger_id = excluded.trigger_id, tenant_id = excluded.tenant_id, workflow_id = excluded.workflow_id,
             version_id = excluded.version_id, node = excluded.node, waits = excluded.waits, auth = excluded.auth,
             enabled = excluded.enabled, published_at = excluded.published_at",
    )
    .bind(route.trigger.uuid())
    .bind(route.tenant.as_str())
    .bind(route.workflow.uuid())
    .bind(route.version.uuid())
    .bind(route.node)
    .bind(route.path)
    .bind(route.method)
    .bind(route.waits)
    .bind(Json(route.auth))
    .bind(route.enabled)
    .bind(route.published_at)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a webhook route"))
}

pub(super) async fn switch(
    conn: &mut PgConnection,
    trigger: TriggerId,
    enabled: bool,
) -> Result<(), Error> {
    sqlx::query("UPDATE webhook_routes SET enabled = $2 WHERE trigger_id = $1")
        .bind(trigger.uuid())
        .bind(enabled)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("switch a webhook route"))
}

pub(super) async fn delete(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM webhook_routes WHERE workflow_id = $1")
        .bind(workflow.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("remove webhook routes"))
}

/// Tells every replica, at the commit, that routes changed.
pub(super) async fn announce(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query("SELECT pg_notify($1, '')")
        .bind(CHANNEL)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("announce webhook routes"))
}

/// The number of a trigger's next secret.
pub(super) async fn next_secret(conn: &mut PgConnection, trigger: TriggerId) -> Result<i64, Error> {
    sqlx::query_scalar(
        "SELECT coalesce(max(version), 0) + 1 FROM webhook_secrets WHERE trigger_id = $1",
    )
    .bind(trigger.uuid())
    .fetch_one(conn)
    .await
    .map_err(Error::query("number a webhook secret"))
}

pub(super) async fn put_secret(
    conn: &mut PgConnection,
    tenant: &TenantId,
    trigger: TriggerId,
    sealed: &seal::Sealed,
    version: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO webhook_secrets (trigger_id, tenant_id, sealed, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (trigger_id) DO UPDATE SET sealed = $3, version = $4, changed_at = now()",
    )
    .bind(trigger.uuid())
    .bind(tenant.as_str())
    .bind(Json(sealed))
    .bind(version)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store a webhook secret"))
}

/// Takes the secrets of a workflow's webhooks away, with the calls that were kept because of them. Before its routes are.
pub(super) async fn forget(conn: &mut PgConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query(
        "WITH gone AS (DELETE FROM webhook_secrets s USING webhook_routes r
             WHERE s.trigger_id = r.trigger_id AND r.workflow_id = $1 RETURNING s.trigger_id)
         UPDATE webhook_calls c SET expires_at = now() + interval '1 hour'
         FROM gone WHERE c.trigger_id = gone.trigger_id AND c.expires_at IS NULL",
    )
    .bind(workflow.uuid())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("remove webhook secrets"))
}
