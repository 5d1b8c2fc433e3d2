//! The workflows that the load triggers. Each run's input names the key of the client's ledger.

use super::ledger::Kind;
use serde_json::{Value, json};

/// The workflow of a kind; its calls go to `sink`.
pub(super) fn document(kind: Kind, sink: &str) -> Value {
    let call = |id: &str, method: &str, key: &str| {
        let url = format!("{sink}/{}", kind.name());
        let body = json!({ "key": key, "node": id });
        json!({ "id": id, "node_type": "http_request", "config": { "method": method, "url": url, "body": body } })
    };
    let key = "{{ nodes.start.body.key }}";
    let steps = match kind {
        Kind::Answered => vec![
            json!({ "id": "shape", "node_type": "transform", "config": { "output": { "key": "{{ input.body.key }}" } } }),
            json!({ "id": "answer", "node_type": "http_response", "config": { "status": 201, "body": "{{ input }}" } }),
        ],
        Kind::Effect => vec![call("put", "PUT", key)],
        Kind::Once => vec![call("post", "POST", key)],
        Kind::Steps => vec![
            call("one", "PUT", key),
            call("two", "PUT", key),
            call("three", "PUT", key),
        ],
        Kind::Manual => vec![json!({ "id": "shape", "node_type": "transform",
            "config": { "output": { "key": "{{ input.key }}" } } })],
    };
    let trigger = match kind {
        Kind::Manual => json!({ "id": "start", "node_type": "trigger.manual", "config": {} }),
        Kind::Answered | Kind::Effect | Kind::Once | Kind::Steps => {
            let config =
                json!({ "path": kind.name(), "method": "POST", "auth": { "kind": "none" } });
            json!({ "id": "start", "node_type": "trigger.webhook", "config": config })
        }
    };
    chain(kind.name(), trigger, steps)
}

/// Nodes in sequence.
fn chain(name: &str, trigger: Value, steps: Vec<Value>) -> Value {
    let nodes: Vec<Value> = std::iter::once(trigger).chain(steps).collect();
    let edges: Vec<Value> = nodes
        .windows(2)
        .map(|pair| {
            json!({ "source": pair[0]["id"], "source_port": "out", "destination": pair[1]["id"], "destination_port": "in" })
        })
        .collect();
    json!({ "name": name, "nodes": nodes, "edges": edges })
}

/// The key in what a run was started with.
pub(super) fn key_of(input: &Value) -> Option<String> {
    let key = input["body"]["key"].as_str().or(input["key"].as_str());
    key.map(str::to_owned)
}
