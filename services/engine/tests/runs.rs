//! Runs from the outside: what comes in, what is durable, what goes out, and what a crash leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "tests"
)]
#![allow(dead_code, reason = "the kit serves several test files")]

mod kit;

use events::{
    DeadLetter, EffectResult, EmailReceived, HttpEffectCompleted, HttpRequestRequested, Json,
    Mailbox, RunEvent, RunEvents, RunProjected, RunResponded, TriggerDeclined, TriggerKind,
    WebhookAnswer, WebhookReceived, WorkflowCompleted, WorkflowPublished, WorkflowRejected,
};
use ids::{AccountId, RunId, Shard, UserId, WorkflowId};
use kit::{Fleet, call, document, echo};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::wait_until;

fn fetching(path: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": path } },
        { "id": "fetch", "node_type": "http_request", "config": { "url": "https://example.org/" } },
        { "id": "after", "node_type": "transform", "config": { "output": "{{ input.status }}" } },
    ]);
    document(nodes, &["hook.out>fetch.in", "fetch.out>after.in"])
}

/// All events of a run that were published, in order, each once.
fn log_of(fleet: &Fleet, run: RunId) -> Vec<RunEvent> {
    let mut frames: Vec<RunEvents> = fleet
        .heard::<RunEvents>()
        .into_iter()
        .map(|(_, e)| e)
        .filter(|e| e.run_id == run)
        .collect();
    frames.sort_by_key(|frame| frame.first_seq);
    frames.dedup_by_key(|frame| frame.first_seq);
    let mut next = 1;
    for frame in &frames {
        assert_eq!(frame.first_seq, next, "gapless");
        next += frame.events.len() as u64;
    }
    frames.into_iter().flat_map(|frame| frame.events).collect()
}

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
    assert!(letter.subject.contains(&future.run_id.to_string()));
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
async fn a_stale_version_is_refused_and_the_reason_recorded() {
    let fleet = Fleet::start().await;
    let old = fleet.publish_workflow(echo("stale")).await;
    let mut changed = echo("stale");
    changed["description"] = json!("newer");
    let actor = UserId::generate();
    fleet.save(old.workflow_id, changed, Some(1), actor).await;
    fleet
        .hear(|e: &events::WorkflowSaved| e.version.number == 2)
        .await;
    let request = events::WorkflowPublishRequested {
        workflow_id: old.workflow_id,
        version: Some(2),
        actor,
    };
    fleet.publish(&request).await;
    let new: WorkflowPublished = fleet.hear(|e: &WorkflowPublished| e.version == 2).await;
    assert_eq!(
        new.triggers[0].trigger_id, old.triggers[0].trigger_id,
        "a node keeps its trigger"
    );
    let webhook = call(&old, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    let refused: RunResponded = fleet
        .hear(|e: &RunResponded| e.run_id == webhook.run_id)
        .await;
    assert!(
        matches!(refused.answer, WebhookAnswer::Refused { .. }),
        "{refused:?}"
    );
    let declined: TriggerDeclined = fleet
        .hear(|e: &TriggerDeclined| e.event_id == webhook.event_id)
        .await;
    assert_eq!(declined.code, "stale_version");
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 0);
}

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
