//! Other programs talk to the assistant.

use crate::{
    facts::{own, person, project, tell},
    support::Gateway,
};
use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, ConversationStartRequested, ErrorClass, LlmDelta,
    LlmOrigin, MessagePosted, RunError,
};
use gateway::requests::{Outcome, settle};
use http::{HeaderValue, StatusCode, header::COOKIE};
use ids::{EventId, InvocationId, MessageId, RunId};
use serde_json::{Value, json};
use sqlx::types::Uuid;
use std::future::IntoFuture;
use testkit::wait_until;

/// Does what the conversation service does: opens what is wanted, and answers message after message with these words.
async fn answer(gateway: &Gateway, answers: &[&[&str]]) {
    for (number, words) in answers.iter().enumerate() {
        let posted: MessagePosted = wait_until("a message", async || {
            open(gateway).await;
            let posted = gateway.emitted("conversation.message.posted").await;
            let posted = posted.into_iter().nth(number)?;
            Some(serde_json::from_value(posted).unwrap())
        })
        .await;
        say(gateway, &posted, words).await;
    }
}

async fn open(gateway: &Gateway) {
    let pool = gateway.app.database.pool();
    let waiting: Vec<Uuid> =
        sqlx::query_scalar("SELECT correlation_id FROM requests WHERE outcome IS NULL")
            .fetch_all(pool)
            .await
            .unwrap();
    for id in waiting {
        let mut conn = pool.acquire().await.unwrap();
        settle(&mut conn, EventId::from_uuid(id), &Outcome::Done)
            .await
            .unwrap();
    }
}

async fn say(gateway: &Gateway, posted: &MessagePosted, words: &[&str]) {
    let (answer, run, invocation) = (
        MessageId::generate(),
        RunId::generate(),
        InvocationId::generate(),
    );
    let conversation_id = posted.conversation_id;
    tell(
        gateway,
        &AnswerStarted {
            conversation_id,
            message_id: answer,
            answers: posted.message_id,
            run_id: run,
            recalled: Vec::new(),
            started_at: chrono::Utc::now(),
        },
    )
    .await;
    if words.is_empty() {
        let message = "no language model is configured";
        let error = RunError::new(ErrorClass::Auth, "llm.not_configured", message);
        tell(
            gateway,
            &AnswerFailed {
                conversation_id,
                message_id: answer,
                run_id: run,
                error,
                failed_at: chrono::Utc::now(),
            },
        )
        .await;
        return;
    }
    let mut offset = 0;
    for (seq, text) in (1..).zip(words) {
        tell(
            gateway,
            &LlmDelta {
                invocation_id: invocation,
                origin: LlmOrigin::Conversation { conversation_id },
                message_id: answer,
                seq,
                offset,
                text: (*text).to_owned(),
            },
        )
        .await;
        offset += text.chars().count() as u64;
    }
    tell(
        gateway,
        &AnswerCompleted {
            conversation_id,
            message_id: answer,
            run_id: run,
            text: words.concat(),
            completed_at: chrono::Utc::now(),
        },
    )
    .await;
}

async fn complete(gateway: &Gateway, who: &HeaderValue, body: Value) -> (StatusCode, String) {
    let asked = gateway.post("/v1/chat/completions", who, &body);
    let answered = asked.into_future().await;
    (answered.status_code(), answered.text())
}

fn user(text: &str) -> Value {
    json!({ "role": "user", "content": text })
}

fn assistant(text: &str) -> Value {
    json!({ "role": "assistant", "content": text })
}

#[tokio::test]
async fn an_exchange_that_goes_on_stays_one_conversation() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let talk = async {
        let asked =
            json!({ "model": "assistant", "temperature": 0.2, "messages": [user("Plan a trip")] });
        let (status, text) = complete(&gateway, &who, asked).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let first: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(first["object"], "chat.completion");
        assert_eq!(first["choices"][0]["message"]["content"], "Where to?");
        assert_eq!(first["choices"][0]["finish_reason"], "stop");
        let on = json!([user("Plan a trip"), assistant("Where to?"), user("Oslo")]);
        let (status, _) = complete(
            &gateway,
            &who,
            json!({ "model": "assistant", "messages": on }),
        )
        .await;
        assert_eq!(status, StatusCode::OK);
        // Another answer than the one that was given: this was said elsewhere.
        let other = json!([user("Plan a trip"), assistant("No."), user("Why?")]);
        let (status, _) = complete(
            &gateway,
            &who,
            json!({ "model": "assistant", "messages": other }),
        )
        .await;
        assert_eq!(status, StatusCode::OK);
    };
    tokio::join!(
        talk,
        answer(&gateway, &[&["Where", " to?"], &["Fine."], &["So."]])
    );
    let posted = gateway.emitted("conversation.message.posted").await;
    let of = |at: usize| posted[at]["conversation_id"].clone();
    assert_eq!(of(0), of(1));
    assert_ne!(of(0), of(2));
    let opened = gateway.emitted("conversation.start_requested").await;
    let opened: Vec<ConversationStartRequested> = opened
        .into_iter()
        .map(|event| serde_json::from_value(event).unwrap())
        .collect();
    assert_eq!(opened[0].title, "Plan a trip");
    assert!(opened[0].before.is_empty());
    let before: Vec<&str> = opened[1]
        .before
        .iter()
        .map(|said| said.text.as_str())
        .collect();
    assert_eq!(before, ["Plan a trip", "No."]);
}

#[tokio::test]
async fn words_come_as_chunks_that_end_with_done() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let asked = json!({
        "model": "assistant", "stream": true, "stream_options": { "include_usage": true }, "messages": [user("Hi")],
    });
    let (answered, ()) = tokio::join!(
        complete(&gateway, &who, asked),
        answer(&gateway, &[&["Hel", "lo", "!"]])
    );
    assert_eq!(answered.0, StatusCode::OK);
    let mut data: Vec<&str> = answered
        .1
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .collect();
    assert_eq!(data.pop(), Some("[DONE]"));
    let chunks: Vec<Value> = data
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let words: String = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(words, "Hello!");
    let last = &chunks[chunks.len() - 2];
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
    assert!(chunks[chunks.len() - 1]["usage"]["total_tokens"].is_number());
    let id = &chunks[0]["id"];
    assert!(
        chunks
            .iter()
            .all(|chunk| &chunk["id"] == id && chunk["object"] == "chat.completion.chunk")
    );
}

#[tokio::test]
async fn what_goes_wrong_is_told_as_clients_of_that_api_expect_it() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    for (body, status, code) in [
        (
            json!({ "model": "gpt-7", "messages": [user("Hi")] }),
            404,
            "model_not_found",
        ),
        (
            json!({ "model": "assistant", "messages": [] }),
            422,
            "body.invalid",
        ),
        (json!({ "model": "assistant" }), 422, "body.invalid"),
        (
            json!({ "model": "assistant", "messages": [assistant("Hi")] }),
            422,
            "body.invalid",
        ),
    ] {
        let (answered, text) = complete(&gateway, &who, body).await;
        assert_eq!(answered.as_u16(), status, "{text}");
        let error: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(error["error"]["code"], code);
        assert!(!error["error"]["message"].as_str().unwrap().is_empty());
        assert_eq!(error["error"]["type"], "invalid_request_error");
    }
    let nobody = gateway.server.get("/v1/models").await;
    nobody.assert_status(StatusCode::UNAUTHORIZED);
    assert_eq!(
        nobody.json::<Value>()["error"]["type"],
        "authentication_error"
    );
    let models: Value = gateway.get("/v1/models", &who).await.json();
    assert_eq!(models["data"][0]["id"], "assistant");
    gateway
        .get("/v1/models/assistant", &who)
        .await
        .assert_status_ok();
    gateway
        .get("/v1/models/gpt-7", &who)
        .await
        .assert_status(StatusCode::NOT_FOUND);

    let asked = json!({ "model": "assistant", "messages": [user("Hi")] });
    let ((status, text), ()) = tokio::join!(
        complete(&gateway, &who, asked.clone()),
        answer(&gateway, &[&[]])
    );
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    let error: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(error["error"]["code"], "llm.not_configured");
}

#[tokio::test]
async fn an_agent_is_started_by_a_message_in_an_own_conversation() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let asked = json!({ "message": "Write it up", "deliverable_type": "report" });
    let start = async |body: &Value| gateway.post("/api/v1/agent/chat", &who, body).await;
    let (started, ()) = tokio::join!(start(&asked), answer(&gateway, &[&["Done."]]));
    started.assert_status(StatusCode::CREATED);
    let started: Value = started.json();
    assert_eq!(started["run_id"], started["thread_id"]);
    assert!(started["run_id"].is_string());
    let posted = gateway.emitted("conversation.message.posted").await;
    assert_eq!(posted[0]["deliverable"], "report");
    assert_eq!(posted[0]["actor"], json!(me));
    let foreign = ids::ConversationId::generate();
    let refused = start(&json!({ "conversation_id": foreign, "message": "Hi" })).await;
    refused.assert_status(StatusCode::NOT_FOUND);
    own(&gateway, foreign, me).await;
    let (went_on, ()) = tokio::join!(
        start_async(
            &gateway,
            &who,
            json!({ "conversation_id": foreign, "message": "Hi" })
        ),
        answer(&gateway, &[])
    );
    assert_eq!(went_on, StatusCode::CREATED);
    let missing = gateway
        .post(
            "/api/v1/agent/resume",
            &who,
            &json!({ "thread_id": RunId::generate(), "response": true }),
        )
        .await;
    missing.assert_status(StatusCode::NOT_FOUND);
}

async fn start_async(gateway: &Gateway, who: &HeaderValue, body: Value) -> StatusCode {
    let request = gateway
        .server
        .post("/api/v1/agent/chat")
        .add_header(COOKIE, who.clone());
    let answered = request
        .add_header("prefer", "respond-async")
        .json(&body)
        .await;
    assert_eq!(answered.json::<Value>()["run_id"], Value::Null);
    answered.status_code()
}
