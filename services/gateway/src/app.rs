//! What every handler can reach.

use crate::{Config, Live, hooks::Hooks, identity::Identity, requests::Outcomes};
use ::artifacts::Shelf;
use anyhow::Context;
use authz::Authz;
use bus::Bus;
use ids::TenantId;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction, postgres::PgPoolOptions};
use std::{ops::Deref, sync::Arc, time::Duration};
use store::{Database, Error};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The state of the gateway; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of [`App`].
pub struct Parts {
    pub settings: Settings,
    /// The worker's connections.
    pub database: Database,
    /// Connections for people's reads.
    pub reader: Reader,
    pub bus: Bus,
    pub authz: Arc<dyn Authz>,
    /// The name of this replica.
    pub replica: String,
    /// Cancelled when the gateway drains.
    pub shutdown: CancellationToken,
    /// What became of requests.
    pub outcomes: Outcomes,
    /// Where files lie; absent when there is no place for them.
    pub shelf: Option<Shelf>,
    /// Webhooks in.
    pub hooks: Hooks,
    /// Streams to people.
    pub live: Live,
    /// Who people are.
    pub identity: Identity,
}

/// What the configuration came to.
pub struct Settings {
    /// Where people reach the gateway.
    pub public_url: Url,
    /// Whether the last entry of `X-Forwarded-For` is the client.
    pub trust_proxy: bool,
    /// The gateway's own keys.
    pub keys: Option<seal::KeyRing>,
    /// The adapters' keys.
    pub public_keys: seal::PublicKeys,
    /// How long a caller of a webhook waits for the run's answer.
    pub hook_timeout: Duration,
    /// The longest body of a webhook's call, in bytes.
    pub hook_bytes: usize,
    /// How often it is looked whether who streams still may.
    pub recheck_every: Duration,
}

const RECHECK_EVERY: Duration = Duration::from_secs(10);

impl Settings {
    /// Reads the files that the configuration names.
    ///
    /// # Errors
    /// Names the option that cannot be used.
    pub fn read(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            public_url: config.public_url.clone(),
            trust_proxy: config.trust_proxy,
            keys: config.seal_key()?,
            public_keys: config.public_keys()?,
            hook_timeout: Duration::from_secs(config.hook_timeout_seconds),
            hook_bytes: config.hook_body_bytes,
            recheck_every: RECHECK_EVERY,
        })
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Connections as the role that serves people's reads: row-level security shows one tenant's rows.
#[derive(Clone)]
pub struct Reader(PgPool);

impl Reader {
    /// Prepares connections to `url`; the first is made when it is needed.
    ///
    /// # Errors
    /// When `url` is no address of a database.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy(url)
            .context("READER_DATABASE_URL is no address of a database")?;
        Ok(Self(pool))
    }

    /// Begins a read-only transaction that sees the rows of `tenant` and no others.
    ///
    /// # Errors
    /// `Query` when no connection is to be had; retryable.
    pub async fn begin(&self, tenant: &TenantId) -> Result<Transaction<'static, Postgres>, Error> {
        // One round trip for both. A tenant's name has letters, digits and hyphens only, so it closes no quote.
        let begin = format!("BEGIN READ ONLY; SET LOCAL app.tenant = '{tenant}'");
        let pool = self.0.clone();
        // Begun to the end though whoever asked is gone by then: else the connection goes back with a transaction open.
        let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(begin)).await });
        let begun = begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed));
        begun.map_err(Error::query("begin a read"))
    }
}
