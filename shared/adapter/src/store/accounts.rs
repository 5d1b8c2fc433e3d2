//! Table `accounts`.

use crate::{Account, AccountKind, Health, State, Status};
use chrono::{DateTime, Utc};
use ids::AccountId;
use seal::Sealed;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use store::Error;

/// An account as the table has it.
#[derive(FromRow)]
pub(crate) struct Row {
    account_id: sqlx::types::Uuid,
    pub(crate) tenant: String,
    name: String,
    settings: Json<Value>,
    pub(crate) sealed: Option<Json<Sealed>>,
    pub(crate) sealed_version: Option<i64>,
    pub(crate) version: i64,
    state: String,
    code: Option<String>,
    reason: Option<String>,
    since: DateTime<Utc>,
}

/// What a change writes.
pub(crate) struct Change<'a> {
    pub(crate) account_id: AccountId,
    pub(crate) tenant: &'a str,
    pub(crate) name: &'a str,
    pub(crate) settings: &'a Value,
    pub(crate) sealed: Option<&'a Sealed>,
    pub(crate) sealed_version: Option<i64>,
    pub(crate) version: i64,
}

impl Row {
    pub(crate) fn is_removed(&self) -> bool {
        self.state == State::Removed.as_str()
    }

    /// The account with its settings read.
    ///
    /// # Errors
    /// `Stored` when this version of the adapter cannot read what an older one took.
    pub(crate) fn account<K: AccountKind>(self) -> Result<Account<K>, Error> {
        let stored = |cause: String| Error::Stored {
            what: "account",
            cause,
        };
        let number = |value: i64| u64::try_from(value).unwrap_or_default();
        Ok(Account {
            id: AccountId::from_uuid(self.account_id),
            tenant: self
                .tenant
                .parse()
                .map_err(|error| stored(format!("{error}")))?,
            name: self.name,
            settings: serde_json::from_value(self.settings.0)
                .map_err(|error| stored(error.to_string()))?,
            version: number(self.version),
            status: Status {
                state: State::parse(&self.state)
                    .ok_or_else(|| stored(format!("state {}", self.state)))?,
                code: self.code,
                reason: self.reason,
                since: self.since,
            },
            sealed: self.sealed.map(|sealed| Box::new(sealed.0)),
            sealed_version: number(self.sealed_version.unwrap_or_default()),
        })
    }
}

/// One account, removed or not.
pub(crate) async fn find(conn: &mut PgConnection, id: AccountId) -> Result<Option<Row>, Error> {
    sqlx::query_as(
        "SELECT account_id, tenant, name, settings, sealed, sealed_version, version, state, code, reason, since
         FROM accounts WHERE account_id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("read an account"))
}

/// All accounts that are not removed, oldest first.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<Vec<Row>, Error> {
    sqlx::query_as(
        "SELECT account_id, tenant, name, settings, sealed, sealed_version, version, state, code, reason, since
         FROM accounts WHERE state <> 'removed' ORDER BY account_id",
    )
    .fetch_all(conn)
    .await
    .map_err(Error::query("read the accounts"))
}

/// Writes a change unless a newer one, or the removal, is there already; true when it was taken.
pub(crate) async fn save(conn: &mut PgConnection, change: &Change<'_>) -> Result<bool, Error> {
    sqlx::query(
        "INSERT INTO accounts AS known (account_id, tenant, name, settings, sealed, sealed_version, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, settings = excluded.settings,
             sealed = excluded.sealed, sealed_version = excluded.sealed_version, version = excluded.version,
             state = 'connecting', code = NULL, reason = NULL, since = now()
         WHERE known.version < excluded.version AND known.state <> 'removed' AND known.tenant = excluded.tenant",
    )
    .bind(change.account_id.uuid())
    .bind(change.tenant)
    .bind(change.name)
    .bind(Json(change.settings))
    .bind(change.sealed.map(Json))
    .bind(change.sealed_version)
    .bind(change.version)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(Error::query("save an account"))
}

/// Forgets settings and credentials; true when the account was there until now.
pub(crate) async fn remove(
    conn: &mut PgConnection,
    id: AccountId,
    tenant: &str,
) -> Result<bool, Error> {
    sqlx::query(
        "UPDATE accounts SET state = 'removed', settings = '{}', sealed = NULL, code = NULL, reason = NULL, since = now()
         WHERE account_id = $1 AND tenant = $2 AND state <> 'removed'",
    )
    .bind(id.uuid())
    .bind(tenant)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(Error::query("remove an account"))
}

/// Notes how an account is; the moment of the change, or `None` when it was so already or the account is another by now.
pub(crate) async fn note(
    conn: &mut PgConnection,
    id: AccountId,
    version: i64,
    health: &Health,
) -> Result<Option<DateTime<Utc>>, Error> {
    sqlx::query_scalar(
        "UPDATE accounts SET state = $3, code = $4, reason = $5, since = now()
         WHERE account_id = $1 AND version = $2 AND state <> 'removed'
             AND (state, code) IS DISTINCT FROM ($3, $4) RETURNING since",
    )
    .bind(id.uuid())
    .bind(version)
    .bind(health.state().as_str())
    .bind(health.code())
    .bind(health.reason())
    .fetch_optional(conn)
    .await
    .map_err(Error::query("note how an account is"))
}
