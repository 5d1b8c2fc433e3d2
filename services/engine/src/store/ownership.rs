//! Who owns which shard: advisory locks say who lives, epochs say whose writes count.

use super::flush::{natural, small};
use ids::Shard;
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;
use store::Error;

/// First keys of the advisory locks: one shared by all replicas, one per shard.
const PRESENCE: i32 = 0x7374_0001;
const SHARDS: i32 = 0x7374_0002;

/// A shard as its new owner finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub shard: Shard,
    pub epoch: u64,
    pub pos: u64,
    pub published_pos: u64,
    pub incarnation: i64,
    pub input_seq: u64,
}

/// Makes a session the sign of a living replica: PostgreSQL ends it when the process is gone, its machine is
/// unreachable, or it has been silent for `lease_ms`.
pub(crate) async fn be_present(conn: &mut PgConnection, lease_ms: u64) -> Result<(), Error> {
    let failed = Error::query;
    for (setting, value) in [
        ("idle_session_timeout", lease_ms.to_string()),
        ("tcp_keepalives_idle", "2".to_owned()),
        ("tcp_keepalives_interval", "1".to_owned()),
        ("tcp_keepalives_count", "3".to_owned()),
    ] {
        sqlx::query("SELECT set_config($1, $2, false)")
            .bind(setting)
            .bind(value)
            .execute(&mut *conn)
            .await
            .map_err(failed("set up the ownership session"))?;
    }
    sqlx::query("SELECT pg_advisory_lock_shared($1, 0)")
        .bind(PRESENCE)
        .execute(conn)
        .await
        .map_err(failed("join the replicas"))?;
    Ok(())
}

/// How many replicas live, this one included, and which shards are owned by any of them.
pub(crate) async fn look_around(
    conn: &mut PgConnection,
) -> Result<(usize, BTreeSet<Shard>), Error> {
    let rows = sqlx::query(
        "SELECT classid::int8 AS class, objid::int8 AS object FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 2 AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND classid::int8 IN ($1, $2)",
    )
    .bind(i64::from(PRESENCE))
    .bind(i64::from(SHARDS))
    .fetch_all(conn)
    .await
    .map_err(Error::query("look at the locks"))?;
    let mut replicas = 0;
    let mut owned = BTreeSet::new();
    for row in rows {
        let (class, object): (i64, i64) = (row.get("class"), row.get("object"));
        if class == i64::from(PRESENCE) {
            replicas += 1;
        } else {
            owned.extend(
                u8::try_from(object)
                    .ok()
                    .and_then(|o| Shard::try_from(o).ok()),
            );
        }
    }
    Ok((replicas, owned))
}

/// Asks for a shard; false when somebody else has it.
pub(crate) async fn lock(conn: &mut PgConnection, shard: Shard) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)")
        .bind(SHARDS)
        .bind(i32::from(shard.index()))
        .fetch_one(conn)
        .await
        .map_err(Error::query("lock a shard"))
}

/// Lets a shard go.
pub(crate) async fn unlock(conn: &mut PgConnection, shard: Shard) -> Result<(), Error> {
    sqlx::query("SELECT pg_advisory_unlock($1, $2)")
        .bind(SHARDS)
        .bind(i32::from(shard.index()))
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("unlock a shard"))
}

/// Raises a shard's epoch: from here on nobody else's flush changes it.
///
/// # Errors
/// `Query`; retryable.
pub async fn take_over(conn: &mut PgConnection, shard: Shard) -> Result<Taken, Error> {
    let row = sqlx::query(
        "UPDATE shards SET epoch = epoch + 1 WHERE shard = $1
         RETURNING epoch, pos, published_pos, incarnation, input_seq",
    )
    .bind(small(shard))
    .fetch_one(conn)
    .await
    .map_err(Error::query("take over a shard"))?;
    Ok(Taken {
        shard,
        epoch: natural(row.get("epoch")),
        pos: natural(row.get("pos")),
        published_pos: natural(row.get("published_pos")),
        incarnation: row.get("incarnation"),
        input_seq: natural(row.get("input_seq")),
    })
}
