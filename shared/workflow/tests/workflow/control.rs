//! What a switch, a loop, a join, a wait and a retry may say.

use crate::support::{is, log, only, problems, start};
use serde_json::{Value, json};

fn one(node: Value) -> (String, String, String) {
    only(&json!([start(), node]), &[("start.out", "it.in")])
}

fn it(node_type: &str, config: Value) -> Value {
    json!({ "id": "it", "node_type": node_type, "config": config })
}

fn cases(names: &[&str]) -> Value {
    let case = |name: &&str| json!({ "name": name, "condition": "{{ input = 1 }}" });
    json!({ "cases": names.iter().map(case).collect::<Vec<_>>() })
}

#[test]
fn the_cases_of_a_switch_are_its_outputs() {
    let nodes = json!([
        start(),
        it("switch", cases(&["a", "b"])),
        log("x"),
        log("y"),
        log("z")
    ]);
    let edges = [
        ("start.out", "it.in"),
        ("it.a", "x.in"),
        ("it.b", "y.in"),
        ("it.otherwise", "z.in"),
    ];
    assert_eq!(problems(&nodes, &edges), []);
    let same = one(it("switch", cases(&["a", "a"])));
    is(
        &same,
        "switch.duplicate_case",
        "/nodes/1/config/cases/1/name",
        "two outputs",
    );
    let taken = one(it("switch", cases(&["otherwise"])));
    is(
        &taken,
        "switch.duplicate_case",
        "/nodes/1/config/cases/0/name",
        "`otherwise`",
    );
    let mut bad = cases(&["a"]);
    bad["cases"][0]["condition"] = json!("{{ input = }}");
    let bad = one(it("switch", bad));
    assert_eq!(
        (bad.0.as_str(), bad.1.as_str()),
        ("expression.invalid", "/nodes/1/config/cases/0/condition")
    );
}

#[test]
fn a_loop_needs_something_to_do() {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array" } } },
        { "id": "it", "node_type": "loop" },
        log("after"),
    ]);
    let found = only(
        &nodes,
        &[("start.out", "it.items"), ("it.done", "after.in")],
    );
    is(&found, "loop.no_body", "/nodes/1", "nothing follows `item`");
}

#[test]
fn a_loop_has_errors_only_when_it_goes_on_after_them() {
    let with = |policy: &str| {
        let nodes = json!([
            { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array" } } },
            it("loop", json!({ "on_error": policy })), log("body"), log("errors"),
        ]);
        let edges = [
            ("start.out", "it.items"),
            ("it.item", "body.in"),
            ("it.errors", "errors.in"),
        ];
        problems(&nodes, &edges)
            .into_iter()
            .map(|problem| problem.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(with("continue"), [""; 0]);
    assert!(with("fail").contains(&"edge.unknown_port".to_owned()));
}

#[test]
fn the_condition_of_a_while_knows_its_item() {
    let nodes = json!([
        start(),
        it(
            "while",
            json!({ "condition": "{{ item < 3 and index < 9 }}" })
        ),
        log("body")
    ]);
    assert_eq!(
        problems(
            &nodes,
            &[
                ("start.out", "it.in"),
                ("it.item", "body.in"),
                ("body.out", "it.next")
            ]
        ),
        []
    );
}

fn joined(config: Value) -> Vec<(String, String)> {
    let join = json!({ "id": "it", "node_type": "join", "config": config, "inputs": [{ "name": "a" }, { "name": "b" }] });
    let nodes = json!([start(), join]);
    let found = problems(&nodes, &[("start.out", "it.a"), ("start.out", "it.b")]);
    found
        .into_iter()
        .map(|problem| (problem.code, problem.pointer))
        .collect()
}

#[test]
fn a_quorum_is_a_number_that_can_come() {
    assert_eq!(joined(json!({ "mode": "any" })), []);
    assert_eq!(joined(json!({ "mode": "quorum", "quorum": 2 })), []);
    let at = |code: &str| vec![(code.to_owned(), "/nodes/1/config/quorum".to_owned())];
    assert_eq!(
        joined(json!({ "mode": "quorum", "quorum": 3 })),
        at("join.quorum_too_large")
    );
    assert_eq!(joined(json!({ "mode": "quorum" })), at("config.missing"));
    assert_eq!(
        joined(json!({ "mode": "all", "quorum": 1 })),
        at("config.invalid")
    );
}

#[test]
fn who_does_not_wait_for_all_promises_none() {
    let problems = |config: Value| {
        let need = json!({ "type": "object", "required": ["a"] });
        let nodes = json!([
            start(),
            { "id": "it", "node_type": "join", "config": config, "inputs": [{ "name": "a" }, { "name": "b" }] },
            { "id": "end", "node_type": "log", "config": { "message": "x" }, "inputs": [{ "name": "in", "schema": need }] },
        ]);
        let edges = [
            ("start.out", "it.a"),
            ("start.out", "it.b"),
            ("it.out", "end.in"),
        ];
        problems(&nodes, &edges)
            .into_iter()
            .map(|problem| problem.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(problems(json!({})), [""; 0]);
    for config in [
        json!({ "mode": "any" }),
        json!({ "timeout_seconds": 5, "late": "go_on" }),
    ] {
        assert_eq!(problems(config), ["edge.type_mismatch"]);
    }
}

#[test]
fn a_wait_says_how_long_in_one_way() {
    let at = |config: Value| {
        let found = one(it("wait", config));
        (found.0, found.1)
    };
    let invalid = |pointer: &str| {
        (
            "config.invalid".to_owned(),
            format!("/nodes/1/config{pointer}"),
        )
    };
    assert_eq!(at(json!({})), invalid(""));
    assert_eq!(
        at(json!({ "for": "1h", "until": "{{ input.at }}" })),
        invalid("")
    );
    assert_eq!(at(json!({ "for": "soon" })), invalid("/for"));
    assert_eq!(at(json!({ "for": "500days" })), invalid("/for"));
    assert_eq!(at(json!({ "until": "noon" })), invalid("/until"));
    let nodes = json!([
        start(),
        it("wait", json!({ "for": "{{ input.minutes }}m" }))
    ]);
    assert_eq!(problems(&nodes, &[("start.out", "it.in")]), []);
}

#[test]
fn only_what_an_adapter_does_is_tried_again() {
    let mut node = it("http_request", json!({ "url": "https://example.org/" }));
    node["retry"] = json!({ "tries": 3 });
    node["timeout_seconds"] = json!(60);
    assert_eq!(
        problems(&json!([start(), node]), &[("start.out", "it.in")]),
        []
    );
    let mut node = it("transform", json!({ "output": 1 }));
    node["retry"] = json!({ "tries": 3 });
    is(
        &one(node),
        "node.not_an_effect",
        "/nodes/1/retry",
        "`retry` means nothing",
    );
}
