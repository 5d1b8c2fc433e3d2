//! Inputs that are too large for an event.

use crate::kit::{
    Fleet,
    documents::{call, document, log_of},
};
use events::{
    ArtifactValue, EffectResult, Event, HttpEffectCompleted, HttpRequestRequested, Json, JsonFile,
    RunEvent, RunLogged, RunResponded, RunVariantRequested, TriggerDeclined, WebhookAnswer,
    WebhookReceived, WorkflowCompleted, WorkflowFailed, WorkflowPublished,
};
use ids::{EventId, RunId, TenantId, UserId};
use serde_json::{Value, json};
use std::io::Cursor;

/// How long the body of a call is, in bytes.
const BODY: usize = 500 * 1024;
/// What an event may have, in bytes.
const EVENT: usize = 8 * 1024;

/// Passes the whole input on to a node that waits, and then uses one field of it.
fn passing(path: &str, more: Value) -> Value {
    let mut config = json!({ "path": path });
    let more = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(more);
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": config },
        { "id": "which", "node_type": "branch", "config": { "condition": "{{ $count(input.body.lines) > 9 }}" } },
        { "id": "noted", "node_type": "log", "config": { "message": "{{ input.body.order }}", "level": "info" } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/{{ input.body.order }}" } },
        { "id": "last", "node_type": "transform",
          "config": { "output": "{{ nodes.hook.body.order & '/' & nodes.noted.body.lines[-1] & '/' & trigger.body.order }}" } },
    ]);
    let edges = [
        "hook.out>which.in",
        "which.true>noted.in",
        "noted.out>fetch.in",
        "fetch.out>last.in",
    ];
    document(nodes, &edges)
}

/// A call whose body lies in a file.
async fn long_call(fleet: &Fleet, published: &WorkflowPublished) -> WebhookReceived {
    let lines: Vec<String> = (0..BODY / 16).map(|n| format!("line {n:09}")).collect();
    let body = json!({ "order": "A-7", "lines": lines }).to_string();
    assert!(body.len() > BODY);
    let tenant = TenantId::default_tenant();
    let bytes = Box::new(Cursor::new(body.into_bytes()));
    let kept = fleet
        .shelf
        .keep(&tenant, bytes, Some("application/json"), None);
    let artifact = kept.await.unwrap();
    let file = ArtifactValue { artifact };
    call(published, json!(JsonFile { file }))
}

async fn answered(fleet: &Fleet, run: RunId) {
    let asked = fleet.hear(|e: &HttpRequestRequested| e.origin.run_id == run);
    let asked = asked.await;
    assert_eq!(asked.url, "https://example.org/A-7");
    let result = HttpEffectCompleted(EffectResult {
        run_id: run,
        workflow_id: asked.origin.workflow_id,
        effect_key: asked.origin.effect_key,
        outcome: Json::from(json!({ "status": 200, "headers": {}, "body": 1 })),
        cost: None,
    });
    fleet.publish(&result).await;
}

fn last(log: &[RunEvent]) -> Value {
    match log.last() {
        Some(RunEvent::RunCompleted { output, .. }) => output.value()["last"].clone(),
        other => panic!("{other:?}"),
    }
}

fn nothing_long(fleet: &Fleet) {
    let heard = fleet.heard.lock().unwrap();
    let logged = heard
        .iter()
        .filter(|tap| tap.subject.starts_with(RunLogged::TYPE));
    assert!(logged.count() > 0);
    let longest = heard.iter().map(|tap| tap.payload.len()).max().unwrap();
    assert!(longest < EVENT, "an event has {longest} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_input_is_seen_whole_by_every_owner_and_is_in_no_event() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(passing("long", json!({}))).await;
    let webhook = long_call(&fleet, &published).await;
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == webhook.run_id)
        .await;
    // The next owner folds the run from its log.
    fleet.kill_engine().await;
    fleet.start_engine();
    answered(&fleet, webhook.run_id).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    let line = format!("line {:09}", BODY / 16 - 1);
    let seen = json!(format!("A-7/{line}/A-7"));
    assert_eq!(last(&log_of(&fleet, webhook.run_id)), seen);

    // A fork takes the input over.
    let fork = RunId::generate();
    fleet
        .publish(&RunVariantRequested {
            run_id: fork,
            workflow_id: published.workflow_id,
            version_id: published.version_id,
            source: Some(webhook.run_id),
            at: None,
            only: None,
            dry: false,
            input: None,
            trigger: None,
            actor: UserId::generate(),
            requested_at: chrono::Utc::now(),
        })
        .await;
    answered(&fleet, fork).await;
    fleet.hear(|e: &WorkflowCompleted| e.run_id == fork).await;
    assert_eq!(last(&log_of(&fleet, fork)), seen);

    nothing_long(&fleet);
}

#[tokio::test(flavor = "multi_thread")]
async fn flow_control_reads_a_long_input_and_keeps_it_short() {
    let fleet = Fleet::start().await;
    let flow = json!({ "key": "{{ input.body.order }}", "singleton": "skip" });
    let config = json!({ "respond": "accepted", "flow": flow });
    let published = fleet.publish_workflow(passing("paced", config)).await;
    let mut first = long_call(&fleet, &published).await;
    let mut second = long_call(&fleet, &published).await;
    (first.reply_to, second.reply_to) = (None, None);
    fleet.publish(&first).await;
    // Two that come together may be taken in either order: they belong to different shards.
    fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == first.run_id)
        .await;
    fleet.publish(&second).await;
    let declined = fleet.hear(|e: &TriggerDeclined| e.event_id == second.event_id);
    assert_eq!(declined.await.code, "singleton");
    answered(&fleet, first.run_id).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == first.run_id)
        .await;
    nothing_long(&fleet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_input_is_gone_fails_and_whoever_waits_is_told() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(passing("gone", json!({}))).await;
    let mut webhook = long_call(&fleet, &published).await;
    let mut payload = webhook.payload.value();
    payload["body"]["$json"]["$artifact"]["hash"] = json!("0".repeat(64));
    webhook.payload = payload.into();
    webhook.event_id = EventId::generate();
    fleet.publish(&webhook).await;
    let failed = fleet.hear(|e: &WorkflowFailed| e.run_id == webhook.run_id);
    assert_eq!(failed.await.error.code, "artifact.not_found");
    let told = fleet.hear(|e: &RunResponded| e.run_id == webhook.run_id);
    assert!(matches!(told.await.answer, WebhookAnswer::Refused { .. }));
}
