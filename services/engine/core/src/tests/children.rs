use super::kit::{Story, document};
use crate::{AdapterRequest, Effect, Input, Rejection};
use events::{ChildRunRequested, ErrorClass, Json, Parent, RunEvent};
use ids::{EventId, RunId, WorkflowId};
use serde_json::{Value, json};

fn caller(more: Value) -> Value {
    let mut node = json!({ "id": "sub", "node_type": "sub_workflow", "config": {
        "workflow_id": WorkflowId::from_u128(9), "input": { "n": "{{ input }}" } } });
    node.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        node,
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, &["go.out>sub.in", "sub.out>end.in"])
}

fn called() -> Value {
    let nodes = json!([
        { "id": "called", "node_type": "trigger.workflow" },
        { "id": "ask", "node_type": "http_request", "config": { "url": "https://example.org/" } },
    ]);
    document(nodes, &["called.out>ask.in"])
}

fn children(story: &Story) -> Vec<ChildRunRequested> {
    let asked = story.told.iter().filter_map(|effect| match effect {
        Effect::Request(AdapterRequest::Child(child)) => Some(child.clone()),
        _ => None,
    });
    asked.collect()
}

pub(super) fn parent(depth: u32) -> Parent {
    Parent {
        run_id: RunId::from_u128(7),
        workflow_id: WorkflowId::from_u128(8),
        node: super::kit::node("sub"),
        effect_key: "key".to_owned(),
        depth,
        budget: None,
        tainted: Vec::new(),
        reads: false,
    }
}

pub(super) fn start_as_child(story: &mut Story, depth: u32) {
    let mut trigger = story.trigger();
    trigger.kind = events::TriggerKind::Workflow;
    let parent = Some(parent(depth));
    story
        .take(Input::Start {
            trigger,
            payload: Json::null(),
            reply_to: None,
            parent,
            rules: Vec::new(),
        })
        .unwrap();
}

#[test]
fn another_workflow_runs_like_an_effect() {
    let mut story = Story::started(caller(json!({})), json!(5));
    let [child] = &children(&story)[..] else {
        panic!("{:?}", story.told)
    };
    assert_eq!(
        (child.child_workflow_id, child.depth),
        (WorkflowId::from_u128(9), 1)
    );
    assert_eq!(child.input, json!({ "n": 5 }));
    story.complete("sub", json!({ "last": 25 }));
    assert_eq!(story.final_output(), json!({ "end": { "last": 25 } }));
}

#[test]
fn the_end_of_a_child_is_told_to_its_parent_and_to_nobody_else() {
    let ended = |story: &Story| {
        let told = story.told.iter();
        let told = told.filter(|e| matches!(e, Effect::ChildCompleted(_) | Effect::ChildFailed(_)));
        told.cloned().collect::<Vec<_>>()
    };
    let mut child = Story::of(called());
    start_as_child(&mut child, 1);
    child.complete("ask", json!({ "status": 200, "headers": {}, "body": 1 }));
    let [Effect::ChildCompleted(result)] = &ended(&child)[..] else {
        panic!()
    };
    assert_eq!(
        (result.run_id, result.effect_key.as_str()),
        (RunId::from_u128(7), "key")
    );
    assert_eq!(result.outcome.value()["ask"]["body"], json!(1));

    let mut child = Story::of(called());
    start_as_child(&mut child, 1);
    child.fail("ask", ErrorClass::Auth, None);
    let [Effect::ChildFailed(failure)] = &ended(&child)[..] else {
        panic!()
    };
    assert_eq!(failure.error.class, ErrorClass::Auth);
    assert_eq!(failure.error.detail.as_ref().unwrap()["node"], json!("ask"));

    let mut alone = Story::started(called(), json!(null));
    alone.fail("ask", ErrorClass::Auth, None);
    assert!(ended(&alone).is_empty());
}

#[test]
fn whoever_ends_early_lets_its_children_go() {
    let cancelled = |story: &Story| {
        let told = story.told.iter().filter_map(|effect| match effect {
            Effect::CancelChild(cancel) => Some(cancel.run_id),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let mut story = Story::started(caller(json!({})), json!(5));
    let child = children(&story).remove(0);
    story
        .take(Input::Cancel {
            actor: None,
            reason: "enough".to_owned(),
        })
        .unwrap();
    assert_eq!(story.short()[4..], ["let go sub", "cancelled"]);
    assert_eq!(cancelled(&story), [child.child_run_id]);

    let mut story = Story::started(caller(json!({ "timeout_seconds": 5 })), json!(5));
    let child = children(&story).remove(0);
    story.wake().unwrap();
    assert_eq!(
        story.short()[5..],
        ["over sub", "let go sub", "fail sub", "failed"]
    );
    assert_eq!(cancelled(&story), [child.child_run_id]);

    let mut story = Story::started(caller(json!({})), json!(5));
    story.complete("sub", json!({}));
    assert!(cancelled(&story).is_empty());
}

#[test]
fn a_further_try_is_a_further_run() {
    let mut story = Story::started(caller(json!({ "retry": { "tries": 2 } })), json!(5));
    story.fail("sub", ErrorClass::Unavailable, None);
    story.wake().unwrap();
    let ids: Vec<_> = children(&story)
        .into_iter()
        .map(|child| child.child_run_id)
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn workflows_that_call_each_other_come_to_an_end() {
    let mut story = Story::of(caller(json!({})));
    start_as_child(&mut story, 16);
    match story.log.last() {
        Some(RunEvent::RunFailed { error, .. }) => assert_eq!(error.code, "child.too_deep"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wait_for_an_event_ends_with_the_event_or_with_its_time() {
    let wait = json!({ "event": { "type": "integration.email.received",
        "match": { "in_reply_to": "{{ input.id }}" }, "within": "1day" } });
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "reply", "node_type": "wait", "config": wait },
        { "id": "read", "node_type": "transform", "config": { "output": "{{ input.subject }}" } },
        { "id": "remind", "node_type": "transform", "config": { "output": "{{ input.id }}" } },
    ]);
    let edges = [
        "go.out>reply.in",
        "reply.out>read.in",
        "reply.late>remind.in",
    ];
    let begun = || Story::started(document(nodes.clone(), &edges), json!({ "id": "m1" }));
    let arrived = || Input::EventArrived {
        node: super::kit::node("reply"),
        iteration: vec![],
        event_id: EventId::from_u128(5),
        payload: Json::from(json!({ "subject": "Re: hello" })),
    };
    let mut story = begun();
    match &story.log[3] {
        RunEvent::EventAwaited { matching, .. } => {
            assert_eq!(matching.value(), json!({ "in_reply_to": "m1" }));
        }
        other => panic!("{other:?}"),
    }
    story.run = crate::fold(*story.run.identity(), &story.log);
    story.take(arrived()).unwrap();
    assert_eq!(
        story.short()[3..],
        [
            "listen reply",
            "within reply",
            "heard reply",
            "done reply",
            "done read",
            "skip remind",
            "completed"
        ]
    );
    assert_eq!(story.take(arrived()), Err(Rejection::Stale));

    let mut story = begun();
    story.wake().unwrap();
    assert_eq!(
        story.short()[5..],
        [
            "missed reply",
            "done reply",
            "skip read",
            "done remind",
            "completed"
        ]
    );
}
