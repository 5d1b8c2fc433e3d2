//! A service's own database.

use crate::{Error, Tx};
use bus::Cause;
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Notify;

/// Which consumers wait for each event type; an outbox row stays until all of them have confirmed it.
pub type Subscribers = BTreeMap<String, Vec<String>>;

/// How to reach a database.
pub struct DatabaseOptions {
    pub service: String,
    /// `postgres://…` of the worker role.
    pub url: String,
    pub max_connections: u32,
    pub subscribers: Subscribers,
}

/// The worker's connections to a service's own database.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    service: String,
    pool: PgPool,
    subscribers: Subscribers,
    committed: Notify,
}

impl Database {
    /// Connects.
    ///
    /// # Errors
    /// `Connect` when the address is wrong or nobody answers within five seconds; retryable.
    pub async fn connect(options: DatabaseOptions) -> Result<Self, Error> {
        let connect = |source| Error::Connect {
            service: options.service.clone(),
            source,
        };
        let address: PgConnectOptions = options.url.parse().map_err(connect)?;
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(address.application_name(&options.service))
            .await
            .map_err(connect)?;
        Ok(Self(Arc::new(Inner {
            service: options.service,
            pool,
            subscribers: options.subscribers,
            committed: Notify::new(),
        })))
    }

    /// The service that owns it.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.0.service
    }

    /// Connections for reads that need no transaction.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// Begins a transaction whose events follow from `cause`.
    ///
    /// # Errors
    /// `Query` when no connection is to be had; retryable.
    pub async fn begin(&self, cause: Cause) -> Result<Tx, Error> {
        let inner = self
            .0
            .pool
            .begin()
            .await
            .map_err(Error::query("begin a transaction"))?;
        Ok(Tx::new(self.clone(), inner, cause))
    }

    /// Whether some consumer waits for events of this type.
    #[must_use]
    pub fn is_awaited(&self, event_type: &str) -> bool {
        !self.awaiting(event_type).is_empty()
    }

    pub(crate) fn awaiting(&self, event_type: &str) -> &[String] {
        self.0
            .subscribers
            .get(event_type)
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn committed(&self) -> &Notify {
        &self.0.committed
    }
}

/// Brings the tables up to date: first those that every service has, then the service's own. Needs the owner role.
///
/// # Errors
/// `Connect` or `Migrate`; a failed migration leaves the one before it in place.
pub async fn migrate(service: &str, owner_url: &str, own: &'static Migrator) -> Result<(), Error> {
    let failed = |source| Error::Migrate {
        service: service.to_owned(),
        source,
    };
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(owner_url)
        .await
        .map_err(|source| Error::Connect {
            service: service.to_owned(),
            source,
        })?;
    let mut shared = sqlx::migrate!("./migrations");
    shared.dangerous_set_table_name("_shared_migrations");
    shared.run(&pool).await.map_err(failed)?;
    own.run(&pool).await.map_err(failed)?;
    pool.close().await;
    Ok(())
}
