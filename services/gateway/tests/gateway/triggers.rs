use crate::{
    facts::{Log, ended, own, person, project, saved, tell, tell_all},
    support::Gateway,
};
use events::{
    AccountConnected, AccountDegraded, Event, RunRequested, Trigger, TriggerDeclined, TriggerHeld,
    TriggerKind, TriggerSwitched, WorkflowPublished,
};
use http::{HeaderValue, StatusCode};
use ids::{AccountId, EventId, RunId, TriggerId, UserId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::wait_until;

/// A published workflow of the person's with one trigger.
async fn trigger(
    gateway: &Gateway,
    who: &HeaderValue,
    kind: TriggerKind,
    config: Value,
) -> (WorkflowId, TriggerId) {
    let (workflow, version) = (WorkflowId::generate(), VersionId::generate());
    let me = person(gateway, who).await;
    own(gateway, workflow, me).await;
    let trigger = TriggerId::generate();
    tell(gateway, &saved(workflow, version, 1)).await;
    tell(
        gateway,
        &WorkflowPublished {
            description: String::new(),
            reads: false,
            workflow_id: workflow,
            version_id: version,
            version: 1,
            name: "Watched".to_owned(),
            triggers: vec![Trigger {
                trigger_id: trigger,
                node: "when".parse().unwrap(),
                kind,
                enabled: true,
                config,
            }],
            actor: me,
            published_at: chrono::Utc::now(),
        },
    )
    .await;
    (workflow, trigger)
}

/// What the gateway says of the trigger once it knows enough.
async fn why(
    gateway: &Gateway,
    who: &HeaderValue,
    trigger: TriggerId,
    enough: impl Fn(&Value) -> bool,
) -> Value {
    let path = format!("/api/v1/triggers/{trigger}/why");
    wait_until("an explanation", async || {
        let answer = gateway.get(&path, who).await;
        let answer: Value = answer.json();
        enough(&answer).then_some(answer)
    })
    .await
}

fn is(code: &str) -> impl Fn(&Value) -> bool {
    move |answer| answer["answer"] == code
}

#[tokio::test]
async fn a_trigger_says_what_became_of_its_events() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let (workflow_id, trigger_id) =
        trigger(&gateway, &who, TriggerKind::Webhook, json!({ "path": "w" })).await;
    let nothing = why(&gateway, &who, trigger_id, is("nothing_received")).await;
    assert_eq!(nothing["findings"], json!([]));
    let event_id = EventId::generate();
    let message = "{{ input.body.n > 1 }} is false".to_owned();
    tell(
        &gateway,
        &TriggerDeclined {
            workflow_id,
            trigger_id,
            event_id,
            code: "filtered".to_owned(),
            message: message.clone(),
        },
    )
    .await;
    let filtered = why(&gateway, &who, trigger_id, is("filtered")).await;
    assert_eq!(filtered["summary"], message);
    assert_eq!(filtered["findings"][0]["event_id"], json!(event_id));
    let run_id = RunId::generate();
    tell(
        &gateway,
        &TriggerHeld {
            workflow_id,
            trigger_id,
            event_id: EventId::generate(),
            run_id,
            code: "concurrency".to_owned(),
            message: "one run is under way".to_owned(),
        },
    )
    .await;
    let held = why(&gateway, &who, trigger_id, is("held")).await;
    assert_eq!(held["findings"][1]["run_id"], json!(run_id));
    let page: Value = gateway.get("/api/v1/triggers", &who).await.json();
    assert_eq!(page["items"][0]["last_reason"]["code"], "filtered");
    let path = format!("/api/v1/triggers/{trigger_id}/why?at=2020-01-01T08:00:00Z");
    let long_ago: Value = gateway.get(&path, &who).await.json();
    assert_eq!(long_ago["answer"], "nothing_received");
}

#[tokio::test]
async fn a_run_explains_more_than_what_was_declined() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let config = json!({ "event_type": "integration.email.received" });
    let kind = TriggerKind::IntegrationEvent;
    let (workflow, id) = trigger(&gateway, &who, kind, config).await;
    let log = Log::of_trigger(workflow, id, EventId::generate(), vec![vec![ended()]]);
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    let started = why(&gateway, &who, id, is("started")).await;
    assert_eq!(started["findings"][0]["run_id"], json!(log.run));
}

#[tokio::test]
async fn a_trigger_that_was_off_or_deaf_says_so() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let account_id = AccountId::generate();
    let me = person(&gateway, &who).await;
    own(&gateway, account_id, me).await;
    tell(
        &gateway,
        &AccountConnected {
            account_id,
            adapter: "imap".to_owned(),
            name: "Mail".to_owned(),
            settings: json!({}),
            version: 1,
            actor: UserId::generate(),
        },
    )
    .await;
    tell(
        &gateway,
        &AccountDegraded {
            account_id,
            adapter: "imap".to_owned(),
            since: chrono::Utc::now(),
            code: "imap.unreachable".to_owned(),
            reason: "nobody answers".to_owned(),
        },
    )
    .await;
    let config = json!({ "event_type": "integration.email.received", "account_id": account_id });
    let kind = TriggerKind::IntegrationEvent;
    let (workflow_id, trigger_id) = trigger(&gateway, &who, kind, config).await;
    let deaf = why(&gateway, &who, trigger_id, is("account_degraded")).await;
    assert!(deaf["summary"].as_str().unwrap().contains("nobody answers"));
    tell(
        &gateway,
        &TriggerSwitched {
            workflow_id,
            trigger_id,
            enabled: false,
        },
    )
    .await;
    let off = why(&gateway, &who, trigger_id, is("off")).await;
    assert_eq!(off["summary"], "the trigger was switched off");
}

#[tokio::test]
async fn a_time_of_the_day_is_read_in_the_zone_of_the_schedule() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let config = json!({ "cron": "0 7 * * *", "timezone": "Asia/Kolkata" });
    let (_, id) = trigger(&gateway, &who, TriggerKind::Schedule, config).await;
    why(&gateway, &who, id, is("not_due")).await;
    let ask = |query: &str| gateway.get(&format!("/api/v1/triggers/{id}/why?{query}"), &who);
    let answer: Value = ask("at=08:00&until=09:00").await.json();
    let from = answer["from"].as_str().unwrap();
    assert!(from.ends_with("T02:29:00Z"), "{from}");
    let until = answer["until"].as_str().unwrap();
    assert_eq!(
        until,
        from.replace("02:29", "03:30"),
        "whatever time it is now"
    );
    let bad = ask("at=noon").await;
    bad.assert_status(StatusCode::BAD_REQUEST);
    ask("at=09:00&until=2020-01-01T00:00:00Z")
        .await
        .assert_status(StatusCode::BAD_REQUEST);
}

/// A draft of the person's.
async fn draft(gateway: &Gateway, who: &HeaderValue, document: Value) -> WorkflowId {
    let workflow = WorkflowId::generate();
    own(gateway, workflow, person(gateway, who).await).await;
    let mut event = saved(workflow, VersionId::generate(), 1);
    event.version.document = document;
    tell(gateway, &event).await;
    let path = format!("/api/v1/workflows/{workflow}");
    wait_until("the draft", async || {
        let answer = gateway.get(&path, who).await;
        (answer.status_code() == StatusCode::OK).then_some(())
    })
    .await;
    workflow
}

#[tokio::test]
async fn a_drafts_webhook_runs_once_while_somebody_listens() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let node = json!({ "id": "hook", "node_type": "trigger.webhook", "config": { "path": "a/b" } });
    let document = json!({ "name": "Draft", "nodes": [node], "edges": [] });
    let workflow = draft(&gateway, &who, document).await;
    let address = format!("/hooks-test/{workflow}/a/b");
    let call = || gateway.post(&address, &who, &json!({ "n": 1 }));
    let deaf = call().await;
    deaf.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(deaf.json::<Value>()["code"], "hook.nobody_listens");
    let path = format!("/api/v1/workflows/{workflow}/test-calls");
    let listening = gateway.post(&path, &who, &Value::Null).await;
    listening.assert_status_ok();
    let listening: Value = listening.json();
    let url = listening["webhooks"][0]["url"].as_str().unwrap();
    assert!(url.ends_with(&address), "{url}");
    let stranger = gateway.server.post(&address).json(&json!({})).await;
    stranger.assert_status(StatusCode::UNAUTHORIZED);
    let other = gateway.get(&address, &who).await;
    other.assert_status(StatusCode::NOT_FOUND);
    call().await.assert_status(StatusCode::ACCEPTED);
    call().await.assert_status(StatusCode::NOT_FOUND);
    let asked = gateway.emitted(RunRequested::TYPE).await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["payload"]["body"], json!({ "n": 1 }));
    assert_eq!(asked[0]["trigger"]["kind"], "webhook");
    assert!(asked[0]["payload"]["headers"].get("cookie").is_none());
}

#[tokio::test]
async fn an_input_that_does_not_fit_is_refused_with_its_place() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let schema = json!({ "type": "object", "required": ["name"],
        "properties": { "name": { "type": "string" }, "age": { "type": "integer" } } });
    let node = json!({ "id": "start", "node_type": "trigger.manual", "config": { "input_schema": schema } });
    let document = json!({ "name": "Form", "nodes": [node], "edges": [] });
    let workflow = draft(&gateway, &who, document).await;
    let path = format!("/api/v1/workflows/{workflow}/runs");
    let body = json!({ "input": { "name": "Ada", "age": "old" } });
    let refused = gateway.post(&path, &who, &body).await;
    refused.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let refused: Value = refused.json();
    assert_eq!(refused["code"], "run.input_unfit");
    assert_eq!(refused["errors"][0]["pointer"], "/input/age");
    let body = json!({ "input": { "name": "Ada", "age": 36 } });
    let fits = gateway
        .post(&path, &who, &body)
        .add_header("prefer", "respond-async")
        .await;
    fits.assert_status(StatusCode::ACCEPTED);
}
