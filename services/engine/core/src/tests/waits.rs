use super::kit::{NOW, Story, document};
use crate::{Idle, Input, Quiescence, Rejection, Status};
use events::{EffectCost, ErrorClass, RunEvent};
use ids::InvocationId;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;

fn chain(node: Value) -> Value {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        node,
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, &["go.out>it.in", "it.out>end.in"])
}

fn pause(config: Value) -> Value {
    chain(json!({ "id": "it", "node_type": "wait", "config": config }))
}

fn fetch(more: Value) -> Value {
    let mut node = json!({ "id": "it", "node_type": "http_request", "config": { "url": "https://example.org/" } });
    node.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    chain(node)
}

fn failure(story: &Story) -> (ErrorClass, &str) {
    match story.log.last() {
        Some(RunEvent::RunFailed { error, .. }) => (error.class, &error.code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wait_ends_when_its_time_has_come_and_not_before() {
    let mut story = Story::started(pause(json!({ "for": "{{ input }}" })), json!("10m"));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    assert_eq!(story.run.wake_at_ms(&story.plan), Some(NOW + 10 * MINUTE));
    story.now_ms += 9 * MINUTE;
    assert_eq!(story.take(Input::Wake), Err(Rejection::Early));
    story.wake().unwrap();
    assert_eq!(
        story.short()[2..],
        [
            "start it",
            "wait it",
            "wake it",
            "done it",
            "done end",
            "completed"
        ]
    );
    assert_eq!(story.final_output(), json!({ "end": "10m" }));
}

#[test]
fn a_run_is_idle_while_it_waits_and_not_while_an_effect_is_open() {
    let mut story = Story::started(pause(json!({ "for": "10m" })), json!({}));
    let idle = |story: &Story| story.run.idle(&story.plan);
    assert_eq!(idle(&story), Some(Idle::Until(NOW + 10 * MINUTE)));
    story.wake().unwrap();
    assert_eq!(idle(&story), None);
    let story = Story::started(fetch(json!({ "timeout_seconds": 3_600 })), json!({}));
    assert_eq!(idle(&story), None);
}

#[test]
fn a_wait_until_a_time_that_has_passed_is_none() {
    let until = |text: &str| Story::started(pause(json!({ "until": "{{ input }}" })), json!(text));
    assert_eq!(
        until("2001-01-01T00:00:00Z").run.status(),
        Status::Completed
    );
    let story = until("2026-12-24T18:00:00+01:00");
    assert_eq!(story.run.wake_at_ms(&story.plan), Some(1_798_131_600_000));
    assert_eq!(
        failure(&until("tomorrow")),
        (ErrorClass::Schema, "node.config_invalid")
    );
}

#[test]
fn a_failure_in_passing_is_tried_again_under_another_key() {
    let mut story = Story::started(
        fetch(json!({ "retry": { "tries": 3, "pause_seconds": 10 } })),
        json!(null),
    );
    let first = story.keys_of("it").remove(0);
    story.fail("it", ErrorClass::Unavailable, None);
    let pause = story.run.wake_at_ms(&story.plan).unwrap() - NOW;
    assert!(
        (5_000..10_000).contains(&pause),
        "half of it is drawn: {pause}"
    );
    story.wake().unwrap();
    assert_ne!(story.keys_of("it"), [first]);
    story.complete("it", json!(1));
    assert_eq!(
        story.short()[2..],
        [
            "start it",
            "ask it",
            "answer it",
            "later it",
            "again it",
            "ask it",
            "answer it",
            "done it",
            "done end",
            "completed"
        ]
    );
}

#[test]
fn tries_are_counted_and_some_failures_are_final() {
    let patient = || Story::started(fetch(json!({ "retry": { "tries": 2 } })), json!(null));
    let mut story = patient();
    story.fail("it", ErrorClass::Timeout, None);
    story.wake().unwrap();
    story.fail("it", ErrorClass::Timeout, None);
    assert_eq!(failure(&story).0, ErrorClass::Timeout);
    for class in [
        ErrorClass::Unknown,
        ErrorClass::Rejected,
        ErrorClass::Permission,
    ] {
        let mut story = patient();
        story.fail("it", class, None);
        assert_eq!(failure(&story).0, class, "nobody said that this passes");
    }
}

#[test]
fn the_other_side_may_ask_for_a_longer_pause() {
    let mut story = Story::started(fetch(json!({ "retry": { "tries": 2 } })), json!(null));
    story.fail("it", ErrorClass::RateLimit, Some(120_000));
    assert_eq!(story.run.wake_at_ms(&story.plan), Some(NOW + 2 * MINUTE));
}

#[test]
fn a_node_has_only_so_much_time_with_all_its_tries() {
    let patience = json!({ "timeout_seconds": 60, "retry": { "tries": 50, "pause_seconds": 300 } });
    let mut story = Story::started(fetch(patience), json!(null));
    let key = story.keys_of("it").remove(0);
    story.fail("it", ErrorClass::Timeout, None);
    story.wake().unwrap();
    assert_eq!(failure(&story), (ErrorClass::Timeout, "node.timed_out"));

    let mut story = Story::started(fetch(json!({ "timeout_seconds": 60 })), json!(null));
    story.wake().unwrap();
    let late = Input::EffectCompleted {
        effect_key: key,
        outcome: json!(1).into(),
        cost: None,
    };
    assert_eq!(story.take(late), Err(Rejection::Stale));
}

#[test]
fn a_run_has_only_so_much_time() {
    let mut document = pause(json!({ "for": "2h" }));
    document["limits"] = json!({ "seconds": 3_600 });
    let mut story = Story::started(document, json!(null));
    assert_eq!(story.run.wake_at_ms(&story.plan), Some(NOW + 60 * MINUTE));
    story.wake().unwrap();
    assert_eq!(failure(&story), (ErrorClass::Limit, "run.limit_reached"));
}

#[test]
fn a_run_stops_before_it_runs_too_many_nodes() {
    let mut document = pause(json!({ "until": "2001-01-01T00:00:00Z" }));
    document["limits"] = json!({ "nodes": 2 });
    assert_eq!(
        Story::started(document.clone(), json!(null)).run.status(),
        Status::Completed
    );
    document["limits"] = json!({ "nodes": 1 });
    let story = Story::started(document, json!(null));
    assert_eq!(failure(&story), (ErrorClass::Limit, "run.limit_reached"));
    assert!(!story.short().contains(&"done end".to_owned()));
}

#[test]
fn a_model_is_not_called_for_more_than_the_run_may_spend() {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "first", "node_type": "llm_call", "config": { "prompt": "say", "max_tokens": 100 } },
        { "id": "second", "node_type": "llm_call", "config": { "prompt": "say", "max_tokens": 100 } },
    ]);
    let mut document = document(nodes, &["go.out>first.in", "first.out>second.in"]);
    let mut spend = |limits: Value, tokens: u64, cost_micros: u64| {
        document["limits"] = limits;
        let mut story = Story::started(document.clone(), json!(null));
        let effect_key = story.keys_of("first").remove(0);
        let cost = EffectCost {
            invocation_id: InvocationId::from_u128(9),
            input_tokens: tokens,
            output_tokens: 0,
            cost_micros,
            child_run_id: None,
        };
        let outcome = json!({ "text": "x" }).into();
        story
            .take(Input::EffectCompleted {
                effect_key,
                outcome,
                cost: Some(cost),
            })
            .unwrap();
        story.run.status()
    };
    assert_eq!(spend(json!({ "tokens": 1_000 }), 500, 0), Status::Running);
    assert_eq!(spend(json!({ "tokens": 1_000 }), 950, 0), Status::Failed);
    assert_eq!(spend(json!({ "cost_micros": 50 }), 0, 49), Status::Running);
    assert_eq!(spend(json!({ "cost_micros": 50 }), 0, 50), Status::Failed);
}
