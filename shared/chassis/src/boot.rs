//! What a service gets when it starts.

use crate::{Health, Tasks, config::Common, relations::SpiceDbRelations};
use anyhow::Context;
use bus::{Bus, Manifest, Nats, NatsOptions};
use std::{sync::Arc, time::Duration};
use store::{Database, DatabaseOptions, Router, Subscribers};
use tokio_util::sync::CancellationToken;

/// Which consumers confirm which events; generated from all manifests.
const SUBSCRIBERS: &str = include_str!("../../../deploy/generated/subscribers.json");
const RETRY_EVERY: Duration = Duration::from_millis(500);
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// The service's surroundings: configuration, connections, shutdown.
pub struct Boot<C> {
    pub config: C,
    pub shutdown: CancellationToken,
    pub health: Health,
    pub tasks: Tasks,
    /// The name of this replica; fits a subject token.
    pub replica: String,
    pub(crate) manifest: Manifest,
    pub(crate) common: Common,
}

impl<C> Boot<C> {
    /// Connects to NATS as this service, waiting for the server as long as it takes.
    ///
    /// # Errors
    /// Only for a configuration that cannot work.
    pub async fn bus(&self) -> anyhow::Result<Bus> {
        self.health.missing("bus", "not connected yet");
        let seed = self.common.nkey_seed()?;
        let connect = || {
            Nats::connect(NatsOptions {
                url: self.common.nats_url.clone(),
                service: self.manifest.service.clone(),
                nkey_seed: seed.clone(),
            })
        };
        let bus: Bus = Arc::new(self.patiently("bus", connect).await?);
        let (health, watched, shutdown) =
            (self.health.clone(), Arc::clone(&bus), self.shutdown.clone());
        self.tasks.spawn("watch-bus", async move {
            loop {
                match watched.is_connected() {
                    true => health.ready("bus"),
                    false => health.missing("bus", "connection to NATS lost"),
                }
                tokio::select! { () = shutdown.cancelled() => return, () = tokio::time::sleep(WATCH_EVERY) => {} }
            }
        });
        Ok(bus)
    }

    /// Connects to the service's own database, waiting for it as long as it takes.
    ///
    /// # Errors
    /// Only for a configuration that cannot work.
    pub async fn database(&self) -> anyhow::Result<Database> {
        self.health.missing("database", "not connected yet");
        let url = self.common.database_url()?;
        let subscribers: Subscribers =
            serde_json::from_str(SUBSCRIBERS).context("subscribers.json is damaged")?;
        let connect = || {
            Database::connect(DatabaseOptions {
                service: self.manifest.service.clone(),
                url: url.clone(),
                max_connections: self.common.database_connections,
                subscribers: subscribers.clone(),
            })
        };
        let database = self.patiently("database", connect).await?;
        let (health, watched, shutdown) =
            (self.health.clone(), database.clone(), self.shutdown.clone());
        self.tasks.spawn("watch-database", async move {
            loop {
                let answered = sqlx::query("SELECT 1").execute(watched.pool()).await;
                match (answered, watched.outage()) {
                    (Ok(_), None) => health.ready("database"),
                    (Ok(_), Some(reason)) => health.missing("database", reason),
                    (Err(error), _) => health.missing("database", error),
                }
                tokio::select! { () = shutdown.cancelled() => return, () = tokio::time::sleep(WATCH_EVERY) => {} }
            }
        });
        Ok(database)
    }

    /// Database and bus, with the outbox relay and the receipts between them running.
    ///
    /// # Errors
    /// Only for a configuration that cannot work.
    pub async fn connect(&self) -> anyhow::Result<(Database, Bus)> {
        let database = self.database().await?;
        let bus = self.bus().await?;
        let relations = match self.manifest.authz {
            true => Some(SpiceDbRelations(self.authz()?)),
            false => None,
        };
        let relay = {
            let (database, bus, stop) = (database.clone(), Arc::clone(&bus), self.shutdown.clone());
            async move {
                let writer = relations
                    .as_ref()
                    .map(|writer| writer as &dyn store::RelationWriter);
                store::relay(database, bus, writer, stop).await;
            }
        };
        self.tasks.spawn("outbox-relay", relay);
        let receipts =
            store::confirm_receipts(database.clone(), Arc::clone(&bus), self.shutdown.clone());
        self.tasks.spawn("receipts", receipts);
        Ok((database, bus))
    }

    /// The connection to `SpiceDB`; made when it is first used.
    ///
    /// # Errors
    /// When address or key are missing or malformed.
    pub fn authz(&self) -> anyhow::Result<Arc<dyn authz::Authz>> {
        let client = authz::SpiceDb::new(&self.common.spicedb_url, &self.common.spicedb_key()?)
            .context("SPICEDB_URL cannot be used")?;
        Ok(Arc::new(client))
    }

    /// The address of the database for people's reads.
    ///
    /// # Errors
    /// When it is not configured.
    pub fn reader_url(&self) -> anyhow::Result<String> {
        self.common.reader_database_url()
    }

    /// Consumes the manifest's group `group` with these handlers, in the background.
    pub fn consume<S: Send + Sync + 'static>(
        &self,
        database: &Database,
        bus: &Bus,
        group: &'static str,
        router: Router<S>,
    ) {
        let consumers = self.manifest.group(group);
        assert!(
            !consumers.is_empty(),
            "the manifest declares no consumer group {group}"
        );
        let work = store::consume(
            database.clone(),
            Arc::clone(bus),
            consumers,
            router,
            self.shutdown.clone(),
        );
        self.tasks.spawn(group, work);
    }

    /// Tries until it works; an unreachable server is waited for, with `/readyz` saying so.
    async fn patiently<T, E, F>(&self, part: &str, connect: impl Fn() -> F) -> anyhow::Result<T>
    where
        F: Future<Output = Result<T, E>>,
        E: std::error::Error + Send + Sync + 'static,
    {
        loop {
            match connect().await {
                Ok(connected) => {
                    self.health.ready(part);
                    return Ok(connected);
                }
                Err(error) => {
                    let error = anyhow::Error::new(error);
                    tracing::warn!(part, error = format!("{error:#}"), "not connected yet");
                    self.health.missing(part, format!("{error:#}"));
                }
            }
            tokio::select! {
                () = self.shutdown.cancelled() => anyhow::bail!("shut down before {part} could be reached"),
                () = tokio::time::sleep(RETRY_EVERY) => {}
            }
        }
    }
}
