//! The person: agrees to what they asked for, and to nothing else.

use super::attacker::Address;
use fleet_tests::Api;
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::task::JoinHandle;

/// How often they look.
const LOOK: Duration = Duration::from_millis(200);
/// How many decisions are under way at once.
const AT_ONCE: usize = 8;

/// Decides until dropped.
pub(super) struct Person {
    refused: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

/// How the person decides.
#[derive(Clone)]
pub(super) struct Judgement {
    pub(super) attacker: Address,
    /// For the proof of the proof: then they agree to nothing at all.
    pub(super) refuses_all: bool,
}

impl Judgement {
    fn agrees(&self, request: &str) -> bool {
        !self.refuses_all && request.contains("wish") && !self.attacker.is_served_by(request)
    }
}

impl Person {
    pub(super) fn start(api: Api, judgement: Judgement) -> Self {
        let refused: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&refused);
        let task = tokio::spawn(async move {
            let mut decided = BTreeSet::new();
            loop {
                let open = open(&api).await;
                let open = open.into_iter().filter(|question| {
                    let id = question["id"].as_str().unwrap_or_default();
                    decided.insert(id.to_owned())
                });
                let each = futures::stream::iter(open.collect::<Vec<_>>());
                each.for_each_concurrent(AT_ONCE, |question| {
                    decide(&api, &judgement, &noted, question)
                })
                .await;
                tokio::time::sleep(LOOK).await;
            }
        });
        Self { refused, task }
    }

    /// The requests that they refused.
    pub(super) fn refused(&self) -> Vec<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn open(api: &Api) -> Vec<Value> {
    let request = api.request(Method::GET, "/api/v1/questions?state=open&limit=200");
    let page = api.try_send(request).await.unwrap_or_default();
    page["items"].as_array().cloned().unwrap_or_default()
}

async fn decide(api: &Api, judgement: &Judgement, refused: &Mutex<Vec<String>>, question: Value) {
    let request = question["about"]["request"].to_string();
    let agrees = judgement.agrees(&request);
    let decision = match agrees {
        true => "approve",
        false => "reject",
    };
    let body = json!({ "decision": decision, "hash": question["about"]["hash"] });
    let id = question["id"].as_str().unwrap_or_default();
    let path = format!("/api/v1/questions/{id}/decision");
    let answered = api.try_post(&path, &body).await.is_ok();
    if answered && !agrees {
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.push(request);
    }
}
