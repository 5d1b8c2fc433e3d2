//! Whoever dies while the assistant answers: each message has one answer, and what it was allowed to do happens once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use fleet_tests::{Api, Fleet, Options};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{HttpSink, ModelOptions, Reply, ScriptedModel, wait_until_for};
use tokio::net::TcpListener;

/// Each may die at any moment of a turn. The HTTP adapter is not among them: what became of its call would be unknown.
const VICTIMS: [&str; 4] = ["conversation", "engine", "adapter-llm", "gateway"];
const PATIENCE: Duration = Duration::from_secs(90);

/// A workflow that the assistant may call, and that changes something outside.
fn ordering(url: &str) -> Value {
    json!({
        "name": "Order",
        "nodes": [
            { "id": "called", "node_type": "trigger.workflow", "config": { "input_schema": { "type": "object" } } },
            { "id": "post", "node_type": "http_request", "config": { "method": "POST", "url": url, "body": "{{ input }}" } },
        ],
        "edges": [{ "source": "called", "source_port": "out", "destination": "post", "destination_port": "in" }],
    })
}

/// What the API answers once the gateway is there again.
async fn look(api: &Api, path: &str) -> Option<Value> {
    let request = api.request(reqwest::Method::GET, path);
    let answer = request.timeout(Duration::from_secs(5)).send().await.ok()?;
    answer.json().await.ok()
}

/// Says it until the gateway has taken it.
async fn say(api: &Api, path: &str, body: &Value, key: &str) -> Value {
    let post = || async {
        let request = api.request(reqwest::Method::POST, path).json(body);
        let request = request.header("idempotency-key", key);
        let answer = request.timeout(Duration::from_secs(10)).send().await.ok()?;
        let taken = answer.status().is_success();
        let body: Value = answer.json().await.ok()?;
        taken.then_some(body)
    };
    wait_until_for(PATIENCE, path, post).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_each_message_has_one_answer_and_each_effect_happens_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = ModelOptions {
        calls: Some(("order".to_owned(), json!({ "bags": 3 }))),
        pause: Duration::from_millis(300),
        ..ModelOptions::default()
    };
    let model = ScriptedModel::serve(listener, options);
    let env = [
        ("LLM_BASE_URL", model.base_url()),
        ("LLM_MODEL", "scripted".to_owned()),
    ];
    let fleet = Fleet::start(&Options {
        env: env.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Options::default()
    });
    let api = fleet.first_account().await;
    let sink = HttpSink::answering(|_| Reply::json(&json!({ "ordered": true }))).await;
    api.publish(&ordering(&sink.url("/orders"))).await;
    for victim in VICTIMS {
        let title = json!({ "title": victim });
        let conversation = say(
            &api,
            "/api/v1/conversations",
            &title,
            &format!("{victim}-open"),
        )
        .await;
        let path = format!(
            "/api/v1/conversations/{}/messages",
            conversation["id"].as_str().unwrap()
        );
        say(
            &api,
            &path,
            &json!({ "text": "Order three bags" }),
            &format!("{victim}-say"),
        )
        .await;
        // The model is being asked.
        assert!(fleet.signal(victim, "KILL"), "{victim} does not run");
        let open = || async {
            let page = look(&api, "/api/v1/questions?state=open").await?;
            page["items"].get(0).cloned()
        };
        let question = wait_until_for(PATIENCE, "the question", open).await;
        assert_eq!(question["title"], "assistant: order", "{question}");
        let decision = json!({ "decision": "approve", "hash": question["about"]["hash"] });
        let path_of_question = format!(
            "/api/v1/questions/{}/decision",
            question["id"].as_str().unwrap()
        );
        say(
            &api,
            &path_of_question,
            &decision,
            &format!("{victim}-agree"),
        )
        .await;
        // The tool is being called.
        wait_until_for(PATIENCE, "the victim", || async {
            fleet.signal(victim, "KILL").then_some(())
        })
        .await;
        let answered = || async {
            let page = look(&api, &path).await?;
            let all = page["items"].as_array()?.clone();
            let answer = all.iter().find(|message| message["role"] == "assistant")?;
            (answer["status"] != "streaming").then_some(all)
        };
        let messages = wait_until_for(PATIENCE, "the answer", answered).await;
        let told: Vec<_> = messages
            .iter()
            .map(|message| (&message["role"], &message["status"]))
            .collect();
        let (user, assistant, completed) = (json!("user"), json!("assistant"), json!("completed"));
        assert_eq!(
            told,
            [(&user, &completed), (&assistant, &completed)],
            "{victim}: {messages:?}"
        );
    }
    let orders: Vec<Value> = sink
        .requests()
        .iter()
        .map(testkit::Recorded::json)
        .collect();
    assert_eq!(orders, vec![json!({ "bags": 3 }); VICTIMS.len()]);
}
