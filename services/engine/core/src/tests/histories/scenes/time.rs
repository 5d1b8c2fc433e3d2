//! Pauses, retries and deadlines.

use super::{Scene, go, http, later, node, scene, value};
use crate::Input;
use events::{ErrorClass, Json};
use ids::EventId;
use serde_json::json;

pub(super) fn waits() -> Scene {
    let mut join = node(
        "first",
        "join",
        json!({ "mode": "quorum", "quorum": 2, "timeout_seconds": 30, "late": "go_on" }),
    );
    join["inputs"] = json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }]);
    let mut strict = node("both", "join", json!({}));
    strict["inputs"] = json!([{ "name": "a" }, { "name": "b" }]);
    let nodes = json!([
        go(),
        node("nap", "wait", json!({ "for": "1m" })),
        node("past", "wait", json!({ "until": "2020-01-01T00:00:00Z" })),
        http("slow"),
        join,
        strict,
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>nap.in",
        "go.out>past.in",
        "go.out>slow.in",
        "past.out>first.a",
        "nap.out>first.b",
        "slow.out>first.c",
        "nap.out>both.a",
        "slow.out>both.b",
        "first.out>end.in",
    ];
    let about = "A pause, one that is over already, and a join that does not wait for ever.";
    scene("waits", about, nodes, &edges, json!({}), |story| {
        story.wake().unwrap();
        story.wake().unwrap();
        later(story).complete("slow", json!(1));
    })
}

pub(super) fn retries() -> Scene {
    let mut call = http("call");
    call["retry"] = json!({ "tries": 3, "pause_seconds": 10 });
    call["timeout_seconds"] = json!(3_600);
    let mut late = http("late");
    late["timeout_seconds"] = json!(60);
    let nodes = json!([
        go(),
        call,
        late,
        node("lost", "log", json!({ "message": "{{ input.code }}" })),
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>call.in",
        "go.out>late.in",
        "late.error>lost.in",
        "call.out>end.in",
    ];
    let about = "A call is tried three times; another one takes too long.";
    scene("retries", about, nodes, &edges, json!({}), |story| {
        later(story).fail("call", ErrorClass::Timeout, None);
        story.wake().unwrap();
        later(story).fail("call", ErrorClass::RateLimit, Some(90_000));
        story.wake().unwrap();
        story.wake().unwrap();
        later(story).complete("call", json!({ "status": 200 }));
    })
}

pub(super) fn reply() -> Scene {
    let event = |matching: &str| {
        json!({ "event": { "type": "integration.email.received",
            "match": { "in_reply_to": matching }, "within": "1day" } })
    };
    let nodes = json!([
        go(),
        node("reply", "wait", event("{{ input.id }}")),
        node("silence", "wait", event("nothing")),
        value("read", "{{ input.subject }}"),
        value("remind", "{{ input.id }}"),
    ]);
    let edges = [
        "go.out>reply.in",
        "go.out>silence.in",
        "reply.out>read.in",
        "silence.late>remind.in",
    ];
    let about = "A mail is answered in time, another one is not.";
    let payload = json!({ "id": "m1" });
    scene("reply", about, nodes, &edges, payload, |story| {
        let arrived = Input::EventArrived {
            node: super::super::super::kit::node("reply"),
            iteration: vec![],
            event_id: EventId::from_u128(5),
            payload: Json::from(json!({ "subject": "Re: hello" })),
        };
        later(story).take(arrived).unwrap();
        story.wake().unwrap();
    })
}
