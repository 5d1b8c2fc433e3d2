//! Which version a start runs, and what becomes of one that cannot be.

use crate::kit::{
    Fleet,
    documents::{call, document, echo, log_of},
};
use events::{
    RunEvent, RunRequested, RunResponded, RunTrigger, ScheduleFired, TriggerDeclined, TriggerKind,
    WebhookAnswer, WebhookReceived, WorkflowCompleted, WorkflowFailed, WorkflowPublished,
};
use ids::{EventId, RunId, UserId, VersionId};
use serde_json::{Value, json};
use testkit::wait_until;

/// As `echo`, with a factor of one's own.
fn times(path: &str, factor: u32) -> Value {
    let mut document = echo(path);
    document["nodes"][1]["config"]["output"] =
        json!({ "n": format!("{{{{ input.body.n * {factor} }}}}") });
    document
}

async fn answer_of(fleet: &Fleet, run: RunId) -> WebhookAnswer {
    fleet.hear(|e: &RunResponded| e.run_id == run).await.answer
}

fn said(answer: WebhookAnswer) -> Value {
    let WebhookAnswer::Response { body, .. } = answer else {
        panic!("{answer:?}")
    };
    body.value()
}

async fn declined(fleet: &Fleet, event: EventId) -> String {
    let of_event = |e: &TriggerDeclined| e.event_id == event;
    fleet.hear(of_event).await.code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_accepted_for_an_older_version_runs_the_published_one_once() {
    let fleet = Fleet::start().await;
    let one = fleet.publish_workflow(times("versions", 1)).await;
    let two = fleet.publish_next(&one, times("versions", 2)).await;
    let (old, new) = (&one.triggers[0], &two.triggers[0]);
    assert_eq!(new.trigger_id, old.trigger_id, "a node keeps its trigger");
    let late = call(&one, json!({ "n": 10 }));
    fleet.publish(&late).await;
    assert_eq!(
        said(answer_of(&fleet, late.run_id).await),
        json!({ "n": 20 })
    );
    let of_run = |e: &WorkflowCompleted| e.run_id == late.run_id;
    assert_eq!(fleet.hear(of_run).await.version_id, two.version_id);

    // The same call again after yet another publication, and after the trigger is off: the run that exists stands.
    let three = fleet.publish_next(&two, times("versions", 3)).await;
    let again = |replica: &str| WebhookReceived {
        reply_to: Some(replica.to_owned()),
        ..late.clone()
    };
    fleet.publish(&again("gateway-2")).await;
    let repeated = |replica| {
        let run = late.run_id;
        move |e: &RunResponded| e.run_id == run && e.replica == replica
    };
    let second = fleet.hear(repeated("gateway-2")).await.answer;
    assert_eq!(said(second), json!({ "n": 20 }));
    fleet.switch(&three, false).await;
    fleet.publish(&again("gateway-3")).await;
    let third = fleet.hear(repeated("gateway-3")).await.answer;
    assert_eq!(said(third), json!({ "n": 20 }));
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 1);
    let reasons = "SELECT count(*) FROM trigger_decisions";
    assert_eq!(fleet.count(reasons).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_a_moment_ago_refuses_nothing_and_hides_no_publication() {
    let fleet = Fleet::start().await;
    let one = fleet.publish_workflow(times("cached", 1)).await;
    for _ in 0..32 {
        let webhook = call(&one, json!({ "n": 10 }));
        fleet.publish(&webhook).await;
        answer_of(&fleet, webhook.run_id).await;
    }
    let two = fleet.publish_next(&one, times("cached", 2)).await;
    let webhook = call(&two, json!({ "n": 10 }));
    fleet.publish(&webhook).await;
    let answer = answer_of(&fleet, webhook.run_id).await;
    assert_eq!(said(answer), json!({ "n": 20 }));

    fleet.switch(&two, false).await;
    let off = fleet.publish_next(&two, times("cached", 3)).await;
    let webhook = call(&off, json!({ "n": 10 }));
    fleet.publish(&webhook).await;
    assert_eq!(declined(&fleet, webhook.event_id).await, "disabled");
    fleet.switch(&off, true).await;
    let webhook = call(&off, json!({ "n": 10 }));
    fleet.publish(&webhook).await;
    let answer = answer_of(&fleet, webhook.run_id).await;
    assert_eq!(said(answer), json!({ "n": 30 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_is_answered_by_a_version_that_says_nothing() {
    let fleet = Fleet::start().await;
    let one = fleet.publish_workflow(echo("silent")).await;
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "silent" } },
        { "id": "note", "node_type": "log", "config": { "message": "called" } },
    ]);
    fleet
        .publish_next(&one, document(nodes, &["hook.out>note.in"]))
        .await;
    let webhook = call(&one, json!({ "n": 1 }));
    fleet.publish(&webhook).await;
    let answer = answer_of(&fleet, webhook.run_id).await;
    assert_eq!(answer, WebhookAnswer::Ended { failed: None });
}

fn scheduled(cron: &str) -> Value {
    let nodes = json!([
        { "id": "when", "node_type": "trigger.schedule", "config": { "cron": cron, "timezone": "UTC" } },
        { "id": "note", "node_type": "log", "config": { "message": "{{ trigger.due_at }}" } },
    ]);
    document(nodes, &["when.out>note.in"])
}

fn fired(published: &WorkflowPublished) -> ScheduleFired {
    let trigger = &published.triggers[0];
    ScheduleFired {
        trigger_id: trigger.trigger_id,
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        node: trigger.node.clone(),
        event_id: EventId::generate(),
        due_at: chrono::Utc::now(),
        fired_at: chrono::Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_time_fired_for_an_older_version_runs_the_published_one_once() {
    let fleet = Fleet::start().await;
    let one = fleet.publish_workflow(scheduled("0 7 * * *")).await;
    let two = fleet.publish_next(&one, scheduled("0 7 * * 1")).await;
    let due = fired(&one);
    let run_id = RunId::derive(due.trigger_id, due.event_id);
    fleet.publish(&due).await;
    let of_run = |e: &WorkflowCompleted| e.run_id == run_id;
    assert_eq!(fleet.hear(of_run).await.version_id, two.version_id);
    // Under another id, so that the inbox does not know it.
    fleet.publish(&due).await;
    let asked = || fleet.heard::<RunRequested>().len() == 2;
    wait_until("the second request", || async { asked().then_some(()) }).await;
    let next = fired(&two);
    let next_run = RunId::derive(next.trigger_id, next.event_id);
    fleet.publish(&next).await;
    fleet
        .hear(|e: &WorkflowCompleted| e.run_id == next_run)
        .await;
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 2);

    fleet.switch(&two, false).await;
    let off = fired(&two);
    fleet.publish(&off).await;
    assert_eq!(declined(&fleet, off.event_id).await, "disabled");
    fleet.publish_next(&two, echo("when")).await;
    let gone = fired(&two);
    fleet.publish(&gone).await;
    assert_eq!(declined(&fleet, gone.event_id).await, "removed");
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_trigger_that_is_off_or_gone_is_declined_with_the_reason() {
    let fleet = Fleet::start().await;
    let off = fleet.publish_workflow(echo("off")).await;
    fleet.switch(&off, false).await;
    let removed = fleet.publish_workflow(echo("removed")).await;
    let manual = json!([{ "id": "go", "node_type": "trigger.manual" }]);
    fleet.publish_next(&removed, document(manual, &[])).await;
    // The node keeps its trigger, which listens to something else now.
    let changed = fleet.publish_workflow(echo("changed")).await;
    let hourly = json!([{ "id": "hook", "node_type": "trigger.schedule",
        "config": { "cron": "0 * * * *", "timezone": "UTC" } }]);
    fleet.publish_next(&changed, document(hourly, &[])).await;
    let deleted = fleet.publish_workflow(echo("deleted")).await;
    fleet.delete(&deleted).await;
    let cases = [
        (off, "disabled"),
        (removed, "removed"),
        (changed, "removed"),
        (deleted, "removed"),
    ];
    for (published, code) in cases {
        let webhook = call(&published, json!({ "n": 1 }));
        fleet.publish(&webhook).await;
        let answer = answer_of(&fleet, webhook.run_id).await;
        assert!(
            matches!(answer, WebhookAnswer::Refused { .. }),
            "{answer:?}"
        );
        assert_eq!(declined(&fleet, webhook.event_id).await, code);
    }
    assert_eq!(fleet.count("SELECT count(*) FROM runs").await, 0);
}

/// What a person asks for, of this version.
fn asked(published: &WorkflowPublished) -> RunRequested {
    let event_id = EventId::generate();
    RunRequested {
        run_id: RunId::from_u128(event_id.as_u128()),
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        trigger: RunTrigger {
            kind: TriggerKind::Webhook,
            node: "hook".parse().unwrap(),
            trigger_id: None,
            event_id,
            actor: Some(UserId::generate()),
        },
        payload: json!({ "body": { "n": 10 } }).into(),
        requested_at: chrono::Utc::now(),
        parent: None,
        reply_to: None,
        refused: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_the_version_that_was_asked_for() {
    let fleet = Fleet::start().await;
    let one = fleet.publish_workflow(times("pinned", 1)).await;
    fleet.publish_next(&one, times("pinned", 2)).await;
    let asked = asked(&one);
    fleet.publish(&asked).await;
    let of_run = |e: &WorkflowCompleted| e.run_id == asked.run_id;
    assert_eq!(fleet.hear(of_run).await.version_id, one.version_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_person_was_promised_and_cannot_start_shows_why() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(echo("promised")).await;
    let unknown = RunRequested {
        version_id: VersionId::generate(),
        ..asked(&published)
    };
    fleet.publish(&unknown).await;
    let of_run = |run| move |e: &WorkflowFailed| e.run_id == run;
    let failed = fleet.hear(of_run(unknown.run_id)).await;
    assert_eq!(failed.error.code, "start.not_executable");

    fleet.delete(&published).await;
    let late = asked(&published);
    fleet.publish(&late).await;
    let failed = fleet.hear(of_run(late.run_id)).await;
    assert_eq!(failed.error.code, "start.workflow_deleted");
    assert_eq!(failed.version_id, late.version_id);
    let log = log_of(&fleet, late.run_id);
    let [
        RunEvent::RunStarted { trigger, input, .. },
        RunEvent::RunFailed { error, .. },
    ] = &log[..]
    else {
        panic!("{log:?}")
    };
    assert_eq!((trigger, input), (&late.trigger, &late.payload));
    assert_eq!(error.code, "start.workflow_deleted");

    // A repeat, also before another owner, changes nothing.
    fleet.publish(&late).await;
    fleet.kill_engine().await;
    fleet.start_engine();
    fleet.publish(&late).await;
    let other = asked(&published);
    fleet.publish(&other).await;
    fleet.hear(of_run(other.run_id)).await;
    let failed = "SELECT count(*) FROM runs WHERE status = 'failed' AND ended_at IS NOT NULL";
    assert_eq!(fleet.count(failed).await, 3);
    assert_eq!(fleet.count("SELECT count(*) FROM run_events").await, 3);
}
