//! Accounts.

use crate::read::{Account, AccountStatus, Raw};
use ::store::Error;
use events::Timestamp;
use ids::AccountId;
use sqlx::{
    PgConnection,
    types::{Json, Uuid},
};

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Uuid,
    adapter: String,
    name: String,
    settings: Json<Raw>,
    state: String,
    code: Option<String>,
    reason: Option<String>,
    since: Timestamp,
    created_at: Timestamp,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: AccountId::from_uuid(row.account_id),
            adapter: row.adapter,
            name: row.name,
            settings: row.settings.0,
            status: AccountStatus {
                state: row.state,
                code: row.code,
                reason: row.reason,
                since: row.since,
            },
            created_at: row.created_at,
        }
    }
}

/// One account.
pub(crate) async fn one(conn: &mut PgConnection, id: AccountId) -> Result<Option<Account>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT account_id, adapter, name, settings, state, code, reason, since, created_at FROM accounts
         WHERE account_id = $1 AND name IS NOT NULL AND removed_at IS NULL",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read an account"))?;
    Ok(row.map(Account::from))
}

/// Those of `visible` before `before`, the newest first.
pub(crate) async fn page(
    conn: &mut PgConnection,
    visible: &[Uuid],
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Account>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT account_id, adapter, name, settings, state, code, reason, since, created_at FROM accounts
         WHERE account_id = ANY($1) AND name IS NOT NULL AND removed_at IS NULL AND ($2::uuid IS NULL OR account_id < $2)
         ORDER BY account_id DESC LIMIT $3",
    )
    .bind(visible)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
    .map_err(Error::query("list accounts"))?;
    Ok(rows.into_iter().map(Account::from).collect())
}
