//! The nodes that a seedling can become.

use serde_json::{Value, json};

/// The workflow whose runs are children.
const CHILD: &str = "00000000000000000000000009";

pub(crate) const KINDS: u8 = 21;

/// A node without its id.
pub(crate) struct Kind {
    pub(crate) node: Value,
    pub(crate) outputs: &'static [&'static str],
    /// Whether it waits for several inputs, which it declares itself.
    pub(crate) joins: bool,
}

pub(crate) fn of(kind: u8) -> Kind {
    let (node, outputs) = match kind % KINDS {
        0 => plain("transform", json!({ "output": "{{ $count([input]) }}" })),
        1 => (
            node("branch", json!({ "condition": "{{ $random() < 0.5 }}" })),
            &["true", "false"][..],
        ),
        2 => (http(), &["out"][..]),
        3 => (http(), &["out", "error"][..]),
        4 => plain("log", json!({ "message": "x" })),
        5 => plain("transform", json!({ "output": "{{ [1, 2, 3] }}" })),
        6 => (
            node(
                "switch",
                json!({ "cases": [
                    { "name": "a", "condition": "{{ $random() < 0.5 }}" },
                    { "name": "b", "condition": "{{ $random() < 0.5 }}" },
                ], "take": "all" }),
            ),
            &["a", "b", "otherwise"][..],
        ),
        7 => plain("wait", json!({ "for": "1m" })),
        8 => (patient(), &["out"][..]),
        9 => plain(
            "join",
            json!({ "mode": "any", "timeout_seconds": 30, "late": "go_on" }),
        ),
        10 => plain("notify", json!({ "title": "{{ run.id }}" })),
        11 => plain("generate", json!({ "instructions": "say {{ input }}" })),
        12 => {
            let mut split = node("parallel", json!({}));
            split["outputs"] = json!([{ "name": "a" }, { "name": "b" }]);
            (split, &["a", "b"][..])
        }
        13 => plain("join", json!({ "timeout_seconds": 45, "late": "go_on" })),
        14 => (node("fail", json!({ "message": "it is no use" })), &[][..]),
        15 => plain(
            "sub_workflow",
            json!({ "workflow_id": CHILD, "input": "{{ input }}" }),
        ),
        16 => (
            node(
                "approval",
                json!({ "deadline": { "seconds": 60, "then": "ignore" } }),
            ),
            &["approved", "rejected"][..],
        ),
        17 => plain(
            "ask",
            json!({ "question": "How many?", "form": { "type": "object" }, "deadline": { "seconds": 90, "then": "ignore" } }),
        ),
        18 => (
            node(
                "wait",
                json!({ "event": { "type": "integration.email.received", "within": "1m" } }),
            ),
            &["out", "late"][..],
        ),
        19 => (coordinate(), &["out", "error"][..]),
        _ => plain("http_response", json!({ "body": "{{ input }}" })),
    };
    let joins = node["node_type"] == "join";
    Kind {
        node,
        outputs,
        joins,
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "every caller writes the value in place"
)]
fn node(node_type: &str, config: Value) -> Value {
    json!({ "node_type": node_type, "config": config })
}

fn plain(node_type: &str, config: Value) -> (Value, &'static [&'static str]) {
    (node(node_type, config), &["out"])
}

fn http() -> Value {
    node("http_request", json!({ "url": "https://example.org/" }))
}

/// A request that is tried again, and not for ever.
fn patient() -> Value {
    let mut node = http();
    node["retry"] = json!({ "tries": 3 });
    node["timeout_seconds"] = json!(600);
    node
}

/// A goal with a tool that only reads and one that a person must agree to.
fn coordinate() -> Value {
    let mut pursuing = node(
        "coordinate",
        json!({ "goal": "think of {{ run.id }}", "rounds": 3, "tools": [
            { "name": "look", "description": "Looks.", "does": { "kind": "workflow", "workflow_id": CHILD, "reads": true } },
            { "name": "run", "description": "Does.", "does": { "kind": "workflow", "workflow_id": CHILD } },
        ] }),
    );
    pursuing["timeout_seconds"] = json!(300);
    pursuing
}
