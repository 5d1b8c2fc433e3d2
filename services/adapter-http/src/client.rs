//! The exchange itself.

use crate::{
    answer,
    settings::{Credentials, HttpAccounts},
    translate::{self, Outgoing},
};
use adapter::{Account, Call, Done, Effect, Failed, Health, Protocol, fault};
use egress::{Egress, Http, Policy, Request};
use events::{ErrorClass, HttpRequestRequested, RunError};
use std::time::SystemTime;

/// The longest answer that is read, in bytes.
const ANSWER_BYTES: usize = 1 << 20;
/// The port that a host is tried at when its account is connected.
const HTTPS: u16 = 443;

/// HTTP requests through the one egress.
pub struct HttpProtocol {
    egress: Egress,
    http: Http,
}

impl HttpProtocol {
    /// Calls what `policy` permits.
    #[must_use]
    pub fn new(mut policy: Policy) -> Self {
        policy.limits.body_bytes = ANSWER_BYTES;
        let egress = Egress::new(policy);
        let http = egress.http();
        Self { egress, http }
    }
}

#[async_trait::async_trait]
impl Protocol for HttpProtocol {
    type Accounts = HttpAccounts;
    type Effect = HttpRequestRequested;
    type Outgoing = Outgoing;

    fn translate(
        &self,
        effect: &HttpRequestRequested,
        account: Option<&Account<HttpAccounts>>,
    ) -> Result<Outgoing, RunError> {
        translate::translate(effect, account.map(|account| &account.settings))
    }

    fn host<'a>(&self, outgoing: &'a Outgoing) -> Option<&'a str> {
        // A URL without a host matches no sealed host.
        Some(outgoing.url.host_str().unwrap_or_default())
    }

    fn is_idempotent(&self, outgoing: &Outgoing) -> bool {
        outgoing.idempotent
    }

    /// Without an account the host, so that a slow one does not hold up the others.
    fn lane(&self, effect: &HttpRequestRequested) -> String {
        match effect.account_id() {
            Some(account) => account.to_string(),
            None => {
                let url = effect.url.parse::<url::Url>().ok();
                url.and_then(|url| url.host_str().map(str::to_owned))
                    .unwrap_or_default()
            }
        }
    }

    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed> {
        let outgoing = call.outgoing;
        let own = planted::bug("key-per-attempt")
            .then(|| format!("{}-{:?}", call.effect_key, std::time::Instant::now()));
        let key = own.as_deref().unwrap_or(call.effect_key);
        let mut headers = translate::complete(outgoing, key, call.traceparent);
        if let (Some(account), Some(credentials)) = (call.account, call.credentials) {
            let (name, value) = translate::authorization(&account.settings, credentials)
                .ok_or_else(|| Failed::before(unfit(&account.name)))?;
            if !planted::bug("credential-unused") {
                headers.insert(name, value);
            }
        }
        let request = Request {
            method: outgoing.method.clone(),
            url: outgoing.url.clone(),
            headers,
            body: outgoing.body.clone(),
            timeout: Some(outgoing.timeout),
        };
        if planted::bug("retry-unknown") {
            self.http.send(request.clone()).await.ok();
        }
        if planted::bug("second-key") {
            let mut again = request.clone();
            again.headers = translate::complete(outgoing, "another", call.traceparent);
            self.http.send(again).await.ok();
        }
        if planted::bug("confirmed-unsent") {
            return Ok(Done::from(serde_json::json!({ "status": 200 })));
        }
        assert!(!planted::bug("stray-panic"), "a bug on purpose");
        let response = self
            .http
            .send(request)
            .await
            .map_err(|error| answer::broken(&error))?;
        answer::outcome(&response, SystemTime::now()).map(Done::from)
    }

    /// Whether its hosts can be reached at all; whether the credential is accepted, only a call can tell.
    async fn verify(
        &self,
        account: &Account<HttpAccounts>,
        _credentials: Option<Credentials>,
    ) -> Option<Health> {
        for host in &account.settings.allowed_hosts {
            if host.starts_with("*.") {
                continue;
            }
            if let Err(error) = self.egress.check(host, HTTPS).await {
                return Some(Health::Degraded {
                    code: "http.host_unreachable",
                    reason: error.explain(),
                });
            }
        }
        Some(Health::Healthy)
    }
}

fn unfit(account: &str) -> RunError {
    fault(
        ErrorClass::Auth,
        "http.credential_unfit",
        format!("the credential of account {account} does not fit into a header"),
        Some("enter the credential of the account again"),
    )
}
