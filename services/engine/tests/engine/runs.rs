//! Runs from the outside: what comes in, what is durable, what goes out.

use crate::kit::{
    Fleet,
    documents::{call, echo, fetching, log_of},
};
use events::{
    DeadLetter, EffectResult, HttpEffectCompleted, HttpRequestRequested, Json, RunEvent, RunEvents,
    RunResponded, WebhookAnswer, WebhookReceived, WorkflowCompleted,
};
use ids::{RunId, Shard};
use serde_json::json;
use testkit::wait_until;

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_answered_once_it_is_durable_and_a_repeat_starts_nothing() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("echo")).await;
    assert_eq!(published.triggers[0].config["respond"], "last");
    let webhook = call(&published, json!({ "n": 21 }));
    fleet.publish(&webhook).await;
    let answered: RunResponded = fleet
        .hear(|e: &RunResponded| e.run_id == webhook.run_id)
        .await;
    let WebhookAnswer::Response {
        status: 200, body, ..
    } = answered.answer
    else {
        panic!("{answered:?}")
    };
    assert_eq!(body.value(), json!({ "n": 42 }));
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    assert!(matches!(
        log_of(&fleet, webhook.run_id).last(),
        Some(RunEvent::RunCompleted { .. })
    ));
    // The same call again, as another message, together with a new one.
    let other = call(&published, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    fleet.publish(&other).await;
    fleet
        .hear(|e: &RunResponded| e.run_id == other.run_id)
        .await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 2);
    assert_eq!(fleet.count("SELECT count(*) FROM run_events").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_of_an_unknown_version_is_put_aside_with_its_reason_and_delays_nothing() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("versions")).await;
    let future = call(&published, json!({ "n": 1 }));
    fleet.publish_of_version(9, &future).await;
    let webhook = call(&published, json!({ "n": 2 }));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &RunResponded| e.run_id == webhook.run_id)
        .await;
    let letter: DeadLetter = fleet.hear(|_| true).await;
    assert_eq!(
        letter.cause.split_once(": ").map(|(_, why)| why),
        Some("version 9 of webhook.received is not known here, version 1 is"),
        "{}",
        letter.cause
    );
    let shard = Shard::of(future.run_id);
    assert_eq!(letter.subject, format!("webhook.received.default.{shard}"));
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

/// The same call, held open by another replica of the gateway.
fn repeated(webhook: &WebhookReceived, replica: &str) -> WebhookReceived {
    WebhookReceived {
        reply_to: Some(replica.to_owned()),
        ..webhook.clone()
    }
}

async fn answer_to(fleet: &Fleet, run: RunId, replica: &str) -> WebhookAnswer {
    let wanted = |e: &RunResponded| e.run_id == run && e.replica == replica;
    fleet.hear(wanted).await.answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_is_answered_from_the_log_wherever_it_comes_in() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("again")).await;
    let webhook = call(&published, json!({ "n": 21 }));
    fleet.publish(&webhook).await;
    let first = answer_to(&fleet, webhook.run_id, "gateway-1").await;
    fleet.publish(&repeated(&webhook, "gateway-2")).await;
    assert_eq!(answer_to(&fleet, webhook.run_id, "gateway-2").await, first);

    // While the run is at work, all who ask wait for its end.
    let slow = fleet.publish_workflow(fetching("slow")).await;
    let webhook = call(&slow, json!({}));
    fleet.publish(&webhook).await;
    let asked: HttpRequestRequested = fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == webhook.run_id)
        .await;
    fleet.publish(&repeated(&webhook, "gateway-2")).await;
    let result = HttpEffectCompleted(EffectResult {
        run_id: webhook.run_id,
        workflow_id: slow.workflow_id,
        effect_key: asked.origin.effect_key,
        outcome: Json::from(json!({ "status": 200 })),
        cost: None,
    });
    fleet.publish(&result).await;
    for replica in ["gateway-1", "gateway-2"] {
        let answer = answer_to(&fleet, webhook.run_id, replica).await;
        assert_eq!(answer, WebhookAnswer::Ended { failed: None });
    }
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_runs_share_flushes_and_each_is_answered() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("many")).await;
    let calls: Vec<_> = (0..300)
        .map(|n| call(&published, json!({ "n": n })))
        .collect();
    for webhook in &calls {
        fleet.publish(webhook).await;
    }
    wait_until("300 answers", || async {
        (fleet.heard::<RunResponded>().len() >= 300).then_some(())
    })
    .await;
    assert_eq!(
        fleet
            .count("SELECT count(*) FROM runs WHERE status = 'completed'")
            .await,
        300
    );
    let gaps = "SELECT count(*) FROM (SELECT pos - lag(pos, 1, 0::bigint) OVER (PARTITION BY shard ORDER BY pos) AS step FROM run_events) AS s WHERE step <> 1";
    assert_eq!(fleet.count(gaps).await, 0, "pos is contiguous per shard");
    wait_until("all published", || async {
        (fleet.heard::<RunEvents>().len() == 300).then_some(())
    })
    .await;
}
