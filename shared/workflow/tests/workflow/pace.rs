//! Flow control of triggers: what is refused, and where.

use crate::support::{document, is, log, only, problems};
use serde_json::{Value, json};
use workflow::{Document, compile, config::Singleton};

fn hook(flow: &Value) -> Value {
    json!({ "id": "hook", "node_type": "trigger.webhook", "config": { "path": "a", "flow": flow } })
}

#[test]
fn settings_that_contradict_each_other_are_refused_at_the_field_that_has_to_change() {
    let throttle = json!({ "count": 1, "seconds": 1 });
    let (debounce, batch) = (json!({ "seconds": 5 }), json!({ "size": 2, "seconds": 5 }));
    let cases = [
        (json!({}), ""),
        (json!({ "key": "{{ input.body.id }}" }), ""),
        (
            json!({ "singleton": "skip", "concurrency": 2 }),
            "/concurrency",
        ),
        (json!({ "debounce": debounce, "batch": batch }), "/batch"),
        (
            json!({ "singleton": "replace", "batch": batch }),
            "/singleton",
        ),
        (
            json!({ "debounce": { "seconds": 5, "longest_seconds": 4 } }),
            "/debounce/longest_seconds",
        ),
        (json!({ "singleton": "skip", "priority": 1 }), "/priority"),
        (
            json!({ "throttle": throttle, "debounce": debounce, "priority": 1 }),
            "/priority",
        ),
    ];
    for (flow, at) in cases {
        let found = only(&json!([hook(&flow)]), &[]);
        let pointer = format!("/nodes/0/config/flow{at}");
        is(&found, "flow.contradiction", &pointer, "");
    }
}

#[test]
fn settings_that_go_together_are_taken() {
    let flow = json!({
        "key": "{{ trigger.body.customer }}", "concurrency": 3, "priority": "{{ input.body.rank }}",
        "throttle": { "count": 10, "seconds": 60 },
    });
    assert_eq!(problems(&json!([hook(&flow)]), &[]), []);
    let flow =
        json!({ "singleton": "replace", "debounce": { "seconds": 1, "longest_seconds": 9 } });
    let document = document(&json!([hook(&flow)]), &[]);
    let plan = compile(&Document::read(&document).unwrap()).unwrap();
    let flow = plan.triggers()[0].flow.clone().unwrap();
    assert_eq!(flow.singleton, Some(Singleton::Replace));
    assert_eq!(flow.at_a_time(), Some(1));
}

#[test]
fn a_number_out_of_bounds_and_a_faulty_expression_are_named() {
    let flow = json!({ "throttle": { "count": 0, "seconds": 1 } });
    let found = only(&json!([hook(&flow)]), &[]);
    is(
        &found,
        "config.invalid",
        "/nodes/0/config/flow/throttle/count",
        "",
    );
    let flow = json!({ "concurrency": 1, "key": "{{ 1 + }}" });
    let found = only(&json!([hook(&flow)]), &[]);
    is(&found, "expression.invalid", "/nodes/0/config/flow/key", "");
}

#[test]
fn callers_who_wait_and_people_who_start_by_hand_cannot_be_gathered() {
    let hook = hook(&json!({ "debounce": { "seconds": 1 } }));
    let answer = json!({ "id": "answer", "node_type": "http_response" });
    let found = only(&json!([hook, answer]), &[("hook.out", "answer.in")]);
    is(
        &found,
        "flow.contradiction",
        "/nodes/0/config/flow/debounce",
        "wait for an answer",
    );
    let start = json!({ "id": "start", "node_type": "trigger.manual",
        "config": { "flow": { "batch": { "size": 2, "seconds": 1 } } } });
    let found = only(&json!([start, log("a")]), &[("start.out", "a.in")]);
    is(
        &found,
        "flow.contradiction",
        "/nodes/0/config/flow/batch",
        "by hand",
    );
}

#[test]
fn a_trigger_that_batches_puts_out_a_list_of_events() {
    let hook = hook(&json!({ "batch": { "size": 2, "seconds": 1 } }));
    let loops = json!({ "id": "each", "node_type": "transform", "config": { "output": "{{ input.events }}" } });
    assert_eq!(
        problems(&json!([hook, loops]), &[("hook.out", "each.in")]),
        []
    );
    let typed = json!({ "id": "typed", "node_type": "log", "config": { "message": "x" },
        "inputs": [{ "name": "in", "schema": { "type": "array" } }] });
    let found = only(&json!([hook, typed]), &[("hook.out", "typed.in")]);
    assert_eq!(found.0, "edge.type_mismatch");
}
