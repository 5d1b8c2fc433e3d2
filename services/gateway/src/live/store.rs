//! The feed, as a stream reads it.

use ::store::Error;
use sqlx::{PgConnection, types::Json};

/// One change.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) seq: i64,
    pub(super) event: String,
    /// Whose `view` opens it; absent for every member of the tenant.
    pub(super) resource: Option<String>,
    pub(super) data: Json<crate::read::Raw>,
}

/// Changes behind `after`, in order, at most `limit` of them. A change whose transaction is younger than one that still
/// runs is not seen yet: a smaller number could still appear before it.
pub(super) async fn changes(
    conn: &mut PgConnection,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    sqlx::query_as(
        "SELECT seq, event, resource, data FROM feed
         WHERE tenant_id = current_setting('app.tenant') AND seq > $1
             AND xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the feed"))
}

/// The newest change that is seen, 0 when there is none.
pub(super) async fn newest(conn: &mut PgConnection) -> Result<i64, Error> {
    sqlx::query_scalar(
        "SELECT coalesce((SELECT seq FROM feed
             WHERE tenant_id = current_setting('app.tenant') AND xid < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY seq DESC LIMIT 1), 0)",
    )
    .fetch_one(conn)
    .await
    .map_err(Error::query("read the end of the feed"))
}

/// Whether the tenant's feed has this change.
pub(super) async fn has(conn: &mut PgConnection, seq: i64) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM feed WHERE seq = $1)")
        .bind(seq)
        .fetch_one(conn)
        .await
        .map_err(Error::query("look for a change in the feed"))
}
