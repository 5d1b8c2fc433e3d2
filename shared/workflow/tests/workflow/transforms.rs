//! Data transforms: per-item expressions are parsed at save, and what they put out has a type.

use crate::support::{document, is, only, problems, start};
use serde_json::{Value, json};
use workflow::{Document, NodeType, compile, plan::NodeKind};

fn node(id: &str, node_type: &str, config: Value) -> Value {
    json!({ "id": id, "node_type": node_type, "config": config })
}

/// A trigger whose payload is a list of objects with a number.
fn listed() -> Value {
    let schema = json!({ "type": "array", "items": { "type": "object", "properties": { "n": { "type": "number" } }, "required": ["n"] } });
    json!({ "id": "start", "node_type": "trigger.manual", "config": { "input_schema": schema } })
}

#[test]
fn a_bad_per_item_expression_is_refused_at_its_place() {
    let one = |node_type: &str, config: Value| {
        only(
            &json!([listed(), node("a", node_type, config)]),
            &[("start.out", "a.in")],
        )
    };
    for (node_type, config, at) in [
        (
            "filter",
            json!({ "condition": "{{ item.n > }}" }),
            "/condition",
        ),
        ("filter", json!({ "condition": "item.n > 1" }), "/condition"),
        (
            "sort",
            json!({ "by": [{ "key": "n" }, { "key": "{{ item. }}" }] }),
            "/by/1/key",
        ),
        ("sort", json!({ "by": [{ "key": "n." }] }), "/by/0/key"),
        (
            "set_fields",
            json!({ "fields": { "a/b": ["x {{ ( }}"] } }),
            "/fields/a~1b/0",
        ),
        ("set_fields", json!({ "fields": "{{ input }}" }), "/fields"),
        ("limit", json!({ "count": "{{ input. }}" }), "/count"),
    ] {
        let pointer = format!("/nodes/1/config{at}");
        is(&one(node_type, config), "expression.invalid", &pointer, "");
    }
}

#[test]
fn faults_of_the_config_are_named_at_save_when_nothing_of_it_is_computed() {
    let one = |node_type: &str, config: Value| {
        let found = problems(
            &json!([start(), node("a", node_type, config)]),
            &[("start.out", "a.in")],
        );
        let errors = found.into_iter().filter(workflow::Problem::is_error);
        errors.map(|p| (p.code, p.pointer)).collect::<Vec<_>>()
    };
    let is = |found: Vec<(String, String)>, at: &str| {
        assert_eq!(
            found,
            [("config.invalid".to_owned(), format!("/nodes/1/config{at}"))]
        );
    };
    is(
        one(
            "date_time",
            json!({ "operation": "parse", "timezone": "Berlin" }),
        ),
        "/timezone",
    );
    is(
        one("date_time", json!({ "operation": "add", "amount": 1 })),
        "/unit",
    );
    is(
        one(
            "html_extract",
            json!({ "values": { "a": { "selector": "td[" } } }),
        ),
        "/values/a/selector",
    );
    is(one("filter", json!({})), "");
    is(
        one("sort", json!({ "by": [{ "key": "n", "order": "up" }] })),
        "/by/0/order",
    );
    is(one("csv", json!({ "mode": "parse", "colour": 1 })), "");
    assert_eq!(
        one(
            "date_time",
            json!({ "operation": "parse", "timezone": "{{ input.zone }}" })
        ),
        []
    );
}

#[test]
fn item_and_index_exist_per_item_and_nowhere_else() {
    let nodes = |config: Value| json!([listed(), node("a", "text_template", config)]);
    let edges = [("start.out", "a.in")];
    let fine =
        json!({ "template": "{{ index }}: {{ item.n + input[0].n }} {{ nodes.start[0].n }}" });
    assert_eq!(problems(&nodes(fine), &edges), []);
    is(
        &only(
            &nodes(json!({ "template": "x", "separator": "{{ item }}" })),
            &edges,
        ),
        "expression.outside_loop",
        "/nodes/1/config/separator",
        "only in the body of a loop",
    );
    is(
        &only(&nodes(json!({ "template": "{{ itme.n }}" })), &edges),
        "expression.unknown_name",
        "/nodes/1/config/template",
        "knows no name `itme`",
    );
    is(
        &only(&nodes(json!({ "template": "{{ nodes.b }}" })), &edges),
        "expression.unknown_node",
        "/nodes/1/config/template",
        "names no node",
    );
}

#[test]
fn edges_are_checked_against_what_a_transform_takes_and_gives() {
    let filter = || node("a", "filter", json!({ "condition": "{{ item.n > 1 }}" }));
    let sort = || node("b", "sort", json!({ "by": [{ "key": "n" }] }));
    // The items keep their schema through filter and sort.
    let nodes = json!([listed(), filter(), sort(), { "id": "each", "node_type": "loop" }, {
        "id": "body", "node_type": "transform", "config": { "output": "{{ item.n }}" },
        "inputs": [{ "name": "in", "schema": { "type": "object", "required": ["n"] } }],
    }]);
    let edges = [
        ("start.out", "a.in"),
        ("a.out", "b.in"),
        ("b.out", "each.items"),
        ("each.item", "body.in"),
        ("body.out", "each.next"),
    ];
    assert_eq!(problems(&nodes, &edges), []);
    // A text is no list, and of a value that may be anything nobody knows.
    let text = node("t", "text_template", json!({ "template": "x" }));
    let nodes = json!([listed(), text, filter()]);
    let found = only(&nodes, &[("start.out", "t.in"), ("t.out", "a.in")]);
    is(
        &found,
        "edge.type_mismatch",
        "/edges/1",
        "output `out` of `t` does not fit input `in` of `a`",
    );
    let found = only(&json!([start(), filter()]), &[("start.out", "a.in")]);
    is(&found, "edge.unproved", "/edges/0", "may not fit");
    // What a parser gives follows from its mode.
    let csv = |mode: &str| node("c", "csv", json!({ "mode": mode, "text": "a" }));
    let edges = [
        ("start.out", "c.in"),
        ("c.out", "a.in"),
        ("c.error", "l.in"),
    ];
    let log = crate::support::log("l");
    assert_eq!(
        problems(&json!([start(), csv("parse"), filter(), log]), &edges),
        []
    );
    is(
        &only(&json!([start(), csv("format"), filter(), log]), &edges),
        "edge.type_mismatch",
        "/edges/1",
        "",
    );
}

#[test]
fn two_lists_have_a_port_each() {
    let compare = node("c", "compare", json!({ "key": "id" }));
    let nodes = json!([listed(), compare, crate::support::log("l")]);
    let edges = [
        ("start.out", "c.before"),
        ("start.out", "c.after"),
        ("c.changed", "l.in"),
    ];
    assert_eq!(problems(&nodes, &edges), []);
    let found = only(&nodes, &[("start.out", "c.before"), ("c.changed", "l.in")]);
    is(&found, "port.not_fed", "/nodes/1", "`after`");
}

#[test]
fn a_plan_has_them_parsed() {
    let config = json!({ "condition": "{{ item.n > 1 }}" });
    let written = document(
        &json!([listed(), node("a", "filter", config)]),
        &[("start.out", "a.in")],
    );
    let plan = compile(&Document::read(&written).unwrap()).unwrap();
    let compiled = plan.node(plan.find("a").unwrap());
    assert!(matches!(&compiled.kind, NodeKind::Compute(c) if c.kind() == transforms::Kind::Filter));
    assert!(
        compiled.config.is_constant(),
        "a condition is no part of what is rendered"
    );
    assert_eq!(
        serde_json::to_value(compiled.node_type).unwrap(),
        json!("filter")
    );
    let read: NodeType = serde_json::from_value(json!("filter")).unwrap();
    assert_eq!(read, compiled.node_type);
}
