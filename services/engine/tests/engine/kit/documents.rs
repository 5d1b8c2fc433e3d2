//! Workflows to run, calls of them, and what their runs say.

use super::Fleet;
use events::{Json, RunEvent, RunEvents, WebhookReceived, WorkflowPublished};
use ids::{EventId, RunId};
use serde_json::{Value, json};

/// `a.out>b.in` as an edge.
pub(crate) fn edge(text: &str) -> Value {
    let (source, destination) = text.split_once('>').unwrap();
    let (source, source_port) = source.split_once('.').unwrap();
    let (destination, destination_port) = destination.split_once('.').unwrap();
    json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
}

pub(crate) fn document(nodes: Value, edges: &[&str]) -> Value {
    let edges: Vec<Value> = edges.iter().map(|text| edge(text)).collect();
    json!({ "name": "test", "nodes": nodes, "edges": edges })
}

/// Doubles a number and answers with it.
pub(crate) fn echo(path: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": path } },
        { "id": "double", "node_type": "transform", "config": { "output": { "n": "{{ input.body.n * 2 }}" } } },
        { "id": "answer", "node_type": "http_response", "config": { "body": "{{ input }}" } },
    ]);
    document(nodes, &["hook.out>double.in", "double.out>answer.in"])
}

/// A call of the first trigger of a published workflow.
pub(crate) fn call(published: &WorkflowPublished, body: Value) -> WebhookReceived {
    let trigger = &published.triggers[0];
    let event_id = EventId::generate();
    WebhookReceived {
        run_id: RunId::derive(trigger.trigger_id, event_id),
        trigger_id: trigger.trigger_id,
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        node: trigger.node.clone(),
        event_id,
        payload: Json::from(
            json!({ "method": "POST", "path": "x", "query": {}, "headers": {}, "body": body }),
        ),
        reply_to: Some("gateway-1".to_owned()),
        received_at: chrono::Utc::now(),
    }
}

/// Fetches a page and puts out its status.
pub(crate) fn fetching(path: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": path } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } },
        { "id": "after", "node_type": "transform", "config": { "output": "{{ input.status }}" } },
    ]);
    document(nodes, &["hook.out>fetch.in", "fetch.out>after.in"])
}

/// All events of a run that were published, in order, each once.
pub(crate) fn log_of(fleet: &Fleet, run: RunId) -> Vec<RunEvent> {
    let mut frames: Vec<RunEvents> = fleet
        .heard::<RunEvents>()
        .into_iter()
        .map(|(_, e)| e)
        .filter(|e| e.run_id == run)
        .collect();
    frames.sort_by_key(|frame| frame.first_seq);
    frames.dedup_by_key(|frame| frame.first_seq);
    let mut next = 1;
    for frame in &frames {
        assert_eq!(frame.first_seq, next, "gapless");
        next += frame.events.len() as u64;
    }
    frames.into_iter().flat_map(|frame| frame.events).collect()
}
