//! The engine over a real NATS server, and what is left when the server loses everything.

use crate::kit::{
    Fleet,
    documents::{call, echo},
};
use bus::Bus;
use events::{RunResponded, WorkflowCompleted};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use testkit::{TestNats, wait_until, wait_until_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_takes_over_reads_on_where_the_cursor_stands() {
    let nats = TestNats::start();
    nats.provision(&[engine::manifest()]).await;
    let bus: Bus = Arc::new(nats.connect("engine").await);
    let mut fleet = Fleet::over(bus).await;
    fleet.start_engine();
    let published = fleet.publish_workflow(echo("first")).await;
    let before = call(&published, json!({ "n": 1 }));
    fleet.publish(&before).await;
    fleet
        .hear(|e: &RunResponded| e.run_id == before.run_id)
        .await;
    fleet.kill_engine().await;
    let calls: Vec<_> = (0..50)
        .map(|n| call(&published, json!({ "n": n })))
        .collect();
    for webhook in &calls {
        fleet.publish(webhook).await;
    }
    fleet.start_engine();
    wait_until("all are answered", || async {
        (fleet.heard::<RunResponded>().len() >= 51).then_some(())
    })
    .await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 51);
    assert_eq!(fleet.count("SELECT count(*) FROM run_events").await, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_goes_on_when_the_server_lost_its_store() {
    let mut nats = TestNats::start();
    nats.provision(&[engine::manifest()]).await;
    let bus: Bus = Arc::new(nats.connect("engine").await);
    let mut fleet = Fleet::over(bus).await;
    fleet.start_engine();
    let published = fleet.publish_workflow(echo("lost")).await;
    for n in 0..40 {
        let webhook = call(&published, json!({ "n": n }));
        fleet.publish(&webhook).await;
        fleet
            .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
            .await;
    }
    nats.restart_empty();
    nats.provision(&[engine::manifest()]).await;
    let after = call(&published, json!({ "n": 7 }));
    let answered = wait_until_for(
        Duration::from_secs(40),
        "an answer from the new life of the stream",
        || async {
            // The door repeats what was not answered, under the same id.
            fleet.try_publish(&after).await;
            let heard = fleet.heard::<RunResponded>();
            heard.into_iter().find(|(_, e)| e.run_id == after.run_id)
        },
    )
    .await;
    assert_eq!(answered.1.run_id, after.run_id);
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 41);
}
