//! What models cost in a run and in the runs below it.

use super::{
    children::parent,
    kit::{Story, document},
};
use crate::{AdapterRequest, Effect, Input, Status};
use events::{Budget, ChildRunRequested, EffectCost, ErrorClass, Json, RunEvent};
use ids::{InvocationId, RunId, WorkflowId};
use serde_json::{Value, json};

fn model(id: &str) -> Value {
    json!({ "id": id, "node_type": "llm_call", "config": { "prompt": "say", "max_tokens": 100 } })
}

/// Calls a model, another workflow, and a model again.
fn calling(limits: Value) -> Value {
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        model("first"),
        { "id": "sub", "node_type": "sub_workflow", "config": { "workflow_id": WorkflowId::from_u128(9) } },
        { "id": "went_wrong", "node_type": "transform", "config": { "output": 1 } },
        model("last"),
        model("instead"),
    ]);
    let edges = [
        "go.out>first.in",
        "first.out>sub.in",
        "sub.out>last.in",
        "sub.error>went_wrong.in",
        "went_wrong.out>instead.in",
    ];
    let mut document = document(nodes, &edges);
    document["limits"] = limits;
    document
}

/// Calls a model twice.
fn called(limits: Value) -> Value {
    let nodes = json!([
        { "id": "called", "node_type": "trigger.workflow" },
        model("one"),
        model("two"),
    ]);
    let mut document = document(nodes, &["called.out>one.in", "one.out>two.in"]);
    document["limits"] = limits;
    document
}

fn price(tokens: u64, cost_micros: u64) -> EffectCost {
    EffectCost {
        invocation_id: InvocationId::from_u128(9),
        input_tokens: tokens - 1,
        output_tokens: 1,
        cost_micros,
        child_run_id: None,
    }
}

fn of_child(tokens: u64, cost_micros: u64) -> EffectCost {
    EffectCost {
        child_run_id: Some(RunId::from_u128(77)),
        ..price(tokens, cost_micros)
    }
}

fn answer(story: &mut Story, node: &str, cost: EffectCost) {
    let input = Input::EffectCompleted {
        effect_key: story.keys_of(node).remove(0),
        outcome: Json::from(json!({ "text": "x" })),
        cost: Some(cost),
    };
    story.take(input).unwrap();
}

fn start_below(story: &mut Story, budget: Option<Budget>) {
    let mut trigger = story.trigger();
    trigger.kind = events::TriggerKind::Workflow;
    let parent = events::Parent {
        budget,
        ..parent(1)
    };
    let input = Input::Start {
        trigger,
        payload: Json::null(),
        reply_to: None,
        parent: Some(parent),
        rules: Vec::new(),
    };
    story.take(input).unwrap();
}

fn told_parent(story: &Story) -> Option<EffectCost> {
    let told = story.told.iter().rev();
    let mut told = told.filter_map(|effect| match effect {
        Effect::ChildCompleted(result) => Some(result.cost.clone()),
        Effect::ChildFailed(failure) => Some(failure.cost.clone()),
        _ => None,
    });
    told.next().expect("the parent is told")
}

fn asked(story: &Story) -> ChildRunRequested {
    let mut told = story.told.iter();
    let child = told.find_map(|effect| match effect {
        Effect::Request(AdapterRequest::Child(child)) => Some(child.clone()),
        _ => None,
    });
    child.expect("a child is asked for")
}

#[test]
fn a_child_tells_its_parent_what_it_has_used_however_it_ends() {
    let used = |story: &Story| {
        let cost = told_parent(story)?;
        assert_eq!(cost.child_run_id, Some(story.run.identity().run_id));
        Some((cost.input_tokens, cost.output_tokens, cost.cost_micros))
    };
    let below = || {
        let mut story = Story::of(called(json!({})));
        start_below(&mut story, None);
        story
    };
    let mut well = below();
    answer(&mut well, "one", price(10, 3));
    // What a child of its own has used counts as well.
    answer(&mut well, "two", of_child(20, 4));
    assert_eq!(used(&well), Some((28, 2, 7)));

    let mut badly = below();
    answer(&mut badly, "one", price(10, 3));
    badly.fail("two", ErrorClass::Auth, None);
    assert_eq!(used(&badly), Some((9, 1, 3)));

    let mut cancelled = below();
    answer(&mut cancelled, "one", price(10, 3));
    let (actor, reason) = (None, "enough".to_owned());
    cancelled.take(Input::Cancel { actor, reason }).unwrap();
    assert_eq!(used(&cancelled), Some((9, 1, 3)));

    let mut idle = below();
    idle.fail("one", ErrorClass::Auth, None);
    assert_eq!(used(&idle), None);
}

#[test]
fn what_a_child_has_used_counts_in_its_parent_however_it_ended() {
    let after = |limits: Value, fails: bool| {
        let mut story = Story::started(calling(limits), json!(null));
        answer(&mut story, "first", price(100, 10));
        let effect_key = story.keys_of("sub").remove(0);
        let cost = Some(of_child(800, 39));
        let input = match fails {
            true => Input::EffectFailed {
                effect_key,
                error: super::kit::refused(ErrorClass::Auth),
                cost,
            },
            false => Input::EffectCompleted {
                effect_key,
                outcome: Json::null(),
                cost,
            },
        };
        story.take(input).unwrap();
        let marked = story.log.iter().filter(|event| {
            matches!(event, RunEvent::CostIncurred { child_run_id: Some(of), .. } if *of == RunId::from_u128(77))
        });
        assert_eq!(marked.count(), 1);
        story.run.status()
    };
    for fails in [false, true] {
        assert_eq!(after(json!({ "tokens": 1_010 }), fails), Status::Running);
        assert_eq!(after(json!({ "tokens": 990 }), fails), Status::Failed);
        assert_eq!(after(json!({ "cost_micros": 50 }), fails), Status::Running);
        assert_eq!(after(json!({ "cost_micros": 49 }), fails), Status::Failed);
    }
}

#[test]
fn a_child_may_use_what_its_parent_has_left_and_not_more_than_its_own() {
    let left = |limits: Value| {
        let mut story = Story::started(calling(limits), json!(null));
        answer(&mut story, "first", price(100, 10));
        asked(&story).budget
    };
    assert_eq!(left(json!({})), None);
    let both = Budget {
        tokens: Some(900),
        cost_micros: Some(40),
    };
    assert_eq!(
        left(json!({ "tokens": 1_000, "cost_micros": 50 })),
        Some(both)
    );

    let child = |own: Value, tokens: Option<u64>, cost_micros: Option<u64>| {
        let mut story = Story::of(called(own));
        let budget = Budget {
            tokens,
            cost_micros,
        };
        start_below(&mut story, Some(budget));
        if !story.run.has_ended() {
            answer(&mut story, "one", price(100, 10));
        }
        story.run.status()
    };
    assert_eq!(child(json!({}), Some(210), None), Status::Running);
    assert_eq!(child(json!({}), Some(190), None), Status::Failed);
    assert_eq!(child(json!({}), Some(0), None), Status::Failed);
    assert_eq!(child(json!({}), None, Some(11)), Status::Running);
    assert_eq!(child(json!({}), None, Some(10)), Status::Failed);
    let own = json!({ "tokens": 190 });
    assert_eq!(child(own, Some(1_000), Some(1_000)), Status::Failed);
}
