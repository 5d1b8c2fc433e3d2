//! What happened to a trigger in a stretch of time.

use crate::read::why::Finding;
use ::store::Error;
use events::Timestamp;
use ids::{EventId, RunId, TriggerId};
use sqlx::{PgConnection, types::Uuid};

#[derive(sqlx::FromRow)]
struct Row {
    at: Timestamp,
    code: String,
    message: String,
    event_id: Option<Uuid>,
    run_id: Option<Uuid>,
    account_id: Option<Uuid>,
    count: i64,
}

impl From<Row> for Finding {
    fn from(row: Row) -> Self {
        Self {
            at: row.at,
            code: row.code,
            message: row.message,
            event_id: row.event_id.map(EventId::from_uuid),
            run_id: row.run_id.map(RunId::from_uuid),
            account_id: row.account_id.map(ids::AccountId::from_uuid),
            count: row.count,
        }
    }
}

/// A time of the day as the last such moment at or before `latest`, in this time zone.
pub(crate) async fn moment(
    conn: &mut PgConnection,
    time: &str,
    timezone: &str,
    latest: Timestamp,
) -> Result<Timestamp, Error> {
    sqlx::query_scalar(
        "SELECT CASE WHEN today <= $3 THEN today ELSE (local - interval '1 day') AT TIME ZONE $2 END
         FROM (SELECT local, local AT TIME ZONE $2 AS today
               FROM (SELECT ($3 AT TIME ZONE $2)::date + $1::time AS local) AS d) AS t",
    )
    .bind(time)
    .bind(timezone)
    .bind(latest)
    .fetch_one(conn)
    .await
    .map_err(Error::query("read a time of the day"))
}

/// Runs and reasons of the trigger, oldest first; at most `limit`.
pub(crate) async fn events(
    conn: &mut PgConnection,
    trigger: TriggerId,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Finding>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM (
             SELECT r.started_at AS at, 'started' AS code, 'a run was started; it is ' || r.status AS message,
                 r.event_id, r.run_id, NULL::uuid AS account_id, 1::bigint AS count
             FROM runs r JOIN triggers t ON t.workflow_id = r.workflow_id AND t.trigger_id = $1
             WHERE r.trigger_id = $1 AND (r.run_id BETWEEN ulid_floor($2) AND ulid_floor($3)
                 OR r.run_id IN (SELECT run_id FROM trigger_reasons
                                 WHERE trigger_id = $1 AND run_id IS NOT NULL AND at BETWEEN $2 AND $3))
             UNION ALL
             SELECT at, CASE WHEN held THEN 'held' ELSE code END,
                 CASE WHEN held THEN 'it waits for its run (' || code || '): ' || message ELSE message END,
                 trigger_event_id, run_id, NULL, count
             FROM trigger_reasons WHERE trigger_id = $1 AND at BETWEEN $2 AND $3) AS found
         ORDER BY at, code LIMIT $4",
    )
    .bind(trigger.uuid())
    .bind(from)
    .bind(until)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read what happened to a trigger"))?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// How the trigger stood at `from`, and what changed until then.
pub(crate) async fn states(
    conn: &mut PgConnection,
    trigger: TriggerId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Finding>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT at, state AS code,
             CASE state WHEN 'on' THEN 'the trigger was on' WHEN 'off' THEN 'the trigger was switched off'
                 ELSE 'the published version had no such trigger' END AS message,
             NULL::uuid AS event_id, NULL::uuid AS run_id, NULL::uuid AS account_id, 1::bigint AS count
         FROM trigger_states WHERE trigger_id = $1 AND at <= $3
           AND at >= coalesce((SELECT max(at) FROM trigger_states WHERE trigger_id = $1 AND at <= $2), '-infinity')
         ORDER BY at",
    )
    .bind(trigger.uuid())
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read how a trigger stood"))?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// What was wrong with these accounts in that time.
pub(crate) async fn accounts(
    conn: &mut PgConnection,
    accounts: &[Uuid],
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Finding>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.at, 'account_' || s.state AS code,
             'the account ' || coalesce(a.name, '') || ' did not work: ' || coalesce(s.reason, s.code, s.state) AS message,
             NULL::uuid AS event_id, NULL::uuid AS run_id, s.account_id, 1::bigint AS count
         FROM account_states s JOIN accounts a USING (account_id)
         WHERE s.account_id = ANY($1) AND s.state <> 'healthy' AND s.at <= $3
           AND s.at >= coalesce((SELECT max(at) FROM account_states b
                                 WHERE b.account_id = s.account_id AND b.at <= $2), '-infinity')
         ORDER BY s.at",
    )
    .bind(accounts)
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await
    .map_err(Error::query("read how accounts did"))?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// The account that the trigger listens to, if it names one.
pub(crate) async fn account_of(
    conn: &mut PgConnection,
    trigger: TriggerId,
) -> Result<Option<String>, Error> {
    sqlx::query_scalar("SELECT config->>'account_id' FROM triggers WHERE trigger_id = $1")
        .bind(trigger.uuid())
        .fetch_one(conn)
        .await
        .map_err(Error::query("read the account of a trigger"))
}
