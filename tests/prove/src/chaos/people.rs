//! A person who agrees to whatever runs ask, as often as it takes.

use fleet_tests::Api;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the person looks.
const LOOK: Duration = Duration::from_millis(700);

/// Decides what is open until `stop`. An answer that is lost is given again: the question shows as open.
pub(super) async fn agree(api: Api, stop: CancellationToken) {
    while !stop.is_cancelled() {
        for question in open(&api).await {
            let path = format!(
                "/api/v1/questions/{}/decision",
                question["id"].as_str().unwrap_or_default()
            );
            let decision = json!({ "decision": "approve", "hash": question["about"]["hash"] });
            let request = api.request(Method::POST, &path).json(&decision);
            // Whatever becomes of it shows in the next look.
            request
                .header("prefer", "respond-async")
                .timeout(Duration::from_secs(5))
                .send()
                .await
                .ok();
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn open(api: &Api) -> Vec<Value> {
    let request = api.request(Method::GET, "/api/v1/questions?state=open&limit=200");
    let answer = request.timeout(Duration::from_secs(5)).send().await;
    let Ok(answer) = answer else {
        return Vec::new();
    };
    let mut page: Value = answer.json().await.unwrap_or_default();
    serde_json::from_value(page["items"].take()).unwrap_or_default()
}
