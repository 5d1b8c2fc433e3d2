use super::kit::{Story, document};
use crate::{Quiescence, limits};
use events::{ErrorClass, RunEvent};
use serde_json::{Value, json};

fn each(concurrency: u32, body: Value) -> Value {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "each", "node_type": "loop", "config": { "concurrency": concurrency } },
        body,
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(
        nodes,
        &[
            "go.out>each.items",
            "each.item>body.in",
            "body.out>each.next",
            "each.done>end.in",
        ],
    )
}

fn pure() -> Value {
    json!({ "id": "body", "node_type": "transform", "config": { "output": "{{ item * 10 + index }}" } })
}

fn effect() -> Value {
    json!({ "id": "body", "node_type": "http_request", "config": { "url": "https://example.org/{{ item }}" } })
}

#[test]
fn a_loop_collects_what_comes_back_in_order() {
    let story = Story::started(each(1, pure()), json!([1, 2]));
    assert_eq!(
        story.short()[2..],
        [
            "start each",
            "turn 0 each",
            "done body[0]",
            "turn 1 each",
            "done body[1]",
            "done each",
            "done end",
            "completed"
        ]
    );
    assert_eq!(story.final_output(), json!({ "end": [10, 21] }));
}

#[test]
fn a_loop_over_nothing_is_done_at_once() {
    let story = Story::started(each(3, pure()), json!([]));
    assert_eq!(story.final_output(), json!({ "end": [] }));
}

#[test]
fn only_so_many_turns_are_open_at_once_and_order_does_not_matter() {
    let mut story = Story::started(each(2, effect()), json!(["a", "b", "c"]));
    assert_eq!(story.keys_of("body").len(), 2);
    let second = story.keys_of("body").remove(1);
    story
        .take(crate::Input::EffectCompleted {
            effect_key: second,
            outcome: json!("B").into(),
            cost: None,
        })
        .unwrap();
    assert_eq!(
        story.keys_of("body").len(),
        2,
        "the third turn took its place"
    );
    // The owner dies here: everything is found again in the log.
    story.run = crate::fold(*story.run.identity(), &story.log);
    story.complete("body", json!("A"));
    assert_eq!(story.last, Some(Quiescence::Waiting));
    story.complete("body", json!("C"));
    assert_eq!(story.final_output(), json!({ "end": ["A", "B", "C"] }));
}

#[test]
fn a_turn_whose_chain_is_skipped_gives_null() {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "each", "node_type": "loop" },
        { "id": "big", "node_type": "branch", "config": { "condition": "{{ item > 1 }}" } },
        { "id": "keep", "node_type": "transform", "config": { "output": "{{ item }}" } },
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    let edges = [
        "go.out>each.items",
        "each.item>big.in",
        "big.true>keep.in",
        "keep.out>each.next",
        "each.done>end.in",
    ];
    let story = Story::started(document(nodes, &edges), json!([1, 2, 3]));
    assert_eq!(story.final_output(), json!({ "end": [null, 2, 3] }));
}

#[test]
fn loops_nest() {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "outer", "node_type": "loop", "config": { "concurrency": 2 } },
        { "id": "inner", "node_type": "loop" },
        { "id": "body", "node_type": "transform", "config": { "output": "{{ item + 1 }}" } },
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    let edges = [
        "go.out>outer.items",
        "outer.item>inner.items",
        "inner.item>body.in",
        "body.out>inner.next",
        "inner.done>outer.next",
        "outer.done>end.in",
    ];
    let mut document = document(nodes, &edges);
    let story = Story::started(document.clone(), json!([[1, 2], [], [3]]));
    assert_eq!(story.final_output(), json!({ "end": [[2, 3], [], [4]] }));
    document["commit"] = json!("each_node");
    let mut story = Story::started(document, json!([[1, 2], [], [3]]));
    story.go_on_from_the_log();
    assert_eq!(story.final_output(), json!({ "end": [[2, 3], [], [4]] }));
}

#[test]
fn more_turns_than_a_loop_may_have_fail_the_run() {
    let items: Vec<u32> = (0..=limits::TURNS).collect();
    let story = Story::started(each(1, pure()), json!(items));
    assert!(
        matches!(story.log.last(), Some(RunEvent::RunFailed { error, .. }) if error.class == ErrorClass::Limit)
    );
}

#[test]
fn a_long_loop_commits_on_its_way() {
    let items: Vec<u32> = (0..2_000).collect();
    let mut story = Story::started(each(1, pure()), json!(items));
    assert_eq!(story.last, Some(Quiescence::More));
    while story.last == Some(Quiescence::More) {
        story.take(crate::Input::GoOn).unwrap();
    }
    assert_eq!(story.final_output()["end"].as_array().unwrap().len(), 2_000);
}
