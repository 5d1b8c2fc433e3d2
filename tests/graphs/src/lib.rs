//! Random workflow documents for tests: graphs that are valid by construction.
//!
//! Whoever tests chooses the [`Seedling`]s, with proptest or from a seed ([`Dice`]), and so can repeat and shrink them.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "support for tests: a failed set-up fails the test"
)]

mod dice;
mod node;

pub use dice::Dice;

use node::Kind;
use serde_json::{Value, json};

/// One node of a random graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seedling {
    /// What it is, modulo [`KINDS`].
    pub kind: u8,
    /// From which earlier outputs it takes its input; each modulo how many there are.
    pub sources: [u32; 3],
}

/// The trigger node of every document.
pub const START: &str = "n0";

/// How many kinds of nodes a seedling can become.
pub const KINDS: u8 = node::KINDS;

/// Up to eleven seedlings.
pub fn draw(dice: &mut Dice) -> Vec<Seedling> {
    let count = 1 + dice.below(11);
    let seedling = || Seedling {
        kind: (dice.next() >> 32) as u8,
        sources: [dice.next() as u32, dice.next() as u32, dice.next() as u32],
    };
    std::iter::repeat_with(seedling).take(count).collect()
}

/// A document in which every node takes input from nodes before it. With an even number of seedlings it has a loop over a
/// list as well, with a number that three divides a loop with a condition.
#[must_use]
pub fn grow(seedlings: &[Seedling], each_node: bool) -> Value {
    let mut nodes = vec![json!({ "id": START, "node_type": "trigger.manual" })];
    let mut ends: Vec<(String, &str)> = vec![(START.to_owned(), "out")];
    let mut edges = Vec::new();
    for (at, seedling) in seedlings.iter().enumerate() {
        let id = format!("n{}", at + 1);
        let Kind {
            mut node,
            outputs,
            joins,
        } = node::of(seedling.kind);
        node["id"] = json!(id);
        let sources = sources(seedling, ends.len(), joins);
        if joins {
            let inputs = (0..sources.len()).map(|at| json!({ "name": format!("in{at}") }));
            node["inputs"] = inputs.collect();
        }
        for (at, source) in sources.into_iter().enumerate() {
            let (source, port) = &ends[source];
            let input = if joins {
                format!("in{at}")
            } else {
                "in".to_owned()
            };
            edges.push(edge(source, port, &id, &input));
        }
        nodes.push(node);
        ends.extend(outputs.iter().map(|port| (id.clone(), *port)));
    }
    let from = ends[ends.len() / 2].clone();
    if seedlings.len().is_multiple_of(2) {
        each(&from, &mut nodes, &mut edges);
    }
    if seedlings.len().is_multiple_of(3) {
        again(&from, &mut nodes, &mut edges);
    }
    let commit = if each_node {
        "each_node"
    } else {
        "when_needed"
    };
    json!({ "name": "random", "nodes": nodes, "edges": edges, "commit": commit })
}

/// Different outputs among the first `ends`; a join has two inputs at least, which may come from one output.
fn sources(seedling: &Seedling, ends: usize, joins: bool) -> Vec<usize> {
    let wanted = 1 + (seedling.sources[0] >> 16) as usize % seedling.sources.len();
    let chosen = seedling.sources.iter().take(wanted);
    let mut chosen: Vec<usize> = chosen.map(|source| *source as usize % ends).collect();
    chosen.sort_unstable();
    chosen.dedup();
    if joins && chosen.len() < 2 {
        chosen.push(chosen[0]);
    }
    chosen
}

/// A list, and a request for each of its items, two at a time.
fn each(from: &(String, &str), nodes: &mut Vec<Value>, edges: &mut Vec<Value>) {
    nodes.push(
        json!({ "id": "list", "node_type": "transform", "config": { "output": "{{ [1, 2, 3] }}" } }),
    );
    nodes.push(json!({ "id": "each", "node_type": "loop", "config": { "concurrency": 2, "on_error": "continue" } }));
    nodes.push(json!({ "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } }));
    edges.push(edge(&from.0, from.1, "list", "in"));
    edges.push(edge("list", "out", "each", "items"));
    edges.push(edge("each", "item", "fetch", "in"));
    edges.push(edge("fetch", "out", "each", "next"));
}

/// A value that grows until it is large enough, or until dice stop it.
fn again(from: &(String, &str), nodes: &mut Vec<Value>, edges: &mut Vec<Value>) {
    let condition = "{{ item < 6 }}";
    nodes.push(json!({ "id": "one", "node_type": "transform", "config": { "output": "{{ 1 }}" } }));
    nodes
        .push(json!({ "id": "again", "node_type": "while", "config": { "condition": condition } }));
    nodes.push(json!({ "id": "dice", "node_type": "branch", "config": { "condition": "{{ $random() < 0.2 }}" } }));
    nodes.push(json!({ "id": "halt", "node_type": "stop", "config": { "reason": "the dice" } }));
    nodes.push(
        json!({ "id": "more", "node_type": "transform", "config": { "output": "{{ item + 1 }}" } }),
    );
    edges.push(edge(&from.0, from.1, "one", "in"));
    edges.push(edge("one", "out", "again", "in"));
    edges.push(edge("again", "item", "dice", "in"));
    edges.push(edge("dice", "true", "halt", "in"));
    edges.push(edge("dice", "false", "more", "in"));
    edges.push(edge("more", "out", "again", "next"));
}

fn edge(source: &str, source_port: &str, destination: &str, destination_port: &str) -> Value {
    json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
}
