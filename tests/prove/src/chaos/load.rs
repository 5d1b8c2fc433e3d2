//! A steady load of triggers from a client that remembers what it was told.

use super::{
    documents,
    ledger::{Kind, Ledger},
};
use fleet_tests::Api;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// Triggers per second.
const RATE: u64 = 12;
/// Triggers at the same time; beyond, the load waits.
const AT_ONCE: usize = 200;
/// How long the client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(12);
/// How often a client that knows its key tries again.
const RETRIES: u32 = 3;
/// One in so many accepted triggers is sent once more, as a client does that lost the answer.
const REPEATED: u64 = 8;

/// The client.
pub(super) struct Load {
    api: Api,
    http: Client,
    pub(super) ledger: Ledger,
    manual: String,
    next: AtomicU64,
    /// What requests got that used a key again for something else.
    misused: Mutex<BTreeMap<String, u16>>,
}

impl Load {
    /// Publishes the workflows and makes the client.
    pub(super) async fn prepare(api: Api, ledger: Ledger, sink: &str) -> Arc<Self> {
        let mut manual = String::new();
        let child = api.publish(&documents::child()).await;
        for kind in Kind::ALL {
            let id = api.publish(&documents::document(kind, sink, &child)).await;
            if kind == Kind::Manual {
                manual = id;
            }
        }
        let http = Client::builder().timeout(PATIENCE).build();
        Arc::new(Self {
            api,
            http: http.expect("no HTTP client"),
            ledger,
            manual,
            next: AtomicU64::new(0),
            misused: Mutex::default(),
        })
    }

    /// The API as the client speaks to it.
    pub(super) const fn api(&self) -> &Api {
        &self.api
    }

    /// Triggers at a steady rate until `stop`, then waits for what is under way.
    pub(super) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(Duration::from_millis(1_000 / RATE));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut sending = JoinSet::new();
        while !stop.is_cancelled() {
            tick.tick().await;
            while sending.len() >= AT_ONCE {
                sending.join_next().await;
            }
            let load = Arc::clone(&self);
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let stop = stop.clone();
            sending.spawn(async move { load.trigger(number, &stop).await });
            while sending.try_join_next().is_some() {}
        }
        sending.join_all().await;
    }

    /// One trigger of each kind, again and again until all are accepted; how long that took.
    pub(super) async fn until_accepted(&self) -> Duration {
        let since = Instant::now();
        for kind in Kind::ALL {
            let key = self.key(kind, self.next.fetch_add(1, Ordering::Relaxed));
            while !self.send(&key, kind, true).await {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        since.elapsed()
    }

    /// What requests got that used a key again with another body, by key.
    pub(super) fn misused(&self) -> BTreeMap<String, u16> {
        self.misused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn key(&self, kind: Kind, number: u64) -> String {
        format!("{}-{number:06}", kind.name())
    }

    async fn trigger(&self, number: u64, stop: &CancellationToken) {
        let kinds = Kind::ALL.len() as u64;
        let kind = Kind::ALL[usize::try_from(number % kinds).unwrap_or_default()];
        let key = self.key(kind, number);
        // Every other client of a webhook gives no key, and so may not try again.
        let turn = number / kinds;
        let keyed = kind == Kind::Manual || turn.is_multiple_of(2);
        let mut accepted = self.send(&key, kind, keyed).await;
        for _ in 0..RETRIES {
            if accepted || !keyed || stop.is_cancelled() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            accepted = self.send(&key, kind, keyed).await;
        }
        if accepted && keyed && turn.is_multiple_of(REPEATED) {
            self.send(&key, kind, keyed).await;
            if kind == Kind::Manual {
                self.misuse(&key).await;
            }
        }
    }

    /// Sends a trigger once and notes what came of it; whether it was accepted.
    async fn send(&self, key: &str, kind: Kind, keyed: bool) -> bool {
        self.ledger.sending(key, kind);
        let request = match kind {
            Kind::Manual => self.start(key),
            Kind::Answered
            | Kind::Effect
            | Kind::Once
            | Kind::Steps
            | Kind::Family
            | Kind::Large => {
                let url = format!("{}/hooks/{}", self.api.base(), kind.name());
                self.http.post(url).json(&json!({ "key": key }))
            }
        };
        let request = if keyed {
            request.header("idempotency-key", key)
        } else {
            request
        };
        let (status, run) = match request.timeout(PATIENCE).send().await {
            Err(_) => (None, None),
            Ok(response) => {
                let status = response.status().as_u16();
                match response.json::<Value>().await {
                    Ok(body) => (Some(status), run_of(&body)),
                    Err(_) => (None, None),
                }
            }
        };
        self.ledger.answered(key, status, run);
        matches!(status, Some(200..300))
    }

    /// Uses the key of an accepted request for another one.
    async fn misuse(&self, key: &str) {
        let request = self.start("another-body").header("idempotency-key", key);
        if let Ok(response) = request.timeout(PATIENCE).send().await {
            self.misused
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key.to_owned(), response.status().as_u16());
        }
    }

    fn start(&self, input: &str) -> RequestBuilder {
        let path = format!("/api/v1/workflows/{}/runs", self.manual);
        let request = self.api.request(Method::POST, &path);
        request
            .header("prefer", "wait=5")
            .json(&json!({ "input": { "key": input } }))
    }
}

fn run_of(body: &Value) -> Option<String> {
    let run = body["run_id"].as_str().or(body["id"].as_str());
    run.map(str::to_owned)
}
