//! One model server that may be asked.

use crate::{
    Credentials, Fault, LlmAccount, Settings,
    client::{Patience, Server},
    question::Knows,
    rest::Rest,
};
use adapter::{Account, Accounts, Health};
use egress::Http;
use events::ErrorClass;
use ids::TenantId;
use seal::Secret;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use url::Url;

/// A model server, from an account or from the environment, and what was learned about it.
pub struct Endpoint {
    origin: Origin,
    /// The first is the default.
    models: Mutex<Vec<String>>,
    /// What its models turned out not to know, by their names.
    known: Mutex<BTreeMap<String, Knows>>,
    /// What was last said about its account.
    told: Mutex<Option<Health>>,
    rest: Mutex<Rest>,
}

enum Origin {
    Environment {
        settings: Settings,
        key: Option<Secret>,
    },
    Account(Box<Account<LlmAccount>>),
}

impl Endpoint {
    /// The server that the operator named.
    #[must_use]
    pub fn of_environment(settings: Settings, key: Option<Secret>) -> Self {
        Self::new(Origin::Environment { settings, key })
    }

    /// The server of an account.
    #[must_use]
    pub fn of_account(account: Account<LlmAccount>) -> Self {
        Self::new(Origin::Account(Box::new(account)))
    }

    fn new(origin: Origin) -> Self {
        let endpoint = Self {
            origin,
            models: Mutex::default(),
            known: Mutex::default(),
            told: Mutex::default(),
            rest: Mutex::default(),
        };
        endpoint.offer(&[]);
        endpoint
    }

    /// Takes the models it is configured with, or else `listed`; the preferred one first.
    pub(crate) fn offer(&self, listed: &[String]) {
        let settings = self.settings();
        let preferred = settings.preferred().map(str::to_owned);
        let named = match (settings.models.is_empty(), &preferred) {
            (false, _) => settings.models.as_slice(),
            (true, Some(_)) => &[],
            (true, None) => listed,
        };
        let mut models: Vec<String> = preferred.into_iter().collect();
        for name in named {
            if !models.contains(name) {
                models.push(name.clone());
            }
        }
        *self.models.lock().unwrap_or_else(PoisonError::into_inner) = models;
    }

    /// The names it may be asked for; the first is the default.
    pub(crate) fn models(&self) -> Vec<String> {
        self.models
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many of them are asked unnamed: those that somebody configured; of a mere list, the first.
    pub(crate) fn usual(&self) -> usize {
        let settings = self.settings();
        match settings.models.is_empty() && settings.preferred().is_none() {
            true => 1,
            false => usize::MAX,
        }
    }

    pub(crate) fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings(&self) -> &Settings {
        match &self.origin {
            Origin::Environment { settings, .. } => settings,
            Origin::Account(account) => &account.settings,
        }
    }

    pub(crate) fn account(&self) -> Option<&Account<LlmAccount>> {
        match &self.origin {
            Origin::Environment { .. } => None,
            Origin::Account(account) => Some(account),
        }
    }

    /// Whether people of this tenant may use it.
    pub(crate) fn serves(&self, tenant: &TenantId) -> bool {
        self.account()
            .is_none_or(|account| account.tenant == *tenant)
    }

    /// What this model is taken to know.
    pub(crate) fn knows(&self, model: &str) -> Knows {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(model).copied().unwrap_or_default()
    }

    pub(crate) fn set_knows(&self, model: &str, knows: Knows) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(model.to_owned(), knows);
    }

    /// Whether this is news about the account; from now on it is none.
    pub(crate) fn is_news(&self, health: &Health) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let news = told.as_ref() != Some(health);
        *told = Some(health.clone());
        news
    }

    /// The key, opened for one call.
    pub(crate) fn credentials(
        &self,
        accounts: &Accounts<LlmAccount>,
    ) -> Result<Option<Credentials>, Fault> {
        let Origin::Account(account) = &self.origin else {
            return Ok(None);
        };
        let refused = |message: String, hint: &str| {
            Fault::new(
                ErrorClass::Auth,
                "account.credentials_unusable",
                message,
                hint,
            )
        };
        let host = account.settings.host();
        if !account.allows_host(&host) {
            return Err(refused(
                format!(
                    "The key of account {} was not given for {host}.",
                    account.name
                ),
                "Enter the key again, for this address.",
            ));
        }
        accounts.open(account).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, account.id = %account.id, "credentials do not open");
            refused(
                format!("The key of account {} cannot be used.", account.name),
                "Enter the key of the account again.",
            )
        })
    }

    /// Asks questions.
    pub(crate) fn chat<'a>(
        &'a self,
        http: &'a Http,
        credentials: Option<&'a Credentials>,
        timeout: Duration,
    ) -> Result<Server<'a>, Fault> {
        self.server(self.settings().chat_url(), http, credentials, timeout)
    }

    /// Asks for the models.
    pub(crate) fn list<'a>(
        &'a self,
        http: &'a Http,
        credentials: Option<&'a Credentials>,
        timeout: Duration,
    ) -> Result<Server<'a>, Fault> {
        self.server(self.settings().models_url(), http, credentials, timeout)
    }

    fn server<'a>(
        &'a self,
        url: Result<Url, String>,
        http: &'a Http,
        credentials: Option<&'a Credentials>,
        timeout: Duration,
    ) -> Result<Server<'a>, Fault> {
        let settings = self.settings();
        let url = url.map_err(|problem| {
            let hint = "Change the account's base URL.";
            Fault::new(ErrorClass::Rejected, "llm.address_invalid", problem, hint)
        })?;
        let key = match &self.origin {
            Origin::Environment { key, .. } => key.as_ref(),
            Origin::Account(_) => credentials.and_then(|held| held.api_key.as_ref()),
        };
        Ok(Server {
            http,
            url,
            base_url: &settings.base_url,
            speech: settings.protocol.speech(),
            key: key.filter(|key| !key.expose().is_empty()),
            timeout,
            patience: Patience::ALONE,
        })
    }
}
