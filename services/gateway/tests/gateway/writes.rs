use crate::support::{Gateway, document, seal_context};
use gateway::requests::{Outcome, settle};
use http::StatusCode;
use ids::{AccountId, EventId};
use serde_json::{Value, json};
use sqlx::types::Uuid;
use std::{future::IntoFuture, time::Duration};
use testkit::wait_until;

/// Settles the one request that is waited for.
async fn settle_next(gateway: &Gateway, outcome: &Outcome) {
    let pool = gateway.app.database.pool();
    let id: Uuid = wait_until("a request", async || {
        sqlx::query_scalar("SELECT correlation_id FROM requests WHERE outcome IS NULL")
            .fetch_optional(pool)
            .await
            .unwrap()
    })
    .await;
    let mut conn = pool.acquire().await.unwrap();
    settle(&mut conn, EventId::from_uuid(id), outcome)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_repeat_with_the_same_key_is_the_same_request() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let send = |key: &str, title: &str| {
        gateway
            .post("/api/v1/conversations", &who, &json!({ "title": title }))
            .add_header("prefer", "respond-async")
            .add_header("idempotency-key", key)
    };
    let first = send("k1", "one").await;
    first.assert_status(StatusCode::ACCEPTED);
    assert_eq!(first.header("preference-applied"), "respond-async");
    let repeat = send("k1", "one").await;
    repeat.assert_status(StatusCode::ACCEPTED);
    assert_eq!(repeat.header("idempotency-replayed"), "true");
    assert_eq!(repeat.header("location"), first.header("location"));
    let other = send("k1", "two").await;
    other.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.json::<Value>()["code"], "idempotency_key.reused");
    send("k2", "one").await.assert_status(StatusCode::ACCEPTED);
    assert_eq!(
        gateway.emitted("conversation.start_requested").await.len(),
        2
    );
}

#[tokio::test]
async fn a_change_is_made_though_whoever_asked_for_it_is_gone() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let asked = gateway
        .post("/api/v1/conversations", &who, &json!({ "title": "one" }))
        .into_future();
    let gone = tokio::time::timeout(Duration::from_millis(1), asked).await;
    assert!(gone.is_err(), "it was done before anybody could leave");
    wait_until("the change", async || {
        let made = gateway.emitted("conversation.start_requested").await;
        (made.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_request_that_failed_midway_is_the_same_event_when_it_is_repeated() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let pool = gateway.app.database.pool();
    let claimed = async || -> Uuid {
        sqlx::query_scalar("SELECT correlation_id FROM idempotency_keys")
            .fetch_one(pool)
            .await
            .unwrap()
    };
    let send = || {
        gateway
            .post("/api/v1/conversations", &who, &json!({}))
            .add_header("prefer", "respond-async")
            .add_header("idempotency-key", "k")
    };
    gateway
        .as_owner("ALTER TABLE requests RENAME TO away")
        .await;
    assert!(send().await.status_code().is_server_error());
    let first = claimed().await;
    gateway
        .as_owner("ALTER TABLE away RENAME TO requests")
        .await;
    send().await.assert_status(StatusCode::ACCEPTED);
    assert_eq!(claimed().await, first);
}

#[tokio::test]
async fn a_request_in_flight_is_not_begun_twice_and_a_dead_one_is_taken_over() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let send = || {
        gateway
            .post("/api/v1/conversations", &who, &json!({}))
            .add_header("prefer", "respond-async")
            .add_header("idempotency-key", "k")
    };
    send().await.assert_status(StatusCode::ACCEPTED);
    let pool = gateway.app.database.pool();
    sqlx::query("UPDATE idempotency_keys SET status = NULL")
        .execute(pool)
        .await
        .unwrap();
    let busy = send().await;
    busy.assert_status(StatusCode::CONFLICT);
    assert_eq!(busy.json::<Value>()["code"], "idempotency_key.in_flight");
    sqlx::query("UPDATE idempotency_keys SET claimed_at = now() - interval '2 minutes'")
        .execute(pool)
        .await
        .unwrap();
    send().await.assert_status(StatusCode::ACCEPTED);
    let emitted = gateway.emitted("conversation.start_requested").await;
    assert_eq!(emitted.len(), 1, "taken over under the same event id");
}

#[tokio::test]
async fn a_refusal_comes_back_as_422_with_its_places() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let rejected = Outcome::Rejected {
        code: "workflow.invalid".to_owned(),
        message: "the workflow has a problem".to_owned(),
        problems: vec![events::WorkflowProblem {
            severity: "error".to_owned(),
            code: "edge.type_mismatch".to_owned(),
            message: "a number is no text".to_owned(),
            pointer: "/edges/0".to_owned(),
            node: Some("say".to_owned()),
            port: Some("in".to_owned()),
            hint: None,
        }],
    };
    let body = json!({ "document": document() });
    let (answer, ()) = tokio::join!(
        async { gateway.post("/api/v1/workflows", &who, &body).await },
        settle_next(&gateway, &rejected)
    );
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = answer.json();
    assert_eq!(problem["code"], "workflow.invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/edges/0");
    assert_eq!(problem["errors"][0]["node"], "say");
}

#[tokio::test]
async fn a_bad_document_is_refused_before_it_is_an_event() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let mut bad = document();
    bad["edges"][0]["destination"] = json!("nowhere");
    let answer = gateway
        .post("/api/v1/workflows", &who, &json!({ "document": bad }))
        .await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json::<Value>()["code"], "workflow.invalid");
    assert!(gateway.emitted("workflow.save_requested").await.is_empty());
    let unknown = gateway
        .post(
            "/api/v1/workflows",
            &who,
            &json!({ "document": document(), "owner": "me" }),
        )
        .await;
    unknown.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let oversized = gateway
        .post(
            "/api/v1/workflows",
            &who,
            &json!({ "document": { "name": "x".repeat(1_100_000) } }),
        )
        .await;
    oversized.assert_status(StatusCode::PAYLOAD_TOO_LARGE);
    let valid: Value = gateway
        .post(
            "/api/v1/workflows/validate",
            &who,
            &json!({ "document": document() }),
        )
        .await
        .json();
    assert_eq!(valid["valid"], true);
}

#[tokio::test]
async fn credentials_leave_the_gateway_sealed_for_one_adapter_and_host() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let canary = "canary-4f1c";
    let answer = gateway
        .post(
            "/api/v1/accounts",
            &who,
            &json!({ "adapter": "imap", "name": "Mail", "settings": { "host": "mail.example.org", "username": "ada" },
                "credentials": { "password": canary } }),
        )
        .add_header("prefer", "respond-async")
        .add_header("idempotency-key", "acc")
        .await;
    answer.assert_status(StatusCode::ACCEPTED);
    let event = gateway
        .emitted("integration.account.connect_requested")
        .await
        .remove(0);
    assert!(!event.to_string().contains(canary));
    let sealed: seal::Sealed = serde_json::from_value(event["sealed"].clone()).unwrap();
    let account: AccountId = event["account_id"].as_str().unwrap().parse().unwrap();
    let context = seal_context(
        account,
        event["version"].as_u64().unwrap(),
        "mail.example.org",
    );
    let sender = gateway
        .app
        .settings
        .keys
        .as_ref()
        .unwrap()
        .current()
        .public()
        .clone();
    let opened = seal::open(&gateway.adapter, &[sender], &sealed, &context).unwrap();
    assert_eq!(
        opened.expose_str().unwrap(),
        format!("{{\"password\":\"{canary}\"}}")
    );
    let refused = gateway
        .post(
            "/api/v1/accounts",
            &who,
            &json!({ "adapter": "imap", "name": "Mail", "settings": { "host": "mail.example.org" }, "credentials": { "password": 424_242 } }),
        )
        .await;
    refused.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !refused.text().contains("424242"),
        "a refused credential is not repeated"
    );
}
