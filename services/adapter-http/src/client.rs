//! The exchange itself.

use crate::{
    answer,
    reading::{EVENT_BYTES, Reading},
    settings::{Credentials, HttpAccounts},
    translate::{self, Outgoing, Payload},
};
use adapter::{Account, Call, Done, Effect, Failed, Health, Protocol, fault, open_file};
use egress::{Body, Egress, Http, Policy, Request, Streamed};
use events::{Artifact, ErrorClass, HttpRequestRequested, RunError};
use futures::{StreamExt, TryStreamExt, stream};
use ids::TenantId;
use std::{
    io,
    time::{Duration, SystemTime},
};
use tokio::{io::AsyncReadExt, time::Instant};
use tokio_util::io::ReaderStream;

/// Bytes of a file in memory at a time.
const BUFFER: usize = 256 << 10;
/// The port that a host is tried at when its account is connected.
const HTTPS: u16 = 443;

/// HTTP requests through the one egress.
pub struct HttpProtocol {
    egress: Egress,
    http: Http,
    reading: Reading,
}

impl HttpProtocol {
    /// Calls what `policy` permits.
    #[must_use]
    pub fn new(mut policy: Policy, reading: Reading) -> Self {
        policy.limits.body_bytes = reading.most_bytes();
        let egress = Egress::new(policy);
        let http = egress.http();
        Self {
            egress,
            http,
            reading,
        }
    }

    /// What is sent, and the time that sending it may take.
    async fn payload(
        &self,
        tenant: &TenantId,
        payload: &Payload,
    ) -> Result<(Body, Duration), Failed> {
        let artifact = match payload {
            Payload::Whole(bytes) => return Ok((bytes.clone().into(), Duration::ZERO)),
            Payload::File(artifact) => artifact,
        };
        let shelf = self.reading.shelf.clone();
        let opened = open_file(shelf.as_ref(), tenant, artifact).await;
        let size = opened.map_err(Failed::before)?.size;
        let (tenant, artifact) = (tenant.clone(), artifact.clone());
        let open = move || {
            let bytes = read(shelf.clone(), tenant.clone(), artifact.clone(), size);
            stream::once(bytes).try_flatten().boxed()
        };
        Ok((
            Body::Streamed(Streamed::new(size, open)),
            translate::transfer(size),
        ))
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
        let tenant = &call.cause.tenant;
        let (body, transfer) = self.payload(tenant, &outgoing.body).await?;
        let patience = outgoing.timeout + transfer;
        let request = Request {
            method: outgoing.method.clone(),
            url: outgoing.url.clone(),
            headers,
            body,
            timeout: Some(patience),
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
        let since = Instant::now();
        let response = self.http.send_streaming(request).await;
        let response = response.map_err(|error| answer::broken(&error))?;
        let reading = self.reading.read(tenant, response, since, patience);
        let answer = reading.await?;
        let now = SystemTime::now();
        let done = Done::from(answer::outcome(&answer, now)?);
        if done.outcome.as_str().len() <= EVENT_BYTES {
            return Ok(done);
        }
        match self.reading.set_aside(tenant, answer).await? {
            Some(answer) => answer::outcome(&answer, now).map(Done::from),
            None => Ok(done),
        }
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

/// A file from its first byte on.
async fn read(
    shelf: Option<artifacts::Shelf>,
    tenant: TenantId,
    artifact: Artifact,
    size: u64,
) -> io::Result<ReaderStream<tokio::io::Take<artifacts::Source>>> {
    let opened = open_file(shelf.as_ref(), &tenant, &artifact).await;
    let opened = opened.map_err(|error| io::Error::other(error.message))?;
    Ok(ReaderStream::with_capacity(opened.bytes.take(size), BUFFER))
}

fn unfit(account: &str) -> RunError {
    fault(
        ErrorClass::Auth,
        "http.credential_unfit",
        format!("the credential of account {account} does not fit into a header"),
        Some("enter the credential of the account again"),
    )
}
