//! The accounts of one adapter: kept by account events, opened for use, told about when their health changes.

use crate::{
    Account, AccountKind, Health, Keys, connect,
    redact::Redaction,
    store::accounts::{self, Change, Row},
};
use async_trait::async_trait;
use authz::{Filter, RelationChange, Resource};
use bus::{Cause, Received};
use events::{
    AccountConnectRequested, AccountConnected, AccountDegraded, AccountHealthy,
    AccountReauthNeeded, AccountRejected, AccountRemoveRequested, AccountRemoved,
};
use ids::AccountId;
use std::{marker::PhantomData, sync::Arc, time::Duration};
use store::{Apply, Database, Error, Failure, Tx};
use tokio::sync::Notify;

/// How often somebody who waits for changes looks by himself: another replica's changes make no sound here.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// The accounts of one adapter. Cheap to clone.
pub struct Accounts<K>(Arc<Inner<K>>);

struct Inner<K> {
    database: Database,
    keys: Keys,
    changed: Arc<Notify>,
    kind: PhantomData<fn() -> K>,
}

/// Why credentials cannot be used. Says nothing of what they are.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// They do not open.
    #[error("could not open the credentials of account {account}")]
    Sealed {
        account: AccountId,
        source: seal::Error,
    },
    /// They open, but are not what this adapter needs.
    #[error("the credentials of account {account} are not what this adapter needs: {cause}")]
    Shape { account: AccountId, cause: String },
}

impl<K> Clone for Accounts<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: AccountKind> Accounts<K> {
    /// The accounts in `database`, whose credentials open with `keys`.
    #[must_use]
    pub fn new(database: Database, keys: Keys) -> Self {
        Self(Arc::new(Inner {
            database,
            keys,
            changed: Arc::default(),
            kind: PhantomData,
        }))
    }

    /// All accounts that are not removed, oldest first. One that cannot be read is logged and left out.
    ///
    /// # Errors
    /// `Query` when the database cannot be reached; retryable.
    pub async fn all(&self) -> Result<Vec<Account<K>>, Error> {
        let rows = accounts::all(&mut *self.acquire().await?).await?;
        let readable = |row: Row| {
            row.account()
                .inspect_err(|error| {
                    tracing::error!(error = error as &dyn std::error::Error, "account left out");
                })
                .ok()
        };
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    /// One account, unless it is removed.
    ///
    /// # Errors
    /// `Query` (retryable); `Stored` when this version cannot read it.
    pub async fn get(&self, id: AccountId) -> Result<Option<Account<K>>, Error> {
        accounts::find(&mut *self.acquire().await?, id)
            .await?
            .filter(|row| !row.is_removed())
            .map(Row::account)
            .transpose()
    }

    /// Opens an account's credentials; `None` when it has none. Keep them only as long as they are used.
    ///
    /// # Errors
    /// When they were sealed for something else, were changed, or are not what the adapter needs.
    pub fn open(&self, account: &Account<K>) -> Result<Option<K::Credentials>, OpenError> {
        Ok(self.open_with_redaction(account)?.map(|(open, _)| open))
    }

    /// As [`Accounts::open`], with what takes them out of texts.
    pub(crate) fn open_with_redaction(
        &self,
        account: &Account<K>,
    ) -> Result<Option<(K::Credentials, Redaction)>, OpenError> {
        let Some(sealed) = &account.sealed else {
            return Ok(None);
        };
        let expected =
            connect::context::<K>(&account.tenant, account.id, account.sealed_version, sealed);
        let secret = self
            .0
            .keys
            .open(sealed, &expected)
            .map_err(|source| OpenError::Sealed {
                account: account.id,
                source,
            })?;
        let open = connect::credentials::<K>(&secret).map_err(|cause| OpenError::Shape {
            account: account.id,
            cause,
        })?;
        if planted::bug("credential-in-log") {
            let text = String::from_utf8_lossy(secret.expose());
            tracing::warn!(credentials = %text, "opened");
        }
        Ok(Some((open, Redaction::of(&secret))))
    }

    /// Returns when an account was connected, changed or removed here, and every 15 seconds because of other replicas. For
    /// one listener.
    pub async fn changed(&self) {
        tokio::select! {
            () = self.0.changed.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }

    /// Notes how `account` is, and tells it when that is news. A word about an older version of it is ignored.
    ///
    /// # Errors
    /// `Query` when the database cannot be reached; retryable.
    pub async fn report(&self, account: &Account<K>, health: &Health) -> Result<(), Error> {
        let mut tx = self
            .0
            .database
            .begin(Cause::root(account.tenant.clone()))
            .await?;
        let version = i64::try_from(account.version).unwrap_or(i64::MAX);
        let Some(since) = accounts::note(tx.conn(), account.id, version, health).await? else {
            return Ok(());
        };
        tracing::info!(account.id = %account.id, state = health.state().as_str(), reason = health.reason(), "account health");
        let (account_id, adapter) = (account.id, K::ADAPTER.to_owned());
        match health.clone() {
            Health::Healthy => tx.emit(&AccountHealthy {
                account_id,
                adapter,
                since,
            }),
            Health::Degraded { code, reason } => tx.emit(&AccountDegraded {
                account_id,
                adapter,
                since,
                code: code.to_owned(),
                reason,
            }),
            Health::ReauthNeeded { reason } => tx.emit(&AccountReauthNeeded {
                account_id,
                adapter,
                since,
                reason,
            }),
        }?;
        tx.commit().await
    }

    async fn acquire(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, Error> {
        self.0
            .database
            .pool()
            .acquire()
            .await
            .map_err(Error::query("connect to read accounts"))
    }
}

#[async_trait]
impl<K: AccountKind> Apply<AccountConnectRequested> for Accounts<K> {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountConnectRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        if event.adapter != K::ADAPTER {
            return Ok(());
        }
        let known = accounts::find(tx.conn(), event.account_id).await?;
        if known
            .as_ref()
            .is_some_and(|row| connect::is_settled(row, event, tenant))
        {
            return Ok(());
        }
        let taken = match connect::judge::<K>(&self.0.keys, tenant, event, known.as_ref()) {
            Ok(taken) => taken,
            Err(problem) => {
                tx.emit(&AccountRejected {
                    account_id: event.account_id,
                    adapter: event.adapter.clone(),
                    code: problem.code.to_owned(),
                    message: problem.message,
                    pointer: problem.pointer,
                })?;
                return Ok(());
            }
        };
        let change = Change {
            account_id: event.account_id,
            tenant: tenant.as_str(),
            name: &event.name,
            settings: &event.settings,
            sealed: taken.sealed.as_ref(),
            sealed_version: taken.sealed_version,
            version: taken.version,
        };
        if !accounts::save(tx.conn(), &change).await? {
            return Ok(());
        }
        let connected = AccountConnected {
            account_id: event.account_id,
            adapter: event.adapter.clone(),
            name: event.name.clone(),
            settings: event.settings.clone(),
            version: event.version,
            actor: event.actor,
        };
        match known {
            Some(_) => tx.emit(&connected)?,
            None => {
                let account = Resource::from(event.account_id);
                let relations = RelationChange {
                    touch: vec![
                        account.clone().owned_by(event.actor),
                        account.in_tenant(tenant.clone()),
                    ],
                    delete: Vec::new(),
                };
                let relations = serde_json::to_value(relations).map_err(Failure::poison)?;
                tx.emit_with_relations(&connected, relations)?
            }
        };
        tx.wake(&self.0.changed);
        Ok(())
    }
}

#[async_trait]
impl<K: AccountKind> Apply<AccountRemoveRequested> for Accounts<K> {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<AccountRemoveRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        if event.adapter != K::ADAPTER
            || !accounts::remove(tx.conn(), event.account_id, tenant.as_str()).await?
        {
            return Ok(());
        }
        let relations = RelationChange {
            touch: Vec::new(),
            delete: vec![Filter::of(event.account_id.into())],
        };
        let relations = serde_json::to_value(relations).map_err(Failure::poison)?;
        let removed = AccountRemoved {
            account_id: event.account_id,
            adapter: event.adapter.clone(),
        };
        tx.emit_with_relations(&removed, relations)?;
        tx.wake(&self.0.changed);
        Ok(())
    }
}
