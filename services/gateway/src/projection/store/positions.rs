//! How far each shard's log is applied.

use crate::projection::runs::{Reach, Span};
use ::store::Error;
use ids::Shard;
use sqlx::{PgConnection, PgPool, Row};
use std::collections::BTreeMap;

/// Adds what was just applied to what was before. Holds the touched shards' rows until the commit.
pub(crate) async fn advance(
    conn: &mut PgConnection,
    applied: &BTreeMap<Shard, Vec<Span>>,
) -> Result<(), Error> {
    let shards: Vec<i16> = applied
        .keys()
        .map(|shard| i16::from(shard.index()))
        .collect();
    let rows = sqlx::query(
        "SELECT shard, pos, EXISTS (SELECT 1 FROM shard_islands i WHERE i.shard = p.shard)
         FROM shard_positions p WHERE shard = ANY($1) ORDER BY shard FOR UPDATE",
    )
    .bind(&shards)
    .fetch_all(&mut *conn)
    .await
    .map_err(Error::query("lock shard positions"))?;
    let (mut moved, mut to) = (Vec::new(), Vec::new());
    for (row, (shard, spans)) in rows.iter().zip(applied) {
        let failed = || Error::query("read shard positions");
        let (pos, has_islands): (i64, bool) = (
            row.try_get(1).map_err(failed())?,
            row.try_get(2).map_err(failed())?,
        );
        let mut reach = Reach::new(pos);
        if has_islands {
            for span in islands(conn, *shard).await? {
                reach.add(span);
            }
        }
        let before = reach.clone();
        spans.iter().for_each(|span| reach.add(*span));
        if reach.pos != pos {
            moved.push(i16::from(shard.index()));
            to.push(reach.pos);
        }
        if reach.islands != before.islands {
            keep_islands(conn, *shard, &reach.islands).await?;
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE shard_positions p SET pos = t.pos
         FROM unnest($1::smallint[], $2::bigint[]) AS t (shard, pos) WHERE p.shard = t.shard",
    )
    .bind(&moved)
    .bind(&to)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("advance shard positions"))
}

async fn islands(conn: &mut PgConnection, shard: Shard) -> Result<Vec<Span>, Error> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT first_pos, last_pos FROM shard_islands WHERE shard = $1 ORDER BY first_pos",
    )
    .bind(i16::from(shard.index()))
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what lies beyond a gap"))?;
    Ok(rows
        .into_iter()
        .map(|(first, last)| Span { first, last })
        .collect())
}

async fn keep_islands(
    conn: &mut PgConnection,
    shard: Shard,
    islands: &[Span],
) -> Result<(), Error> {
    let first: Vec<i64> = islands.iter().map(|span| span.first).collect();
    let last: Vec<i64> = islands.iter().map(|span| span.last).collect();
    sqlx::query("DELETE FROM shard_islands WHERE shard = $1")
        .bind(i16::from(shard.index()))
        .execute(&mut *conn)
        .await
        .map_err(Error::query("forget filled gaps"))?;
    sqlx::query(
        "INSERT INTO shard_islands (shard, first_pos, last_pos)
         SELECT $1, * FROM unnest($2::bigint[], $3::bigint[])",
    )
    .bind(i16::from(shard.index()))
    .bind(&first)
    .bind(&last)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("keep what lies beyond a gap"))
}

/// The last contiguous position of every shard.
pub(crate) async fn all(pool: &PgPool) -> Result<BTreeMap<u8, u64>, Error> {
    let rows: Vec<(i16, i64)> = sqlx::query_as("SELECT shard, pos FROM shard_positions")
        .fetch_all(pool)
        .await
        .map_err(Error::query("read shard positions"))?;
    Ok(rows
        .into_iter()
        .filter_map(|(shard, pos)| Some((u8::try_from(shard).ok()?, u64::try_from(pos).ok()?)))
        .collect())
}
