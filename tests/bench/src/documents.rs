//! The workflows that are measured.

use serde_json::{Value, json};

fn hook(path: &str) -> Value {
    json!({ "id": "hook", "node_type": "trigger.webhook", "config": { "path": path, "method": "POST", "auth": { "kind": "none" } } })
}

fn chain(name: &str, nodes: &[Value]) -> Value {
    let ids: Vec<&str> = nodes
        .iter()
        .filter_map(|node| node["id"].as_str())
        .collect();
    let edges: Vec<Value> = ids
        .windows(2)
        .map(|pair| json!({ "source": pair[0], "source_port": "out", "destination": pair[1], "destination_port": "in" }))
        .collect();
    json!({ "name": name, "nodes": nodes, "edges": edges })
}

/// Webhook, transform, HTTP Response.
pub(crate) fn answered() -> Value {
    chain(
        "a1",
        &[
            hook("a1"),
            json!({ "id": "shape", "node_type": "transform", "config": { "output": {
                "order": "{{ input.body.order }}", "customer": "{{ input.body.customer.name }}",
                "total": "{{ $sum(input.body.lines.price) }}" } } }),
            json!({ "id": "answer", "node_type": "http_response", "config": { "status": 200, "body": "{{ input }}" } }),
        ],
    )
}

/// Three transforms one after the other and an answer, with a commit after each node.
pub(crate) fn three_steps() -> Value {
    let step = |id: &str| {
        json!({ "id": id, "node_type": "transform", "config": { "output": {
            "count": "{{ $exists(input.count) ? input.count + 1 : 1 }}" } } })
    };
    let mut document = chain(
        "b1",
        &[
            hook("b1"),
            step("one"),
            step("two"),
            step("three"),
            json!({ "id": "answer", "node_type": "http_response", "config": { "status": 200, "body": "{{ input }}" } }),
        ],
    );
    document["commit"] = json!("each_node");
    document
}

/// One kilobyte of JSON, as an order might be.
pub(crate) fn body() -> String {
    let line = |n: u32| json!({ "article": format!("A-{n:04}"), "text": "a sentence of some length about an article", "price": n });
    let body = json!({
        "order": 4711,
        "customer": { "name": "Ada Lovelace", "street": "12 St James's Square", "city": "London" },
        "lines": (1..=9).map(line).collect::<Vec<_>>(),
    });
    body.to_string()
}
