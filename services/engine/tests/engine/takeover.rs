//! What a crash leaves, and what its successor makes good.

use crate::kit::{
    Fleet,
    documents::{call, echo, fetching, log_of},
};
use events::{
    EffectResult, HttpEffectCompleted, HttpRequestRequested, Json, RunEvent, RunEvents,
    RunProjected, RunResponded, WorkflowCompleted,
};
use ids::Shard;
use serde_json::json;
use std::time::Duration;
use testkit::wait_until;

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_goes_on_where_a_killed_one_stopped() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("fetch")).await;
    let webhook = call(&published, json!({}));
    fleet.publish(&webhook).await;
    let asked: HttpRequestRequested = fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == webhook.run_id)
        .await;
    fleet.kill_engine().await;
    fleet.start_engine();
    // The new owner asks again, under the same key.
    wait_until("the request again", || async {
        let requests = fleet.heard::<HttpRequestRequested>();
        let same = requests.iter().filter(|(_, e)| e.origin == asked.origin);
        (same.count() >= 2).then_some(())
    })
    .await;
    let result = HttpEffectCompleted(EffectResult {
        run_id: webhook.run_id,
        workflow_id: published.workflow_id,
        effect_key: asked.origin.effect_key,
        outcome: Json::from(json!({ "status": 200 })),
        cost: None,
    });
    fleet.publish(&result).await;
    fleet.publish(&result).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    let log = log_of(&fleet, webhook.run_id);
    let ends = log
        .iter()
        .filter(|e| matches!(e, RunEvent::RunCompleted { .. }))
        .count();
    assert_eq!(ends, 1);
    let completed = log
        .iter()
        .filter(|e| matches!(e, RunEvent::EffectCompleted { .. }))
        .count();
    assert_eq!(completed, 1, "a repeated result changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_and_not_published_is_published_by_the_next_owner() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("again")).await;
    let webhook = call(&published, json!({ "n": 2 }));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    fleet.kill_engine().await;
    let first = fleet.heard::<RunEvents>();
    fleet.lose_the_bus().await;
    sqlx::query("UPDATE shards SET published_pos = 0")
        .execute(fleet.database.pool())
        .await
        .unwrap();
    fleet.start_engine();
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    assert_eq!(
        fleet.heard::<RunEvents>(),
        first,
        "the same events under the same ids"
    );
    assert!(fleet.heard::<RunResponded>().len() <= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_the_shards_and_one_takes_all_when_the_other_is_gone() {
    let mut fleet = Fleet::start().await;
    fleet.start_engine();
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1936982018 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let sessions = "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1936982018 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    wait_until("both own", || async {
        (fleet.count(held).await == 16 && fleet.count(sessions).await == 2).then_some(())
    })
    .await;
    let published = fleet.publish_workflow(echo("two")).await;
    fleet.kill_engine().await;
    let calls: Vec<_> = (0..32)
        .map(|n| call(&published, json!({ "n": n })))
        .collect();
    for webhook in &calls {
        fleet.publish(webhook).await;
    }
    wait_until("32 answers by the other", || async {
        (fleet.heard::<RunResponded>().len() >= 32).then_some(())
    })
    .await;
    assert_eq!(fleet.count(sessions).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_the_log_that_lost_messages_gets_them_again() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("lost")).await;
    let webhook = call(&published, json!({ "n": 2 }));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    fleet.kill_engine().await;
    fleet.lose_the_bus().await;
    fleet.start_engine();
    let positions = Shard::all().map(|shard| (shard.index(), 0)).collect();
    let stuck = RunProjected {
        consumer: "gateway-runs".to_owned(),
        positions,
    };
    // A reader that stays where it is says so as long as it lives.
    testkit::wait_until_for(Duration::from_secs(30), "the log again", || async {
        fleet.publish(&stuck).await;
        fleet
            .heard::<RunEvents>()
            .into_iter()
            .find(|(_, e)| e.run_id == webhook.run_id)
    })
    .await;
}
