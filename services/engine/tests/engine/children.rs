//! Runs that wait for other runs, and for events, over a real database.

use crate::kit::{
    Fleet,
    documents::{call, document, log_of},
};
use authz::{Authz, Resource};
use events::{
    ChildRunRequested, Decision, EmailReceived, HttpRequestRequested, Json, Mailbox,
    QuestionDecided, RunCancelRequested, RunEvent, RunEvents, Subject, TriggerDeclined,
    TriggerKind, WebhookReceived, WorkflowCancelled, WorkflowCompleted, WorkflowFailed,
    WorkflowPublished,
};
use ids::{AccountId, RunId, UserId};
use serde_json::{Value, json};
use std::time::Duration;

/// Squares what it is called with; fetches a page before when it is told to wait.
fn square() -> Value {
    let nodes = json!([
        { "id": "called", "node_type": "trigger.workflow" },
        { "id": "slow", "node_type": "branch", "config": { "condition": "{{ input.slow = true }}" } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } },
        { "id": "n", "node_type": "transform", "config": { "output": "{{ input.n * input.n }}" } },
    ]);
    document(
        nodes,
        &[
            "called.out>slow.in",
            "slow.true>fetch.in",
            "slow.false>n.in",
        ],
    )
}

/// Has each number of the body squared by another workflow.
fn squares(child: &WorkflowPublished, slow: bool) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": format!("squares-{slow}") } },
        { "id": "numbers", "node_type": "transform", "config": { "output": "{{ input.body }}" } },
        { "id": "each", "node_type": "loop", "config": { "concurrency": 3 } },
        { "id": "sub", "node_type": "sub_workflow", "config": {
            "workflow_id": child.workflow_id, "input": { "n": "{{ item }}", "slow": slow } } },
        { "id": "all", "node_type": "transform", "config": { "output": "{{ $sum(input.n) }}" } },
    ]);
    let edges = [
        "hook.out>numbers.in",
        "numbers.out>each.items",
        "each.item>sub.in",
        "sub.out>each.next",
        "each.done>all.in",
    ];
    document(nodes, &edges)
}

async fn begin(fleet: &Fleet, published: &WorkflowPublished, body: Value) -> WebhookReceived {
    let webhook = call(published, body);
    fleet.publish(&webhook).await;
    webhook
}

fn output(fleet: &Fleet, run: RunId) -> Value {
    match log_of(fleet, run).last() {
        Some(RunEvent::RunCompleted { output, .. }) => output.value(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_runs_another_for_each_item_although_owners_die() {
    let mut fleet = Fleet::start().await;
    let child = fleet.publish_workflow(square()).await;
    let parent = fleet.publish_workflow(squares(&child, false)).await;
    let numbers: Vec<u32> = (1..=20).collect();
    let webhook = begin(&fleet, &parent, json!(numbers)).await;
    fleet
        .hear(|e: &ChildRunRequested| e.origin.run_id == webhook.run_id)
        .await;
    fleet.kill_engine().await;
    fleet.start_engine();
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    assert_eq!(output(&fleet, webhook.run_id), json!({ "all": 2870 }));
    let runs = "SELECT count(*) FROM runs WHERE status = 'completed'";
    assert_eq!(fleet.count(runs).await, 21, "each child ran once");
    let child_run = fleet.heard::<ChildRunRequested>()[0].1.child_run_id;
    match &log_of(&fleet, child_run)[0] {
        RunEvent::RunStarted {
            trigger, parent, ..
        } => {
            assert_eq!(trigger.kind, TriggerKind::Workflow);
            assert_eq!(parent.as_ref().unwrap().run_id, webhook.run_id);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_is_asked_for_again_after_its_end_tells_its_end_again() {
    let fleet = Fleet::start().await;
    let child = fleet.publish_workflow(square()).await;
    let parent = fleet.publish_workflow(squares(&child, false)).await;
    let webhook = begin(&fleet, &parent, json!([2])).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    let before = fleet.heard::<events::EngineEffectCompleted>().len();
    let asked = fleet.heard::<ChildRunRequested>()[0].1.clone();
    fleet.publish(&asked).await;
    testkit::wait_until("the end told again", || async {
        (fleet.heard::<events::EngineEffectCompleted>().len() > before).then_some(())
    })
    .await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_run_cancels_its_children() {
    let fleet = Fleet::start().await;
    let child = fleet.publish_workflow(square()).await;
    let parent = fleet.publish_workflow(squares(&child, true)).await;
    let webhook = begin(&fleet, &parent, json!([1, 2, 3])).await;
    testkit::wait_until("three children at work", || async {
        (fleet.heard::<HttpRequestRequested>().len() == 3).then_some(())
    })
    .await;
    let cancel = RunCancelRequested {
        run_id: webhook.run_id,
        workflow_id: parent.workflow_id,
        actor: None,
        reason: "enough".to_owned(),
    };
    fleet.publish(&cancel).await;
    testkit::wait_until("all four cancelled", || async {
        (fleet.heard::<WorkflowCancelled>().len() == 4).then_some(())
    })
    .await;
    assert_eq!(
        fleet
            .count("SELECT count(*) FROM runs WHERE status = 'cancelled'")
            .await,
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_its_editors_may_not_run_is_not_run() {
    let mut fleet = Fleet::start().await;
    let child = fleet.publish_workflow(square()).await;
    fleet.owner = UserId::generate();
    let parent = fleet.publish_workflow(squares(&child, false)).await;
    let webhook = begin(&fleet, &parent, json!([1])).await;
    let failed: WorkflowFailed = fleet
        .hear(|e: &WorkflowFailed| e.run_id == webhook.run_id)
        .await;
    assert_eq!(failed.error.code, "child.not_permitted");
}

fn mail(account_id: AccountId, in_reply_to: &str, subject: &str) -> EmailReceived {
    let mailbox = Mailbox {
        name: None,
        address: "a@example.org".to_owned(),
    };
    EmailReceived {
        account_id,
        folder: "INBOX".to_owned(),
        uid: 1,
        uid_validity: 1,
        message_id: None,
        in_reply_to: Some(in_reply_to.to_owned()),
        references: Vec::new(),
        from: mailbox.clone(),
        to: vec![mailbox],
        cc: Vec::new(),
        subject: subject.to_owned(),
        sent_at: None,
        received_at: chrono::Utc::now(),
        text: String::new(),
        truncated: false,
        attachments: Vec::new(),
    }
}

/// Waits for the answer to the mail that the body names.
fn correspondence() -> Value {
    let event = json!({ "type": "integration.email.received", "match": { "in_reply_to": "{{ input.body.id }}" },
        "filter": "{{ $contains(input.subject, 'yes') }}" });
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "mails" } },
        { "id": "reply", "node_type": "wait", "config": { "event": event } },
        { "id": "said", "node_type": "transform", "config": { "output": "{{ input.subject }}" } },
    ]);
    document(nodes, &["hook.out>reply.in", "reply.out>said.in"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_with_the_event_that_it_waits_for_and_no_other() {
    let mut fleet = Fleet::start().await;
    let account = AccountId::generate();
    let owned = Resource::from(account).owned_by(fleet.owner);
    fleet.permissions.touch(&[owned]).await.unwrap();
    let published = fleet.publish_workflow(correspondence()).await;
    let webhook = begin(&fleet, &published, json!({ "id": "m1" })).await;
    let awaits = |e: &RunEvents| {
        let mut events = e.events.iter();
        e.run_id == webhook.run_id
            && events.any(|event| matches!(event, RunEvent::EventAwaited { .. }))
    };
    fleet.hear(awaits).await;
    fleet.kill_engine().await;
    fleet
        .publish(&mail(account, "m2", "yes, but to another"))
        .await;
    fleet.publish(&mail(account, "m1", "no")).await;
    fleet
        .publish(&mail(
            AccountId::generate(),
            "m1",
            "yes, in a mailbox of somebody else",
        ))
        .await;
    fleet.start_engine();
    fleet.publish(&mail(account, "m1", "yes please")).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == webhook.run_id)
        .await;
    assert_eq!(
        output(&fleet, webhook.run_id),
        json!({ "said": "yes please" })
    );
    assert_eq!(fleet.count("SELECT count(*) FROM event_waits").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_started_by_the_mail_of_others() {
    let fleet = Fleet::start().await;
    let nodes = json!([
        { "id": "mail", "node_type": "trigger.integration_event",
          "config": { "event_type": "integration.email.received" } },
        { "id": "note", "node_type": "log", "config": { "message": "{{ trigger.subject }}" } },
    ]);
    let curious = fleet
        .publish_workflow(document(nodes, &["mail.out>note.in"]))
        .await;
    fleet
        .publish(&mail(AccountId::generate(), "m1", "private"))
        .await;
    let declined: TriggerDeclined = fleet
        .hear(|e: &TriggerDeclined| e.workflow_id == curious.workflow_id)
        .await;
    assert_eq!(declined.code, "not_permitted");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_must_agree_to_is_sent_once_they_have_and_once_only() {
    let mut fleet = Fleet::start().await;
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "pay" } },
        { "id": "pay", "node_type": "http_request", "approval": {},
          "config": { "method": "POST", "url": "https://bank.example/" } },
    ]);
    let published = fleet
        .publish_workflow(document(nodes, &["hook.out>pay.in"]))
        .await;
    let webhook = begin(&fleet, &published, json!({})).await;
    let question = |e: &RunEvents| {
        e.events.iter().find_map(|event| match event {
            RunEvent::ApprovalRequested { question, .. } => Some((**question).clone()),
            _ => None,
        })
    };
    let asked = fleet.hear(|e: &RunEvents| question(e).is_some()).await;
    let asked = question(&asked).unwrap();
    fleet.kill_engine().await;
    fleet.start_engine();
    let Subject::Effect { hash, .. } = asked.about else {
        panic!()
    };
    let decided = QuestionDecided {
        run_id: webhook.run_id,
        workflow_id: published.workflow_id,
        question_id: asked.question_id,
        hash: Some(hash),
        decision: Decision::Approve,
        actor: fleet.owner,
        comment: String::new(),
    };
    assert!(fleet.heard::<HttpRequestRequested>().is_empty());
    fleet.publish(&decided).await;
    fleet.publish(&decided).await;
    fleet
        .hear(|e: &HttpRequestRequested| e.origin.run_id == webhook.run_id)
        .await;
    let mut other = decided;
    other.decision = Decision::Respond {
        value: Json::from(json!({})),
    };
    fleet.publish(&other).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fleet.heard::<HttpRequestRequested>().len(), 1);
    let log = log_of(&fleet, webhook.run_id);
    let decisions = log
        .iter()
        .filter(|event| matches!(event, RunEvent::ApprovalDecided { .. }));
    assert_eq!(decisions.count(), 1);
}
