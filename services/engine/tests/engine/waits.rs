//! Runs that wait for a time, whatever becomes of their owner meanwhile.

use crate::kit::{
    Fleet,
    documents::{call, document, fetching, log_of},
};
use events::{
    EffectFailure, ErrorClass, HttpEffectFailed, HttpRequestRequested, RunError, RunEvent,
    RunEvents, Timer, WorkflowCompleted, WorkflowFailed,
};
use ids::RunId;
use serde_json::json;

/// A run that has begun to wait for `duration`.
async fn nap(fleet: &Fleet, duration: &str) -> RunId {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "nap" } },
        { "id": "nap", "node_type": "wait", "config": { "for": duration } },
        { "id": "after", "node_type": "transform", "config": { "output": "{{ input.body }}" } },
    ]);
    let napping = document(nodes, &["hook.out>nap.in", "nap.out>after.in"]);
    let published = fleet.publish_workflow(napping).await;
    let webhook = call(&published, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    let is_wait = |event: &RunEvent| matches!(event, RunEvent::WaitStarted { .. });
    fleet
        .hear(|e: &RunEvents| e.events.iter().any(is_wait))
        .await;
    webhook.run_id
}

/// When a run's wait was to end, and when it did, in milliseconds.
fn woken(fleet: &Fleet, run: RunId) -> (i64, i64) {
    let log = log_of(fleet, run);
    let mut events = log.iter();
    let due = events.find_map(|event| {
        let RunEvent::WaitStarted { wake_at_ms, .. } = event else {
            return None;
        };
        Some(*wake_at_ms)
    });
    let fired = events.find_map(|event| {
        let RunEvent::TimerFired { at_ms, .. } = event else {
            return None;
        };
        Some(*at_ms)
    });
    (due.unwrap(), fired.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_goes_on_in_time_although_its_owner_is_gone() {
    let mut fleet = Fleet::start().await;
    let run = nap(&fleet, "4s").await;
    fleet.kill_engine().await;
    fleet.start_engine();
    fleet.hear(|e: &WorkflowCompleted| e.run_id == run).await;
    let (due, fired) = woken(&fleet, run);
    assert!(fired >= due, "{} ms early", due - fired);
    assert!(fired < due + 2_000, "{} ms late", fired - due);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_while_nobody_was_there_happens_at_once() {
    let mut fleet = Fleet::start().await;
    let run = nap(&fleet, "1s").await;
    fleet.kill_engine().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    fleet.start_engine();
    fleet.hear(|e: &WorkflowCompleted| e.run_id == run).await;
    let fired = log_of(&fleet, run).into_iter().filter(|event| {
        matches!(
            event,
            RunEvent::TimerFired {
                timer: Timer::Pause,
                ..
            }
        )
    });
    assert_eq!(fired.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_effect_is_asked_for_again_under_another_key() {
    let fleet = Fleet::start().await;
    let mut document = fetching("flaky");
    document["nodes"][1]["retry"] = json!({ "tries": 2, "pause_seconds": 1 });
    let published = fleet.publish_workflow(document).await;
    let webhook = call(&published, json!({}));
    fleet.publish(&webhook).await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let asked: HttpRequestRequested = fleet
            .hear(|e: &HttpRequestRequested| !keys.contains(&e.origin.effect_key))
            .await;
        let effect_key = asked.origin.effect_key;
        keys.push(effect_key.clone());
        let failed = HttpEffectFailed(EffectFailure {
            run_id: webhook.run_id,
            workflow_id: published.workflow_id,
            effect_key,
            error: RunError {
                class: ErrorClass::Unavailable,
                code: "http.status".to_owned(),
                message: "the server answered 503".to_owned(),
                hint: None,
                node: None,
                detail: None,
                retry_after_ms: None,
            },
            cost: None,
        });
        fleet.publish(&failed).await;
    }
    let ended: WorkflowFailed = fleet
        .hear(|e: &WorkflowFailed| e.run_id == webhook.run_id)
        .await;
    assert_eq!(ended.error.class, ErrorClass::Unavailable);
}
