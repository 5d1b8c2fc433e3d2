use crate::support::Gateway;
use bus::Cause;
use events::{
    Event, Json, RunResponded, Trigger, TriggerKind, WebhookAnswer, WebhookReceived,
    WorkflowPublished,
};
use futures::StreamExt;
use gateway::hooks;
use hmac::{Hmac, KeyInit, Mac};
use http::StatusCode;
use ids::{EventId, TenantId, TriggerId, UserId, VersionId, WorkflowId};
use seal::SealContext;
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

pub(crate) const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const HMAC_SECRET: &str = "it is a secret to everybody";

/// A published workflow with one webhook of this config.
pub(crate) fn published(config: Value) -> WorkflowPublished {
    WorkflowPublished {
        description: String::new(),
        reads: false,
        workflow_id: WorkflowId::generate(),
        version_id: VersionId::generate(),
        version: 1,
        name: "Hook".to_owned(),
        triggers: vec![Trigger {
            trigger_id: TriggerId::generate(),
            node: "hook".parse().unwrap(),
            kind: TriggerKind::Webhook,
            enabled: true,
            config,
        }],
        actor: UserId::generate(),
        published_at: chrono::Utc::now(),
    }
}

/// Publishes a workflow with one webhook of this config; its trigger.
pub(crate) async fn publish(gateway: &Gateway, config: Value, secret: Option<&str>) -> TriggerId {
    let event = published(config);
    let trigger = event.triggers[0].trigger_id;
    let tenant = TenantId::default_tenant();
    let mut tx = gateway
        .app
        .database
        .begin(Cause::root(tenant.clone()))
        .await
        .unwrap();
    hooks::published(tx.conn(), &tenant, &event).await.unwrap();
    tx.commit().await.unwrap();
    if let Some(secret) = secret {
        set_secret(gateway, trigger, secret).await;
    }
    hooks::load(&gateway.app).await.unwrap();
    trigger
}

/// As `PUT /triggers/{id}/secret` stores it.
pub(crate) async fn set_secret(gateway: &Gateway, trigger: TriggerId, secret: &str) {
    let context = SealContext {
        tenant: TenantId::default_tenant(),
        account: format!("webhook/{trigger}"),
        adapter: "gateway".to_owned(),
        version: 1,
        allowed_hosts: Vec::new(),
    };
    let keys = gateway.app.settings.keys.as_ref().unwrap();
    let sealed = keys.seal_own(&context, secret.as_bytes()).unwrap();
    sqlx::query("INSERT INTO webhook_secrets (trigger_id, tenant_id, sealed, version) VALUES ($1, 'default', $2, 1)")
        .bind(trigger.uuid())
        .bind(serde_json::to_value(sealed).unwrap())
        .execute(gateway.app.database.pool())
        .await
        .unwrap();
}

/// Answers every call as an engine would, counting them.
pub(crate) async fn answer_all(gateway: &Gateway) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let (app, counted) = (gateway.app.clone(), Arc::clone(&count));
    let mut calls = app
        .bus
        .subscribe(&format!("{}.>", WebhookReceived::TYPE))
        .await
        .unwrap();
    tokio::spawn(async move {
        while let Some(tap) = calls.next().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let call: WebhookReceived = serde_json::from_slice(&tap.payload).unwrap();
            let event = RunResponded {
                run_id: call.run_id,
                workflow_id: call.workflow_id,
                replica: call.reply_to.clone().unwrap(),
                answer: WebhookAnswer::Response {
                    status: 200,
                    headers: [("x-run".to_owned(), call.run_id.to_string())].into(),
                    body: Json::of(&call.payload.value()["body"]).unwrap(),
                },
            };
            let cause = Cause::root(TenantId::default_tenant());
            let id = EventId::generate();
            let message =
                bus::Message::encode("engine", &cause, &event, id, chrono::Utc::now()).unwrap();
            app.bus.send(&message).await.unwrap();
        }
    });
    tokio::spawn(hooks::keep(gateway.app.clone()));
    // The subscription for answers is opened by that task.
    tokio::task::yield_now().await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    count
}

#[tokio::test]
async fn a_call_that_waits_gets_the_runs_answer() {
    let gateway = Gateway::start().await;
    publish(&gateway, json!({ "path": "echo", "respond": "last" }), None).await;
    let calls = answer_all(&gateway).await;
    let answer = gateway
        .server
        .post("/hooks/echo")
        .json(&json!({ "n": 1 }))
        .await;
    answer.assert_status_ok();
    answer.assert_json(&json!({ "n": 1 }));
    assert_eq!(
        answer.header("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    let keyed = || {
        gateway
            .server
            .post("/hooks/echo")
            .add_header("idempotency-key", "k")
            .json(&json!({}))
    };
    assert_eq!(
        keyed().await.header("x-run"),
        keyed().await.header("x-run"),
        "a repeat is the same run"
    );
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    gateway
        .server
        .get("/hooks/echo")
        .await
        .assert_status(StatusCode::METHOD_NOT_ALLOWED);
    gateway
        .server
        .post("/hooks/other")
        .await
        .assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_run_that_says_nothing_in_time_is_named() {
    let gateway = Gateway::start().await;
    publish(&gateway, json!({ "path": "slow", "respond": "last" }), None).await;
    let answer = gateway.server.post("/hooks/slow").await;
    answer.assert_status(StatusCode::GATEWAY_TIMEOUT);
    let problem: Value = answer.json();
    assert_eq!(problem["code"], "run.not_answered");
    assert!(problem["detail"].as_str().unwrap().starts_with("run 0"));
}

#[tokio::test]
async fn an_accepted_call_is_durable_and_a_repeat_is_the_same_run() {
    let gateway = Gateway::start().await;
    publish(
        &gateway,
        json!({ "path": "in", "respond": "accepted" }),
        None,
    )
    .await;
    let send = |key: &str| {
        gateway
            .server
            .post("/hooks/in")
            .add_header("idempotency-key", key)
            .text("hello")
    };
    let first = send("a").await;
    first.assert_status(StatusCode::ACCEPTED);
    assert_eq!(
        send("a").await.json::<Value>()["run_id"],
        first.json::<Value>()["run_id"]
    );
    assert_ne!(
        send("b").await.json::<Value>()["run_id"],
        first.json::<Value>()["run_id"]
    );
    let emitted = gateway.emitted(WebhookReceived::TYPE).await;
    assert_eq!(emitted.len(), 2);
    assert_eq!(emitted[0]["payload"]["body"], "hello");
    let oversized = gateway
        .server
        .post("/hooks/in")
        .text("x".repeat(1_100_000))
        .await;
    oversized.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
}

pub(crate) fn standard(id: &str, timestamp: i64, body: &str) -> Vec<(&'static str, String)> {
    let signed = standardwebhooks::Webhook::new(STANDARD_SECRET)
        .unwrap()
        .sign(id, timestamp, body.as_bytes())
        .unwrap();
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signed),
    ]
}

pub(crate) fn github(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(HMAC_SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn only_what_is_signed_right_and_in_time_is_believed() {
    let gateway = Gateway::start().await;
    let auth = json!({ "kind": "standard_webhooks" });
    publish(
        &gateway,
        json!({ "path": "std", "respond": "accepted", "auth": auth }),
        Some(STANDARD_SECRET),
    )
    .await;
    let auth =
        json!({ "kind": "hmac_sha256", "header": "X-Hub-Signature-256", "prefix": "sha256=" });
    publish(
        &gateway,
        json!({ "path": "hub", "respond": "accepted", "auth": auth }),
        Some(HMAC_SECRET),
    )
    .await;
    let auth = json!({ "kind": "standard_webhooks" });
    publish(
        &gateway,
        json!({ "path": "unset", "respond": "accepted", "auth": auth }),
        None,
    )
    .await;
    let now = chrono::Utc::now().timestamp();
    let hub = |signature: String| vec![("x-hub-signature-256", signature)];
    let mut forged = standard("m1", now, "body");
    forged[2].1 = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
    let (accepted, refused) = (StatusCode::ACCEPTED, StatusCode::UNAUTHORIZED);
    let table = [
        ("std", standard("m1", now, "body"), accepted, ""),
        (
            "std",
            standard("m2", now, "another body"),
            refused,
            "hook.bad_signature",
        ),
        (
            "std",
            standard("m3", now - 301, "body"),
            refused,
            "hook.bad_timestamp",
        ),
        (
            "std",
            standard("m4", now + 310, "body"),
            refused,
            "hook.bad_timestamp",
        ),
        ("std", forged, refused, "hook.bad_signature"),
        ("std", Vec::new(), refused, "hook.bad_signature"),
        ("hub", hub(github("body")), accepted, ""),
        (
            "hub",
            hub(github("body").to_uppercase().replace("SHA256", "sha256")),
            StatusCode::CONFLICT,
            "hook.replayed",
        ),
        ("hub", hub(github("other")), refused, "hook.bad_signature"),
        (
            "hub",
            hub(github("body").replace("sha256=", "")),
            refused,
            "hook.bad_signature",
        ),
        (
            "hub",
            hub("sha256=zz".to_owned()),
            refused,
            "hook.bad_signature",
        ),
        ("hub", Vec::new(), refused, "hook.bad_signature"),
        (
            "unset",
            standard("m5", now, "body"),
            refused,
            "hook.no_secret",
        ),
    ];
    for (path, headers, status, code) in table {
        let mut request = gateway
            .server
            .post(&format!("/hooks/{path}"))
            .text("body")
            .clear_headers();
        for (name, value) in &headers {
            request = request.add_header(*name, value.as_str());
        }
        let answer = request.await;
        assert_eq!(answer.status_code(), status, "{path} {headers:?}");
        if !code.is_empty() {
            assert_eq!(answer.json::<Value>()["code"], code, "{path} {headers:?}");
        }
    }
    let emitted = gateway.emitted(WebhookReceived::TYPE).await;
    assert_eq!(emitted.len(), 2, "one for each scheme: the replay is none");
    for event in emitted {
        let headers = event["payload"]["headers"].to_string();
        assert!(!headers.contains("signature"), "{headers}");
    }
}

#[tokio::test]
async fn a_new_version_takes_over_a_path_without_a_gap() {
    let gateway = Gateway::start().await;
    let config = json!({ "path": "stay", "respond": "accepted" });
    let old = publish(&gateway, config.clone(), None).await;
    let first = publish(&gateway, config, None).await;
    assert_ne!(old, first);
    let answer = gateway.server.post("/hooks/stay").await;
    answer.assert_status(StatusCode::ACCEPTED);
    let mut conn = gateway.app.database.pool().acquire().await.unwrap();
    hooks::switched(&mut conn, first, false).await.unwrap();
    hooks::load(&gateway.app).await.unwrap();
    let off = gateway.server.post("/hooks/stay").await;
    off.assert_status(StatusCode::NOT_FOUND);
    assert_eq!(off.json::<Value>()["code"], "hook.disabled");
}

#[tokio::test]
async fn a_signed_call_with_a_file_is_answered_with_the_file() {
    let gateway = Gateway::start().await;
    let auth = json!({ "kind": "hmac_sha256", "header": "x-sig" });
    let config = json!({ "path": "files", "auth": auth, "respond": "last" });
    publish(&gateway, config, Some(HMAC_SECRET)).await;
    answer_all(&gateway).await;
    let file: Vec<u8> = (0..=0xFA).cycle().take(100_000).collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(HMAC_SECRET.as_bytes()).unwrap();
    mac.update(&file);
    let signature = hex::encode(mac.finalize().into_bytes());
    let call = |signature: &str| {
        gateway
            .server
            .post("/hooks/files")
            .add_header("x-sig", signature)
            .bytes(file.clone().into())
            .content_type("application/pdf")
    };
    let refused = call(&signature.replace(['0', '1'], "2")).await;
    refused.assert_status(StatusCode::UNAUTHORIZED);
    let answered = call(&signature).await;
    answered.assert_status(StatusCode::OK);
    assert!(
        answered.as_bytes().as_ref() == file,
        "other bytes came back"
    );
    assert_eq!(answered.header("content-type"), "application/pdf");
    assert_eq!(answered.header("content-disposition"), "attachment");
    assert!(answered.maybe_header("x-run").is_some());
}
