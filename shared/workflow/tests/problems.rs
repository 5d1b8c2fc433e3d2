//! Every fault of a document is named, with its place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use serde_json::{Value, json};
use workflow::{Document, Problem, validate};

fn document(nodes: &Value, edges: &[(&str, &str)]) -> Value {
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

fn problems(nodes: &Value, edges: &[(&str, &str)]) -> Vec<Problem> {
    validate(&Document::read(&document(nodes, edges)).unwrap())
}

/// The one problem of a document: its code, pointer and message.
fn only(nodes: &Value, edges: &[(&str, &str)]) -> (String, String, String) {
    let mut found = problems(nodes, edges);
    assert_eq!(found.len(), 1, "{found:#?}");
    let problem = found.remove(0);
    (problem.code, problem.pointer, problem.message)
}

fn is(found: &(String, String, String), code: &str, pointer: &str, message: &str) {
    assert_eq!(
        (found.0.as_str(), found.1.as_str()),
        (code, pointer),
        "{found:?}"
    );
    assert!(found.2.contains(message), "{found:?}");
}

fn start() -> Value {
    json!({ "id": "start", "node_type": "trigger.manual" })
}

fn log(id: &str) -> Value {
    json!({ "id": id, "node_type": "log", "config": { "message": "x" } })
}

#[test]
fn a_shape_that_is_none_is_named_by_pointers() {
    let found = Document::read(&json!({
        "name": "x", "colour": 1,
        "nodes": [{ "id": "a b", "node_type": "log" }, { "id": "c", "config": [] }],
    }))
    .unwrap_err();
    let at: Vec<&str> = found
        .iter()
        .map(|problem| problem.pointer.as_str())
        .collect();
    for pointer in ["", "/nodes/0/id", "/nodes/1", "/nodes/1/config"] {
        assert!(at.contains(&pointer), "{pointer} is missing in {found:#?}");
    }
    assert!(
        found
            .iter()
            .any(|problem| problem.message.contains("colour"))
    );
    assert_eq!(
        Document::read_text("{").unwrap_err()[0].code,
        "document.no_json"
    );
}

#[test]
fn unknown_types_duplicate_ids_and_missing_triggers_are_named() {
    let found = only(&json!([start(), { "id": "x", "node_type": "sleep" }]), &[]);
    is(
        &found,
        "node.unknown_type",
        "/nodes/1/node_type",
        "`sleep` is no node type",
    );
    let found = only(&json!([start(), start()]), &[]);
    is(
        &found,
        "node.duplicate_id",
        "/nodes/1/id",
        "two nodes are called `start`",
    );
    let codes: Vec<String> = problems(&json!([log("a")]), &[])
        .into_iter()
        .map(|p| p.code)
        .collect();
    assert_eq!(codes, ["document.no_trigger", "port.not_fed"]);
}

#[test]
fn a_bad_config_is_named_by_pointers() {
    let found = problems(
        &json!([start(), { "id": "a", "node_type": "http_request", "config": { "url": "ftp://x", "retries": 1, "headers": { "a": 1 } } }]),
        &[("start.out", "a.in")],
    );
    let at: Vec<&str> = found
        .iter()
        .map(|problem| problem.pointer.as_str())
        .collect();
    assert_eq!(at.len(), 3, "{found:#?}");
    for pointer in [
        "/nodes/1/config",
        "/nodes/1/config/url",
        "/nodes/1/config/headers/a",
    ] {
        assert!(at.contains(&pointer), "{found:#?}");
    }
    let found = only(
        &json!([start(), { "id": "b", "node_type": "branch", "config": {} }]),
        &[("start.out", "b.in")],
    );
    is(&found, "config.invalid", "/nodes/1/config", "condition");
}

#[test]
fn an_expression_may_stand_for_any_value_of_a_config() {
    let send = json!({ "id": "a", "node_type": "send_email", "config": {
        "account_id": "{{ input.account }}", "to": "{{ input.to }}", "subject": "Re: {{ input.subject }}", "text": "x",
        "references": "{{ input.references }}",
    } });
    assert_eq!(
        problems(&json!([start(), send]), &[("start.out", "a.in")]),
        []
    );
}

#[test]
fn edges_that_lead_nowhere_are_named() {
    let found = only(
        &json!([start(), log("a")]),
        &[("start.out", "a.in"), ("start.out", "b.in")],
    );
    is(
        &found,
        "edge.dangling",
        "/edges/1/destination",
        "`b` is no node",
    );
    let found = only(
        &json!([start(), log("a")]),
        &[("start.out", "a.in"), ("start.error", "a.in")],
    );
    is(
        &found,
        "edge.unknown_port",
        "/edges/1/source_port",
        "`start` has no output `error`",
    );
    let found = only(
        &json!([start(), log("a")]),
        &[("start.out", "a.in"), ("start.out", "a.text")],
    );
    is(
        &found,
        "edge.unknown_port",
        "/edges/1/destination_port",
        "`a` has no input `text`",
    );
}

#[test]
fn a_cycle_without_a_loop_names_its_nodes() {
    let nodes = json!([start(), log("a"), log("b"), log("c")]);
    let found = only(
        &nodes,
        &[
            ("start.out", "a.in"),
            ("a.out", "b.in"),
            ("b.out", "c.in"),
            ("c.out", "a.in"),
        ],
    );
    is(
        &found,
        "graph.cycle",
        "/edges/1",
        "`a`, `b`, `c` form a cycle without a loop",
    );
}

fn loop_nodes() -> Value {
    json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array" } } },
        { "id": "each", "node_type": "loop" }, log("a"), log("b"), log("after"),
    ])
}

#[test]
fn a_loop_body_has_one_way_in_and_one_way_out() {
    let good = [
        ("start.out", "each.items"),
        ("each.item", "a.in"),
        ("a.out", "b.in"),
        ("b.out", "each.next"),
        ("each.done", "after.in"),
    ];
    assert_eq!(problems(&loop_nodes(), &good), []);
    let with = |edge| {
        let mut edges = good.to_vec();
        edges.push(edge);
        only(&loop_nodes(), &edges)
    };
    is(
        &with(("a.out", "after.in")),
        "loop.enters_body",
        "/edges/4",
        "`after` is in the body of the loop `each` and is fed by `each` outside",
    );
    is(
        &with(("start.out", "b.in")),
        "loop.enters_body",
        "/edges/5",
        "`b` is in the body of the loop `each` and is fed by `start`",
    );
    is(
        &with(("start.out", "each.next")),
        "loop.next_from_outside",
        "/edges/5",
        "`start` feeds `next`",
    );
}

#[test]
fn an_inner_loop_does_not_feed_the_outer_one_from_its_body() {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array", "items": { "type": "array" } } } },
        { "id": "outer", "node_type": "loop" }, { "id": "inner", "node_type": "loop" }, log("a"),
    ]);
    let found = only(
        &nodes,
        &[
            ("start.out", "outer.items"),
            ("outer.item", "inner.items"),
            ("inner.item", "a.in"),
            ("a.out", "outer.next"),
        ],
    );
    is(
        &found,
        "loop.leaves_body",
        "/edges/3",
        "`a` is in the body of the loop `inner` and feeds `outer`",
    );
}

#[test]
fn joins_declare_their_inputs_and_take_one_edge_each() {
    let join = |inputs: Value| json!({ "id": "j", "node_type": "join", "inputs": inputs });
    let found = only(
        &json!([start(), join(json!([{ "name": "a" }]))]),
        &[("start.out", "j.a")],
    );
    is(
        &found,
        "join.too_few_inputs",
        "/nodes/1/inputs",
        "fewer than two inputs",
    );
    let found = only(
        &json!([
            start(),
            join(json!([{ "name": "a" }, { "name": "b" }])),
            log("l")
        ]),
        &[
            ("start.out", "j.a"),
            ("start.out", "j.b"),
            ("start.out", "l.in"),
            ("l.out", "j.b"),
        ],
    );
    is(
        &found,
        "join.fed_twice",
        "/edges/3",
        "two edges feed the input `b`",
    );
}

#[test]
fn expressions_are_checked_where_they_stand() {
    let log =
        |message: &str| json!({ "id": "a", "node_type": "log", "config": { "message": message } });
    let one = |message: &str| only(&json!([start(), log(message)]), &[("start.out", "a.in")]);
    is(
        &one("x {{ input. }}"),
        "expression.invalid",
        "/nodes/1/config/message",
        "at character 12",
    );
    is(
        &one("{{ nodes.b.x }}"),
        "expression.unknown_node",
        "/nodes/1/config/message",
        "`nodes.b` names no node",
    );
    is(
        &one("{{ inputs.b }}"),
        "expression.unknown_input",
        "/nodes/1/config/message",
        "`inputs.b` names no input of `a`",
    );
    is(
        &one("{{ subject }}"),
        "expression.unknown_name",
        "/nodes/1/config/message",
        "knows no name `subject`",
    );
    is(
        &one("{{ item.x }}"),
        "expression.outside_loop",
        "/nodes/1/config/message",
        "only in the body of a loop",
    );
    is(
        &one("{{ nodes.a }}"),
        "expression.not_before",
        "/nodes/1/config/message",
        "may not have run yet",
    );
    assert_eq!(
        problems(
            &json!([
                start(),
                log("{{ nodes.start.x & trigger.y & run.id & inputs.in }}")
            ]),
            &[("start.out", "a.in")]
        ),
        []
    );
}

#[test]
fn what_a_loop_did_for_each_item_is_not_named_from_outside() {
    let mut nodes = loop_nodes();
    nodes[4]["config"]["message"] = json!("{{ nodes.a }}");
    let found = only(
        &nodes,
        &[
            ("start.out", "each.items"),
            ("each.item", "a.in"),
            ("a.out", "b.in"),
            ("b.out", "each.next"),
            ("each.done", "after.in"),
        ],
    );
    is(
        &found,
        "expression.inside_loop",
        "/nodes/4/config/message",
        "`a` runs once for each item",
    );
}

#[test]
fn a_port_that_gets_the_wrong_type_is_named_with_its_path() {
    let nodes = json!([
        start(),
        { "id": "sort", "node_type": "classify", "config": { "text": "x", "categories": ["a", "b"] } },
        { "id": "l", "node_type": "log", "config": { "message": "x" }, "inputs": [{ "name": "in", "schema": {
            "type": "object", "properties": { "category": { "enum": ["a"] } }, "required": ["category"] } }] },
    ]);
    let found = only(&nodes, &[("start.out", "sort.in"), ("sort.out", "l.in")]);
    is(
        &found,
        "edge.type_mismatch",
        "/edges/1",
        "output `out` of `sort` does not fit input `in` of `l`: at `category`, \"b\" is not accepted",
    );
}

#[test]
fn types_flow_through_branches_and_loops() {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array", "items": { "type": "number" } } } },
        { "id": "each", "node_type": "loop" },
        { "id": "big", "node_type": "branch", "config": { "condition": "{{ item > 3 }}" } },
        { "id": "l", "node_type": "log", "config": { "message": "x" }, "inputs": [{ "name": "in", "schema": { "type": "string" } }] },
    ]);
    let found = only(
        &nodes,
        &[
            ("start.out", "each.items"),
            ("each.item", "big.in"),
            ("big.true", "l.in"),
            ("l.out", "each.next"),
        ],
    );
    is(
        &found,
        "edge.type_mismatch",
        "/edges/2",
        "it may be a number, expected a string",
    );
}

#[test]
fn what_cannot_be_proved_is_a_warning() {
    let nodes = json!([start(), { "id": "each", "node_type": "loop" }]);
    let found = problems(&nodes, &[("start.out", "each.items")]);
    assert_eq!(
        (found[0].code.as_str(), found[0].is_error()),
        ("edge.unproved", false),
        "{found:?}"
    );
    workflow::compile(&Document::read(&document(&nodes, &[("start.out", "each.items")])).unwrap())
        .unwrap();
}

#[test]
fn triggers_are_checked() {
    let one = |trigger: Value| only(&json!([trigger]), &[]);
    let schedule = |cron: &str| json!({ "id": "t", "node_type": "trigger.schedule", "config": { "cron": cron } });
    is(
        &one(schedule("* * *")),
        "config.bad_schedule",
        "/nodes/0/config/cron",
        "has 3 fields",
    );
    is(
        &one(schedule("{{ input.x }} * * * *")),
        "config.not_literal",
        "/nodes/0/config/cron",
        "cannot be computed",
    );
    let hook =
        |config: Value| json!({ "id": "t", "node_type": "trigger.webhook", "config": config });
    is(
        &one(hook(json!({ "path": "a b" }))),
        "config.invalid",
        "/nodes/0/config/path",
        "a b",
    );
    is(
        &one(hook(
            json!({ "path": "a", "auth": { "kind": "hmac_sha256", "secret_name": "s" } }),
        )),
        "config.missing",
        "/nodes/0/config/auth",
        "needs `header`",
    );
    is(
        &one(hook(json!({ "path": "a", "respond": "last" }))),
        "trigger.no_response",
        "/nodes/0/config/respond",
        "no node gives one",
    );
    let event = |filter: &str| json!({ "id": "t", "node_type": "trigger.integration_event", "config": { "event_type": "integration.email.received", "filter": filter } });
    is(
        &one(event("{{ run.id = 1 }}")),
        "expression.not_in_filter",
        "/nodes/0/config/filter",
        "before the run starts",
    );
    assert_eq!(
        problems(&json!([event("{{ trigger.subject = 'x' }}")]), &[]),
        []
    );
    let refuse = |_: &str, zone: &str| Err(format!("no zone {zone}"));
    let document = Document::read(&document(&json!([schedule("0 7 * * *")]), &[])).unwrap();
    assert!(
        workflow::validate_with(&document, &refuse)[0]
            .message
            .contains("no zone UTC")
    );
}

#[test]
fn declared_ports_may_not_contradict_the_node() {
    let node = |outputs: Value| json!({ "id": "g", "node_type": "generate", "config": { "instructions": "x" }, "outputs": outputs });
    let found = only(
        &json!([
            start(),
            node(json!([{ "name": "out", "schema": { "type": "array" } }]))
        ]),
        &[("start.out", "g.in")],
    );
    is(
        &found,
        "port.contradicts",
        "/nodes/1/outputs/0/schema",
        "it may be an object, expected an array",
    );
    let found = only(
        &json!([start(), node(json!([{ "name": "text" }]))]),
        &[("start.out", "g.in")],
    );
    is(
        &found,
        "port.unknown",
        "/nodes/1/outputs/0/name",
        "has no port `text`",
    );
    let found = problems(
        &json!([
            start(),
            node(json!([{ "name": "out", "schema": { "type": "word" } }]))
        ]),
        &[("start.out", "g.in")],
    );
    assert_eq!(found[0].code, "port.bad_schema", "{found:?}");
}
