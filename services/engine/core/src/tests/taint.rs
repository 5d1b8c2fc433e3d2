//! What strangers may have chosen is never done unasked.

use super::{
    children::parent,
    kit::{Story, document},
    people::{ANNA, decide, question},
};
use crate::{AdapterRequest, Effect, Input};
use events::{ChildRunRequested, Decision, Fallback, Json, Parent, TaintStep};
use ids::{RunId, WorkflowId};
use serde_json::{Value, json};

const HOOK: &str = "trigger.webhook";
const CALLED: &str = "trigger.workflow";

/// A trigger, nodes in a row, and a mail at the end; all with the output `out`, but for `approval`.
fn mailing(trigger: &str, between: Value, mail: Value) -> Value {
    let config = match trigger {
        HOOK => json!({ "path": "hook" }),
        "trigger.schedule" => json!({ "cron": "0 7 * * *" }),
        "trigger.integration_event" => json!({ "event_type": "integration.email.received" }),
        _ => json!({}),
    };
    let mut nodes = vec![json!({ "id": "go", "node_type": trigger, "config": config })];
    nodes.extend(between.as_array().unwrap().clone());
    let mut send = json!({ "id": "send", "node_type": "send_email", "config": {
        "account_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "to": ["ada@example.org"], "subject": "s", "text": "Said: {{ $string(input) }}" } });
    for (name, value) in mail.as_object().unwrap() {
        match name.as_str() {
            "to" => send["config"]["to"] = value.clone(),
            name => send[name] = value.clone(),
        }
    }
    nodes.push(send);
    let edges: Vec<String> = nodes
        .windows(2)
        .map(|pair| {
            let out = match pair[0]["node_type"].as_str() {
                Some("approval") => "approved",
                _ => "out",
            };
            let id = |node: &Value| node["id"].as_str().unwrap().to_owned();
            format!("{}.{out}>{}.in", id(&pair[0]), id(&pair[1]))
        })
        .collect();
    let edges: Vec<&str> = edges.iter().map(String::as_str).collect();
    document(json!(nodes), &edges)
}

fn shaped(output: Value) -> Value {
    json!({ "id": "shaped", "node_type": "transform", "config": { "output": output } })
}

fn is_asked(story: &Story) -> bool {
    let log = story.short();
    let has = |what: &str| log.iter().any(|entry| entry.starts_with(what));
    assert_ne!(has("may send"), has("ask send"), "{log:?}");
    has("may send")
}

/// Whether people are asked when the run starts with this payload.
fn asks(document: Value, payload: Value) -> bool {
    is_asked(&Story::started(document, payload))
}

fn to(expression: &str) -> Value {
    json!({ "to": [expression] })
}

/// The nodes of the way of the only argument that the last question calls tainted.
fn way(story: &Story) -> (String, Vec<String>) {
    let [tainted] = &question(story).tainted[..] else {
        panic!("{:?}", question(story).tainted)
    };
    let nodes = tainted.way.iter().map(|step| step.node.to_string());
    (tainted.argument.clone(), nodes.collect())
}

#[test]
fn whoever_is_chosen_from_outside_is_asked_about() {
    let mail = json!({ "from": "eve@evil.example" });
    for (trigger, foreign) in [
        (HOOK, true),
        ("trigger.integration_event", true),
        ("trigger.manual", false),
        ("trigger.schedule", false),
    ] {
        let document = mailing(trigger, json!([]), to("{{ input.from }}"));
        assert_eq!(asks(document, mail.clone()), foreign, "{trigger}");
    }
    for (expression, carried) in [
        ("{{ input.from }}", true),
        ("{{ trigger.from }}", true),
        ("{{ nodes.go.from }}", true),
        ("{{ $$.input.from }}", true),
        ("{{ $lookup(input, 'from') }}", true),
        ("Ada <{{ input.from }}>", true),
        ("{{ [input.from, 'a@example.org'][0] }}", true),
        ("{{ input.from ? input.from : 'a@example.org' }}", true),
        (
            "{{ input.from = 'x' ? 'a@example.org' : 'b@example.org' }}",
            false,
        ),
        (
            "{{ $exists(input.from) ? 'a@example.org' : 'b@example.org' }}",
            false,
        ),
        (
            "{{ ['a@example.org', 'b@example.org'][$ != $$.input.from][0] }}",
            false,
        ),
        ("{{ 'a@' & 'example.org' }}", false),
    ] {
        let document = mailing(HOOK, json!([]), to(expression));
        assert_eq!(asks(document, mail.clone()), carried, "{expression}");
    }
    let body = mailing(HOOK, json!([]), json!({}));
    assert!(!asks(body, mail), "what is said decides nothing");
}

#[test]
fn the_way_is_shown() {
    let between = json!([
        { "id": "read", "node_type": "extract", "config": { "text": "{{ input.text }}", "schema": { "type": "object", "properties": { "to": { "type": "string" } } } } },
        shaped(json!({ "who": "{{ input.to }}" })),
    ]);
    let mut story = Story::started(
        mailing(HOOK, between, to("{{ input.who }}")),
        json!({ "text": "hi" }),
    );
    story.complete("read", json!({ "to": "eve@evil.example" }));
    assert!(is_asked(&story));
    let nodes = ["go", "read", "shaped"].map(str::to_owned).to_vec();
    assert_eq!(way(&story), ("to".to_owned(), nodes));
    decide(&mut story, ANNA, Decision::Approve).unwrap();
    assert!(story.short().contains(&"ask send".to_owned()));
}

#[test]
fn a_model_passes_on_what_it_was_told_and_nothing_else() {
    let read = |text: &str| json!([{ "id": "read", "node_type": "generate", "config": { "instructions": text } }]);
    for (text, carried) in [("Find {{ input.x }}", true), ("Make one up.", false)] {
        let document = mailing(HOOK, read(text), to("{{ input.text }}"));
        let mut story = Story::started(document, json!({ "x": 1 }));
        story.complete("read", json!({ "text": "a@example.org" }));
        assert_eq!(is_asked(&story), carried, "{text}");
    }
}

#[test]
fn lists_and_loops_pass_on_what_they_are_given() {
    let payload = || json!({ "all": [{ "to": "eve@evil.example" }] });
    let fields = json!([
        { "id": "list", "node_type": "transform", "config": { "output": [{}] } },
        { "id": "set", "node_type": "set_fields", "config": { "fields": { "to": "{{ nodes.go.all[0].to }}" } } },
    ]);
    assert!(asks(
        mailing(HOOK, fields, to("{{ input[0].to }}")),
        payload()
    ));
    let nodes = json!([
        { "id": "go", "node_type": HOOK, "config": { "path": "hook" } },
        { "id": "list", "node_type": "transform", "config": { "output": "{{ input.all }}" } },
        { "id": "each", "node_type": "loop" },
        { "id": "send", "node_type": "send_email", "config": {
            "account_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "to": ["{{ item.to }}"], "subject": "s", "text": "t" } },
    ]);
    let edges = [
        "go.out>list.in",
        "list.out>each.items",
        "each.item>send.in",
        "send.out>each.next",
    ];
    let story = Story::started(document(nodes.clone(), &edges), payload());
    assert!(is_asked(&story));
    assert_eq!(way(&story).1, ["go", "list", "each"]);
    let mut own = nodes;
    own[0]["node_type"] = json!("trigger.manual");
    own[0]["config"] = json!({});
    let story = Story::started(document(own, &edges), payload());
    assert!(!is_asked(&story), "what comes back of a turn is no item");
}

#[test]
fn what_a_server_answers_is_from_outside_whatever_started_the_run() {
    let fetch = json!([{ "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } }]);
    let document = mailing("trigger.schedule", fetch, to("{{ input.body.to }}"));
    let mut story = Story::started(document, json!({}));
    story.complete(
        "fetch",
        json!({ "status": 200, "headers": {}, "body": { "to": "eve@evil.example" } }),
    );
    assert_eq!(way(&story), ("to".to_owned(), vec!["fetch".to_owned()]));
}

#[test]
fn what_people_said_or_agreed_to_whole_is_theirs() {
    let mail = || json!({ "from": "eve@evil.example" });
    let ask = json!([{ "id": "ask", "node_type": "ask", "config": { "question": "Who?", "form": { "type": "object", "properties": { "to": { "type": "string" } } } } }]);
    let mut story = Story::started(mailing(HOOK, ask, to("{{ input.to }}")), mail());
    let value = Json::from(json!({ "to": "ada@example.org" }));
    decide(&mut story, ANNA, Decision::Respond { value }).unwrap();
    assert!(!is_asked(&story));
    let approval =
        |config: Value| json!([{ "id": "ok", "node_type": "approval", "config": config }]);
    for (config, theirs) in [
        (json!({ "title": "Right?" }), true),
        (
            json!({ "deadline": { "seconds": 60, "then": "reject" } }),
            true,
        ),
        (
            json!({ "deadline": { "seconds": 60, "then": "approve" } }),
            false,
        ),
        (json!({ "when": "{{ input.from != 'x' }}" }), false),
        (json!({ "confidence": 0.1 }), false),
    ] {
        let document = mailing(HOOK, approval(config.clone()), to("{{ input.from }}"));
        let mut story = Story::started(document, mail());
        decide(&mut story, ANNA, Decision::Approve).unwrap();
        assert_eq!(!is_asked(&story), theirs, "{config}");
    }
    let around = json!([{ "id": "ok", "node_type": "approval", "config": {} }]);
    let mut story = Story::started(mailing(HOOK, around, to("{{ trigger.from }}")), mail());
    decide(&mut story, ANNA, Decision::Approve).unwrap();
    assert!(
        is_asked(&story),
        "what goes past the approval is not agreed to"
    );
}

#[test]
fn a_document_can_allow_some_and_no_more() {
    let from = |who: &str| json!({ "from": who });
    let allowing = json!({ "to": ["{{ input.from }}"], "allow": { "to": ["@example.org"] } });
    let document = mailing(HOOK, json!([]), allowing);
    assert!(!asks(document.clone(), from("ada@example.org")));
    assert!(asks(document, from("eve@evil.example")));
}

#[test]
fn no_rule_of_the_workflow_waives_it() {
    for approval in [
        json!({ "when": false }),
        json!({ "confidence": 1.0 }),
        json!({ "when": false, "deadline": { "seconds": 60, "then": "approve" } }),
    ] {
        let own = json!({ "to": ["{{ input.from }}"], "approval": approval });
        let story = Story::started(
            mailing(HOOK, json!([]), own),
            json!({ "from": "e@evil.example" }),
        );
        assert!(is_asked(&story), "{approval}");
        if let Some(deadline) = question(&story).deadline {
            assert_eq!(deadline.then, Fallback::Reject);
        }
    }
}

#[test]
fn an_address_of_the_authors_own_host_is_not_the_strangers() {
    for (url, foreign) in [
        ("https://example.org/{{ input.path }}", false),
        ("https://example.org?q={{ input.path }}", false),
        ("https://example.org{{ input.path }}", true),
        ("https://{{ input.path }}/x", true),
        ("{{ input.path }}", true),
    ] {
        let nodes = json!([
            { "id": "go", "node_type": HOOK, "config": { "path": "hook" } },
            { "id": "send", "node_type": "http_request", "config": { "url": url } },
        ]);
        let document = document(nodes, &["go.out>send.in"]);
        assert_eq!(
            asks(document, json!({ "path": "evil.example" })),
            foreign,
            "{url}"
        );
    }
}

fn child(story: &Story) -> ChildRunRequested {
    let mut told = story.told.iter().rev();
    let found = told.find_map(|effect| match effect {
        Effect::Request(AdapterRequest::Child(child)) => Some(child.clone()),
        _ => None,
    });
    found.unwrap()
}

fn as_child(document: Value, parent: Parent) -> Story {
    let mut story = Story::of(document);
    let trigger = story.trigger();
    let start = Input::Start {
        trigger,
        payload: Json::from(json!({ "from": "eve@evil.example" })),
        reply_to: None,
        parent: Some(parent),
        rules: Vec::new(),
    };
    story.take(start).unwrap();
    story
}

#[test]
fn what_another_workflow_is_handed_is_followed_into_it() {
    let calling = |trigger: &str| {
        let nodes = json!([
            { "id": "go", "node_type": trigger, "config": if trigger == HOOK { json!({ "path": "hook" }) } else { json!({}) } },
            { "id": "sub", "node_type": "sub_workflow", "config": { "workflow_id": WorkflowId::from_u128(9) } },
        ]);
        let document = document(nodes, &["go.out>sub.in"]);
        child(&Story::started(document, json!({}))).tainted
    };
    assert_eq!(calling("trigger.manual"), []);
    let above = calling(HOOK);
    assert_eq!(above.len(), 1);
    let called = mailing(CALLED, json!([]), to("{{ input.from }}"));
    assert!(!is_asked(&as_child(called.clone(), parent(1))));
    let below = TaintStep {
        run_id: RunId::from_u128(7),
        ..above[0].clone()
    };
    let story = as_child(
        called,
        Parent {
            tainted: vec![below.clone()],
            ..parent(1)
        },
    );
    assert!(is_asked(&story));
    let [tainted] = &question(&story).tainted[..] else {
        panic!()
    };
    assert_eq!(tainted.way[0], below);
    assert_eq!(tainted.way.len(), 2);
}

#[test]
fn what_was_called_to_look_does_not_send() {
    let called = || mailing(CALLED, json!([]), json!({}));
    assert!(!is_asked(&as_child(called(), parent(1))));
    assert!(is_asked(&as_child(
        called(),
        Parent {
            reads: true,
            ..parent(1)
        }
    )));
}

#[test]
fn what_a_model_hands_over_is_tainted_until_a_person_has_agreed() {
    for reads in [true, false] {
        let nodes = json!([
            { "id": "go", "node_type": "trigger.manual" },
            { "id": "it", "node_type": "coordinate", "config": { "goal": "g", "tools": [
                { "name": "tool", "description": "d", "does": { "kind": "workflow", "workflow_id": WorkflowId::from_u128(9), "reads": reads } } ] } },
        ]);
        let mut story = Story::started(document(nodes, &["go.out>it.in"]), json!({}));
        let call = json!({ "id": "c", "name": "tool", "arguments": { "to": "eve@evil.example" } });
        story.complete("it", json!({ "text": "", "calls": [call] }));
        if !reads {
            decide(&mut story, ANNA, Decision::Approve).unwrap();
        }
        let child = child(&story);
        assert_eq!((child.reads, !child.tainted.is_empty()), (reads, reads));
    }
}
