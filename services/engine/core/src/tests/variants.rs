//! Forks take over what was, dry runs send nothing, tests run one node.

use super::{
    kit::{Story, document, node, plan},
    properties::{Move, moves, play, seedlings},
};
use crate::{
    Input, Quiescence, Status, Taken, TakenOver, VariantStart, Wanted, take_nothing, take_over,
};
use events::{ErrorClass, ForkedFrom, Json, RunEvent, StandIn, TakenResult, Variant};
use graphs::{Seedling, grow};
use ids::RunId;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn wanted(at: Option<&str>, dry: bool) -> Wanted {
    Wanted {
        at: at.map(node),
        dry,
        ..Wanted::default()
    }
}

/// Runs until nothing more follows by itself, forgetting at each commit what only memory knows.
fn begin(story: &mut Story, start: VariantStart) {
    story.take(Input::StartVariant(Box::new(start))).unwrap();
    story.go_on_from_the_log();
}

fn start_of(taken: TakenOver, wanted: &Wanted, input: Option<Value>) -> VariantStart {
    let enters = wanted.at.is_some() || wanted.only.is_some();
    let input = input.map(Json::from);
    VariantStart {
        trigger: taken.trigger,
        payload: input.clone().filter(|_| !enters).or(Some(taken.payload)),
        variant: Variant {
            dry: wanted.dry,
            forked_from: Some(ForkedFrom {
                run_id: RunId::from_u128(1),
                at: wanted.at.clone(),
                seq: taken.seq,
                first: taken.first,
            }),
            only: wanted.only.clone(),
            input: input.filter(|_| enters),
        },
        seed: Some(taken.seed),
        rules: Vec::new(),
        taken: taken.taken,
    }
}

/// A fork of `source` on `document`.
pub(super) fn fork(
    source: &Story,
    document: Value,
    wanted: &Wanted,
    input: Option<Value>,
) -> Story {
    let mut story = Story::of(document);
    let taken = take_over(&story.plan, Some(&source.plan), &source.log, wanted);
    let taken = taken.unwrap_or_else(|problems| panic!("{problems:#?}"));
    begin(&mut story, start_of(taken, wanted, input));
    story
}

/// A run that repeats none.
pub(super) fn fresh(document: Value, variant: Variant, payload: Option<Value>) -> Story {
    let mut story = Story::of(document);
    let wanted = Wanted {
        only: variant.only.clone(),
        dry: variant.dry,
        ..Wanted::default()
    };
    let taken = take_nothing(&story.plan, &wanted).unwrap();
    let start = VariantStart {
        trigger: story.trigger(),
        payload: payload.map(Json::from),
        variant,
        seed: None,
        rules: Vec::new(),
        taken,
    };
    begin(&mut story, start);
    story
}

pub(super) fn dry() -> Variant {
    Variant {
        dry: true,
        ..Variant::default()
    }
}

fn codes(source: &Story, document: Value, wanted: &Wanted) -> Vec<&'static str> {
    let plan = plan(document);
    let refused = take_over(&plan, Some(&source.plan), &source.log, wanted).unwrap_err();
    refused.iter().map(|problem| problem.code).collect()
}

pub(super) fn withheld(story: &Story) -> Vec<(String, String, Value, StandIn)> {
    let log = story.log.iter();
    log.filter_map(|event| {
        let RunEvent::EffectWithheld {
            node,
            operation,
            request,
            instead,
            ..
        } = event
        else {
            return None;
        };
        Some((
            node.to_string(),
            operation.clone(),
            request.value(),
            *instead,
        ))
    })
    .collect()
}

/// start > fetch > shape > send, with a note beside.
pub(super) fn chain() -> Value {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual" },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/{{ input.id }}" } },
        { "id": "shape", "node_type": "transform", "config": { "output": "{{ input.status * 2 }}" } },
        { "id": "send", "node_type": "http_request", "config": { "url": "https://example.org/send", "method": "POST", "body": "{{ input }}" } },
        { "id": "note", "node_type": "notify", "config": { "title": "{{ $string(input) }}" } },
    ]);
    let edges = [
        "start.out>fetch.in",
        "fetch.out>shape.in",
        "shape.out>send.in",
        "shape.out>note.in",
    ];
    document(nodes, &edges)
}

pub(super) fn chain_done() -> Story {
    let mut story = Story::started(chain(), json!({ "id": 7 }));
    story.complete("fetch", json!({ "status": 200 }));
    story.complete("send", json!({ "status": 201 }));
    assert_eq!(story.run.status(), Status::Completed);
    story
}

#[test]
fn a_fork_sends_again_only_what_lies_behind_the_node() {
    let source = chain_done();
    let mut fork = fork(&source, chain(), &wanted(Some("send"), false), None);
    let short = fork.short();
    assert_eq!(
        short,
        [
            "started",
            "plan",
            "taken fetch",
            "taken shape",
            "taken note",
            "start send",
            "ask send"
        ]
    );
    assert_eq!(fork.told.len(), 1, "no notification again: {:?}", fork.told);
    fork.complete("send", json!({ "status": 201 }));
    assert_eq!(fork.final_output(), source.final_output());
}

#[test]
fn a_fork_takes_changed_parameters_and_a_changed_input() {
    let source = chain_done();
    let mut changed = chain();
    changed["nodes"][2]["config"]["output"] = json!("{{ input.status * 3 }}");
    let by_version = fork(&source, changed, &wanted(Some("shape"), true), None);
    assert_eq!(withheld(&by_version)[0].2["body"], json!(600));
    let mut wanted = wanted(Some("shape"), true);
    wanted.changed_input = true;
    let by_input = fork(&source, chain(), &wanted, Some(json!({ "status": 5 })));
    assert_eq!(withheld(&by_input)[0].2["body"], json!(10));
}

#[test]
fn a_retry_starts_with_the_recorded_payload_or_another() {
    let source = chain_done();
    let again = fork(&source, chain(), &wanted(None, false), None);
    assert_eq!(
        again.short(),
        ["started", "plan", "start fetch", "ask fetch"]
    );
    let other = fork(
        &source,
        chain(),
        &wanted(None, true),
        Some(json!({ "id": 8 })),
    );
    assert_eq!(withheld(&other)[0].2["url"], "https://example.org/8");
}

#[test]
fn a_test_runs_one_node_with_a_recorded_or_a_given_input() {
    let source = chain_done();
    let only = Wanted {
        only: Some(node("shape")),
        dry: true,
        ..Wanted::default()
    };
    let recorded = fork(&source, chain(), &only, None);
    assert_eq!(
        recorded.short(),
        [
            "started",
            "plan",
            "taken fetch",
            "test shape",
            "done shape",
            "completed"
        ]
    );
    let variant = Variant {
        only: Some(node("fetch")),
        input: Some(json!({ "id": 9 }).into()),
        ..dry()
    };
    let given = fresh(chain(), variant, None);
    assert_eq!(
        given.short(),
        [
            "started",
            "plan",
            "test fetch",
            "start fetch",
            "withheld fetch",
            "done fetch",
            "completed"
        ]
    );
    let told = given.log.iter().find_map(|event| {
        let RunEvent::NodeTested {
            inputs, parameters, ..
        } = event
        else {
            return None;
        };
        Some((inputs.clone(), parameters.clone()))
    });
    let (inputs, parameters) = told.unwrap();
    assert_eq!(inputs.values().next().unwrap().value(), json!({ "id": 9 }));
    assert_eq!(parameters.unwrap().value()["url"], "https://example.org/9");
}

#[test]
fn a_test_that_is_live_waits_for_its_result() {
    let variant = Variant {
        only: Some(node("fetch")),
        input: Some(json!({ "id": 9 }).into()),
        ..Variant::default()
    };
    let mut story = fresh(chain(), variant, None);
    assert_eq!(story.told.len(), 1);
    story.complete("fetch", json!({ "status": 200 }));
    assert_eq!(story.run.status(), Status::Completed);
    assert!(!story.short().contains(&"done shape".to_owned()));
}

/// fetch in a loop, then a sum.
fn looping() -> Value {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual" },
        { "id": "each", "node_type": "loop", "config": { "concurrency": 2 } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/{{ item }}" } },
        { "id": "sum", "node_type": "transform", "config": { "output": "{{ $count(input) }}" } },
    ]);
    let edges = [
        "start.out>each.items",
        "each.item>fetch.in",
        "fetch.out>each.next",
        "each.done>sum.in",
    ];
    document(nodes, &edges)
}

#[test]
fn loops_are_taken_over_and_run_again_as_a_whole() {
    let mut source = Story::started(looping(), json!([1, 2]));
    source.complete("fetch", json!({ "status": 200 }));
    let open = codes(&source, looping(), &wanted(Some("sum"), false));
    assert_eq!(
        open,
        ["fork.node_open"],
        "its effects must not be sent again unasked"
    );
    source.complete("fetch", json!({ "status": 201 }));
    let behind = fork(&source, looping(), &wanted(Some("sum"), false), None);
    assert_eq!(
        behind.short(),
        [
            "started",
            "plan",
            "taken fetch[0]",
            "taken fetch[1]",
            "taken each",
            "done sum",
            "completed"
        ]
    );
    let inside = fork(&source, looping(), &wanted(Some("fetch"), true), None);
    let stood_in: Vec<_> = withheld(&inside).into_iter().map(|told| told.3).collect();
    assert_eq!(stood_in, [StandIn::Recorded, StandIn::Recorded]);
    assert_eq!(inside.final_output(), source.final_output());
    let mut changed = wanted(Some("fetch"), true);
    changed.changed_input = true;
    assert_eq!(codes(&source, looping(), &changed), ["fork.in_loop"]);
}

#[test]
fn what_a_version_changed_before_the_node_is_refused() {
    let source = chain_done();
    let at = wanted(Some("send"), false);
    let mut retyped = chain();
    retyped["nodes"][2] =
        json!({ "id": "shape", "node_type": "log", "config": { "message": "x" } });
    assert_eq!(codes(&source, retyped, &at), ["fork.node_changed"]);
    let mut renamed = chain();
    renamed["nodes"][3]["id"] = json!("dispatch");
    renamed["edges"][2]["destination"] = json!("dispatch");
    assert_eq!(codes(&source, renamed, &at), ["fork.node_unknown"]);
    let mut inserted = chain();
    let between = json!({ "id": "new", "node_type": "transform", "config": { "output": 1 } });
    inserted["nodes"].as_array_mut().unwrap().push(between);
    inserted["edges"][1]["destination"] = json!("new");
    let edge = super::kit::edge("new.out>shape.in");
    inserted["edges"].as_array_mut().unwrap().push(edge);
    assert_eq!(codes(&source, inserted, &at), ["fork.node_new"]);
}

#[test]
fn a_failed_node_runs_again_and_what_it_failed_with_is_not_taken() {
    let mut source = Story::started(chain(), json!({ "id": 7 }));
    source.complete("fetch", json!({ "status": 200 }));
    source.fail("send", ErrorClass::Timeout, None);
    assert_eq!(source.run.status(), Status::Failed);
    let mut again = fork(&source, chain(), &wanted(Some("note"), false), None);
    again.complete("send", json!({ "status": 201 }));
    assert_eq!(again.final_output(), chain_done().final_output());
}

fn results(log: &[RunEvent]) -> BTreeMap<(String, Vec<u32>), TakenResult> {
    let told = log.iter().filter_map(|event| {
        if let RunEvent::NodeCompleted {
            node,
            iteration,
            outputs,
            ..
        } = event
        {
            let outputs = outputs.clone();
            Some((node, iteration, TakenResult::Completed { outputs }))
        } else if let RunEvent::NodeFailed {
            node,
            iteration,
            error,
            ..
        } = event
        {
            let error = error.clone();
            Some((node, iteration, TakenResult::Failed { error }))
        } else if let RunEvent::NodeSkipped {
            node,
            iteration,
            reason,
            ..
        } = event
        {
            let reason = reason.clone();
            Some((node, iteration, TakenResult::Skipped { reason }))
        } else {
            None
        }
    });
    told.map(|(node, iteration, result)| ((node.to_string(), iteration.clone()), result))
        .collect()
}

fn source(seedlings: &[Seedling], moves: &[Move]) -> (Value, Story) {
    let document = grow(seedlings, seedlings.len().is_multiple_of(3));
    let mut story = Story::started(document.clone(), json!({ "x": 1 }));
    play(&mut story, moves);
    (document, story)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// Whatever the graph: a dry run asks nobody, tells nobody, waits for nothing and ends by itself.
    #[test]
    fn a_dry_run_never_has_an_effect(seedlings in seedlings(), moves in moves(), at: proptest::sample::Index) {
        let (document, source) = source(&seedlings, &moves);
        let alone = fresh(document.clone(), dry(), Some(json!({ "x": 1 })));
        let at = &source.plan.nodes()[at.index(source.plan.nodes().len())].id;
        let mut stories = vec![alone];
        let wanted = wanted(Some(at.as_str()), true);
        if take_over(&source.plan, Some(&source.plan), &source.log, &wanted).is_ok() {
            stories.push(fork(&source, document, &wanted, None));
        }
        for story in stories {
            prop_assert_eq!(story.last, Some(Quiescence::Ended));
            prop_assert!(story.told.is_empty(), "{:?}", story.told);
            let asked = |event: &RunEvent| matches!(event, RunEvent::EffectRequested { .. });
            prop_assert!(!story.log.iter().any(asked));
        }
    }

    /// A fork holds exactly what the source says of the nodes that are not behind the one forked at, and asks nothing for
    /// them; the log alone gives the state (`Story::take`).
    #[test]
    fn a_forks_prefix_equals_the_sources(seedlings in seedlings(), moves in moves(), at: proptest::sample::Index) {
        let (document, source) = source(&seedlings, &moves);
        let at = &source.plan.nodes()[at.index(source.plan.nodes().len())].id;
        let wanted = wanted(Some(at.as_str()), false);
        let Ok(taken_over) = take_over(&source.plan, Some(&source.plan), &source.log, &wanted) else {
            return Ok(());
        };
        let before = results(&source.log);
        let taken: BTreeMap<_, _> = taken_over.taken.iter().filter_map(|taken| match taken {
            Taken::Result { node, iteration, result, .. } => Some(((node.to_string(), iteration.clone()), result.clone())),
            Taken::StandIn { .. } => None,
        }).collect();
        for (place, result) in &taken {
            prop_assert_eq!(Some(result), before.get(place));
        }
        let fork = fork(&source, document, &wanted, None);
        let again = results(&fork.log);
        for (node, _) in taken.keys() {
            let asks = |event: &RunEvent| matches!(event, RunEvent::EffectRequested { node: asked, .. } if asked.as_str() == node);
            prop_assert!(!fork.log.iter().any(asks), "{} asks again", node);
            prop_assert!(!again.keys().any(|(other, _)| other == node), "{} runs again", node);
        }
        // What is behind the node is not taken.
        prop_assert!(!taken.keys().any(|(node, _)| node == at.as_str()));
    }
}
