//! Documents, runs and triggers.

use super::World;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::wait_until;

pub(super) async fn bad_documents_are_refused_with_the_place(world: &World) {
    let dangling = json!({
        "name": "dangling", "nodes": [{ "id": "go", "node_type": "trigger.manual", "config": {} }],
        "edges": [{ "source": "go", "source_port": "out", "destination": "nowhere", "destination_port": "in" }],
    });
    let problem = world
        .api
        .try_post("/api/v1/workflows", &json!({ "document": dangling }))
        .await
        .unwrap_err();
    assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointer = problem.body["errors"][0]["pointer"].as_str().unwrap();
    assert!(pointer.contains("/edges/0"), "{}", problem.body);
    let unknown = json!({ "document": { "name": "x", "nodes": [], "edges": [], "surprise": 1 } });
    let problem = world
        .api
        .try_post("/api/v1/workflows", &unknown)
        .await
        .unwrap_err();
    assert!(
        problem.status.is_client_error() && problem.body.to_string().contains("surprise"),
        "{problem:?}"
    );
}

pub(super) async fn a_webhook_is_answered_by_its_run(world: &World) {
    let document = json!({
        "name": "echo",
        "nodes": [
            { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "echo", "method": "POST", "auth": { "kind": "none" } } },
            { "id": "shape", "node_type": "transform", "config": { "output": { "sum": "{{ $sum(input.body.numbers) }}" } } },
            { "id": "answer", "node_type": "http_response", "config": { "status": 201, "body": "{{ input }}" } },
        ],
        "edges": [
            { "source": "hook", "source_port": "out", "destination": "shape", "destination_port": "in" },
            { "source": "shape", "source_port": "out", "destination": "answer", "destination_port": "in" },
        ],
    });
    let id = world.api.publish(&document).await;
    let url = format!("{}/hooks/echo", world.api.base());
    let http = reqwest::Client::new();
    let answer = wait_until("the webhook is live", || async {
        let answer = http
            .post(&url)
            .json(&json!({ "numbers": [1, 2, 39] }))
            .send()
            .await
            .unwrap();
        (answer.status() != StatusCode::NOT_FOUND).then_some(answer)
    })
    .await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "sum": 42 }));
    let path = format!("/api/v1/runs?workflow_id={id}");
    let runs = world
        .api
        .until("the run is listed", &path, |page| {
            page["items"][0]["status"] == "completed"
        })
        .await;
    let run = runs["items"][0]["id"].as_str().unwrap();
    let events = world.api.get(&format!("/api/v1/runs/{run}/events")).await;
    let seqs: Vec<u64> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        seqs,
        (1..=seqs.len() as u64).collect::<Vec<_>>(),
        "the run log has a gap"
    );
}

pub(super) async fn a_schedule_fires(world: &World) {
    let document = json!({
        "name": "every second",
        "nodes": [
            { "id": "tick", "node_type": "trigger.schedule", "config": { "cron": "* * * * * *", "timezone": "Europe/Oslo", "missed": "skip" } },
            { "id": "note", "node_type": "log", "config": { "message": "{{ input.due_at }}", "level": "info" } },
        ],
        "edges": [{ "source": "tick", "source_port": "out", "destination": "note", "destination_port": "in" }],
    });
    let id = world.api.publish(&document).await;
    let path = format!("/api/v1/runs?workflow_id={id}");
    world
        .api
        .until("three runs", &path, |page| {
            page["items"].as_array().is_some_and(|runs| runs.len() >= 3)
        })
        .await;
    let request = world
        .api
        .request(Method::DELETE, &format!("/api/v1/workflows/{id}"));
    world
        .api
        .try_send(
            request
                .header("idempotency-key", "delete-ticker")
                .header("prefer", "wait=20"),
        )
        .await
        .unwrap();
}

pub(super) async fn a_run_can_be_cancelled(world: &World) {
    let slow = world.sink.url("/slow");
    let document = json!({
        "name": "slow",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "call", "node_type": "http_request", "config": { "method": "GET", "url": slow } },
        ],
        "edges": [{ "source": "go", "source_port": "out", "destination": "call", "destination_port": "in" }],
    });
    let id = world.api.publish(&document).await;
    let run = &world.api.start(&id, json!({})).await;
    world
        .api
        .post(&format!("/api/v1/runs/{run}/cancel"), &json!({}))
        .await;
    assert_eq!(world.api.ended(run).await["status"], "cancelled");
}
