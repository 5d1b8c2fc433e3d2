//! Accounts and how they do.

use super::{changed, json};
use ::store::Error;
use bus::{Envelope, Received};
use events::{AccountConnected, AccountRemoved, Timestamp};
use ids::AccountId;
use sqlx::PgConnection;

/// The adapter stored an account; an older version changes nothing.
pub(crate) async fn connected(
    conn: &mut PgConnection,
    received: &Received<AccountConnected>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    sqlx::query(
        "INSERT INTO accounts AS a (account_id, tenant_id, adapter, name, settings, version, since, created_at, zed_token)
         VALUES ($1, $2, $3, $4, $5::json, $6, $7, $7, $8)
         ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, settings = excluded.settings,
             version = excluded.version, created_at = least(a.created_at, excluded.created_at),
             zed_token = coalesce(excluded.zed_token, a.zed_token)
         WHERE a.version <= excluded.version",
    )
    .bind(event.account_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.adapter)
    .bind(&event.name)
    .bind(json(&event.settings))
    .bind(i64::try_from(event.version).unwrap_or(i64::MAX))
    .bind(envelope.time)
    .bind(&envelope.zed_token)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("store an account"))
}

/// What an adapter says of an account.
pub(crate) struct Report<'a> {
    pub(crate) account: AccountId,
    pub(crate) adapter: &'a str,
    /// healthy, degraded or `reauth_needed`.
    pub(crate) state: &'static str,
    pub(crate) code: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) since: Timestamp,
}

/// Notes how an account does; false when something newer is known.
pub(crate) async fn reported(
    conn: &mut PgConnection,
    envelope: &Envelope,
    report: &Report<'_>,
) -> Result<bool, Error> {
    let result = sqlx::query(
        "INSERT INTO accounts AS a (account_id, tenant_id, adapter, state, code, reason, since, reported_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         ON CONFLICT (account_id) DO UPDATE SET state = excluded.state, code = excluded.code, reason = excluded.reason,
             since = excluded.since, reported_at = excluded.reported_at
         WHERE a.reported_at IS NULL OR a.reported_at <= excluded.reported_at",
    )
    .bind(report.account.uuid())
    .bind(envelope.tenant.as_str())
    .bind(report.adapter)
    .bind(report.state)
    .bind(report.code)
    .bind(report.reason)
    .bind(report.since)
    .bind(envelope.time)
    .execute(conn)
    .await;
    changed(result, "note how an account does")
}

/// An account is gone.
pub(crate) async fn removed(
    conn: &mut PgConnection,
    received: &Received<AccountRemoved>,
) -> Result<(), Error> {
    let (envelope, event) = (&received.envelope, &received.event);
    sqlx::query(
        "INSERT INTO accounts (account_id, tenant_id, adapter, since, created_at, removed_at) VALUES ($1, $2, $3, $4, $4, $4)
         ON CONFLICT (account_id) DO UPDATE SET removed_at = excluded.removed_at",
    )
    .bind(event.account_id.uuid())
    .bind(envelope.tenant.as_str())
    .bind(&event.adapter)
    .bind(envelope.time)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("mark an account as removed"))
}
