//! Flow control of triggers: how many runs start, and when.

use crate::kit::{
    Fleet,
    documents::{call, document, log_of},
};
use bus::Bus;
use events::{
    Json, RunCancelRequested, RunEvent, RunRequested, RunResponded, RunTrigger, TriggerDeclined,
    TriggerHeld, TriggerKind, WebhookAnswer, WorkflowCancelled, WorkflowCompleted, WorkflowFailed,
    WorkflowPublished,
};
use ids::{EventId, RunId, UserId};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use testkit::{TestNats, wait_until};

/// Waits as long as its webhook's `flow` is tested, then notes what came.
fn waiting(path: &str, flow: Value, wait: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook",
          "config": { "path": path, "respond": "accepted", "flow": flow } },
        { "id": "pause", "node_type": "wait", "config": { "for": wait } },
        { "id": "seen", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, &["hook.out>pause.in", "pause.out>seen.in"])
}

fn quick(path: &str, flow: Value) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook",
          "config": { "path": path, "respond": "accepted", "flow": flow } },
        { "id": "seen", "node_type": "transform", "config": { "output": "{{ input }}" } },
    ]);
    document(nodes, &["hook.out>seen.in"])
}

async fn calls(fleet: &Fleet, published: &WorkflowPublished, bodies: Vec<Value>) -> Vec<RunId> {
    let mut runs = Vec::new();
    for body in bodies {
        let mut webhook = call(published, body);
        webhook.reply_to = None;
        fleet.publish(&webhook).await;
        runs.push(webhook.run_id);
    }
    runs
}

fn input_of(fleet: &Fleet, run: RunId) -> Value {
    match log_of(fleet, run).into_iter().next() {
        Some(RunEvent::RunStarted { input, .. }) => input.value(),
        other => panic!("{other:?}"),
    }
}

fn codes(fleet: &Fleet) -> Vec<String> {
    let declined = fleet.heard::<TriggerDeclined>().into_iter();
    declined.map(|(_, declined)| declined.code).collect()
}

async fn declined(fleet: &Fleet, count: usize) {
    wait_until("declined events", || async {
        let declined = fleet.heard::<TriggerDeclined>();
        (declined.len() >= count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_events_of_one_key_a_singleton_starts_one() {
    let fleet = Fleet::start().await;
    let flow = json!({ "key": "{{ input.body.user }}", "singleton": "skip" });
    let published = fleet.publish_workflow(waiting("one", flow, "3s")).await;
    let bodies = (0..100).map(|n| json!({ "user": 7, "n": n })).collect();
    let runs = calls(&fleet, &published, bodies).await;
    declined(&fleet, 99).await;
    assert!(codes(&fleet).iter().all(|code| code == "singleton"));
    let done: WorkflowCompleted = fleet.hear(|_: &WorkflowCompleted| true).await;
    assert!(runs.contains(&done.run_id));
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
    // The key is free again, and another key never was taken.
    let next = calls(&fleet, &published, vec![json!({ "user": 7 })]).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == next[0])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_events_of_one_key_a_debounce_starts_one_of_the_last() {
    let mut fleet = Fleet::start().await;
    fleet.start_engine();
    let flow = json!({ "debounce": { "seconds": 2 } });
    let published = fleet.publish_workflow(quick("last", flow)).await;
    let bodies = (0..100).map(|n| json!({ "n": n })).collect();
    let runs = calls(&fleet, &published, bodies).await;
    let last = *runs.last().unwrap();
    let done: WorkflowCompleted = fleet.hear(|_: &WorkflowCompleted| true).await;
    assert_eq!(done.run_id, last);
    assert_eq!(input_of(&fleet, last)["body"], json!({ "n": 99 }));
    declined(&fleet, 99).await;
    assert!(codes(&fleet).iter().all(|code| code == "debounced"));
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_fires_once_after_all_replicas_were_killed() {
    let bus: Bus = Arc::new(bus::Memory::new(&engine::manifest().consumers));
    let mut fleet = Fleet::over(bus).await;
    fleet.start_engine();
    let flow = json!({ "debounce": { "seconds": 2 } });
    let published = fleet.publish_workflow(quick("late", flow)).await;
    let runs = calls(&fleet, &published, vec![json!(1), json!(2)]).await;
    fleet.hear(|e: &TriggerHeld| e.run_id == runs[1]).await;
    fleet.kill_engine().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(fleet.heard::<WorkflowCompleted>().is_empty());
    fleet.start_engine();
    fleet.start_engine();
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == runs[1])
        .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let asked = fleet.heard::<RunRequested>();
    let of_run = asked.iter().filter(|(_, e)| e.run_id == runs[1]);
    let ids: BTreeSet<EventId> = of_run.map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), 1, "asked for once");
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrency_holds_events_in_their_order_and_by_priority() {
    let fleet = Fleet::start().await;
    let flow = json!({ "concurrency": 1, "priority": "{{ input.body.p }}" });
    let published = fleet.publish_workflow(waiting("two", flow, "300ms")).await;
    let first = calls(&fleet, &published, vec![json!({ "p": 0 })]).await[0];
    wait_until("the first run", || async {
        (fleet.count("SELECT count(*) FROM runs").await == 1).then_some(())
    })
    .await;
    let bodies = vec![json!({ "p": 1 }), json!({ "p": 1 }), json!({ "p": 9 })];
    let rest = calls(&fleet, &published, bodies).await;
    for run in &rest {
        fleet.hear(|e: &WorkflowCompleted| e.run_id == *run).await;
    }
    let ended = fleet.heard::<WorkflowCompleted>().into_iter();
    let ended: Vec<RunId> = ended.map(|(_, done)| done.run_id).collect();
    assert_eq!(ended, [first, rest[2], rest[0], rest[1]]);
    let overlaps = "SELECT count(*) FROM runs a JOIN runs b ON a.run_id < b.run_id
         AND a.started_at < b.ended_at AND b.started_at < a.ended_at";
    assert_eq!(fleet.count(overlaps).await, 0);
    wait_until("nothing left to know", || async {
        let left = fleet.count("SELECT count(*) FROM paced_events").await;
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_event_replaces_the_run_under_way() {
    let fleet = Fleet::start().await;
    let flow = json!({ "singleton": "replace" });
    let published = fleet.publish_workflow(waiting("newer", flow, "3s")).await;
    let first = calls(&fleet, &published, vec![json!(1)]).await[0];
    wait_until("the first run", || async {
        (fleet.count("SELECT count(*) FROM runs").await == 1).then_some(())
    })
    .await;
    let second = calls(&fleet, &published, vec![json!(2)]).await[0];
    fleet.hear(|e: &RunCancelRequested| e.run_id == first).await;
    fleet.hear(|e: &WorkflowCancelled| e.run_id == first).await;
    fleet.hear(|e: &WorkflowCompleted| e.run_id == second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttle_spreads_the_starts() {
    let fleet = Fleet::start().await;
    let flow = json!({ "throttle": { "count": 2, "seconds": 2 } });
    let published = fleet.publish_workflow(quick("slow", flow)).await;
    let runs = calls(&fleet, &published, vec![json!(1), json!(2), json!(3)]).await;
    for run in &runs {
        fleet.hear(|e: &WorkflowCompleted| e.run_id == *run).await;
    }
    let spread =
        "SELECT (extract(epoch FROM max(started_at) - min(started_at)) * 1000)::bigint FROM runs";
    let spread = fleet.count(spread).await;
    assert!((1_900..4_000).contains(&spread), "{spread} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_one_run_of_all_its_events() {
    let fleet = Fleet::start().await;
    let flow = json!({ "batch": { "size": 3, "seconds": 60 } });
    let published = fleet.publish_workflow(quick("many", flow)).await;
    let runs = calls(&fleet, &published, vec![json!(1), json!(2), json!(3)]).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == runs[2])
        .await;
    let input = input_of(&fleet, runs[2]);
    let bodies: Vec<&Value> = input["events"].as_array().unwrap().iter().collect();
    let bodies: Vec<&Value> = bodies.iter().map(|event| &event["body"]).collect();
    assert_eq!(bodies, [&json!(1), &json!(2), &json!(3)]);
    declined(&fleet, 2).await;
    assert_eq!(codes(&fleet), ["batched", "batched"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_waits_gets_the_answer_of_the_run_or_the_reason() {
    let fleet = Fleet::start().await;
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "asked", "flow": { "singleton": "skip" } } },
        { "id": "pause", "node_type": "wait", "config": { "for": "1s" } },
        { "id": "answer", "node_type": "http_response", "config": { "body": "{{ input.body }}" } },
    ]);
    let edges = ["hook.out>pause.in", "pause.out>answer.in"];
    let published = fleet.publish_workflow(document(nodes, &edges)).await;
    let (first, second) = (call(&published, json!(1)), call(&published, json!(2)));
    fleet.publish(&first).await;
    wait_until("the first run", || async {
        (fleet.count("SELECT count(*) FROM runs").await == 1).then_some(())
    })
    .await;
    fleet.publish(&second).await;
    let refused: RunResponded = fleet
        .hear(|e: &RunResponded| e.run_id == second.run_id)
        .await;
    assert!(matches!(refused.answer, WebhookAnswer::Refused { .. }));
    let told: RunResponded = fleet
        .hear(|e: &RunResponded| e.run_id == first.run_id)
        .await;
    let WebhookAnswer::Response { body, .. } = told.answer else {
        panic!("{told:?}")
    };
    assert_eq!(
        (body.value(), told.replica.as_str()),
        (json!(1), "gateway-1")
    );
    // Asked again, the same reason is given again.
    let heard = fleet.heard::<RunResponded>().len();
    fleet.publish(&second).await;
    wait_until("the reason again", || async {
        (fleet.heard::<RunResponded>().len() > heard).then_some(())
    })
    .await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_starts_is_paced_too_and_a_promised_run_says_why_not() {
    let fleet = Fleet::start().await;
    let nodes = json!([
        { "id": "start", "node_type": "trigger.manual", "config": { "flow": { "singleton": "skip" } } },
        { "id": "pause", "node_type": "wait", "config": { "for": "2s" } },
    ]);
    let published = fleet
        .publish_workflow(document(nodes, &["start.out>pause.in"]))
        .await;
    let by_hand = |_| RunRequested {
        run_id: RunId::generate(),
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        trigger: RunTrigger {
            kind: TriggerKind::Manual,
            node: published.triggers[0].node.clone(),
            trigger_id: None,
            event_id: EventId::generate(),
            actor: Some(UserId::generate()),
        },
        payload: Json::null(),
        requested_at: chrono::Utc::now(),
        parent: None,
        reply_to: None,
        refused: None,
    };
    let twice: Vec<RunRequested> = (0..2).map(by_hand).collect();
    fleet.publish(&twice[0]).await;
    wait_until("the first run", || async {
        (fleet.count("SELECT count(*) FROM runs").await == 1).then_some(())
    })
    .await;
    fleet.publish(&twice[1]).await;
    let failed: WorkflowFailed = fleet
        .hear(|e: &WorkflowFailed| e.run_id == twice[1].run_id)
        .await;
    assert_eq!(failed.error.code, "start.singleton");
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == twice[0].run_id)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_worked_out_declines_the_event() {
    let fleet = Fleet::start().await;
    let flow = json!({ "key": "{{ $number(input.body.id) }}", "concurrency": 1 });
    let published = fleet.publish_workflow(quick("none", flow)).await;
    calls(&fleet, &published, vec![json!({ "id": "x" })]).await;
    declined(&fleet, 1).await;
    assert_eq!(codes(&fleet), ["key_failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_its_trigger_is_switched_off_is_declined() {
    let fleet = Fleet::start().await;
    let flow = json!({ "debounce": { "seconds": 2 } });
    let published = fleet.publish_workflow(quick("off", flow)).await;
    let runs = calls(&fleet, &published, vec![json!(1)]).await;
    fleet.hear(|e: &TriggerHeld| e.run_id == runs[0]).await;
    fleet.switch(&published, false).await;
    declined(&fleet, 1).await;
    assert_eq!(codes(&fleet), ["disabled"]);
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_nats_two_replicas_start_each_event_once() {
    let nats = TestNats::start();
    nats.provision(&[engine::manifest()]).await;
    let bus: Bus = Arc::new(nats.connect("engine").await);
    let mut fleet = Fleet::over(bus).await;
    fleet.start_engine();
    fleet.start_engine();
    let flow = json!({ "key": "{{ input.body.k }}", "concurrency": 1 });
    let published = fleet.publish_workflow(waiting("nats", flow, "50ms")).await;
    let bodies = (0..20).map(|n| json!({ "k": n % 4 })).collect();
    let runs = calls(&fleet, &published, bodies).await;
    for run in &runs {
        fleet.hear(|e: &WorkflowCompleted| e.run_id == *run).await;
    }
    let asked: BTreeSet<EventId> = fleet.heard::<RunRequested>().iter().map(|e| e.0).collect();
    assert_eq!(asked.len(), 20, "each event asks for one run, once");
}
