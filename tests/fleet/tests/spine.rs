//! The main job, from the outside: a real mail becomes a triaged item; everything on the way can be seen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use fleet_tests::{Api, Fleet, Options, Recorder};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{HttpSink, Recorded, Reply, ScriptedModel, TestImap, TestSmtp, wait_until};

struct World {
    api: Api,
    imap: TestImap,
    smtp: TestSmtp,
    sink: HttpSink,
}

fn slow_where_asked(request: &Recorded) -> Reply {
    let reply = Reply::json(&json!({ "found": true }));
    if request.uri.path() == "/slow" {
        reply.after(Duration::from_secs(20))
    } else {
        reply
    }
}

/// One fleet serves all steps: each is independent of the others' outcome, and the recorder hears all of them.
#[tokio::test(flavor = "multi_thread")]
async fn the_spine_works() {
    let model = ScriptedModel::start().await;
    let env = vec![
        ("LLM_BASE_URL".to_owned(), model.base_url()),
        ("LLM_MODEL".to_owned(), "scripted".to_owned()),
    ];
    let fleet = Fleet::start(&Options {
        env,
        ..Options::default()
    });
    let recorder = Recorder::start(fleet.administrator_bus().await).await;
    let api = fleet.first_account().await;
    let world = World {
        api,
        imap: TestImap::start(),
        smtp: TestSmtp::start(),
        sink: HttpSink::answering(slow_where_asked).await,
    };

    bad_documents_are_refused_with_the_place(&world).await;
    a_webhook_is_answered_by_its_run(&world).await;
    a_mail_becomes_a_triaged_item(&world).await;
    a_wrong_password_is_named(&world).await;
    a_schedule_fires(&world).await;
    a_mail_is_sent_once(&world).await;
    three_lookups_are_joined(&world).await;
    a_conversation_is_answered(&world).await;
    a_run_can_be_cancelled(&world).await;

    assert_eq!(recorder.findings(), [], "what must not be on the bus");
    let types = recorder.types();
    for expected in [
        "workflow.published",
        "run.events",
        "integration.email.received",
        "llm.completed",
        "schedule.fired",
    ] {
        assert!(
            types.contains_key(expected),
            "no {expected} was heard: {types:?}"
        );
    }
    assert!(
        !recorder.heard_text(TestImap::PASSWORD),
        "a password was on the bus"
    );
}

async fn bad_documents_are_refused_with_the_place(world: &World) {
    let dangling = json!({
        "name": "dangling", "nodes": [{ "id": "go", "node_type": "trigger.manual", "config": {} }],
        "edges": [{ "source": "go", "source_port": "out", "destination": "nowhere", "destination_port": "in" }],
    });
    let problem = world
        .api
        .try_post("/api/v1/workflows", &json!({ "document": dangling }))
        .await
        .unwrap_err();
    assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointer = problem.body["errors"][0]["pointer"].as_str().unwrap();
    assert!(pointer.contains("/edges/0"), "{}", problem.body);
    let unknown = json!({ "document": { "name": "x", "nodes": [], "edges": [], "surprise": 1 } });
    let problem = world
        .api
        .try_post("/api/v1/workflows", &unknown)
        .await
        .unwrap_err();
    assert!(
        problem.status.is_client_error() && problem.body.to_string().contains("surprise"),
        "{problem:?}"
    );
}

async fn a_webhook_is_answered_by_its_run(world: &World) {
    let document = json!({
        "name": "echo",
        "nodes": [
            { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "echo", "method": "POST", "auth": { "kind": "none" } } },
            { "id": "shape", "node_type": "transform", "config": { "output": { "sum": "{{ $sum(input.body.numbers) }}" } } },
            { "id": "answer", "node_type": "http_response", "config": { "status": 201, "body": "{{ input }}" } },
        ],
        "edges": [
            { "source": "hook", "source_port": "out", "destination": "shape", "destination_port": "in" },
            { "source": "shape", "source_port": "out", "destination": "answer", "destination_port": "in" },
        ],
    });
    let id = world.api.publish(&document).await;
    let url = format!("{}/hooks/echo", world.api.base());
    let http = reqwest::Client::new();
    let answer = wait_until("the webhook is live", || async {
        let answer = http
            .post(&url)
            .json(&json!({ "numbers": [1, 2, 39] }))
            .send()
            .await
            .unwrap();
        (answer.status() != StatusCode::NOT_FOUND).then_some(answer)
    })
    .await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "sum": 42 }));
    let path = format!("/api/v1/runs?workflow_id={id}");
    let runs = world
        .api
        .until("the run is listed", &path, |page| {
            page["items"][0]["status"] == "completed"
        })
        .await;
    let run = runs["items"][0]["id"].as_str().unwrap();
    let events = world.api.get(&format!("/api/v1/runs/{run}/events")).await;
    let seqs: Vec<u64> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        seqs,
        (1..=seqs.len() as u64).collect::<Vec<_>>(),
        "the run log has a gap"
    );
}

async fn a_mail_becomes_a_triaged_item(world: &World) {
    let api = &world.api;
    api.publish(&api.template("conditional").await).await;
    let settings = json!({ "host": "127.0.0.1", "port": world.imap.address().port(), "tls": "none", "username": TestImap::USER });
    api.connect("imap", settings, json!({ "password": TestImap::PASSWORD }))
        .await;
    world.imap.deliver(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: URGENT: the server is down\r\n\
         Message-ID: <urgent-1@example.org>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nPlease come at once, this is urgent.\r\n",
    );
    let inbox = api
        .until("the mail is triaged", "/api/v1/inbox", |page| {
            page["items"][0]["category"] == "urgent" && page["items"][0]["run_id"].is_string()
        })
        .await;
    let item = &inbox["items"][0];
    assert_eq!(item["subject"], "URGENT: the server is down");
    assert!(item["confidence"].as_f64().unwrap() > 0.5, "{item}");
    let run = item["run_id"].as_str().unwrap();
    assert_eq!(api.ended(run).await["status"], "completed");
    let notifications = api
        .until("a notification", "/api/v1/notifications", |page| {
            page["items"][0]["run_id"] == run
        })
        .await;
    assert_eq!(notifications["items"][0]["urgency"], "high");
    let calls = api.get(&format!("/api/v1/invocations?run_id={run}")).await;
    assert!(
        calls["items"][0]["model"].is_string(),
        "the model call is not recorded: {calls}"
    );
}

async fn a_wrong_password_is_named(world: &World) {
    let settings = json!({ "host": "127.0.0.1", "port": world.imap.address().port(), "tls": "none", "username": TestImap::USER });
    let account = json!({ "adapter": "imap", "name": "wrong", "settings": settings, "credentials": { "password": "not it" } });
    let made = world.api.post("/api/v1/accounts", &account).await;
    let path = format!("/api/v1/accounts/{}", made["id"].as_str().unwrap());
    let account = world
        .api
        .until("the account asks for a login", &path, |a| {
            a["status"]["state"] == "reauth_needed"
        })
        .await;
    assert!(
        account["status"]["reason"]
            .as_str()
            .unwrap()
            .contains("password"),
        "{account}"
    );
}

async fn a_schedule_fires(world: &World) {
    let document = json!({
        "name": "every second",
        "nodes": [
            { "id": "tick", "node_type": "trigger.schedule", "config": { "cron": "* * * * * *", "timezone": "Europe/Oslo", "missed": "skip" } },
            { "id": "note", "node_type": "log", "config": { "message": "{{ input.due_at }}", "level": "info" } },
        ],
        "edges": [{ "source": "tick", "source_port": "out", "destination": "note", "destination_port": "in" }],
    });
    let id = world.api.publish(&document).await;
    let path = format!("/api/v1/runs?workflow_id={id}");
    world
        .api
        .until("three runs", &path, |page| {
            page["items"].as_array().is_some_and(|runs| runs.len() >= 3)
        })
        .await;
    let request = world
        .api
        .request(Method::DELETE, &format!("/api/v1/workflows/{id}"));
    world
        .api
        .try_send(
            request
                .header("idempotency-key", "delete-ticker")
                .header("prefer", "wait=20"),
        )
        .await
        .unwrap();
}

async fn a_mail_is_sent_once(world: &World) {
    let api = &world.api;
    let settings = json!({ "host": "127.0.0.1", "port": world.smtp.address().port(), "tls": "none", "from": "ada@example.org" });
    let account = api.connect("smtp", settings, json!({})).await;
    let document = json!({
        "name": "send",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "mail", "node_type": "send_email", "config": {
                "account_id": account, "to": ["grace@example.org"], "subject": "Hello {{ input.name }}", "text": "Hi" } },
        ],
        "edges": [{ "source": "go", "source_port": "out", "destination": "mail", "destination_port": "in" }],
    });
    let id = api.publish(&document).await;
    let run = api
        .post(
            &format!("/api/v1/workflows/{id}/runs"),
            &json!({ "input": { "name": "Grace" } }),
        )
        .await;
    let ended = api.ended(run["id"].as_str().unwrap()).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let mails = world.smtp.mails();
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.data.contains("Hello Grace"))
            .count(),
        1
    );
}

async fn three_lookups_are_joined(world: &World) {
    let url = world.sink.url("/lookup");
    let mut document = world.api.template("parallel").await;
    for node in document["nodes"].as_array_mut().unwrap() {
        if node["node_type"] == "http_request" {
            node["config"]["url"] = json!(url);
        }
    }
    let id = world.api.publish(&document).await;
    let run = world
        .api
        .post(
            &format!("/api/v1/workflows/{id}/runs"),
            &json!({ "input": {} }),
        )
        .await;
    let ended = world.api.ended(run["id"].as_str().unwrap()).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(
        world
            .sink
            .requests()
            .iter()
            .filter(|request| request.uri.path() == "/lookup")
            .count(),
        3
    );
}

async fn a_conversation_is_answered(world: &World) {
    let api = &world.api;
    let conversation = api
        .post("/api/v1/conversations", &json!({ "title": "Hello" }))
        .await;
    let path = format!(
        "/api/v1/conversations/{}/messages",
        conversation["id"].as_str().unwrap()
    );
    api.post(&path, &json!({ "text": "What can you do?" }))
        .await;
    let messages = api
        .until("an answer", &path, |page| {
            page["items"].as_array().is_some_and(|all| {
                all.iter()
                    .any(|m| m["role"] == "assistant" && m["status"] == "completed")
            })
        })
        .await;
    let answer = messages["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|m| m["role"] == "assistant")
        .unwrap()
        .clone();
    assert!(!answer["text"].as_str().unwrap().is_empty());
}

async fn a_run_can_be_cancelled(world: &World) {
    let slow = world.sink.url("/slow");
    let document = json!({
        "name": "slow",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "call", "node_type": "http_request", "config": { "method": "GET", "url": slow } },
        ],
        "edges": [{ "source": "go", "source_port": "out", "destination": "call", "destination_port": "in" }],
    });
    let id = world.api.publish(&document).await;
    let run = world
        .api
        .post(
            &format!("/api/v1/workflows/{id}/runs"),
            &json!({ "input": {} }),
        )
        .await;
    let run = run["id"].as_str().unwrap();
    world
        .api
        .post(&format!("/api/v1/runs/{run}/cancel"), &json!({}))
        .await;
    assert_eq!(world.api.ended(run).await["status"], "cancelled");
}
