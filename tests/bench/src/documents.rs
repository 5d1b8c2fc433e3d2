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
        .map(|pair| edge(pair[0], "out", pair[1], "in"))
        .collect();
    json!({ "name": name, "nodes": nodes, "edges": edges })
}

fn edge(source: &str, source_port: &str, destination: &str, destination_port: &str) -> Value {
    json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
}

/// Webhook, transform, HTTP Response.
pub(crate) fn answered(name: &str) -> Value {
    chain(
        name,
        &[
            hook(name),
            json!({ "id": "shape", "node_type": "transform", "config": { "output": {
                "order": "{{ input.body.order }}", "customer": "{{ input.body.customer.name }}",
                "total": "{{ $sum(input.body.lines.price) }}" } } }),
            json!({ "id": "answer", "node_type": "http_response", "config": { "status": 200, "body": "{{ input }}" } }),
        ],
    )
}

/// Transforms one after the other and an answer.
pub(crate) fn steps(name: &str, count: usize) -> Value {
    let step = |n: usize| {
        json!({ "id": format!("step{n}"), "node_type": "transform", "config": { "output": {
            "count": "{{ $exists(input.count) ? input.count + 1 : 1 }}" } } })
    };
    answering(name, (0..count).map(step))
}

/// The same, with a commit after each node.
pub(crate) fn durable_steps(name: &str, count: usize) -> Value {
    let mut document = steps(name, count);
    document["commit"] = json!("each_node");
    document
}

/// Three calls to `url` by the HTTP adapter, one after the other, and an answer.
pub(crate) fn calls(name: &str, url: &str) -> Value {
    let call = |n: usize| {
        json!({ "id": format!("call{n}"), "node_type": "http_request",
            "config": { "method": "PUT", "url": url, "body": { "n": n } } })
    };
    answering(name, (0..3).map(call))
}

/// As many branches at once, joined.
pub(crate) fn fan_out(name: &str, branches: usize) -> Value {
    each(name, branches, branches)
}

/// So many turns of a loop with one transform in it.
pub(crate) fn turns(name: &str, turns: usize) -> Value {
    each(name, turns, 1)
}

fn each(name: &str, turns: usize, at_once: usize) -> Value {
    let mut document = json!({ "name": name, "nodes": [
        hook(name),
        { "id": "numbers", "node_type": "transform", "config": { "output": format!("{{{{ [1..{turns}] }}}}") } },
        { "id": "each", "node_type": "loop", "config": { "concurrency": at_once } },
        { "id": "work", "node_type": "transform", "config": { "output": { "twice": "{{ item * 2 }}" } } },
        { "id": "answer", "node_type": "http_response", "config": { "status": 200, "body": "{{ $count(input) }}" } },
    ], "edges": [edge("hook", "out", "numbers", "in"), edge("numbers", "out", "each", "items"),
        edge("each", "item", "work", "in"), edge("work", "out", "each", "next"), edge("each", "done", "answer", "in")] });
    document["limits"] = json!({ "nodes": 100_000 });
    document
}

/// Waits until the time that its caller names.
pub(crate) fn parked(name: &str) -> Value {
    let mut document = chain(
        name,
        &[
            hook(name),
            json!({ "id": "rest", "node_type": "wait", "config": { "until": "{{ input.body.until }}" } }),
        ],
    );
    document["nodes"][0]["config"]["respond"] = json!("accepted");
    document
}

fn answering(name: &str, nodes: impl Iterator<Item = Value>) -> Value {
    let answer = json!({ "id": "answer", "node_type": "http_response", "config": { "status": 200, "body": "{{ input }}" } });
    let nodes: Vec<Value> = std::iter::once(hook(name))
        .chain(nodes)
        .chain([answer])
        .collect();
    chain(name, &nodes)
}

/// One kilobyte of JSON, as an order might be.
pub(crate) fn body() -> String {
    body_of(1)
}

/// So many kilobytes of it.
pub(crate) fn body_of(kib: usize) -> String {
    let line = |n: usize| json!({ "article": format!("A-{n:04}"), "text": "a sentence of some length about an article", "price": n });
    let body = json!({
        "order": 4711,
        "customer": { "name": "Ada Lovelace", "street": "12 St James's Square", "city": "London" },
        "lines": (1..=10 * kib - 1).map(line).collect::<Vec<_>>(),
    });
    body.to_string()
}
