//! A workflow of fifty nodes: loops within loops, questions to people, other runs, waits, all at once; and whether each of its runs
//! came to what it must come to, whatever happened to the fleet meanwhile.

use super::{documents::edge, documents::key_of, evidence::Evidence, ledger::Kind};
use crate::Statement;
use events::{Json, RunEvent};
use serde_json::{Value, json};

const NODES: usize = 50;
/// The node that puts everything together.
const RESULT: &str = "result";

/// What a run with this key comes to.
fn outcome(key: &str) -> Value {
    // Rows 1 to 3 of the cells 1 and 2; people agree to the first of two; four turns; one for each step of the chain.
    json!({ "key": key, "cells": [[11, 12], [21, 22], [31, 32]], "crowd": [1, 2], "turns": 4, "steps": chain_length() })
}

/// The workflow; `child` has a number done by another run, and asks about the first.
pub(super) fn document(sink: &str, child: &str) -> Value {
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    let transform = |id: &str, output: Value| json!({ "id": id, "node_type": "transform", "config": { "output": output } });
    let put = |id: &str, node: &str, value: &str| {
        let url = format!("{sink}/{}", Kind::Large.name());
        let body = json!({ "key": "{{ nodes.start.body.key }}", "node": node, "value": value });
        json!({ "id": id, "node_type": "http_request", "config": { "method": "PUT", "url": url, "body": body } })
    };
    let looped = |id: &str, at_once: u8| json!({ "id": id, "node_type": "loop", "config": { "concurrency": at_once } });

    let ports = ["cells", "crowd", "turns", "steps"].map(|name| json!({ "name": name }));
    nodes.extend([
        json!({ "id": "start", "node_type": "trigger.webhook",
            "config": { "path": Kind::Large.name(), "method": "POST", "auth": { "kind": "none" } } }),
        json!({ "id": "fork", "node_type": "parallel", "outputs": ports }),
        json!({ "id": "join", "node_type": "join", "inputs": ports }),
        transform(
            RESULT,
            json!({ "key": "{{ nodes.start.body.key }}", "cells": "{{ input.cells }}", "crowd": "{{ input.crowd }}",
                "turns": "{{ input.turns }}", "steps": "{{ input.steps }}" }),
        ),
        put("tell", "tell", "{{ $string(input) }}"),
    ]);
    edges.extend([
        edge("start", "out", "fork", "in"),
        edge("join", "out", RESULT, "in"),
        edge(RESULT, "out", "tell", "in"),
    ]);

    // A call for each cell of each row.
    nodes.extend([
        transform("rows", json!("{{ [1, 2, 3] }}")),
        looped("row", 2),
        transform("numbers", json!("{{ [item * 10 + 1, item * 10 + 2] }}")),
        looped("cell", 2),
        put("put", "cell {{ item }}", "{{ item }}"),
        transform("number", json!("{{ item }}")),
    ]);
    edges.extend([
        edge("fork", "cells", "rows", "in"),
        edge("rows", "out", "row", "items"),
        edge("row", "item", "numbers", "in"),
        edge("numbers", "out", "cell", "items"),
        edge("cell", "item", "put", "in"),
        edge("put", "out", "number", "in"),
        edge("number", "out", "cell", "next"),
        edge("cell", "done", "row", "next"),
        edge("row", "done", "join", "cells"),
    ]);

    // Two others, to the first of whom people agree, here and in the run that is asked for.
    let first = json!({ "cases": [{ "name": "first", "condition": "{{ input = 1 }}" }] });
    let either = ["asked", "unasked"].map(|name| json!({ "name": name }));
    nodes.extend([
        transform("people", json!("{{ [1, 2] }}")),
        looped("person", 2),
        json!({ "id": "who", "node_type": "switch", "config": first }),
        json!({ "id": "ask", "node_type": "approval" }),
        json!({ "id": "either", "node_type": "join", "config": { "mode": "any" }, "inputs": either }),
        json!({ "id": "other", "node_type": "sub_workflow",
            "config": { "workflow_id": child, "input": { "n": "{{ item }}" } } }),
        transform("answer", json!("{{ input.shape }}")),
    ]);
    edges.extend([
        edge("fork", "crowd", "people", "in"),
        edge("people", "out", "person", "items"),
        edge("person", "item", "who", "in"),
        edge("who", "first", "ask", "in"),
        edge("ask", "approved", "either", "asked"),
        edge("who", "otherwise", "either", "unasked"),
        edge("either", "out", "other", "in"),
        edge("other", "out", "answer", "in"),
        edge("answer", "out", "person", "next"),
        edge("person", "done", "join", "crowd"),
    ]);

    // Turns that wait.
    nodes.extend([
        transform("zero", json!(0)),
        json!({ "id": "turn", "node_type": "while", "config": { "condition": "{{ item < 4 }}" } }),
        json!({ "id": "rest", "node_type": "wait", "config": { "for": "1s" } }),
        transform("more", json!("{{ item + 1 }}")),
    ]);
    edges.extend([
        edge("fork", "turns", "zero", "in"),
        edge("zero", "out", "turn", "in"),
        edge("turn", "item", "rest", "in"),
        edge("rest", "out", "more", "in"),
        edge("more", "out", "turn", "next"),
        edge("turn", "done", "join", "turns"),
    ]);

    // The rest is a chain, each step of which adds one.
    let mut before = ("fork".to_owned(), "steps");
    for step in 0..NODES - nodes.len() {
        let id = format!("step{step}");
        let sum = if step == 0 {
            json!(1)
        } else {
            json!("{{ input + 1 }}")
        };
        nodes.push(transform(&id, sum));
        edges.push(edge(&before.0, before.1, &id, "in"));
        before = (id, "out");
    }
    edges.push(edge(&before.0, before.1, "join", "steps"));
    json!({ "name": Kind::Large.name(), "nodes": nodes, "edges": edges })
}

/// So many nodes of the fifty have no other business.
const fn chain_length() -> usize {
    NODES - 22
}

/// Each run of it ended well, and with what it must come to.
pub(super) fn check(evidence: &Evidence) -> Statement {
    let (mut runs, mut found) = (0, Vec::new());
    for (run, log) in &evidence.logs {
        let key = log.events().find_map(|event| {
            let RunEvent::RunStarted { input, .. } = event else {
                return None;
            };
            key_of(&input.value())
        });
        let Some(key) = key.filter(|key| key.starts_with(Kind::Large.name())) else {
            continue;
        };
        runs += 1;
        let result = log.events().find_map(|event| {
            let RunEvent::NodeCompleted { node, outputs, .. } = event else {
                return None;
            };
            let output = outputs.values().next().filter(|_| node.as_str() == RESULT);
            output.map(Json::value)
        });
        let status = evidence.runs.get(run).map(|row| row.status.as_str());
        if status != Some("completed") || result != Some(outcome(&key)) {
            found.push(format!(
                "run {run} of {key} is {status:?} and came to {result:?}"
            ));
        }
    }
    Statement::of(
        "E-fifty-nodes-come-to-what-they-must",
        format!("{runs} runs of {NODES} nodes"),
        &found,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_fifty_nodes_and_can_be_executed() {
        let document = document("http://sink", "00000000000000000000000009");
        let read = workflow::Document::read(&document).unwrap();
        workflow::compile(&read).unwrap();
        let nodes = document["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), NODES);
        let steps = nodes.iter().filter_map(|node| node["id"].as_str());
        let steps = steps.filter(|id| id.starts_with("step")).count();
        assert_eq!(steps, chain_length());
    }
}
