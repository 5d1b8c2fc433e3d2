//! The table `inbox_attempts`: which events were at hand when a process ended.
//!
//! A message that ends the process is delivered to the next one, and so for ever. What the bus counts does not tell it
//! from its neighbours, which were delivered as often. So one that has come suspiciously often is handled alone, between
//! two statements: what was begun by several processes and ended by none of them is the one.

use crate::Error;
use ids::EventId;
use sqlx::{PgPool, types::Uuid};

/// Notes that the process `life` begins an attempt, and says how many processes have done so without ending it.
pub(crate) async fn begin(
    pool: &PgPool,
    consumer: &str,
    id: EventId,
    life: Uuid,
) -> Result<i32, Error> {
    sqlx::query_scalar(
        "INSERT INTO inbox_attempts AS a (consumer, event_id, life) VALUES ($1, $2, $3)
         ON CONFLICT (consumer, event_id) DO UPDATE SET
             lives = a.lives + (a.life <> excluded.life)::integer, life = excluded.life, begun_at = now()
         RETURNING lives",
    )
    .bind(consumer)
    .bind(id.uuid())
    .bind(life)
    .fetch_one(pool)
    .await
    .map_err(Error::query("note an attempt"))
}

/// Forgets the attempts: the process has survived the last one.
pub(crate) async fn end(pool: &PgPool, consumer: &str, id: EventId) -> Result<(), Error> {
    sqlx::query("DELETE FROM inbox_attempts WHERE consumer = $1 AND event_id = $2")
        .bind(consumer)
        .bind(id.uuid())
        .execute(pool)
        .await
        .map(drop)
        .map_err(Error::query("forget an attempt"))
}
