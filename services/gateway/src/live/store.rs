//! The feed, as a stream reads it, and the news of commits.

use ::store::Error;
use sqlx::{PgConnection, PgPool, postgres::PgListener, types::Json};

/// Where replicas tell each other of commits.
pub(super) const CHANNEL: &str = "committed";

/// A stream's place in the feed. Changes are ordered by transaction, then by number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub(super) struct Place {
    /// The transaction's number, as text: sqlx has no type for it.
    pub(super) xid: String,
    pub(super) seq: i64,
}

impl Place {
    /// Before every change.
    pub(super) fn start() -> Self {
        Self {
            xid: "0".to_owned(),
            seq: 0,
        }
    }
}

/// One change.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    #[sqlx(flatten)]
    pub(super) place: Place,
    pub(super) event: String,
    /// Whose `view` opens it; absent for every member of the tenant.
    pub(super) resource: Option<String>,
    pub(super) data: Json<crate::read::Raw>,
}

/// Changes behind `after`, in order, at most `limit` of them. A change is seen when every older transaction has ended:
/// until then one could still appear before it.
pub(super) async fn changes(
    conn: &mut PgConnection,
    after: &Place,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    sqlx::query_as(
        "SELECT xid::text AS xid, seq, event, resource, data FROM feed
         WHERE tenant_id = current_setting('app.tenant') AND (feed.xid, seq) > ($1::text::xid8, $2)
             AND feed.xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY feed.xid, seq LIMIT $3",
    )
    .bind(&after.xid)
    .bind(after.seq)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the feed"))
}

/// The newest change that is seen.
pub(super) async fn newest(conn: &mut PgConnection) -> Result<Place, Error> {
    sqlx::query_as(
        "SELECT xid::text AS xid, seq FROM feed
         WHERE tenant_id = current_setting('app.tenant') AND feed.xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY feed.xid DESC, seq DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await
    .map(|place| place.unwrap_or_else(Place::start))
    .map_err(Error::query("read the end of the feed"))
}

/// Where the tenant's feed has this change; `None` when it has no such change.
pub(super) async fn place(conn: &mut PgConnection, seq: i64) -> Result<Option<Place>, Error> {
    sqlx::query_as("SELECT xid::text AS xid, seq FROM feed WHERE seq = $1")
        .bind(seq)
        .fetch_optional(conn)
        .await
        .map_err(Error::query("look for a change in the feed"))
}

/// How far transactions are.
#[derive(sqlx::FromRow)]
pub(super) struct Horizon {
    /// The oldest one that runs, else the next one.
    pub(super) oldest: i64,
    /// The next one.
    pub(super) next: i64,
}

/// How far transactions are now.
pub(super) async fn horizon(pool: &PgPool) -> Result<Horizon, Error> {
    sqlx::query_as(
        "SELECT pg_snapshot_xmin(now)::text::bigint AS oldest, pg_snapshot_xmax(now)::text::bigint AS next
         FROM pg_current_snapshot() AS now",
    )
    .fetch_one(pool)
    .await
    .map_err(Error::query("read how far transactions are"))
}

/// Tells all replicas that the one of this name committed. Nothing waits for the disk: there is nothing to keep.
pub(super) async fn tell(pool: &PgPool, name: &str) -> Result<(), Error> {
    sqlx::query("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(name)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("tell of a commit"))
}

/// Asks something of a listening connection.
pub(super) async fn prove(heard: &mut PgListener) -> Result<(), Error> {
    sqlx::query("SELECT 1")
        .execute(heard)
        .await
        .map(drop)
        .map_err(Error::query("use a listening connection"))
}
