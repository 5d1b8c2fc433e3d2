//! Runs of other workflows that failed start runs.

use crate::kit::{
    Fleet,
    documents::{call, document, log_of},
};
use authz::{Authz, Grantee, Relation, Relationship, Resource};
use events::{
    RunEvent, TriggerDeclined, TriggerKind, WorkflowCompleted, WorkflowFailed, WorkflowPublished,
};
use ids::{UserId, WorkflowId};
use serde_json::{Value, json};
use std::time::Duration;

fn failing(path: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": path } },
        { "id": "no", "node_type": "fail", "config": { "message": "no stock", "code": "shop.empty" } },
    ]);
    document(nodes, &["hook.out>no.in"])
}

fn watcher(config: Value, fails: bool) -> Value {
    let nodes = json!([
        { "id": "error", "node_type": "trigger.error", "config": config },
        match fails {
            true => json!({ "id": "then", "node_type": "fail", "config": { "message": "me too" } }),
            false => json!({ "id": "then", "node_type": "log", "config": { "message": "{{ trigger.error.message }}" } }),
        },
    ]);
    document(nodes, &["error.out>then.in"])
}

async fn owns(fleet: &Fleet, owner: UserId, workflow: WorkflowId) {
    let relation = Relationship {
        resource: Resource::from(workflow),
        relation: Relation::Owner,
        grantee: Grantee::User(owner),
    };
    fleet.permissions.touch(&[relation]).await.unwrap();
}

async fn fail(fleet: &Fleet, published: &WorkflowPublished) -> WorkflowFailed {
    let webhook = call(published, json!({}));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &WorkflowFailed| e.run_id == webhook.run_id)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_starts_the_workflow_that_watches_for_it() {
    let fleet = Fleet::start().await;
    let owner = UserId::generate();
    let shop = fleet.publish_workflow(failing("shop")).await;
    let filter = json!({ "filter": "{{ input.error.code = 'shop.empty' }}" });
    let watching = fleet.publish_workflow(watcher(filter, false)).await;
    owns(&fleet, owner, shop.workflow_id).await;
    owns(&fleet, owner, watching.workflow_id).await;
    let failed = fail(&fleet, &shop).await;
    let done: WorkflowCompleted = fleet
        .hear(|e: &WorkflowCompleted| e.workflow_id == watching.workflow_id)
        .await;
    let Some(RunEvent::RunStarted { trigger, input, .. }) =
        log_of(&fleet, done.run_id).into_iter().next()
    else {
        panic!("no start")
    };
    assert_eq!(trigger.kind, TriggerKind::Error);
    let input = input.value();
    assert_eq!(input["workflow"]["id"], json!(shop.workflow_id));
    assert_eq!(input["workflow"]["name"], json!("test"));
    assert_eq!(input["run_id"], json!(failed.run_id));
    assert_eq!(input["error"]["message"], json!("no stock"));
    assert_eq!(input["trigger"]["kind"], json!("webhook"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_run_that_fails_starts_no_other() {
    let fleet = Fleet::start().await;
    let owner = UserId::generate();
    let shop = fleet.publish_workflow(failing("loop")).await;
    let one = fleet.publish_workflow(watcher(json!({}), true)).await;
    let two = fleet.publish_workflow(watcher(json!({}), true)).await;
    for workflow in [&shop, &one, &two] {
        owns(&fleet, owner, workflow.workflow_id).await;
    }
    fail(&fleet, &shop).await;
    for (failed, other) in [(&one, &two), (&two, &one)] {
        fleet
            .hear(|e: &WorkflowFailed| e.workflow_id == failed.workflow_id)
            .await;
        fleet
            .hear(|e: &TriggerDeclined| e.workflow_id == other.workflow_id && e.code == "error_run")
            .await;
    }
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_failures_that_they_may_not_see() {
    let mut fleet = Fleet::start().await;
    let shop = fleet.publish_workflow(failing("secret")).await;
    fleet.owner = UserId::generate();
    fleet.publish_workflow(watcher(json!({}), false)).await;
    let named = json!({ "workflow_ids": [shop.workflow_id] });
    let named = fleet.publish_workflow(watcher(named, false)).await;
    fail(&fleet, &shop).await;
    let declined: TriggerDeclined = fleet.hear(|_: &TriggerDeclined| true).await;
    assert_eq!(
        (declined.workflow_id, declined.code.as_str()),
        (named.workflow_id, "not_permitted")
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
    assert_eq!(fleet.heard::<TriggerDeclined>().len(), 1);
}
