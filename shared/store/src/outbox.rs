//! The outbox table: events between their commit and the last consumer's receipt.

use crate::Error;
use bus::{Envelope, Message};
use chrono::DateTime;
use ids::EventId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{
    FromRow, PgConnection, PgExecutor, PgPool,
    types::{Json, Uuid},
};

/// A staged event.
pub(crate) struct Row {
    pub(crate) message: Message,
    pub(crate) relations: Option<Value>,
    pub(crate) awaiting: Vec<String>,
}

/// A row that is to be published now.
#[derive(FromRow)]
pub(crate) struct Due {
    pub(crate) event_id: Uuid,
    envelope: Json<StoredEnvelope>,
    payload: Vec<u8>,
    stored: bool,
    awaiting: Vec<String>,
}

/// A row that may not be published before its relations are written.
#[derive(FromRow)]
pub(crate) struct Unrelated {
    pub(crate) event_id: Uuid,
    pub(crate) relations: Value,
}

/// The envelope as the table keeps it.
#[derive(Serialize, Deserialize)]
struct StoredEnvelope {
    event_type: String,
    version: u16,
    source: String,
    tenant: ids::TenantId,
    key: String,
    time: DateTime<chrono::Utc>,
    correlation_id: EventId,
    causation_id: Option<EventId>,
    traceparent: Option<String>,
    /// From when on its relations hold; known once they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zed_token: Option<String>,
}

impl Due {
    /// The message again, asking for a receipt where somebody has to confirm it.
    pub(crate) fn message(&self) -> Message {
        let stored = &self.envelope.0;
        let envelope = Envelope {
            id: EventId::from_uuid(self.event_id),
            event_type: stored.event_type.clone(),
            version: stored.version,
            source: stored.source.clone(),
            tenant: stored.tenant.clone(),
            key: stored.key.clone(),
            time: stored.time,
            correlation_id: stored.correlation_id,
            causation_id: stored.causation_id,
            traceparent: stored.traceparent.clone(),
            zed_token: stored.zed_token.clone(),
            receipt_to: (!self.awaiting.is_empty()).then(|| stored.source.clone()),
        };
        Message {
            subject: envelope.subject(),
            envelope,
            payload: self.payload.clone().into(),
            stored: self.stored,
        }
    }
}

/// Writes staged events in one statement. An event id that is there already is left as it is.
pub(crate) async fn insert(conn: &mut PgConnection, rows: &[Row]) -> Result<(), Error> {
    let mut columns = Columns::default();
    for row in rows {
        columns.add(row);
    }
    sqlx::query(
        "INSERT INTO outbox (event_id, envelope, payload, stored, relations, awaiting)
         SELECT event_id, envelope, payload, stored, relations, string_to_array(awaiting, ',')
         FROM unnest($1::uuid[], $2::jsonb[], $3::bytea[], $4::boolean[], $5::jsonb[], $6::text[])
             WITH ORDINALITY AS t (event_id, envelope, payload, stored, relations, awaiting, place)
         ORDER BY place ON CONFLICT (event_id) DO NOTHING",
    )
    .bind(&columns.ids)
    .bind(&columns.envelopes)
    .bind(&columns.payloads)
    .bind(&columns.stored)
    .bind(&columns.relations)
    .bind(&columns.awaiting)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("write to the outbox"))
}

/// Staged events side by side, as one statement takes them.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    envelopes: Vec<Json<StoredEnvelope>>,
    payloads: Vec<Vec<u8>>,
    stored: Vec<bool>,
    relations: Vec<Option<Value>>,
    /// Names of consumers, which have no comma.
    awaiting: Vec<String>,
}

impl Columns {
    fn add(&mut self, row: &Row) {
        let Message {
            envelope,
            payload,
            stored,
            ..
        } = &row.message;
        self.ids.push(envelope.id.uuid());
        self.envelopes.push(Json(StoredEnvelope {
            event_type: envelope.event_type.clone(),
            version: envelope.version,
            source: envelope.source.clone(),
            tenant: envelope.tenant.clone(),
            key: envelope.key.clone(),
            time: envelope.time,
            correlation_id: envelope.correlation_id,
            causation_id: envelope.causation_id,
            traceparent: envelope.traceparent.clone(),
            zed_token: None,
        }));
        self.payloads.push(payload.to_vec());
        self.stored.push(*stored);
        self.relations.push(row.relations.clone());
        self.awaiting.push(row.awaiting.join(","));
    }
}

/// On this connection, the outbox is never read as a whole: it holds few rows, and the remains of many. A plain index scan
/// marks what it finds gone, so that the next one does not come there; a bitmap scan comes there each time.
pub(crate) async fn use_indexes(conn: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::raw_sql("SET enable_seqscan = off; SET enable_bitmapscan = off")
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("prepare the relay's connection"))
}

/// Up to `limit` rows that are due, in the order of their statements. A row whose relations are not written yet keeps back
/// those behind it that have its key, and no others.
pub(crate) async fn due(conn: &mut PgConnection, limit: i64) -> Result<Vec<Due>, Error> {
    sqlx::query_as(
        "SELECT event_id, envelope, payload, stored, awaiting FROM outbox AS this
         WHERE publish_at <= now() AND relations IS NULL AND NOT EXISTS (
             SELECT 1 FROM outbox AS ahead WHERE ahead.relations IS NOT NULL AND ahead.enqueued < this.enqueued
             AND ahead.envelope->>'key' = this.envelope->>'key' AND ahead.envelope->>'tenant' = this.envelope->>'tenant')
         ORDER BY enqueued LIMIT $1",
    )
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the outbox"))
}

/// Up to `limit` rows whose relations are to be written now: the first of each key.
pub(crate) async fn unrelated(pool: &PgPool, limit: i64) -> Result<Vec<Unrelated>, Error> {
    sqlx::query_as(
        "SELECT event_id, relations FROM outbox AS this
         WHERE publish_at <= now() AND relations IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM outbox AS ahead WHERE ahead.relations IS NOT NULL AND ahead.enqueued < this.enqueued
             AND ahead.envelope->>'key' = this.envelope->>'key' AND ahead.envelope->>'tenant' = this.envelope->>'tenant')
         ORDER BY enqueued LIMIT $1",
    )
    .bind(limit)
    .fetch_all(pool)
    .await
    .map_err(Error::query("read relations from the outbox"))
}

/// Notes that a row's relations hold, from `zed_token` on if there is one: it may be published.
pub(crate) async fn related(pool: &PgPool, id: Uuid, zed_token: Option<&str>) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET relations = NULL, attempts = 0, publish_at = now(),
             envelope = envelope || jsonb_strip_nulls(jsonb_build_object('zed_token', $2::text))
         WHERE event_id = $1",
    )
    .bind(id)
    .bind(zed_token)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("mark relations as written"))
}

/// Puts a row off whose relations could not be written: by a second, then doubled each time up to sixteen.
pub(crate) async fn defer(pool: &PgPool, id: Uuid) -> Result<(), Error> {
    sqlx::query(
        "UPDATE outbox SET attempts = attempts + 1, publish_at = now() + interval '1 second' * 2 ^ least(attempts, 4)
         WHERE event_id = $1",
    )
    .bind(id)
    .execute(pool)
    .await
    .map(drop)
    .map_err(Error::query("put off an outbox row"))
}

/// Forgets published rows nobody has to confirm, and sets the time to publish the others again: every 30 s for the first
/// five minutes, so that a bus that lost its store is soon whole again, then doubled each time up to an hour.
pub(crate) async fn published(conn: &mut PgConnection, ids: &[Uuid]) -> Result<(), Error> {
    sqlx::query(
        "WITH done AS (DELETE FROM outbox WHERE event_id = ANY($1) AND awaiting = '{}')
         UPDATE outbox SET attempts = attempts + 1,
             publish_at = now() + least(interval '1 hour', interval '30 seconds' * 2 ^ least(greatest(attempts - 9, 0), 7))
         WHERE event_id = ANY($1) AND awaiting <> '{}'",
    )
    .bind(ids)
    .execute(&mut *conn)
    .await
    .map_err(Error::query("mark outbox rows as published"))?;
    if planted::bug("published-once") {
        sqlx::query("UPDATE outbox SET publish_at = 'infinity' WHERE event_id = ANY($1)")
            .bind(ids)
            .execute(conn)
            .await
            .map_err(Error::query("never publish outbox rows again"))?;
    }
    Ok(())
}

/// Notes that `consumer` has applied these events; forgets those that nobody waits for any more.
pub(crate) async fn confirm(
    conn: &mut PgConnection,
    consumer: &str,
    ids: &[EventId],
) -> Result<(), Error> {
    if planted::bug("unconfirmed") {
        return Ok(());
    }
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query(
        "WITH confirmed AS (
             UPDATE outbox SET awaiting = array_remove(awaiting, $1) WHERE event_id = ANY($2)
             AND awaiting <> ARRAY[$1] RETURNING event_id)
         DELETE FROM outbox WHERE event_id = ANY($2) AND awaiting = ARRAY[$1]",
    )
    .bind(consumer)
    .bind(&ids)
    // A plan from when the table was empty reads all that rows have left behind since.
    .persistent(false)
    .execute(conn)
    .await
    .map_err(Error::query("confirm outbox rows"))?;
    Ok(())
}
