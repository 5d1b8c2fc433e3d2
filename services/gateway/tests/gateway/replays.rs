use crate::{
    facts::{own, person, project, saved, tell},
    hooks::{HMAC_SECRET, STANDARD_SECRET, answer_all, github, publish, published, standard},
    support::Gateway,
};
use events::{Event, WebhookReceived};
use futures::future::join_all;
use http::StatusCode;
use ids::TriggerId;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use testkit::wait_until;

type Headers = Vec<(&'static str, String)>;

/// Sends a signed call; its status and what it was told.
async fn send(gateway: &Gateway, path: &str, body: &str, headers: &Headers) -> (StatusCode, Value) {
    let request = gateway.server.post(&format!("/hooks/{path}")).text(body);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.add_header(*name, value.as_str())
    });
    let answer = request.await;
    let run = answer
        .maybe_header("x-run")
        .map(|run| json!({ "run_id": run.to_str().unwrap() }));
    (answer.status_code(), run.unwrap_or_else(|| answer.json()))
}

async fn standard_hook(gateway: &Gateway, respond: &str) -> TriggerId {
    let config =
        json!({ "path": "std", "respond": respond, "auth": { "kind": "standard_webhooks" } });
    publish(gateway, config, Some(STANDARD_SECRET)).await
}

async fn hmac_hook(gateway: &Gateway, respond: &str, more: Value) -> TriggerId {
    let mut auth =
        json!({ "kind": "hmac_sha256", "header": "X-Hub-Signature-256", "prefix": "sha256=" });
    auth.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let config = json!({ "path": "hub", "respond": respond, "auth": auth });
    publish(gateway, config, Some(HMAC_SECRET)).await
}

fn hub(body: &str) -> Headers {
    vec![("x-hub-signature-256", github(body))]
}

fn delivery(body: &str, id: &str) -> Headers {
    [hub(body), vec![("x-github-delivery", id.to_owned())]].concat()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// How many calls became events.
async fn received(gateway: &Gateway) -> usize {
    gateway.emitted(WebhookReceived::TYPE).await.len()
}

#[tokio::test]
async fn a_standard_webhook_that_is_signed_again_is_a_retry_and_as_it_was_a_replay() {
    let gateway = Gateway::start().await;
    standard_hook(&gateway, "accepted").await;
    let first = standard("m1", now() - 10, "body");
    let (status, told) = send(&gateway, "std", "body", &first).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let run = told["run_id"].clone();

    let (status, problem) = send(&gateway, "std", "body", &first).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["code"], "hook.replayed");
    assert_eq!(problem["run_id"], run);

    // Another valid signature beside the first does not make it another call.
    let mut padded = first.clone();
    padded[2].1 = format!("v1,AAAA {} v2,x", padded[2].1);
    let padded = send(&gateway, "std", "body", &padded).await;
    assert_eq!(padded.0, StatusCode::CONFLICT);

    let retry = standard("m1", now() - 5, "body");
    let (status, told) = send(&gateway, "std", "body", &retry).await;
    assert_eq!((status, &told["run_id"]), (StatusCode::ACCEPTED, &run));
    for seen in [&first, &retry] {
        let (status, problem) = send(&gateway, "std", "body", seen).await;
        assert_eq!((status, &problem["run_id"]), (StatusCode::CONFLICT, &run));
    }
    let other = standard("m2", now() - 5, "body");
    let (status, told) = send(&gateway, "std", "body", &other).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_ne!(told["run_id"], run);
    assert_eq!(received(&gateway).await, 2);
}

#[tokio::test]
async fn a_signature_without_time_is_refused_for_as_long_as_the_secret_lives() {
    let gateway = Gateway::start().await;
    hmac_hook(&gateway, "accepted", json!({})).await;
    let (status, told) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, problem) = send(&gateway, "hub", "body", &delivery("body", "other")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["code"], "hook.replayed");
    assert_eq!(problem["run_id"], told["run_id"]);

    assert_eq!(kept_for_ever(&gateway).await, 1);
}

async fn kept_for_ever(gateway: &Gateway) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM webhook_calls WHERE expires_at IS NULL")
        .fetch_one(gateway.app.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_trigger_says_how_callers_sign_and_a_new_secret_lets_old_calls_be_forgotten() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    let auth =
        json!({ "kind": "hmac_sha256", "header": "X-Hub-Signature-256", "prefix": "sha256=" });
    let config = json!({ "path": "hub", "respond": "accepted", "auth": auth });
    let event = published(config);
    own(&gateway, event.workflow_id, me).await;
    project(&gateway);
    tell(&gateway, &saved(event.workflow_id, event.version_id, 1)).await;
    tell(&gateway, &event).await;
    let listed = async || {
        let page: Value = gateway.get("/api/v1/triggers", &who).await.json();
        page["items"][0].clone()
    };
    let before = wait_until("the trigger is there", async || {
        Some(listed().await).filter(|trigger| !trigger.is_null())
    })
    .await;
    assert_eq!(before["auth"], "hmac_sha256");
    assert_eq!(before["secret_set"], false);
    for secret in [HMAC_SECRET, "another secret of sixteen bytes"] {
        let trigger = event.triggers[0].trigger_id;
        let set = || {
            gateway
                .server
                .put(&format!("/api/v1/triggers/{trigger}/secret"))
                .add_header("cookie", who.clone())
                .add_header("idempotency-key", secret)
                .json(&json!({ "secret": secret }))
        };
        set().await.assert_status(StatusCode::NO_CONTENT);
        let repeat = set().await;
        repeat.assert_status(StatusCode::NO_CONTENT);
        assert_eq!(repeat.header("idempotency-replayed"), "true");
        assert_eq!(listed().await["secret_set"], true);
        assert_eq!(kept_for_ever(&gateway).await, 0);
        gateway::hooks::load(&gateway.app).await.unwrap();
        if secret == HMAC_SECRET {
            let (status, _) = send(&gateway, "hub", "body", &hub("body")).await;
            assert_eq!(status, StatusCode::ACCEPTED);
            assert_eq!(kept_for_ever(&gateway).await, 1);
        }
    }
    let (status, _) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM webhook_secrets")
        .fetch_all(gateway.app.database.pool())
        .await
        .unwrap();
    assert_eq!(versions, [2], "a repeat with the same key sets nothing");
}

#[tokio::test]
async fn equal_bodies_are_other_calls_only_where_the_trigger_names_a_delivery_id() {
    let gateway = Gateway::start().await;
    let named = json!({ "delivery_header": "X-GitHub-Delivery" });
    hmac_hook(&gateway, "accepted", named).await;
    let (status, first) = send(&gateway, "hub", "body", &delivery("body", "d1")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, second) = send(&gateway, "hub", "body", &delivery("body", "d2")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_ne!(first["run_id"], second["run_id"]);
    let (status, problem) = send(&gateway, "hub", "body", &delivery("body", "d1")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["run_id"], first["run_id"]);
    let (status, problem) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(problem["code"], "hook.no_delivery_id");
}

#[tokio::test]
async fn of_many_equal_calls_at_once_one_is_accepted() {
    let gateway = Gateway::start().await;
    hmac_hook(&gateway, "accepted", json!({})).await;
    standard_hook(&gateway, "last").await;
    let answered = answer_all(&gateway).await;
    let (plain, signed) = (hub("body"), standard("m1", now(), "body"));
    for (path, headers, success) in [
        ("hub", &plain, StatusCode::ACCEPTED),
        ("std", &signed, StatusCode::OK),
    ] {
        let calls = (0..50).map(|_| send(&gateway, path, "body", headers));
        let (taken, refused): (Vec<_>, Vec<_>) = join_all(calls)
            .await
            .into_iter()
            .partition(|(status, _)| *status == success);
        assert_eq!((taken.len(), refused.len()), (1, 49), "{path}");
        for (status, problem) in refused {
            assert_eq!(status, StatusCode::CONFLICT);
            assert_eq!(problem["run_id"], taken[0].1["run_id"]);
        }
    }
    assert_eq!(received(&gateway).await, 1);
    assert_eq!(answered.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_call_that_was_not_answered_may_come_again_as_it_was_and_is_the_same_run() {
    let gateway = Gateway::start().await;
    hmac_hook(&gateway, "last", json!({})).await;
    let (status, problem) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    let detail = problem["detail"].as_str().unwrap().to_owned();
    answer_all(&gateway).await;
    let (status, told) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(status, StatusCode::OK);
    let run = told["run_id"].as_str().unwrap();
    assert!(detail.contains(run), "{detail} {run}");
    let (status, problem) = send(&gateway, "hub", "body", &hub("body")).await;
    assert_eq!(
        (status, &problem["run_id"]),
        (StatusCode::CONFLICT, &json!(run))
    );
}

#[tokio::test]
async fn a_call_whose_gateway_died_is_held_only_for_as_long_as_its_caller_waits() {
    let gateway = Gateway::start().await;
    standard_hook(&gateway, "last").await;
    answer_all(&gateway).await;
    let first = standard("m1", now() - 10, "body");
    let (status, told) = send(&gateway, "std", "body", &first).await;
    assert_eq!(status, StatusCode::OK);
    // As a gateway leaves it that dies before it has settled the call.
    let held = |until: &'static str| sqlx::query(until).execute(gateway.app.database.pool());
    held("UPDATE webhook_calls SET held_until = now() + interval '7 seconds'")
        .await
        .unwrap();
    let (status, problem) = send(&gateway, "std", "body", &first).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["run_id"], told["run_id"]);
    let retry = standard("m1", now() - 5, "body");
    let (status, again) = send(&gateway, "std", "body", &retry).await;
    assert_eq!((status, &again), (StatusCode::OK, &told));
    held("UPDATE webhook_calls SET held_until = now()")
        .await
        .unwrap();
    let (status, again) = send(&gateway, "std", "body", &first).await;
    assert_eq!((status, &again), (StatusCode::OK, &told));
}
