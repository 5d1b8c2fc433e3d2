//! Runs that are over leave, others stay, by a clock that the tests set.

use crate::kit::{
    Fleet,
    documents::{call, document, echo, log_of},
};
use chrono::{Days, NaiveDate, Utc};
use engine::keep_runs;
use events::{
    RetentionChanged, RetentionRequested, RunCancelRequested, RunEvent, WorkflowCancelled,
    WorkflowCompleted, WorkflowPublished, WorkflowRejected,
};
use ids::{RunId, UserId, WorkflowId};
use serde_json::json;
use std::time::Duration;
use testkit::wait_until;

const LIMIT: u32 = 90;

fn in_days(days: u64) -> NaiveDate {
    Utc::now().date_naive() + Days::new(days)
}

/// A run of this workflow that has ended.
async fn finished(fleet: &Fleet, published: &WorkflowPublished) -> RunId {
    let webhook = call(published, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    webhook.run_id
}

async fn keep_for(fleet: &Fleet, workflow: Option<WorkflowId>, days: Option<u32>) {
    let request = RetentionRequested {
        workflow_id: workflow,
        days,
        actor: UserId::generate(),
    };
    fleet.publish(&request).await;
    fleet
        .hear(|e: &RetentionChanged| e.workflow_id == workflow && e.days == days)
        .await;
}

/// How many runs and how many frames of their logs there are.
async fn stored(fleet: &Fleet) -> (i64, i64) {
    let runs = fleet.count("SELECT count(*) FROM runs").await;
    let frames = "SELECT count(DISTINCT run_id) FROM run_events";
    (runs, fleet.count(frames).await)
}

/// The partitions of the day on which the tests run.
async fn partitions_of_today(fleet: &Fleet) -> i64 {
    fleet
        .count(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname IN (
                 'runs_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD'),
                 'run_events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD'))",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_dropped_when_all_of_it_is_over_and_not_before() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("over")).await;
    for _ in 0..3 {
        finished(&fleet, &published).await;
    }
    keep_runs(&fleet.database, LIMIT, in_days(90))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (3, 3));
    keep_runs(&fleet.database, LIMIT, in_days(91))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (0, 0));
    assert_eq!(partitions_of_today(&fleet).await, 0);
    let made = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'runs'::regclass";
    assert!(fleet.count(made).await >= 15, "room for the days ahead");
    finished(&fleet, &published).await;
    assert_eq!(stored(&fleet).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_survives_the_day_it_began_and_goes_on() {
    let mut fleet = Fleet::without_engine().await;
    fleet.park_after = Duration::from_secs(2);
    fleet.start_engine();
    let published = fleet.publish_workflow(echo("quick")).await;
    let over = finished(&fleet, &published).await;
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "slow" } },
        { "id": "nap", "node_type": "wait", "config": { "for": "200d" } },
        { "id": "after", "node_type": "transform", "config": { "output": "{{ input.body }}" } },
    ]);
    let slow = document(nodes, &["hook.out>nap.in", "nap.out>after.in"]);
    let slow = fleet.publish_workflow(slow).await;
    let webhook = call(&slow, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    wait_until("the run to be parked", || async {
        (fleet.count("SELECT count(*) FROM parked_runs").await == 1).then_some(())
    })
    .await;
    keep_runs(&fleet.database, LIMIT, in_days(150))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (1, 1), "{over} is over");
    assert_eq!(partitions_of_today(&fleet).await, 2);
    fleet.kill_engine().await;
    fleet.start_engine();
    let cancel = RunCancelRequested {
        run_id: webhook.run_id,
        workflow_id: slow.workflow_id,
        actor: None,
        reason: "enough".to_owned(),
    };
    fleet.publish(&cancel).await;
    fleet
        .hear(|e: &WorkflowCancelled| e.run_id == webhook.run_id)
        .await;
    let log = log_of(&fleet, webhook.run_id);
    assert!(matches!(log[0], RunEvent::RunStarted { .. }));
    assert!(matches!(log.last(), Some(RunEvent::RunCancelled { .. })));
    keep_runs(&fleet.database, LIMIT, in_days(151))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_workflow_keeps_its_runs_as_long_as_it_says() {
    let fleet = Fleet::start().await;
    let brief = fleet.publish_workflow(echo("brief")).await;
    let usual = fleet.publish_workflow(echo("usual")).await;
    let long = fleet.publish_workflow(echo("long")).await;
    for published in [&brief, &brief, &brief, &usual, &long] {
        finished(&fleet, published).await;
    }
    keep_for(&fleet, Some(brief.workflow_id), Some(7)).await;
    keep_for(&fleet, Some(long.workflow_id), Some(730)).await;
    let runs = |days| {
        let fleet = &fleet;
        async move {
            keep_runs(&fleet.database, LIMIT, in_days(days))
                .await
                .unwrap();
            stored(fleet).await
        }
    };
    assert_eq!(runs(7).await, (5, 5));
    assert_eq!(runs(8).await, (2, 2), "three of five are over");
    assert_eq!(runs(91).await, (1, 1));
    assert_eq!(runs(731).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_says_holds_for_workflows_that_say_nothing() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("tenant")).await;
    finished(&fleet, &published).await;
    keep_for(&fleet, None, Some(14)).await;
    keep_for(&fleet, Some(published.workflow_id), Some(30)).await;
    keep_runs(&fleet.database, LIMIT, in_days(15))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (1, 1));
    keep_for(&fleet, Some(published.workflow_id), None).await;
    keep_runs(&fleet.database, LIMIT, in_days(15))
        .await
        .unwrap();
    assert_eq!(stored(&fleet).await, (0, 0));
    let unknown = WorkflowId::generate();
    let request = RetentionRequested {
        workflow_id: Some(unknown),
        days: Some(7),
        actor: UserId::generate(),
    };
    fleet.publish(&request).await;
    let refused: WorkflowRejected = fleet
        .hear(|e: &WorkflowRejected| e.workflow_id == unknown)
        .await;
    assert_eq!(refused.code, "workflow.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_in_the_default_partition_is_reclaimed_too() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("stray")).await;
    let mut webhook = call(&published, json!({ "n": 1 }));
    // An event from before there were partitions.
    let old = webhook.run_id.as_u128() & ((1 << 80) - 1);
    webhook.run_id = RunId::from_u128((1_500_000_000_000 << 80) | old);
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    finished(&fleet, &published).await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs_default").await, 1);
    keep_runs(&fleet.database, LIMIT, in_days(0)).await.unwrap();
    assert_eq!(fleet.count("SELECT count(*) FROM runs_default").await, 0);
    assert_eq!(stored(&fleet).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_go_on_while_a_day_is_reclaimed() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("busy")).await;
    for _ in 0..3 {
        finished(&fleet, &published).await;
    }
    let calls: Vec<_> = (0..200)
        .map(|n| call(&published, json!({ "n": n })))
        .collect();
    for (at, webhook) in calls.iter().enumerate() {
        fleet.publish(webhook).await;
        if at == 50 {
            keep_runs(&fleet.database, LIMIT, in_days(91))
                .await
                .unwrap();
        }
    }
    let last = &calls[199];
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == last.run_id)
        .await;
    wait_until("all ends", || async {
        (fleet.heard::<WorkflowCompleted>().len() >= 203).then_some(())
    })
    .await;
}
