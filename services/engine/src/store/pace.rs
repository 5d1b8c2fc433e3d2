//! Events that wait for their run, and the keys by which they are counted. What is waited for is timed by the database.

use super::flush::natural;
use crate::pace::decide::{Running, Waiting};
use events::{Json, Timestamp, TriggerKind};
use ids::{EventId, NodeId, RunId, TenantId, TriggerId, UserId, WorkflowId};
use sqlx::{PgConnection, Row, postgres::PgRow};
use store::Error;

/// An event that reached a trigger with flow control.
#[derive(Debug, Clone)]
pub(crate) struct PacedEvent {
    pub(crate) trigger_id: TriggerId,
    pub(crate) event_id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) key: String,
    pub(crate) fault: Option<String>,
    pub(crate) priority: f64,
    pub(crate) run_id: RunId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) node: NodeId,
    pub(crate) kind: TriggerKind,
    pub(crate) actor: Option<UserId>,
    pub(crate) reply_to: Option<String>,
    pub(crate) payload: Json,
    pub(crate) correlation_id: EventId,
    pub(crate) causation_id: EventId,
    pub(crate) traceparent: Option<String>,
    /// When it happened.
    pub(crate) came_at: Timestamp,
}

/// A key, as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyOf {
    pub(crate) trigger_id: TriggerId,
    pub(crate) key: String,
    pub(crate) tenant: TenantId,
}

/// A key whose row this transaction holds.
#[derive(Debug, Clone)]
pub(crate) struct Locked {
    pub(crate) now_ms: i64,
    pub(crate) since_ms: Option<i64>,
    pub(crate) starts_ms: Vec<i64>,
}

/// Takes an event in; false when it was taken in before and has its run, or its reason. A caller who asks again is answered
/// in the place of the one before.
pub(crate) async fn take_in(conn: &mut PgConnection, event: &PacedEvent) -> Result<bool, Error> {
    let done = sqlx::query(
        "INSERT INTO paced_events (trigger_id, event_id, tenant_id, key, fault, priority, run_id, workflow_id, node_id,
             trigger_type, actor, reply_to, payload, correlation_id, causation_id, traceparent, came_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
         WHERE NOT EXISTS (SELECT FROM runs WHERE run_id = $7)
           AND NOT EXISTS (SELECT FROM trigger_decisions WHERE trigger_id = $1 AND event_id = $2)
         ON CONFLICT (trigger_id, event_id) DO UPDATE SET reply_to = coalesce(excluded.reply_to, paced_events.reply_to)
             WHERE paced_events.state <> 'started'",
    )
    .bind(event.trigger_id.uuid())
    .bind(event.event_id.uuid())
    .bind(event.tenant.as_str())
    .bind(&event.key)
    .bind(&event.fault)
    .bind(event.priority)
    .bind(event.run_id.uuid())
    .bind(event.workflow_id.uuid())
    .bind(event.node.as_str())
    .bind(event.kind.as_str())
    .bind(event.actor.map(UserId::uuid))
    .bind(&event.reply_to)
    .bind(event.payload.as_written())
    .bind(event.correlation_id.uuid())
    .bind(event.causation_id.uuid())
    .bind(&event.traceparent)
    .bind(event.came_at)
    .execute(conn)
    .await
    .map_err(Error::query("take an event of a trigger in"))?;
    Ok(done.rows_affected() > 0)
}

/// Keys that somebody has to look at now.
pub(crate) async fn due(conn: &mut PgConnection) -> Result<Vec<KeyOf>, Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT trigger_id, key, tenant_id FROM (
             (SELECT trigger_id, key, tenant_id FROM paced_events WHERE state = 'new' LIMIT 1000)
             UNION ALL
             (SELECT trigger_id, key, tenant_id FROM paced_keys
              WHERE look_at_ms <= extract(epoch FROM clock_timestamp()) * 1000 ORDER BY look_at_ms LIMIT 100)) AS due",
    )
    .fetch_all(conn)
    .await
    .map_err(Error::query("find keys of triggers that are due"))?;
    rows.iter()
        .map(|row| {
            Ok(KeyOf {
                trigger_id: TriggerId::from_uuid(row.get("trigger_id")),
                key: row.get("key"),
                tenant: tenant(row)?,
            })
        })
        .collect()
}

/// How long until a key is due, in milliseconds; none when nothing waits.
pub(crate) async fn until_due(conn: &mut PgConnection) -> Result<Option<u64>, Error> {
    let left: Option<i64> = sqlx::query_scalar(
        "SELECT min(look_at_ms) - (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM paced_keys",
    )
    .fetch_one(conn)
    .await
    .map_err(Error::query("find when a key of a trigger is due"))?;
    Ok(left.map(natural))
}

/// Holds a key's row until the transaction ends; none when another replica holds it.
pub(crate) async fn lock(conn: &mut PgConnection, key: &KeyOf) -> Result<Option<Locked>, Error> {
    sqlx::query(
        "INSERT INTO paced_keys (trigger_id, key, tenant_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(key.trigger_id.uuid())
    .bind(&key.key)
    .bind(key.tenant.as_str())
    .execute(&mut *conn)
    .await
    .map_err(Error::query("note a key of a trigger"))?;
    let row = sqlx::query(
        "SELECT since_ms, starts_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
         FROM paced_keys WHERE trigger_id = $1 AND key = $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(key.trigger_id.uuid())
    .bind(&key.key)
    .fetch_optional(conn)
    .await
    .map_err(Error::query("hold a key of a trigger"))?;
    Ok(row.map(|row| Locked {
        now_ms: row.get("now_ms"),
        since_ms: row.get("since_ms"),
        starts_ms: row.get("starts_ms"),
    }))
}

/// The events of a key that have no run yet, oldest first.
pub(crate) async fn waiting(conn: &mut PgConnection, key: &KeyOf) -> Result<Vec<Waiting>, Error> {
    let rows = sqlx::query(
        "SELECT event_id, at_ms, priority, octet_length(payload) AS bytes, state = 'new' AS is_new, fault
         FROM paced_events WHERE trigger_id = $1 AND key = $2 AND state <> 'started' ORDER BY came_at, ord",
    )
    .bind(key.trigger_id.uuid())
    .bind(&key.key)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the events of a key"))?;
    let read = |row: &PgRow| Waiting {
        event: EventId::from_uuid(row.get("event_id")),
        at_ms: row.get("at_ms"),
        priority: row.get("priority"),
        bytes: usize::try_from(row.get::<i32, _>("bytes")).unwrap_or_default(),
        is_new: row.get("is_new"),
        fault: row.get("fault"),
    };
    Ok(rows.iter().map(read).collect())
}

/// The events of a key whose run was asked for. It is over when it has ended or was refused; if nobody counts runs
/// (`counted`), as soon as it is there.
pub(crate) async fn running(
    conn: &mut PgConnection,
    key: &KeyOf,
    counted: bool,
) -> Result<Vec<Running>, Error> {
    let rows = sqlx::query(
        "SELECT e.event_id, e.run_id, e.cancelled,
             d.event_id IS NOT NULL OR r.run_id IS NOT NULL AND (r.status <> 'running' OR NOT $3) AS over
         FROM paced_events e LEFT JOIN runs r ON r.run_id = e.run_id
             LEFT JOIN trigger_decisions d ON d.trigger_id = e.trigger_id AND d.event_id = e.event_id
         WHERE e.trigger_id = $1 AND e.key = $2 AND e.state = 'started' ORDER BY e.came_at, e.ord",
    )
    .bind(key.trigger_id.uuid())
    .bind(&key.key)
    .bind(counted)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the runs of a key"))?;
    let read = |row: &PgRow| Running {
        event: EventId::from_uuid(row.get("event_id")),
        run: RunId::from_uuid(row.get("run_id")),
        over: row.get("over"),
        cancelled: row.get("cancelled"),
    };
    Ok(rows.iter().map(read).collect())
}

/// Events as they were taken in, oldest first.
pub(crate) async fn read(
    conn: &mut PgConnection,
    trigger: TriggerId,
    events: &[EventId],
) -> Result<Vec<PacedEvent>, Error> {
    let ids: Vec<_> = events.iter().map(|event| event.uuid()).collect();
    let rows = sqlx::query(
        "SELECT trigger_id, event_id, tenant_id, key, fault, priority, run_id, workflow_id, node_id, trigger_type, actor,
             reply_to, payload, correlation_id, causation_id, traceparent, came_at
         FROM paced_events WHERE trigger_id = $1 AND event_id = ANY($2) ORDER BY came_at, ord",
    )
    .bind(trigger.uuid())
    .bind(&ids)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read events of a trigger"))?;
    rows.iter().map(paced).collect()
}

/// The event's run is asked for; what it brought is with the run from now on.
pub(crate) async fn started(
    conn: &mut PgConnection,
    trigger: TriggerId,
    event: EventId,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE paced_events SET state = 'started', payload = '' WHERE trigger_id = $1 AND event_id = $2",
    )
    .bind(trigger.uuid())
    .bind(event.uuid())
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note the start of a run"))
}

/// The event has been looked at and waits.
pub(crate) async fn held(
    conn: &mut PgConnection,
    trigger: TriggerId,
    event: EventId,
) -> Result<(), Error> {
    sqlx::query("UPDATE paced_events SET state = 'waiting' WHERE trigger_id = $1 AND event_id = $2")
        .bind(trigger.uuid())
        .bind(event.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note an event that waits"))
}

/// The event's run was told to end.
pub(crate) async fn cancelled(
    conn: &mut PgConnection,
    trigger: TriggerId,
    event: EventId,
) -> Result<(), Error> {
    sqlx::query("UPDATE paced_events SET cancelled = true WHERE trigger_id = $1 AND event_id = $2")
        .bind(trigger.uuid())
        .bind(event.uuid())
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("note a run that must end"))
}

/// Nothing has to be known of these events any more.
pub(crate) async fn forget(
    conn: &mut PgConnection,
    trigger: TriggerId,
    events: &[EventId],
) -> Result<(), Error> {
    let ids: Vec<_> = events.iter().map(|event| event.uuid()).collect();
    sqlx::query("DELETE FROM paced_events WHERE trigger_id = $1 AND event_id = ANY($2)")
        .bind(trigger.uuid())
        .bind(&ids)
        .execute(conn)
        .await
        .map(drop)
        .map_err(Error::query("forget events of a trigger"))
}

/// Lets go of a key: when it is looked at again, or never.
pub(crate) async fn leave(
    conn: &mut PgConnection,
    key: &KeyOf,
    since_ms: Option<i64>,
    starts_ms: &[i64],
    look_at_ms: Option<i64>,
) -> Result<(), Error> {
    let statement = match look_at_ms {
        Some(look_at_ms) => sqlx::query(
            "UPDATE paced_keys SET since_ms = $3, starts_ms = $4, look_at_ms = $5 WHERE trigger_id = $1 AND key = $2",
        )
        .bind(key.trigger_id.uuid())
        .bind(&key.key)
        .bind(since_ms)
        .bind(starts_ms)
        .bind(look_at_ms),
        None => sqlx::query("DELETE FROM paced_keys WHERE trigger_id = $1 AND key = $2")
            .bind(key.trigger_id.uuid())
            .bind(&key.key),
    };
    let done = statement.execute(conn).await;
    done.map(drop)
        .map_err(Error::query("leave a key of a trigger"))
}

/// Runs have ended: the keys that count them are due.
pub(crate) async fn ended(conn: &mut PgConnection, runs: &[RunId]) -> Result<(), Error> {
    let ids: Vec<_> = runs.iter().map(|run| run.uuid()).collect();
    sqlx::query(
        "UPDATE paced_keys k SET look_at_ms = 0 FROM paced_events e
         WHERE e.run_id = ANY($1) AND k.trigger_id = e.trigger_id AND k.key = e.key",
    )
    .bind(&ids)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note that runs have ended"))
}

fn paced(row: &PgRow) -> Result<PacedEvent, Error> {
    let (payload, node): (String, String) = (row.get("payload"), row.get("node_id"));
    let stored = |cause: String| Error::Stored {
        what: "event of a trigger",
        cause,
    };
    Ok(PacedEvent {
        trigger_id: TriggerId::from_uuid(row.get("trigger_id")),
        event_id: EventId::from_uuid(row.get("event_id")),
        tenant: tenant(row)?,
        key: row.get("key"),
        fault: row.get("fault"),
        priority: row.get("priority"),
        run_id: RunId::from_uuid(row.get("run_id")),
        workflow_id: WorkflowId::from_uuid(row.get("workflow_id")),
        node: node
            .parse()
            .map_err(|error: ids::InvalidId| stored(error.to_string()))?,
        kind: super::triggers::kind(row.get("trigger_type"))?,
        actor: row.get::<Option<_>, _>("actor").map(UserId::from_uuid),
        reply_to: row.get("reply_to"),
        payload: Json::parse(payload).map_err(|error| stored(error.to_string()))?,
        correlation_id: EventId::from_uuid(row.get("correlation_id")),
        causation_id: EventId::from_uuid(row.get("causation_id")),
        traceparent: row.get("traceparent"),
        came_at: row.get("came_at"),
    })
}

fn tenant(row: &PgRow) -> Result<TenantId, Error> {
    let text: String = row.get("tenant_id");
    text.parse().map_err(|error: ids::InvalidId| Error::Stored {
        what: "tenant",
        cause: error.to_string(),
    })
}
