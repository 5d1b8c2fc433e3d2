//! Dry runs list what they would send, and wait for nothing.

use super::{
    kit::{Story, document},
    variants::{chain, chain_done, dry, fork, fresh, wanted, withheld},
};
use crate::Status;
use events::StandIn;
use serde_json::json;

#[test]
fn a_dry_run_lists_effects_and_goes_on_with_what_stands_in() {
    let dry_run = fresh(chain(), dry(), Some(json!({ "id": 7 })));
    assert_eq!(dry_run.run.status(), Status::Completed);
    assert_eq!(dry_run.told, []);
    let listed: Vec<_> = withheld(&dry_run)
        .into_iter()
        .map(|(node, operation, _, instead)| (node, operation, instead))
        .collect();
    let entry =
        |node: &str, operation: &str, instead| (node.to_owned(), operation.to_owned(), instead);
    assert_eq!(
        listed,
        [
            entry("fetch", "request", StandIn::Example),
            entry("send", "request", StandIn::Example),
            entry("note", "raise", StandIn::Nothing),
        ]
    );
    let source = chain_done();
    let recorded = fork(&source, chain(), &wanted(None, true), None);
    assert_eq!(withheld(&recorded)[0].3, StandIn::Recorded);
    assert_eq!(recorded.final_output(), source.final_output());
}

#[test]
fn pinned_data_counts_in_dry_runs_alone() {
    let mut pinned = chain();
    pinned["nodes"][1]["pinned"] = json!({ "out": { "status": 21 } });
    pinned["nodes"][2]["pinned"] = json!({ "out": 1 });
    let dry_run = fresh(pinned.clone(), dry(), Some(json!({ "id": 7 })));
    let listed = withheld(&dry_run);
    assert_eq!(listed[0].3, StandIn::Pinned);
    assert_eq!(listed[1].2["body"], json!(1), "what is pinned does not run");
    let mut live = Story::started(pinned, json!({ "id": 7 }));
    live.complete("fetch", json!({ "status": 200 }));
    live.complete("send", json!({ "status": 201 }));
    assert_eq!(live.final_output(), chain_done().final_output());
}

#[test]
fn a_dry_run_waits_for_nothing() {
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual" },
        { "id": "soon", "node_type": "wait", "config": { "for": "1m" } },
        { "id": "late", "node_type": "wait", "config": { "for": "2h" } },
        { "id": "both", "node_type": "join", "config": { "timeout_seconds": 600, "late": "go_on" },
          "inputs": [{ "name": "a" }, { "name": "b" }] },
    ]);
    let edges = [
        "start.out>soon.in",
        "start.out>late.in",
        "soon.out>both.a",
        "late.out>both.b",
    ];
    let story = fresh(document(nodes, &edges), dry(), Some(json!(1)));
    assert_eq!(story.run.status(), Status::Completed, "{:?}", story.short());
    assert_eq!(story.now_ms, super::kit::NOW);
}
