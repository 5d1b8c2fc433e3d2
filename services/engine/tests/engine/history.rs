//! Forks, dry runs and tests of nodes, through bus and database.

use crate::kit::{
    Fleet,
    documents::{call, fetching, log_of},
};
use events::{
    BacktestCompleted, BacktestRequested, BacktestVerdict, EffectResult, HttpEffectCompleted,
    HttpRequestRequested, Json, RunEvent, RunEvents, RunVariantRejected, RunVariantRequested,
    WorkflowCompleted, WorkflowPublished,
};
use ids::{BacktestId, RunId, UserId};
use serde_json::json;

fn wanted(published: &WorkflowPublished, source: Option<RunId>) -> RunVariantRequested {
    RunVariantRequested {
        run_id: RunId::generate(),
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        source,
        at: None,
        only: None,
        input: None,
        dry: false,
        trigger: None,
        actor: UserId::generate(),
        requested_at: chrono::Utc::now(),
    }
}

/// A run that has fetched and ended.
async fn fetched(fleet: &Fleet, published: &WorkflowPublished) -> RunId {
    let webhook = call(published, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    answer(fleet, webhook.run_id, 200).await;
    let run = webhook.run_id;
    fleet.hear(|e: &WorkflowCompleted| e.run_id == run).await;
    run
}

async fn answer(fleet: &Fleet, run: RunId, status: u16) {
    let asked: HttpRequestRequested = fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == run)
        .await;
    let completed = HttpEffectCompleted(EffectResult {
        run_id: run,
        workflow_id: asked.origin.workflow_id,
        effect_key: asked.origin.effect_key,
        outcome: Json::from(json!({ "status": status, "headers": {}, "body": null })),
        cost: None,
    });
    fleet.publish(&completed).await;
}

/// The log of a run, once it has ended.
async fn ended(fleet: &Fleet, run: RunId) -> Vec<RunEvent> {
    let is_end = |event: &RunEvent| {
        matches!(
            event,
            RunEvent::RunCompleted { .. } | RunEvent::RunFailed { .. }
        )
    };
    fleet
        .hear(|e: &RunEvents| e.run_id == run && e.events.iter().any(is_end))
        .await;
    log_of(fleet, run)
}

fn asked(fleet: &Fleet, run: RunId) -> usize {
    let heard = fleet.heard::<HttpRequestRequested>();
    heard.iter().filter(|(_, e)| e.origin.run_id == run).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_takes_over_what_was_fetched_and_needs_the_source_no_more() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("forked")).await;
    let source = fetched(&fleet, &published).await;
    let mut next = fetching("forked");
    next["nodes"][2]["config"]["output"] = json!("{{ input.status + 1 }}");
    next["nodes"].as_array_mut().unwrap().push(json!(
        { "id": "pause", "node_type": "wait", "config": { "for": "2s" } }
    ));
    next["edges"]
        .as_array_mut()
        .unwrap()
        .push(crate::kit::documents::edge("after.out>pause.in"));
    let next = fleet.publish_next(&published, next).await;
    let mut request = wanted(&next, Some(source));
    request.at = Some("after".parse().unwrap());
    let run = request.run_id;
    fleet.publish(&request).await;
    let waits = |event: &RunEvent| matches!(event, RunEvent::WaitStarted { .. });
    fleet
        .hear(|e: &RunEvents| e.run_id == run && e.events.iter().any(waits))
        .await;
    // The source is gone, and so is the owner: the fork's own log has all that it needs.
    let owner = |statement: &'static str| sqlx::query(statement).execute(fleet.database.pool());
    assert!(
        owner("DELETE FROM runs WHERE status = 'completed'")
            .await
            .is_ok()
    );
    fleet.kill_engine().await;
    fleet.start_engine();
    let log = ended(&fleet, run).await;
    let last = log.last().unwrap();
    let RunEvent::RunCompleted { output, .. } = last else {
        panic!("{last:?}")
    };
    assert_eq!(output.value()["pause"], 201);
    assert_eq!(asked(&fleet, run), 0, "nothing is sent again");
    let RunEvent::RunStarted { variant, input, .. } = &log[0] else {
        panic!("{log:?}")
    };
    let from = variant.as_ref().unwrap().forked_from.as_ref().unwrap();
    assert_eq!(from.run_id, source);
    assert_eq!(input.value()["body"], json!({ "n": 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_leaves_nothing_on_the_bus_but_its_log() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("dry")).await;
    let source = fetched(&fleet, &published).await;
    let mut request = wanted(&published, Some(source));
    request.dry = true;
    let run = request.run_id;
    fleet.publish(&request).await;
    // A repeat is the same run.
    fleet.publish(&request).await;
    let log = ended(&fleet, run).await;
    let withheld = |event: &&RunEvent| matches!(event, RunEvent::EffectWithheld { .. });
    assert_eq!(log.iter().filter(withheld).count(), 1);
    let another = fetched(&fleet, &published).await;
    assert_ne!(another, run);
    assert_eq!(asked(&fleet, run), 0);
    let ends = fleet.heard::<WorkflowCompleted>();
    assert!(!ends.iter().any(|(_, e)| e.run_id == run), "nobody is told");
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_one_node_asks_only_when_it_is_live() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("tested")).await;
    let mut request = wanted(&published, None);
    request.only = Some("fetch".parse().unwrap());
    request.input = Some(Json::from(json!({ "n": 1 })));
    let run = request.run_id;
    fleet.publish(&request).await;
    answer(&fleet, run, 204).await;
    let log = ended(&fleet, run).await;
    let completed = log.iter().filter_map(|event| {
        let RunEvent::NodeCompleted { node, .. } = event else {
            return None;
        };
        Some(node.to_string())
    });
    let completed: Vec<_> = completed.collect();
    assert_eq!(completed, ["fetch"], "nothing behind it runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_cannot_be_is_refused_with_its_reasons() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("refused")).await;
    let source = fetched(&fleet, &published).await;
    let mut request = wanted(&published, Some(source));
    request.at = Some("nowhere".parse().unwrap());
    let run = request.run_id;
    fleet.publish(&request).await;
    let refused: RunVariantRejected = fleet.hear(|e: &RunVariantRejected| e.run_id == run).await;
    assert_eq!(refused.code, "fork.refused");
    assert_eq!(refused.problems[0].code, "fork.node_unknown");
    let unknown = wanted(&published, Some(RunId::generate()));
    fleet.publish(&unknown).await;
    let refused: RunVariantRejected = fleet
        .hear(|e: &RunVariantRejected| e.run_id == unknown.run_id)
        .await;
    assert_eq!(refused.code, "run.not_found");
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_rehearsed_on_past_runs_without_making_one() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("rehearsed")).await;
    let source = fetched(&fleet, &published).await;
    let mut next = fetching("rehearsed");
    next["nodes"][1]["config"]["url"] = json!("https://example.org/other");
    let next = fleet.publish_next(&published, next).await;
    let gone = RunId::generate();
    let request = BacktestRequested {
        backtest_id: BacktestId::generate(),
        workflow_id: next.workflow_id,
        version_id: next.version_id,
        runs: vec![source, gone],
        actor: UserId::generate(),
        requested_at: chrono::Utc::now(),
    };
    fleet.publish(&request).await;
    let report: BacktestCompleted = fleet
        .hear(|e: &BacktestCompleted| e.backtest_id == request.backtest_id)
        .await;
    let [case, missing] = report.cases.as_slice() else {
        panic!("{report:?}")
    };
    assert!(case.differs);
    assert_eq!(case.before.as_deref(), Some("completed"));
    let asked = case.effects[0].request.as_ref().unwrap().value();
    assert_eq!(asked["url"], "https://example.org/other");
    assert!(matches!(
        missing.verdict,
        BacktestVerdict::NotStarted { .. }
    ));
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
    assert_eq!(fleet.heard::<HttpRequestRequested>().len(), 1);
}
