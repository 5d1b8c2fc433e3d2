//! Duplicates across runs: what a run asks of earlier ones, and when it asks nobody.

use super::{
    kit::{Story, document},
    variants::{dry, fork, fresh, wanted, withheld},
};
use crate::{AdapterRequest, Effect, Quiescence, Status};
use events::{ErrorClass, RememberRequested, RunEvent, StandIn};
use ids::RunId;
use serde_json::{Value, json};

fn once(across_runs: Value) -> Value {
    let config = json!({ "by": ["id"], "across_runs": across_runs });
    let nodes = json!([
        { "id": "go", "node_type": "trigger.manual" },
        { "id": "once", "node_type": "remove_duplicates", "config": config },
        { "id": "end", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, &["go.out>once.in", "once.out>end.in"])
}

fn asked(story: &Story) -> Vec<RememberRequested> {
    let asked = story.told.iter().filter_map(|effect| match effect {
        Effect::Request(AdapterRequest::Remember(asked)) => Some(asked.clone()),
        _ => None,
    });
    asked.collect()
}

fn items() -> Value {
    json!([{ "id": 1 }, { "id": 1 }, { "id": 2 }])
}

#[test]
fn only_what_is_new_leaves_once_it_is_known() {
    let mut story = Story::started(once(json!({ "days": 7 })), items());
    assert_eq!(story.last, Some(Quiescence::Waiting));
    let request = asked(&story).remove(0);
    assert_eq!(request.items, [json!({ "id": 1 }), json!({ "id": 2 })]);
    assert_eq!(
        (request.keys.len(), request.days, request.most),
        (2, 7, 10_000)
    );
    assert_eq!(request.repeats, None);
    let (key, open) = story.run.open_effects().next().unwrap();
    let again = story.run.request(key, open);
    assert_eq!(again, Some(AdapterRequest::Remember(request)));
    story.complete("once", json!([{ "id": 2 }]));
    assert_eq!(story.final_output(), json!({ "end": [{ "id": 2 }] }));
}

#[test]
fn nobody_is_asked_about_nothing() {
    let story = Story::started(once(json!({})), json!([]));
    assert_eq!(story.final_output(), json!({ "end": [] }));
    assert_eq!(asked(&story), []);
}

#[test]
fn bounds_that_are_none_fail_the_node() {
    let story = Story::started(once(json!({ "days": "{{ 0 }}" })), items());
    assert_eq!(story.run.status(), Status::Failed);
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.log);
    };
    assert_eq!(error.class, ErrorClass::Schema);
    assert!(error.message.contains("`days`"), "{}", error.message);
}

#[test]
fn a_dry_run_remembers_nothing() {
    let story = fresh(once(json!({})), dry(), Some(items()));
    assert_eq!(story.told, []);
    assert_eq!(
        story.final_output(),
        json!({ "end": [{ "id": 1 }, { "id": 2 }] })
    );
    let (_, operation, request, instead) = withheld(&story).remove(0);
    assert_eq!(
        (operation.as_str(), instead),
        ("remember", StandIn::Example)
    );
    assert_eq!(request["keys"].as_array().unwrap().len(), 2);

    let mut source = Story::started(once(json!({})), items());
    source.complete("once", json!([{ "id": 2 }]));
    let recorded = fork(&source, once(json!({})), &wanted(None, true), None);
    assert_eq!(withheld(&recorded)[0].3, StandIn::Recorded);
    assert_eq!(recorded.final_output(), source.final_output());

    let mut document = once(json!({}));
    document["nodes"][1]["pinned"] = json!({ "out": [] });
    let pinned = fresh(document, dry(), Some(items()));
    assert_eq!(withheld(&pinned)[0].3, StandIn::Pinned);
    assert_eq!(pinned.final_output(), json!({ "end": [] }));
}

#[test]
fn a_fork_says_which_run_it_repeats_and_so_does_a_fork_of_it() {
    let mut source = Story::started(once(json!({})), items());
    source.complete("once", json!([]));
    let first = Some(RunId::from_u128(1));
    let mut again = fork(&source, once(json!({})), &wanted(Some("once"), false), None);
    assert_eq!(asked(&again)[0].repeats, first);
    again.complete("once", items());
    let RunEvent::RunStarted { variant, .. } = &mut again.log[0] else {
        panic!("{:?}", again.log);
    };
    // As if the run that was forked were another one.
    let from = variant.as_mut().unwrap().forked_from.as_mut().unwrap();
    from.run_id = RunId::from_u128(9);
    let third = fork(&again, once(json!({})), &wanted(None, false), None);
    assert_eq!(asked(&third)[0].repeats, Some(RunId::from_u128(9)));

    let after = fork(&source, once(json!({})), &wanted(Some("end"), false), None);
    assert_eq!(
        asked(&after),
        [],
        "what is taken over is not asked for again"
    );
}
