//! Every fault of a node, an edge or an expression is named, with its place.

use crate::support::{is, log, only, problems, start};
use serde_json::{Value, json};
use workflow::Document;

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
fn triggers_are_checked() {
    let one = |trigger: Value| only(&json!([trigger]), &[]);
    let schedule = |cron: &str| json!({ "id": "t", "node_type": "trigger.schedule", "config": { "cron": cron } });
    is(
        &one(schedule("* * *")),
        "config.bad_schedule",
        "/nodes/0/config/cron",
        "`* * *` is no cron expression",
    );
    let nowhere = json!({ "id": "t", "node_type": "trigger.schedule", "config": { "cron": "0 7 * * *", "timezone": "Mars/Base" } });
    is(
        &one(nowhere),
        "config.bad_schedule",
        "/nodes/0/config/cron",
        "`Mars/Base` is no time zone",
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
}
