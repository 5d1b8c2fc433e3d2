//! What nodes do.

use super::{
    super::super::kit::{Story, document},
    Scene, go, http, later, node, scene, value,
};
use crate::Input;
use events::{EffectCost, ErrorClass, Json, RunTrigger, TriggerKind};
use ids::{EventId, InvocationId, TriggerId};
use serde_json::{Value, json};

pub(super) fn answer() -> Scene {
    let nodes = json!([
        node(
            "go",
            "trigger.webhook",
            json!({ "path": "orders", "auth": { "kind": "none" } })
        ),
        node("cron", "trigger.schedule", json!({ "cron": "0 7 * * *" })),
        node(
            "mail",
            "trigger.integration_event",
            json!({ "event_type": "integration.email.received" })
        ),
        value("shape", "{{ input.body.n + 1 }}"),
        node(
            "answer",
            "http_response",
            json!({ "status": 201, "body": "{{ input }}" })
        ),
        node("note", "log", json!({ "message": "{{ input }}" })),
        node("tell", "notify", json!({ "title": "{{ input }}" })),
    ]);
    let edges = [
        "go.out>shape.in",
        "cron.out>shape.in",
        "mail.out>shape.in",
        "shape.out>answer.in",
        "shape.out>note.in",
        "shape.out>tell.in",
    ];
    let document = document(nodes, &edges);
    let mut story = Story::of(document.clone());
    let trigger = RunTrigger {
        kind: TriggerKind::Webhook,
        node: "go".parse().unwrap(),
        trigger_id: Some(TriggerId::from_u128(7)),
        event_id: EventId::from_u128(4),
        actor: None,
    };
    let payload = json!({ "method": "POST", "path": "/hooks/orders", "query": {}, "headers": {}, "body": { "n": 1 } });
    let start = Input::Start {
        trigger,
        payload: Json::from(payload),
        reply_to: Some("gateway-1".to_owned()),
        parent: None,
        rules: Vec::new(),
    };
    story.take(start).unwrap();
    Scene {
        name: "answer",
        about: "A webhook is answered; two other triggers are passed over.",
        document,
        story,
    }
}

pub(super) fn models() -> Scene {
    let schema = json!({ "type": "object", "properties": { "total": { "type": "number" } } });
    let nodes = json!([
        go(),
        node(
            "sort",
            "classify",
            json!({ "text": "{{ input }}", "categories": ["urgent", "later"] })
        ),
        node("ask", "llm_call", json!({ "prompt": "triage" })),
        node("write", "generate", json!({ "instructions": "be kind" })),
        node("short", "summarize", json!({ "text": "{{ input }}" })),
        node(
            "pull",
            "extract",
            json!({ "text": "{{ input }}", "schema": schema })
        ),
    ]);
    let edges = [
        "go.out>sort.in",
        "go.out>ask.in",
        "go.out>write.in",
        "go.out>short.in",
        "go.out>pull.in",
    ];
    let about = "Five kinds of model calls, two of which were paid for.";
    scene(
        "models",
        about,
        nodes,
        &edges,
        json!("pay 7 now"),
        |story| {
            for (id, outcome) in [
                ("sort", json!({ "category": "urgent", "confidence": 0.75 })),
                ("ask", json!({ "text": "yes" })),
                ("write", json!({ "text": "dear" })),
                ("short", json!({ "text": "d" })),
                ("pull", json!({ "total": 7 })),
            ] {
                let paid = matches!(id, "sort" | "write");
                let effect_key = later(story).keys_of(id).remove(0);
                let cost = paid.then(|| EffectCost {
                    invocation_id: InvocationId::from_u128(11),
                    input_tokens: 70,
                    output_tokens: 5,
                    cost_micros: 120,
                    child_run_id: None,
                });
                let outcome = Json::from(outcome);
                let input = Input::EffectCompleted {
                    effect_key,
                    outcome,
                    cost,
                };
                story.take(input).unwrap();
            }
        },
    )
}

pub(super) fn messages() -> Scene {
    let account = "00000000000000000000000005";
    let nodes = json!([
        go(),
        node(
            "mail",
            "send_email",
            json!({ "account_id": account, "to": ["a@example.org"], "subject": "s", "text": "t" })
        ),
        node(
            "chat",
            "send_message",
            json!({ "account_id": account, "to": "room", "text": "t" })
        ),
        http("call"),
        node("note", "log", json!({ "message": "{{ input }}" })),
    ]);
    let edges = [
        "go.out>mail.in",
        "go.out>chat.in",
        "go.out>call.in",
        "call.error>note.in",
    ];
    let about = "A mail and a message are sent; a call fails, and its error is looked after.";
    scene("messages", about, nodes, &edges, json!({}), |story| {
        later(story).complete("mail", json!({ "message_id": "m" }));
        later(story).fail("call", ErrorClass::Unavailable, Some(2_000));
        later(story).complete("chat", json!({ "message_id": "c" }));
    })
}

pub(super) fn data() -> Scene {
    let list = "{{ [{ 'city': 'Oslo', 'n': 2, 'tags': ['a'] }, { 'city': 'Rome', 'n': 1, 'tags': ['b'] }] }}";
    let ical = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T080000Z\r\nDTSTART:20260101T080000Z\r\nSUMMARY:s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let of_lists = [
        (
            "set_fields",
            json!({ "fields": { "total": "{{ item.n * 2 }}" } }),
        ),
        ("rename_fields", json!({ "fields": { "city": "place" } })),
        ("filter", json!({ "condition": "{{ item.n > 1 }}" })),
        ("sort", json!({ "by": [{ "key": "n" }] })),
        ("limit", json!({ "count": 1 })),
        ("split_out", json!({ "field": "tags" })),
        ("aggregate", json!({ "field": "n" })),
        ("group", json!({ "by": "city" })),
        (
            "summarize_values",
            json!({ "values": { "sum": { "by": "sum", "of": "n" } } }),
        ),
        ("remove_duplicates", json!({ "by": ["city"] })),
        ("text_template", json!({ "template": "{{ item.city }}" })),
    ];
    let of_texts = [
        (
            "date_time",
            json!({ "operation": "add", "value": "2026-01-31", "amount": 1, "unit": "months" }),
        ),
        ("hash", json!({ "text": "x" })),
        ("base64", json!({ "mode": "encode", "text": "x" })),
        (
            "html_extract",
            json!({ "html": "<b>x</b>", "values": { "bold": { "selector": "b" } } }),
        ),
        ("html_to_text", json!({ "html": "<b>x</b>" })),
        ("xml", json!({ "mode": "parse", "text": "<a>1</a>" })),
        ("markdown", json!({ "text": "# x" })),
        ("csv", json!({ "mode": "parse", "text": "a,b\n1,2" })),
        ("icalendar", json!({ "mode": "parse", "text": ical })),
        ("json", json!({ "mode": "parse", "text": "[1]" })),
    ];
    let mut nodes = vec![go(), value("list", list)];
    let mut edges = vec!["go.out>list.in".to_owned()];
    for (kind, config) in of_lists.into_iter().chain(of_texts) {
        nodes.push(node(kind, kind, config));
        edges.push(format!("list.out>{kind}.in"));
    }
    nodes.push(node("merge", "merge", json!({ "mode": "append" })));
    nodes.push(node("compare", "compare", json!({ "key": "city" })));
    for edge in [
        "list.out>merge.left",
        "list.out>merge.right",
        "list.out>compare.before",
        "list.out>compare.after",
    ] {
        edges.push(edge.to_owned());
    }
    let edges: Vec<&str> = edges.iter().map(String::as_str).collect();
    let about = "Every kind of data transform once.";
    scene(
        "data",
        about,
        Value::Array(nodes),
        &edges,
        json!({}),
        |_| {},
    )
}

pub(super) fn memory() -> Scene {
    let across_runs = json!({ "days": 7, "most": 500 });
    let nodes = json!([
        go(),
        node(
            "once",
            "remove_duplicates",
            json!({ "by": ["id"], "across_runs": across_runs })
        ),
        value("end", "{{ input }}"),
    ]);
    let edges = ["go.out>once.in", "once.out>end.in"];
    let about = "Of three items one is there twice, and another one an earlier run has seen.";
    let items = json!([{ "id": 1 }, { "id": 1 }, { "id": 2 }]);
    scene("memory", about, nodes, &edges, items, |story| {
        later(story).complete("once", json!([{ "id": 2 }]));
    })
}
