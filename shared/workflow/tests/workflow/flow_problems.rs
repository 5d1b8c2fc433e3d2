//! Every fault in the way values flow is named: cycles, loops, joins, types.

use crate::support::{document, is, log, only, problems, start};
use serde_json::{Value, json};
use workflow::Document;

fn loop_nodes() -> Value {
    json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array" } } },
        { "id": "each", "node_type": "loop" }, log("a"), log("b"), log("after"),
    ])
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
    let nodes = json!([start(), { "id": "each", "node_type": "loop" }, log("body")]);
    let edges = [("start.out", "each.items"), ("each.item", "body.in")];
    let found = problems(&nodes, &edges);
    assert_eq!(
        (found[0].code.as_str(), found[0].is_error()),
        ("edge.unproved", false),
        "{found:?}"
    );
    workflow::compile(&Document::read(&document(&nodes, &edges)).unwrap()).unwrap();
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
