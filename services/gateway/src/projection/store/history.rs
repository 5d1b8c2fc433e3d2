//! How triggers and accounts stood in the past.

use ::store::Error;
use events::Timestamp;
use ids::{AccountId, TenantId, TriggerId};
use sqlx::{PgConnection, types::Uuid};

/// Notes since when these triggers are on, off or gone.
pub(crate) async fn triggers(
    conn: &mut PgConnection,
    tenant: &TenantId,
    states: &[(TriggerId, &'static str)],
    at: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = states.iter().map(|(id, _)| id.uuid()).collect();
    let words: Vec<&str> = states.iter().map(|(_, state)| *state).collect();
    sqlx::query(
        "INSERT INTO trigger_states (trigger_id, at, tenant_id, state)
         SELECT id, $2, $1, state FROM unnest($3::uuid[], $4::text[]) AS n (id, state) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(at)
    .bind(&ids)
    .bind(&words)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note how triggers stand"))
}

/// Notes that all triggers of a workflow but these are gone; before they are removed.
pub(crate) async fn removed(
    conn: &mut PgConnection,
    workflow: ids::WorkflowId,
    kept: &[TriggerId],
    at: Timestamp,
) -> Result<(), Error> {
    let kept: Vec<Uuid> = kept.iter().map(|id| id.uuid()).collect();
    sqlx::query(
        "INSERT INTO trigger_states (trigger_id, at, tenant_id, state)
         SELECT trigger_id, $2, tenant_id, 'removed' FROM triggers
         WHERE workflow_id = $1 AND trigger_id <> ALL($3) ON CONFLICT DO NOTHING",
    )
    .bind(workflow.uuid())
    .bind(at)
    .bind(&kept)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note that triggers are gone"))
}

/// Notes how an account does, if that is news.
pub(crate) async fn account(
    conn: &mut PgConnection,
    tenant: &TenantId,
    account: AccountId,
    (state, code, reason): (&str, Option<&str>, Option<&str>),
    at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO account_states (account_id, at, tenant_id, state, code, reason)
         SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (
             SELECT FROM (SELECT state, code FROM account_states WHERE account_id = $1 AND at <= $2 ORDER BY at DESC LIMIT 1) s
             WHERE s.state = $4 AND s.code IS NOT DISTINCT FROM $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(account.uuid())
    .bind(at)
    .bind(tenant.as_str())
    .bind(state)
    .bind(code)
    .bind(reason)
    .execute(conn)
    .await
    .map(drop)
    .map_err(Error::query("note how an account did"))
}
