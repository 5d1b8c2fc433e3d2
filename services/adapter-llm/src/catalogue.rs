//! Which models can be asked, kept in step with the accounts.

use crate::{Endpoint, Fault, LlmAccount};
use ::store::{Database, Error};
use adapter::{Account, Accounts, Health};
use bus::Cause;
use chrono::Utc;
use egress::Http;
use events::LlmCatalogued;
use ids::TenantId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// How often the accounts are looked at: another replica may have changed them.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// For the list of models.
const LIST_WITHIN: Duration = Duration::from_secs(10);

/// The model servers, oldest account first, the environment's last.
pub struct Catalogue {
    database: Database,
    pub(crate) accounts: Accounts<LlmAccount>,
    pub(crate) http: Http,
    pub(crate) timeout: Duration,
    endpoints: RwLock<Vec<Arc<Endpoint>>>,
    /// What was told of each tenant's models.
    told: Mutex<BTreeMap<TenantId, Vec<String>>>,
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
            told: Mutex::default(),
        }
    }

    /// Looks at the accounts until `stop`.
    pub async fn keep(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.refresh().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "model catalogue not refreshed"
                );
            }
            tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(LOOK_EVERY) => {} }
        }
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
            let models = self.models(&tenant);
            if told.get(&tenant) != Some(&models) {
                self.tell(&tenant, &models).await?;
                told.insert(tenant, models);
            }
        }
        Ok(())
    }

    /// The server and the name of the model to ask.
    ///
    /// # Errors
    /// `llm.not_configured`, or `llm.model_unknown` with the names that are known.
    pub(crate) async fn choose(
        &self,
        tenant: &TenantId,
        model: Option<&str>,
    ) -> Result<(Arc<Endpoint>, String), Fault> {
        if let Some(chosen) = self.find(tenant, model) {
            return Ok(chosen);
        }
        // It may have been connected just now.
        self.refresh().await.map_err(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "accounts not read"
            );
            Fault::storage()
        })?;
        self.find(tenant, model).ok_or_else(|| {
            let known = self.models(tenant);
            match model {
                Some(model) if !known.is_empty() => Fault::model_unknown(model, &known),
                _ if self.is_silent(tenant) => Fault::no_models(),
                _ => Fault::not_configured(),
            }
        })
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

    fn find(&self, tenant: &TenantId, model: Option<&str>) -> Option<(Arc<Endpoint>, String)> {
        let endpoints = self.endpoints();
        let mut serving = endpoints.iter().filter(|endpoint| endpoint.serves(tenant));
        serving.find_map(|endpoint| {
            let mut names = endpoint.models().into_iter();
            let name = match model {
                None => names.next()?,
                Some(model) => names.find(|name| name == model)?,
            };
            Some((Arc::clone(endpoint), name))
        })
    }

    /// A server is configured, but names no model.
    fn is_silent(&self, tenant: &TenantId) -> bool {
        self.endpoints().iter().any(|known| known.serves(tenant))
    }

    fn models(&self, tenant: &TenantId) -> Vec<String> {
        let mut models: Vec<String> = Vec::new();
        let endpoints = self.endpoints();
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.serves(tenant)) {
            for name in endpoint.models() {
                if !models.contains(&name) {
                    models.push(name);
                }
            }
        }
        models
    }

    fn endpoints(&self) -> Vec<Arc<Endpoint>> {
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

    async fn tell(&self, tenant: &TenantId, models: &[String]) -> Result<(), Error> {
        let mut tx = self.database.begin(Cause::root(tenant.clone())).await?;
        tx.emit(&LlmCatalogued {
            models: models.to_vec(),
            catalogued_at: Utc::now(),
        })?;
        tx.commit().await?;
        tracing::info!(models = models.len(), "models catalogued");
        Ok(())
    }
}

fn is_same(endpoint: &Endpoint, account: &Account<LlmAccount>) -> bool {
    endpoint
        .account()
        .is_some_and(|known| known.id == account.id && known.version == account.version)
}
