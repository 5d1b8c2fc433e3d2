//! Rules of tenants about approvals, through bus and database.

use crate::kit::{
    Fleet,
    documents::{call, fetching, log_of},
};
use events::{
    ApprovalRulesChanged, ApprovalRulesRequested, HttpRequestRequested, Reach, RunEvent, RunEvents,
    TenantRule, WorkflowPublished,
};
use ids::{RunId, UserId};
use serde_json::json;
use std::time::Duration;

fn reading() -> TenantRule {
    TenantRule {
        effects: vec![Reach::Read],
        operations: Vec::new(),
        when: None,
        unless_sure: None,
        approvers: Vec::new(),
        own: true,
        text: String::new(),
    }
}

/// Sets the rules, and lets pass the time for which engines believe in others.
async fn rule(fleet: &Fleet, rules: Vec<TenantRule>) {
    let actor = UserId::generate();
    let wish = ApprovalRulesRequested { rules, actor };
    fleet.publish(&wish).await;
    let changed = fleet.hear(|e: &ApprovalRulesChanged| e.actor == actor);
    assert_eq!(changed.await.rules, wish.rules);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

async fn run(fleet: &Fleet, published: &WorkflowPublished) -> RunId {
    let webhook = call(published, json!({}));
    fleet.publish(&webhook).await;
    webhook.run_id
}

async fn is_asked(fleet: &Fleet, run: RunId) {
    let asked = |event: &RunEvent| matches!(event, RunEvent::ApprovalRequested { .. });
    fleet
        .hear(|e: &RunEvents| e.run_id == run && e.events.iter().any(asked))
        .await;
}

async fn sends(fleet: &Fleet, run: RunId) {
    fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == run)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_says_holds_for_all_runs_that_start_from_then_on() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(fetching("ruled")).await;
    let before = run(&fleet, &published).await;
    sends(&fleet, before).await;
    rule(&fleet, vec![reading()]).await;
    let asked = run(&fleet, &published).await;
    is_asked(&fleet, asked).await;
    let started = |run| match &log_of(&fleet, run)[0] {
        RunEvent::RunStarted { rules, .. } => rules.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((started(before), started(asked)), (vec![], vec![reading()]));
    fleet.kill_engine().await;
    fleet.start_engine();
    rule(&fleet, vec![]).await;
    let after = run(&fleet, &published).await;
    sends(&fleet, after).await;
    let heard = fleet.heard::<HttpRequestRequested>();
    assert!(heard.iter().all(|(_, e)| e.origin.run_id != asked));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_no_run_could_follow_are_put_aside() {
    let fleet = Fleet::without_engine().await;
    let bad = TenantRule {
        when: Some("{{ nodes.a.x }}".to_owned()),
        ..reading()
    };
    let actor = UserId::generate();
    let rules = vec![bad];
    fleet
        .publish(&ApprovalRulesRequested { rules, actor })
        .await;
    fleet.hear(|_: &events::DeadLetter| true).await;
    assert_eq!(fleet.count("SELECT count(*) FROM tenant_rules").await, 0);
}
