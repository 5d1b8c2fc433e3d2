//! What may be published, and which events start it.

use crate::kit::{
    Fleet,
    documents::{document, echo, log_of},
};
use authz::{Authz, Resource};
use events::{
    EmailReceived, Mailbox, RunEvent, TriggerDeclined, TriggerKind, WorkflowCompleted,
    WorkflowRejected,
};
use ids::{AccountId, RunId, UserId, WorkflowId};
use serde_json::json;
use std::time::Duration;

fn mail(account_id: AccountId, subject: &str) -> EmailReceived {
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
        in_reply_to: None,
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

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_starts_the_workflows_that_wait_for_it_and_the_others_say_why_not() {
    let fleet = Fleet::start().await;
    let account = AccountId::generate();
    let owned = Resource::from(account).owned_by(fleet.owner);
    fleet.permissions.touch(&[owned]).await.unwrap();
    let waiting = |filter: &str| {
        let nodes = json!([
            { "id": "mail", "node_type": "trigger.integration_event",
              "config": { "event_type": "integration.email.received", "account_id": account, "filter": filter } },
            { "id": "note", "node_type": "log", "config": { "message": "{{ trigger.subject }}" } },
        ]);
        document(nodes, &["mail.out>note.in"])
    };
    let urgent = fleet
        .publish_workflow(waiting("{{ $contains(input.subject, 'urgent') }}"))
        .await;
    let never = fleet
        .publish_workflow(waiting("{{ trigger.subject = 'never' }}"))
        .await;
    let event = fleet.publish(&mail(account, "urgent: fire")).await;
    let run_id = RunId::derive(urgent.triggers[0].trigger_id, event);
    fleet.hear(|e: &WorkflowCompleted| e.run_id == run_id).await;
    let Some(RunEvent::RunStarted { trigger, .. }) = log_of(&fleet, run_id).into_iter().next()
    else {
        panic!("no start")
    };
    assert_eq!(
        (trigger.kind, trigger.event_id),
        (TriggerKind::IntegrationEvent, event)
    );
    let declined: TriggerDeclined = fleet
        .hear(|e: &TriggerDeclined| e.trigger_id == never.triggers[0].trigger_id)
        .await;
    assert_eq!(declined.code, "filtered");
    fleet
        .publish(&mail(AccountId::generate(), "urgent, of another account"))
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_a_fault_is_refused_with_its_place() {
    let fleet = Fleet::without_engine().await;
    let workflow_id = WorkflowId::generate();
    let nodes = json!([{ "id": "when", "node_type": "trigger.schedule", "config": { "cron": "61 7 * * *", "timezone": "Europe/Berlin" } }]);
    fleet
        .save(workflow_id, document(nodes, &[]), None, UserId::generate())
        .await;
    let rejected: WorkflowRejected = fleet
        .hear(|e: &WorkflowRejected| e.workflow_id == workflow_id)
        .await;
    assert_eq!(rejected.code, "workflow.invalid");
    assert!(
        rejected
            .problems
            .iter()
            .any(|p| p.pointer.starts_with("/nodes/0")),
        "{rejected:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_answered_by_one_workflow_only() {
    let fleet = Fleet::without_engine().await;
    fleet.publish_workflow(echo("taken")).await;
    let (workflow_id, actor) = (WorkflowId::generate(), UserId::generate());
    fleet.save(workflow_id, echo("taken"), None, actor).await;
    let request = events::WorkflowPublishRequested {
        workflow_id,
        version: None,
        actor,
    };
    fleet
        .hear(|e: &events::WorkflowSaved| e.workflow_id == workflow_id)
        .await;
    fleet.publish(&request).await;
    let rejected: WorkflowRejected = fleet
        .hear(|e: &WorkflowRejected| e.workflow_id == workflow_id)
        .await;
    assert_eq!(rejected.code, "webhook.path_taken");
}
