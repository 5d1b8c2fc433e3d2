//! The workflows that the load triggers. Each run's input names the key of the client's ledger.

use super::{large, ledger::Kind};
use serde_json::{Value, json};

/// What a family's runs have done for them; a person must agree to the first.
pub(super) fn child() -> Value {
    json!({ "name": "child", "nodes": [
        { "id": "called", "node_type": "trigger.workflow" },
        { "id": "ok", "node_type": "approval", "config": { "when": "{{ input.n = 1 }}" } },
        { "id": "shape", "node_type": "transform", "config": { "output": "{{ input.n }}" } },
    ], "edges": [edge("called", "out", "ok", "in"), edge("ok", "approved", "shape", "in")] })
}

/// Two runs of the workflow `child` side by side, for each trigger.
fn family(child: &str) -> Value {
    json!({ "name": "family", "nodes": [
        { "id": "start", "node_type": "trigger.webhook",
          "config": { "path": "family", "method": "POST", "auth": { "kind": "none" } } },
        { "id": "numbers", "node_type": "transform", "config": { "output": "{{ [1, 2] }}" } },
        { "id": "each", "node_type": "loop", "config": { "concurrency": 2 } },
        { "id": "sub", "node_type": "sub_workflow",
          "config": { "workflow_id": child, "input": { "n": "{{ item }}" } } },
    ], "edges": [edge("start", "out", "numbers", "in"), edge("numbers", "out", "each", "items"),
        edge("each", "item", "sub", "in"), edge("sub", "out", "each", "next")] })
}

pub(super) fn edge(
    source: &str,
    source_port: &str,
    destination: &str,
    destination_port: &str,
) -> Value {
    json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
}

/// The workflow of a kind; its calls go to `sink`, and what it has done for it is the workflow `child`.
pub(super) fn document(kind: Kind, sink: &str, child: &str) -> Value {
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
        Kind::Family => return family(child),
        Kind::Large => return large::document(sink, child),
        Kind::Manual => vec![json!({ "id": "shape", "node_type": "transform",
            "config": { "output": { "key": "{{ input.key }}" } } })],
    };
    let trigger = match kind {
        Kind::Manual => json!({ "id": "start", "node_type": "trigger.manual", "config": {} }),
        Kind::Answered | Kind::Effect | Kind::Once | Kind::Steps | Kind::Family | Kind::Large => {
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
            let id = |node: &Value| node["id"].as_str().unwrap_or_default().to_owned();
            edge(&id(&pair[0]), "out", &id(&pair[1]), "in")
        })
        .collect();
    json!({ "name": name, "nodes": nodes, "edges": edges })
}

/// The key in what a run was started with.
pub(super) fn key_of(input: &Value) -> Option<String> {
    let key = input["body"]["key"].as_str().or(input["key"].as_str());
    key.map(str::to_owned)
}
