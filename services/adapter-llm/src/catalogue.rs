//! Which models can be asked, kept in step with the accounts and with what is measured.
//!
//! It is told (`llm.catalogued`) when an account changes it, and when figures changed by a fifth or five minutes ago. They are
//! counted once a minute, so that is the most that one replica tells of a tenant, however many calls there are.

use crate::{
    Endpoint, Fault, LlmAccount, figures,
    store::tries::{self, Figures},
};
use ::store::{Database, Error};
use adapter::{Account, Accounts, Health};
use bus::Cause;
use chrono::Utc;
use egress::Http;
use events::{LlmCatalogued, LlmModel};
use ids::TenantId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{sync::Mutex, time::Instant};
use tokio_util::sync::CancellationToken;

/// How often the accounts are looked at: another replica may have changed them.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often the models are measured, in looks.
const MEASURE_EVERY: u32 = 12;
/// For the list of models.
const LIST_WITHIN: Duration = Duration::from_secs(10);

/// The model servers, oldest account first, the environment's last.
pub struct Catalogue {
    database: Database,
    pub(crate) accounts: Accounts<LlmAccount>,
    pub(crate) http: Http,
    pub(crate) timeout: Duration,
    endpoints: RwLock<Vec<Arc<Endpoint>>>,
    pub(crate) figures: RwLock<Figures>,
    /// What was told of each tenant's models, and when.
    told: Mutex<BTreeMap<TenantId, (Instant, Vec<LlmModel>)>>,
}

impl Catalogue {
    /// The servers of these accounts, and the one that the operator named.
    #[must_use]
    pub fn new(
        database: Database,
        accounts: Accounts<LlmAccount>,
        http: Http,
        timeout: Duration,
        environment: Option<Endpoint>,
    ) -> Self {
        Self {
            database,
            accounts,
            http,
            timeout,
            endpoints: RwLock::new(environment.into_iter().map(Arc::new).collect()),
            figures: RwLock::default(),
            told: Mutex::default(),
        }
    }

    /// Looks at the accounts, and measures, until `stop`.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let mut looks = (0..MEASURE_EVERY).cycle();
        while !stop.is_cancelled() {
            let looked = match looks.next() {
                Some(0) => self.measure().await,
                Some(_) | None => self.refresh().await,
            };
            if let Err(error) = looked {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "model catalogue not refreshed"
                );
            }
            tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(LOOK_EVERY) => {} }
        }
    }

    /// Counts what the models did, and tells what changed.
    ///
    /// # Errors
    /// `Query` when the database cannot be reached; retryable.
    pub async fn measure(&self) -> Result<(), Error> {
        let measured = tries::measured(self.database.pool()).await?;
        *self.figures.write().unwrap_or_else(PoisonError::into_inner) = measured;
        self.refresh().await
    }

    /// Takes over what changed in the accounts, and tells it.
    ///
    /// # Errors
    /// `Query` when the database cannot be reached; retryable.
    pub async fn refresh(&self) -> Result<(), Error> {
        // One at a time, so that an older look does not replace a newer one.
        let mut told = self.told.lock().await;
        let known = self.endpoints();
        let mut endpoints = Vec::new();
        let accounts = self.accounts.all().await?;
        let operators = known.iter().filter(|known| known.account().is_none());
        for account in accounts {
            let same = known.iter().find(|known| is_same(known, &account));
            endpoints.push(match same {
                Some(known) => Arc::clone(known),
                None => Arc::new(Endpoint::of_account(account)),
            });
        }
        endpoints.extend(operators.cloned());
        for endpoint in &endpoints {
            self.complete(endpoint).await;
        }
        let tenants: BTreeSet<TenantId> = endpoints
            .iter()
            .filter_map(|endpoint| endpoint.account().map(|account| account.tenant.clone()))
            .chain(told.keys().cloned())
            .chain([TenantId::default_tenant()])
            .collect();
        *self
            .endpoints
            .write()
            .unwrap_or_else(PoisonError::into_inner) = endpoints;
        for tenant in tenants {
            let models = self.entries(&tenant);
            let is_news = told
                .get(&tenant)
                .is_none_or(|(at, told)| figures::is_news(told, &models, at.elapsed()));
            if is_news {
                self.tell(&tenant, &models).await?;
                told.insert(tenant, (Instant::now(), models));
            }
        }
        Ok(())
    }

    /// Asks a server which models it has.
    pub(crate) async fn list(&self, endpoint: &Endpoint) -> Result<Vec<String>, Fault> {
        let credentials = endpoint.credentials(&self.accounts)?;
        let within = LIST_WITHIN.min(self.timeout);
        let server = endpoint.list(&self.http, credentials.as_ref(), within)?;
        server.models().await.map_err(|refused| refused.fault)
    }

    /// Notes what a call shows about the server's account, when that is news.
    pub(crate) async fn learn(&self, endpoint: &Endpoint, health: &Health) {
        let Some(account) = endpoint.account().filter(|_| endpoint.is_news(health)) else {
            return;
        };
        if let Err(error) = self.accounts.report(account, health).await {
            tracing::warn!(error = &error as &dyn std::error::Error, account.id = %account.id, "account health not noted");
        }
    }

    pub(crate) fn entries(&self, tenant: &TenantId) -> Vec<LlmModel> {
        let figures = self.figures.read().unwrap_or_else(PoisonError::into_inner);
        figures::entries(&self.endpoints(), tenant, &figures)
    }

    pub(crate) fn endpoints(&self) -> Vec<Arc<Endpoint>> {
        self.endpoints
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks for the models where none is configured and none is known.
    async fn complete(&self, endpoint: &Endpoint) {
        if !endpoint.models().is_empty() {
            return;
        }
        match self.list(endpoint).await {
            Ok(models) => endpoint.offer(&models),
            Err(fault) => tracing::info!(
                code = fault.error.code,
                reason = fault.error.message,
                "models not listed"
            ),
        }
    }

    async fn tell(&self, tenant: &TenantId, models: &[LlmModel]) -> Result<(), Error> {
        let mut tx = self.database.begin(Cause::root(tenant.clone())).await?;
        tx.emit(&LlmCatalogued {
            models: names(models),
            entries: models.to_vec(),
            catalogued_at: Utc::now(),
        })?;
        tx.commit().await?;
        tracing::info!(models = models.len(), "models catalogued");
        Ok(())
    }
}

/// Each name once, in their order.
pub(crate) fn names(models: &[LlmModel]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let new = models.iter().filter(|model| known.insert(&model.name));
    new.map(|model| model.name.clone()).collect()
}

fn is_same(endpoint: &Endpoint, account: &Account<LlmAccount>) -> bool {
    endpoint
        .account()
        .is_some_and(|known| known.id == account.id && known.version == account.version)
}
