//! Documents in a few words, and their problems.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "tests, each of which uses some of this"
)]

use serde_json::{Value, json};
use workflow::{Document, Problem, validate};

/// A document with these nodes and edges, each edge as `node.port` to `node.port`.
pub fn document(nodes: &Value, edges: &[(&str, &str)]) -> Value {
    let end = |text: &str| {
        let (node, port) = text.split_once('.').unwrap();
        (node.to_owned(), port.to_owned())
    };
    let edge = |(from, to): &(&str, &str)| {
        let ((source, source_port), (destination, destination_port)) = (end(from), end(to));
        json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
    };
    json!({ "name": "test", "nodes": nodes, "edges": edges.iter().map(edge).collect::<Vec<_>>() })
}

/// All problems of such a document.
pub fn problems(nodes: &Value, edges: &[(&str, &str)]) -> Vec<Problem> {
    validate(&Document::read(&document(nodes, edges)).unwrap())
}

/// The one problem of a document: its code, pointer and message.
pub fn only(nodes: &Value, edges: &[(&str, &str)]) -> (String, String, String) {
    let mut found = problems(nodes, edges);
    assert_eq!(found.len(), 1, "{found:#?}");
    let problem = found.remove(0);
    (problem.code, problem.pointer, problem.message)
}

/// Fails unless the problem is this one.
pub fn is(found: &(String, String, String), code: &str, pointer: &str, message: &str) {
    assert_eq!(
        (found.0.as_str(), found.1.as_str()),
        (code, pointer),
        "{found:?}"
    );
    assert!(found.2.contains(message), "{found:?}");
}

/// A trigger that emits any value.
pub fn start() -> Value {
    json!({ "id": "start", "node_type": "trigger.manual" })
}

/// A node that takes any value.
pub fn log(id: &str) -> Value {
    json!({ "id": id, "node_type": "log", "config": { "message": "x" } })
}
