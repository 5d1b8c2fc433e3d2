//! Runs that wait in nobody's memory.

use crate::kit::{
    Fleet,
    documents::{call, document, echo, log_of},
};
use events::{
    EffectResult, HttpEffectCompleted, HttpRequestRequested, Json, RunCancelRequested, RunEvent,
    RunResponded, WebhookReceived, WorkflowCancelled, WorkflowCompleted, WorkflowPublished,
};
use ids::{RunId, Shard, UserId};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use testkit::{wait_until, wait_until_for};

const PARKED: &str = "SELECT count(*) FROM parked_runs";

/// A fleet that parks what waits for more than two seconds.
async fn impatient() -> Fleet {
    let mut fleet = Fleet::without_engine().await;
    fleet.park_after = Duration::from_secs(2);
    fleet.start_engine();
    fleet
}

/// Waits as long as its caller says.
fn nap() -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "nap" } },
        { "id": "nap", "node_type": "wait", "config": { "for": "{{ input.body.for }}" } },
        { "id": "after", "node_type": "transform", "config": { "output": "{{ input.body }}" } },
    ]);
    document(nodes, &["hook.out>nap.in", "nap.out>after.in"])
}

async fn parked(fleet: &Fleet, runs: i64) {
    wait_until_for(Duration::from_secs(60), "parked runs", || async {
        (fleet.count(PARKED).await == runs).then_some(())
    })
    .await;
}

/// A run that is parked for an hour.
async fn one_parked(fleet: &Fleet) -> (WorkflowPublished, WebhookReceived) {
    let published = fleet.publish_workflow(nap()).await;
    let webhook = call(&published, json!({ "for": "1h" }));
    fleet.publish(&webhook).await;
    parked(fleet, 1).await;
    (published, webhook)
}

/// Runs a statement as the owner of the tables, who may do what the engine may not.
async fn as_owner(fleet: &Fleet, statement: &'static str) {
    let mut owner = PgConnection::connect(&fleet.postgres.owner_url())
        .await
        .unwrap();
    sqlx::raw_sql(statement).execute(&mut owner).await.unwrap();
}

/// By how much each run's wait ended after its time, in milliseconds.
fn lateness(fleet: &Fleet) -> BTreeMap<RunId, i64> {
    let (mut due, mut fired) = (BTreeMap::new(), BTreeMap::new());
    for (_, frame) in fleet.heard::<events::RunEvents>() {
        for event in &frame.events {
            match event {
                RunEvent::WaitStarted { wake_at_ms, .. } => due.insert(frame.run_id, *wake_at_ms),
                RunEvent::TimerFired { at_ms, .. } => fired.insert(frame.run_id, *at_ms),
                _ => None,
            };
        }
    }
    // Frames of two owners may be heard in any order.
    let late = fired.into_iter();
    late.filter_map(|(run_id, at_ms)| Some((run_id, at_ms - due.get(&run_id)?)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_parked_runs_wake_in_time_although_their_owner_is_gone() {
    const RUNS: i64 = 3_000;
    const ENDED: &str = "SELECT count(*) FROM runs WHERE status = 'completed'";
    let mut fleet = impatient().await;
    let published = fleet.publish_workflow(nap()).await;
    let began = Instant::now();
    for n in 0..RUNS {
        // They wake over ten seconds, half of them under another owner.
        let sleep = format!("{}s {}ms", 15 + n % 10, n % 1_000);
        fleet
            .publish(&call(&published, json!({ "for": sleep })))
            .await;
    }
    parked(&fleet, RUNS).await;
    assert!(
        began.elapsed() < Duration::from_secs(14),
        "too slow to tell"
    );
    fleet.kill_engine().await;
    fleet.start_engine();
    wait_until_for(Duration::from_secs(60), "all woken", || async {
        (lateness(&fleet).len() >= RUNS as usize / 2).then_some(())
    })
    .await;
    fleet.kill_engine().await;
    fleet.start_engine();
    // What an owner published again is heard twice, so runs are counted and not messages.
    let late = wait_until_for(Duration::from_secs(60), "all woken", || async {
        let late = lateness(&fleet);
        (late.len() == RUNS as usize).then_some(late)
    })
    .await;
    wait_until("all ends", || async {
        (fleet.count(ENDED).await == RUNS).then_some(())
    })
    .await;
    let mut late: Vec<i64> = late.into_values().collect();
    late.sort_unstable();
    println!(
        "late: median {} ms, at most {:?} ms",
        late[late.len() / 2],
        late.last()
    );
    assert!(late[0] >= 0, "nobody wakes early");
    let outage = late.iter().filter(|late| **late > 1_000).count();
    assert!(
        outage < late.len() / 10,
        "only those due while nobody was there: {outage}"
    );
    assert_eq!(fleet.count(PARKED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takeover_does_not_read_the_logs_of_parked_runs() {
    let mut fleet = impatient().await;
    let (published, webhook) = one_parked(&fleet).await;
    fleet.kill_engine().await;
    // Who folds the log now fails. All of it is published: a new owner has nothing to repeat.
    as_owner(&fleet, "CREATE TABLE kept AS SELECT run_id, first_seq, frame FROM run_events; UPDATE run_events SET frame = '?'; UPDATE shards SET published_pos = pos").await;
    fleet.start_engine();
    let echoing = fleet.publish_workflow(echo("other")).await;
    let mut calls = std::iter::repeat_with(|| call(&echoing, json!({ "n": 1 })));
    let of_the_same_shard = |call: &WebhookReceived| shard_of(call) == shard_of(&webhook);
    let other = calls.find(of_the_same_shard).unwrap();
    fleet.publish(&other).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == other.run_id)
        .await;
    as_owner(&fleet, "UPDATE run_events e SET frame = k.frame FROM kept k WHERE k.run_id = e.run_id AND k.first_seq = e.first_seq").await;
    cancel(&fleet, &published, webhook.run_id).await;
}

fn shard_of(call: &WebhookReceived) -> Shard {
    Shard::of(call.run_id)
}

async fn cancel(fleet: &Fleet, published: &WorkflowPublished, run_id: RunId) {
    let request = RunCancelRequested {
        run_id,
        workflow_id: published.workflow_id,
        actor: Some(UserId::generate()),
        reason: "no longer wanted".to_owned(),
    };
    fleet.publish(&request).await;
    fleet.hear(|e: &WorkflowCancelled| e.run_id == run_id).await;
    assert_eq!(fleet.count(PARKED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_run_can_be_cancelled() {
    let fleet = impatient().await;
    let (published, webhook) = one_parked(&fleet).await;
    cancel(&fleet, &published, webhook.run_id).await;
    let log = log_of(&fleet, webhook.run_id);
    assert!(matches!(log.last(), Some(RunEvent::RunCancelled { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_a_second_time_leaves_a_parked_run_as_it_is() {
    let fleet = impatient().await;
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "twice", "respond": "last" } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } },
        { "id": "answer", "node_type": "http_response", "config": { "body": "hello" } },
        { "id": "nap", "node_type": "wait", "config": { "for": "1h" } },
    ]);
    let edges = [
        "hook.out>fetch.in",
        "fetch.out>answer.in",
        "fetch.out>nap.in",
    ];
    let published = fleet.publish_workflow(document(nodes, &edges)).await;
    let webhook = call(&published, json!({}));
    fleet.publish(&webhook).await;
    let asked: HttpRequestRequested = fleet.hear(|_: &HttpRequestRequested| true).await;
    assert_eq!(fleet.count(PARKED).await, 0, "an effect is open");
    let result = HttpEffectCompleted(EffectResult {
        run_id: webhook.run_id,
        workflow_id: published.workflow_id,
        effect_key: asked.origin.effect_key,
        outcome: Json::from(json!({ "status": 200 })),
        cost: None,
    });
    fleet.publish(&result).await;
    parked(&fleet, 1).await;
    let length = log_of(&fleet, webhook.run_id).len();
    fleet.publish(&result).await;
    fleet.publish(&webhook).await;
    wait_until("the answer again", || async {
        (fleet.heard::<RunResponded>().len() >= 2).then_some(())
    })
    .await;
    assert_eq!(log_of(&fleet, webhook.run_id).len(), length);
    assert_eq!(fleet.count(PARKED).await, 1);
    cancel(&fleet, &published, webhook.run_id).await;
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4_096
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_parked_runs_cost_a_start_neither_memory_nor_time() {
    let mut fleet = impatient().await;
    let echoing = fleet.publish_workflow(echo("first")).await;
    one_parked(&fleet).await;
    fleet.kill_engine().await;
    // The same run a hundred thousand times: ids of the same milliseconds, spread over the shards.
    as_owner(
        &fleet,
        "CREATE TABLE copies AS SELECT p.run_id AS of, (left(p.run_id::text, 24) || lpad(to_hex(n), 12, '0'))::uuid AS run_id,
             n % 16 AS shard FROM parked_runs p, generate_series(1, 100000) n;
         INSERT INTO runs SELECT c.run_id, c.shard, tenant_id, workflow_id, version_id, status, correlation_id, causation_id,
             traceparent, started_at FROM runs r JOIN copies c ON c.of = r.run_id;
         INSERT INTO run_events SELECT c.run_id, first_seq, last_seq, c.shard, pos, frame FROM run_events r
             JOIN copies c ON c.of = r.run_id;
         INSERT INTO parked_runs SELECT c.run_id, c.shard, wake_at FROM parked_runs p JOIN copies c ON c.of = p.run_id;
         UPDATE shards SET pos = greatest(pos, 2), published_pos = greatest(published_pos, 2);
         ANALYZE",
    )
    .await;
    let before = resident();
    let began = Instant::now();
    fleet.start_engine();
    let webhook = call(&echoing, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    let (took, grown) = (began.elapsed(), resident().saturating_sub(before));
    println!(
        "first run after {took:?}, {} bytes for each parked run",
        grown / 100_000
    );
    wait_until("all shards", || async {
        let owned = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1936982018 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        (fleet.count(owned).await == 16).then_some(())
    })
    .await;
    println!("all shards after {:?}", began.elapsed());
    assert!(took < Duration::from_secs(5), "first run after {took:?}");
    assert!(grown < 100_000 * 1_024, "grown by {grown} bytes");
}
