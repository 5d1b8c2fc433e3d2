//! The inbox table: which events a consumer has applied.

use crate::Error;
use ids::EventId;
use sqlx::PgConnection;
use std::collections::HashSet;

/// How long an applied event is remembered; longer than any stream keeps it for a consumer that lags.
const KEPT: &str =
    "WITH forgotten AS (DELETE FROM inbox_attempts WHERE begun_at < now() - interval '30 days')
    DELETE FROM inbox WHERE applied_at < now() - interval '30 days'";

/// Notes the events as applied and returns those that were not yet.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    consumer: &str,
    ids: &[EventId],
) -> Result<HashSet<EventId>, Error> {
    let uuids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let new: Vec<sqlx::types::Uuid> = sqlx::query_scalar(
        "INSERT INTO inbox (consumer, event_id) SELECT $1, id FROM unnest($2::uuid[]) AS id
         ON CONFLICT DO NOTHING RETURNING event_id",
    )
    .bind(consumer)
    .bind(&uuids)
    .fetch_all(conn)
    .await
    .map_err(Error::query("note consumed events"))?;
    Ok(new.into_iter().map(EventId::from_uuid).collect())
}

/// Forgets what is old enough.
pub(crate) async fn prune(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query(KEPT)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("prune the inbox"))
}
