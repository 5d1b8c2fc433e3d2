//! Table `effect_ledger`.
//!
//! Whoever works on a row owns it: `owner` is the number of a process that holds the advisory lock `(OWNER, owner)` as long
//! as it lives, so a row of a process that died is seen at once.

use bus::{Cause, Envelope};
use events::{EffectCost, Event, RunError};
use ids::{EventId, RunId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{
    Connection, FromRow, PgConnection,
    types::{Json, Uuid},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Database, Error};

/// First half of the advisory locks of owners.
const OWNER: i32 = 0x6164_6170;

/// The story that an effect belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Story {
    pub(crate) tenant: TenantId,
    event_id: EventId,
    correlation_id: EventId,
    pub(crate) traceparent: Option<String>,
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Recorded {
    Completed {
        outcome: events::Json,
        cost: Option<EffectCost>,
    },
    Failed(RunError),
}

/// An effect that is asked for.
pub(crate) struct Intent {
    pub(crate) run: RunId,
    /// The process that will work on it, where that is known.
    pub(crate) owner: Option<i32>,
    pub(crate) row: Open,
}

/// What the ledger knew of a key.
pub(crate) enum Admitted {
    /// Nothing.
    New,
    /// It is being worked on.
    Open,
    /// It is done.
    Settled(Recorded),
    /// Another run's key.
    Foreign,
}

/// A row to work on.
#[derive(FromRow)]
pub(crate) struct Open {
    pub(crate) effect_key: String,
    pub(crate) lane: String,
    pub(crate) state: String,
    pub(crate) request: Json<Value>,
    pub(crate) story: Json<Story>,
}

impl Story {
    pub(crate) fn of(envelope: &Envelope) -> Self {
        Self {
            tenant: envelope.tenant.clone(),
            event_id: envelope.id,
            correlation_id: envelope.correlation_id,
            traceparent: envelope.traceparent.clone(),
        }
    }

    /// What the result follows from.
    pub(crate) fn cause(&self) -> Cause {
        Cause {
            tenant: self.tenant.clone(),
            correlation_id: Some(self.correlation_id),
            causation_id: Some(self.event_id),
            traceparent: bus::current_traceparent().or_else(|| self.traceparent.clone()),
        }
    }

    /// A span for the work, child of the span that asked for it.
    pub(crate) fn span<E: Event>(&self) -> tracing::Span {
        let envelope = Envelope {
            id: self.event_id,
            event_type: E::TYPE.to_owned(),
            version: E::VERSION,
            source: String::new(),
            tenant: self.tenant.clone(),
            key: String::new(),
            time: chrono::Utc::now(),
            correlation_id: self.correlation_id,
            causation_id: None,
            traceparent: self.traceparent.clone(),
            zed_token: None,
            receipt_to: None,
        };
        bus::span(&envelope, "do")
    }
}

/// Writes intents in one statement and tells of each what was known of its key.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    intents: &[Intent],
) -> Result<Vec<Admitted>, Error> {
    let keys: Vec<&str> = intents.iter().map(|i| i.row.effect_key.as_str()).collect();
    let mut new = write(&mut *conn, intents, &keys).await?;
    let mut known = BTreeMap::new();
    if new.len() < intents.len() {
        known = read(conn, &keys).await?;
    }
    let admitted = intents.iter().map(|intent| {
        let key = intent.row.effect_key.as_str();
        if new.remove(key) {
            return Admitted::New;
        }
        match known.get(key) {
            Some(known)
                if known.run_id == intent.run.uuid()
                    && known.tenant == intent.row.story.tenant.as_str() =>
            {
                let recorded = known.outcome.clone();
                recorded.map_or(Admitted::Open, |recorded| Admitted::Settled(recorded.0))
            }
            Some(_) | None => Admitted::Foreign,
        }
    });
    Ok(admitted.collect())
}

/// The keys that were new.
async fn write(
    conn: &mut PgConnection,
    intents: &[Intent],
    keys: &[&str],
) -> Result<BTreeSet<String>, Error> {
    let each = || intents.iter();
    let new: Vec<String> = sqlx::query_scalar(
        "INSERT INTO effect_ledger (effect_key, run_id, tenant, lane, owner, request, story)
         SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::json[], $7::json[])
         ON CONFLICT (effect_key) DO NOTHING RETURNING effect_key",
    )
    .bind(keys)
    .bind(each().map(|i| i.run.uuid()).collect::<Vec<_>>())
    .bind(each().map(|i| i.row.story.tenant.as_str()).collect::<Vec<_>>())
    .bind(each().map(|i| i.row.lane.as_str()).collect::<Vec<_>>())
    .bind(each().map(|i| i.owner).collect::<Vec<_>>())
    .bind(each().map(|i| &i.row.request).collect::<Vec<_>>())
    .bind(each().map(|i| &i.row.story).collect::<Vec<_>>())
    .fetch_all(conn)
    .await
    .map_err(Error::query("write intents of effects"))?;
    Ok(new.into_iter().collect())
}

#[derive(FromRow)]
struct Known {
    effect_key: String,
    run_id: Uuid,
    tenant: String,
    outcome: Option<Json<Recorded>>,
}

async fn read(conn: &mut PgConnection, keys: &[&str]) -> Result<BTreeMap<String, Known>, Error> {
    let known: Vec<Known> = sqlx::query_as(
        "SELECT effect_key, run_id, tenant, outcome FROM effect_ledger WHERE effect_key = ANY($1)",
    )
    .bind(keys)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read results of effects"))?;
    let by_key = known
        .into_iter()
        .map(|known| (known.effect_key.clone(), known));
    Ok(by_key.collect())
}

/// A process that takes rows to work on. Taking needs the connection that holds its lock.
pub(crate) struct Owner {
    pub(crate) number: i32,
    conn: Option<PgConnection>,
}

impl Owner {
    pub(crate) fn new() -> Self {
        let [.., a, b, c, d] = *EventId::generate().uuid().as_bytes();
        Self {
            number: i32::from_be_bytes([a & 0x7f, b, c, d]),
            conn: None,
        }
    }

    /// Takes up to `limit` open rows that nobody alive works on, oldest first, at most `per_lane` of a lane together with
    /// those in `known` (keys and their lanes).
    pub(crate) async fn take(
        &mut self,
        database: &Database,
        known: (&[&str], &[&str]),
        per_lane: i32,
        limit: i64,
    ) -> Result<Vec<Open>, Error> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect(database).await?,
        };
        let (keys, lanes) = known;
        let taken = sqlx::query_as(
            "WITH alive AS MATERIALIZED (
                 SELECT objid::bigint AS owner FROM pg_locks
                 WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objsubid = 2 AND granted
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
             busy AS (SELECT lane, count(*) AS n FROM unnest($4::text[]) AS lane GROUP BY lane),
             open AS (
                 SELECT effect_key, lane, owner, created_at FROM effect_ledger
                 WHERE state IN ('intent', 'dispatched') AND effect_key <> ALL($3)
                     AND (owner IS NULL OR owner = $2 OR owner NOT IN (SELECT alive.owner FROM alive))
                     AND lane NOT IN (SELECT busy.lane FROM busy WHERE n >= $5)
                 ORDER BY created_at LIMIT 1000),
             placed AS (
                 SELECT effect_key, owner, row_number() OVER (PARTITION BY lane ORDER BY created_at) + coalesce(n, 0) AS place
                 FROM open LEFT JOIN busy USING (lane)),
             picked AS (
                 SELECT l.effect_key FROM effect_ledger l JOIN placed USING (effect_key)
                 WHERE place <= $5 AND l.state IN ('intent', 'dispatched') AND l.owner IS NOT DISTINCT FROM placed.owner
                 ORDER BY l.created_at LIMIT $6 FOR UPDATE OF l SKIP LOCKED)
             UPDATE effect_ledger l SET owner = $2 FROM picked WHERE l.effect_key = picked.effect_key
             RETURNING l.effect_key, l.lane, l.state, l.request, l.story",
        )
        .persistent(false)
        .bind(OWNER)
        .bind(self.number)
        .bind(keys)
        .bind(lanes)
        .bind(per_lane)
        .bind(limit)
        .fetch_all(&mut conn)
        .await
        .map_err(Error::query("take effects to work on"))?;
        self.conn = Some(conn);
        Ok(taken)
    }

    /// Forgets what was settled a month ago.
    pub(crate) async fn prune(&mut self) -> Result<(), Error> {
        let Some(conn) = self.conn.as_mut() else {
            return Ok(());
        };
        sqlx::query("DELETE FROM effect_ledger WHERE settled_at < now() - interval '30 days'")
            .execute(conn)
            .await
            .map(drop)
            .map_err(Error::query("prune the effect ledger"))
    }

    async fn connect(&self, database: &Database) -> Result<PgConnection, Error> {
        let mut conn = database
            .pool()
            .acquire()
            .await
            .map_err(Error::query("connect the owner of effects"))?
            .detach();
        let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)")
            .bind(OWNER)
            .bind(self.number)
            .fetch_one(&mut conn)
            .await
            .map_err(Error::query("ask for an owner's lock"))?;
        if locked {
            return Ok(conn);
        }
        conn.close()
            .await
            .map_err(Error::query("close an owner's connection"))?;
        Err(Error::Stored {
            what: "owner's lock",
            cause: "an earlier connection still holds it".to_owned(),
        })
    }
}

/// Notes that the call is about to be made; false when another process owns the row by now.
pub(crate) async fn dispatch(
    conn: &mut PgConnection,
    effect_key: &str,
    owner: i32,
) -> Result<bool, Error> {
    sqlx::query(
        "UPDATE effect_ledger SET state = 'dispatched', dispatched_at = now(), attempts = attempts + 1
         WHERE effect_key = $1 AND owner = $2 AND state IN ('intent', 'dispatched')",
    )
    .bind(effect_key)
    .bind(owner)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(Error::query("note that an effect is dispatched"))
}

/// Notes that the call came to nothing on the way, so nothing is in doubt.
pub(crate) async fn withdraw(
    conn: &mut PgConnection,
    effect_key: &str,
    owner: i32,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE effect_ledger SET state = 'intent' WHERE effect_key = $1 AND owner = $2 AND state = 'dispatched'",
    )
    .bind(effect_key)
    .bind(owner)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note that an effect was not dispatched"))
}

/// Records what came of effects; the keys of those that no other process has taken over. Who has an owner is open: by its
/// state it would be looked for in the index of open rows, which is full of those that have just been settled. Planned
/// each time: a plan that was kept from when the table was small reads all of it.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    owner: i32,
    settled: &[(&str, &str, &Recorded)],
) -> Result<BTreeSet<String>, Error> {
    let each = || settled.iter();
    let recorded: Vec<String> = sqlx::query_scalar(
        "UPDATE effect_ledger l SET state = t.state, outcome = t.outcome, request = NULL, owner = NULL, settled_at = now()
         FROM unnest($2::text[], $3::text[], $4::json[]) AS t (effect_key, state, outcome)
         WHERE l.effect_key = t.effect_key AND l.owner = $1 RETURNING l.effect_key",
    )
    .persistent(false)
    .bind(owner)
    .bind(each().map(|(key, ..)| *key).collect::<Vec<_>>())
    .bind(each().map(|(_, state, _)| *state).collect::<Vec<_>>())
    .bind(each().map(|(.., recorded)| Json(*recorded)).collect::<Vec<_>>())
    .fetch_all(conn)
    .await
    .map_err(Error::query("record results of effects"))?;
    Ok(recorded.into_iter().collect())
}
