//! A service's own database.

use crate::{Error, Failure, Tx};
use bus::{Cause, Verdict};
use ids::EventId;
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    types::Uuid,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// Which consumers wait for each event type; an outbox row stays until all of them have confirmed it.
pub type Subscribers = BTreeMap<String, Vec<String>>;

/// Who cannot go on tries again sooner than this, or has nothing left to try.
const HELD: Duration = Duration::from_secs(30);

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
    /// Told of each commit that staged events.
    committed: Notify,
    /// Told of those whose events wait for relations.
    staged_relations: Notify,
    /// Tells this process from those before it.
    life: Uuid,
    /// Who could not go on, why, and when that was tried last.
    held: Mutex<BTreeMap<String, (Instant, &'static str)>>,
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
            staged_relations: Notify::new(),
            life: EventId::generate().uuid(),
            held: Mutex::default(),
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

    /// What keeps consumers or commits from going on, in words for people: the database may answer and still be of no use.
    #[must_use]
    pub fn outage(&self) -> Option<&'static str> {
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = held.values().find(|(at, _)| at.elapsed() < HELD);
        lately.map(|(_, reason)| *reason)
    }

    /// What `consumer` has to say to the bus of an attempt in this database.
    #[must_use]
    pub fn verdict(&self, consumer: &str, result: Result<(), Failure>) -> Verdict {
        let (verdict, outage) = match result {
            Ok(()) => (Verdict::Ok, None),
            Err(Failure::Poison(cause)) => (Verdict::Poison(cause), None),
            Err(Failure::Retry { after, source }) => {
                let cause = chain(source.as_ref());
                tracing::warn!(consumer, cause, "event not applied yet");
                (Verdict::Retry { after, cause }, None)
            }
            Err(Failure::Outage { reason, source }) => {
                let cause = format!("{reason}: {}", chain(&source));
                (Verdict::Wait(cause), Some(reason))
            }
        };
        self.note(consumer, outage);
        verdict
    }

    /// Notes what keeps somebody from going on, or that nothing does.
    pub(crate) fn note(&self, who: &str, outage: Option<&'static str>) {
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        match outage {
            Some(reason) => drop(held.insert(who.to_owned(), (Instant::now(), reason))),
            None => drop(held.remove(who)),
        }
    }

    pub(crate) fn committed(&self) -> &Notify {
        &self.0.committed
    }

    pub(crate) fn staged_relations(&self) -> &Notify {
        &self.0.staged_relations
    }

    pub(crate) fn life(&self) -> Uuid {
        self.0.life
    }
}

/// An error and all it came from, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
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
