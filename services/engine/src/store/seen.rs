//! Keys that runs have let through, as rows.

use chrono::NaiveDate;
use events::{RememberRequested, Timestamp};
use ids::TenantId;
use sqlx::PgConnection;
use std::collections::HashSet;
use store::Error;

/// Notes how much the node remembers from now on.
pub(crate) async fn limit(
    conn: &mut PgConnection,
    tenant: &TenantId,
    asked: &RememberRequested,
    today: NaiveDate,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO seen_limits AS l (tenant_id, workflow_id, node_id, days, most, asked_on) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, workflow_id, node_id) DO UPDATE
         SET days = excluded.days, most = excluded.most, asked_on = excluded.asked_on
         WHERE (l.days, l.most, l.asked_on) <> (excluded.days, excluded.most, excluded.asked_on)",
    )
    .bind(tenant.as_str())
    .bind(asked.origin.workflow_id.uuid())
    .bind(asked.origin.node.as_str())
    .bind(number(asked.days))
    .bind(number(asked.most))
    .bind(today)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note how much a node remembers"))
}

/// Those of the keys that are new, which they are no more for whoever asks next: unless it is the same effect again, a
/// repeat of its run, or later than the key is remembered.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    tenant: &TenantId,
    asked: &RememberRequested,
    at: Timestamp,
) -> Result<HashSet<String>, Error> {
    let origin = &asked.origin;
    // In the order of the keys, so that two runs do not wait for each other.
    let new: Vec<String> = sqlx::query_scalar(
        "INSERT INTO seen_keys AS s (tenant_id, workflow_id, node_id, key, first_seen, effect_key, run_id, origin_id)
         SELECT $1, $2, $3, k.key, $5, $6, $7, $8
         FROM (SELECT DISTINCT decode(key, 'hex') AS key FROM unnest($4::text[]) AS key ORDER BY 1) AS k
         ON CONFLICT (tenant_id, workflow_id, node_id, key) DO UPDATE
         SET first_seen = CASE WHEN s.effect_key = excluded.effect_key THEN s.first_seen ELSE excluded.first_seen END,
             effect_key = excluded.effect_key, run_id = excluded.run_id, origin_id = excluded.origin_id
         WHERE s.effect_key = excluded.effect_key
            OR s.first_seen < excluded.first_seen - make_interval(days => $9)
            OR (s.origin_id = excluded.origin_id AND s.run_id <> excluded.run_id)
         RETURNING encode(key, 'hex')",
    )
    .bind(tenant.as_str())
    .bind(origin.workflow_id.uuid())
    .bind(origin.node.as_str())
    .bind(&asked.keys)
    .bind(at)
    .bind(&origin.effect_key)
    .bind(origin.run_id.uuid())
    .bind(asked.repeats.unwrap_or(origin.run_id).uuid())
    .bind(number(asked.days))
    .fetch_all(conn)
    .await
    .map_err(Error::query("admit what is new"))?;
    Ok(new.into_iter().collect())
}

/// Forgets keys that are older, or more, than their nodes remember, as of `today`; a key that has the age today stays until
/// tomorrow.
pub(crate) async fn forget(conn: &mut PgConnection, today: NaiveDate) -> Result<(), Error> {
    let failed = || Error::query("forget keys");
    sqlx::query(
        "DELETE FROM seen_keys AS s USING seen_limits AS l
         WHERE (s.tenant_id, s.workflow_id, s.node_id) = (l.tenant_id, l.workflow_id, l.node_id)
           AND s.first_seen < ($1::date - l.days)::timestamp AT TIME ZONE 'UTC'",
    )
    .bind(today)
    .execute(&mut *conn)
    .await
    .map_err(failed())?;
    sqlx::query(
        "DELETE FROM seen_keys AS s
         USING seen_limits AS l CROSS JOIN LATERAL (
             SELECT first_seen, key FROM seen_keys AS k
             WHERE (k.tenant_id, k.workflow_id, k.node_id) = (l.tenant_id, l.workflow_id, l.node_id)
             ORDER BY first_seen DESC, key DESC OFFSET l.most LIMIT 1) AS newest
         WHERE (s.tenant_id, s.workflow_id, s.node_id) = (l.tenant_id, l.workflow_id, l.node_id)
           AND (s.first_seen, s.key) <= (newest.first_seen, newest.key)",
    )
    .execute(&mut *conn)
    .await
    .map_err(failed())?;
    // Whoever has not asked for so long has no keys any more.
    sqlx::query("DELETE FROM seen_limits WHERE asked_on < $1::date - days - 1")
        .bind(today)
        .execute(&mut *conn)
        .await
        .map(drop)
        .map_err(failed())
}

fn number(given: u32) -> i32 {
    i32::try_from(given).unwrap_or(i32::MAX)
}
