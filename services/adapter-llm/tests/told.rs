//! Calls that a conversation follows, and calls with tools, between real servers and a scripted model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Answer, Bench};
use adapter_llm::{Asker, Catalogue, Llm, MIGRATIONS, manifest, sync};
use events::{
    ChatMessage, ChatRole, LlmCall, LlmCallRequested, LlmCompleted, LlmDelta, Told, ToolCall,
    ToolOffer,
};
use ids::{ConversationId, MessageId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::{ModelOptions, Script, ScriptedModel, wait_until};

const STORY: &str = "Once upon a time there was a fox that lived near the river and slept all day \
                     long until the moon came up over the hills";

async fn connected(model: &ScriptedModel) -> Bench<Llm> {
    let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
        let catalogue = Catalogue::new(
            parts.database.clone(),
            parts.accounts.clone(),
            parts.egress.http(),
            Duration::from_secs(2),
            None,
        );
        let asker = Asker::new(parts.database.clone(), Arc::new(catalogue));
        Llm::new(asker, Arc::clone(&parts.bus))
    })
    .await;
    sync(&bench.database).await.unwrap();
    let settings = json!({ "base_url": model.base_url(), "model": "scripted", "input_price": 1.0 });
    let key = json!({ "api_key": "sk-test" });
    bench.connect(settings, &key, &["127.0.0.1"]).await;
    bench
}

fn slowly(text: &str) -> Script {
    Script::Slowly {
        text: text.into(),
        pause_ms: 40,
    }
}

fn said(text: &str, told: bool) -> LlmCall {
    LlmCall {
        prompt: "assistant".into(),
        variables: json!({ "today": "2026-11-21" }),
        messages: vec![ChatMessage::said(ChatRole::User, text)],
        tools: Vec::new(),
        output_schema: None,
        model: None,
        need: None,
        temperature: None,
        max_tokens: None,
        told: told.then(|| Told {
            conversation_id: ConversationId::generate(),
            message_id: MessageId::generate(),
        }),
    }
}

fn with_tools(messages: Vec<ChatMessage>) -> LlmCall {
    LlmCall {
        messages,
        tools: vec![ToolOffer {
            name: "look".into(),
            description: "Looks something up.".into(),
            input: json!({ "type": "object", "properties": { "q": { "type": "string" } } }),
        }],
        ..said("", false)
    }
}

async fn request(bench: &Bench<Llm>, key: &str, call: LlmCall) {
    let origin = bench.origin(key);
    bench.request(&LlmCallRequested { origin, call }).await;
}

async fn ask(bench: &Bench<Llm>, key: &str, call: LlmCall) -> Answer {
    request(bench, key, call).await;
    bench.answer(key, 1).await
}

fn deltas(bench: &Bench<Llm>) -> Vec<LlmDelta> {
    let heard = bench.heard::<LlmDelta>().into_iter();
    heard
        .map(|payload| serde_json::from_value(payload).unwrap())
        .collect()
}

/// The text that the pieces make, and that they follow each other without a gap.
fn told(deltas: &[LlmDelta]) -> String {
    let by_seq: BTreeMap<u64, &LlmDelta> = deltas.iter().map(|delta| (delta.seq, delta)).collect();
    let mut text = String::new();
    for (expected, (seq, delta)) in (1..).zip(by_seq) {
        assert_eq!(seq, expected);
        assert_eq!(delta.offset, text.chars().count() as u64);
        text.push_str(&delta.text);
    }
    text
}

#[tokio::test]
async fn an_answer_is_told_in_pieces_and_then_whole() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    model.then(slowly(STORY));
    let call = said("Tell me a story", true);
    let shown = call.told.unwrap();
    assert_eq!(
        ask(&bench, "one", call).await.unwrap(),
        json!({ "text": STORY })
    );
    let pieces = deltas(&bench);
    assert_eq!(told(&pieces), STORY);
    assert!((5..25).contains(&pieces.len()), "{} pieces", pieces.len());
    assert!(
        pieces
            .iter()
            .all(|piece| piece.message_id == shown.message_id)
    );
    let request = &model.requests()[0];
    assert_eq!(request["messages"][0]["role"], "system");
    assert_eq!(request["messages"][1]["content"], "Tell me a story");
    assert_eq!(bench.heard::<LlmCompleted>().len(), 1);
}

#[tokio::test]
async fn nobody_is_told_what_no_conversation_follows() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    ask(&bench, "one", said("Hello", false)).await.unwrap();
    assert_eq!(deltas(&bench), []);
}

#[tokio::test]
async fn after_a_kill_the_same_answer_goes_on_where_it_was() {
    let model = ScriptedModel::start().await;
    let mut bench = connected(&model).await;
    model.then(slowly(STORY)).then(slowly(STORY));
    request(&bench, "one", said("Tell me a story", true)).await;
    wait_until("some words", async || {
        (deltas(&bench).len() > 3).then_some(())
    })
    .await;
    bench.crash().await;
    bench.resume();
    assert_eq!(
        bench.answer("one", 1).await.unwrap(),
        json!({ "text": STORY })
    );
    assert_eq!(told(&deltas(&bench)), STORY);
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn after_a_kill_another_answer_comes_whole_and_not_in_pieces() {
    let model = ScriptedModel::start().await;
    let mut bench = connected(&model).await;
    model
        .then(slowly(STORY))
        .then(slowly("No more stories today."));
    request(&bench, "one", said("Tell me a story", true)).await;
    wait_until("some words", async || {
        (deltas(&bench).len() > 3).then_some(())
    })
    .await;
    bench.crash().await;
    bench.resume();
    let answer = bench.answer("one", 1).await.unwrap();
    assert_eq!(answer, json!({ "text": "No more stories today." }));
    assert!(STORY.starts_with(&told(&deltas(&bench))));
}

#[tokio::test]
async fn several_conversations_are_answered_at_the_same_time() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    let since = std::time::Instant::now();
    for n in 0..4 {
        model.then(slowly(STORY));
        request(&bench, &format!("call {n}"), said("Tell me a story", true)).await;
    }
    for n in 0..4 {
        bench.answer(&format!("call {n}"), 1).await.unwrap();
    }
    let alone = Duration::from_millis(40) * u32::try_from(STORY.split(' ').count()).unwrap();
    assert!(since.elapsed() < alone * 3, "{:?}", since.elapsed());
}

#[tokio::test]
async fn an_answer_that_breaks_off_fails_with_what_was_told_kept() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    model.then(Script::Dropped);
    let error = ask(&bench, "one", said("Hello", true)).await.unwrap_err();
    assert_eq!(error.code, "llm.interrupted");
    assert_eq!(told(&deltas(&bench)), "You ");
}

#[tokio::test]
async fn a_model_chooses_tools_and_is_told_what_came_of_it() {
    let model = ScriptedModel::start().await;
    let bench = connected(&model).await;
    model.then(Script::Calls {
        text: "Let me look.".into(),
        calls: vec![("look".into(), json!({ "q": "x" }))],
    });
    let asked = vec![ChatMessage::said(ChatRole::User, "What is x?")];
    let round = ask(&bench, "one", with_tools(asked.clone())).await.unwrap();
    let chosen = json!({ "id": "call_1", "name": "look", "arguments": { "q": "x" } });
    assert_eq!(round, json!({ "text": "Let me look.", "calls": [chosen] }));
    let offered = &model.requests()[0]["tools"][0];
    assert_eq!(offered["function"]["name"], "look");

    let call: ToolCall = serde_json::from_value(chosen).unwrap();
    let chose = ChatMessage {
        calls: vec![call],
        ..ChatMessage::said(ChatRole::Assistant, "Let me look.")
    };
    let came = ChatMessage {
        call_id: Some("call_1".into()),
        ..ChatMessage::said(ChatRole::Tool, "7")
    };
    model.then_says("It is 7.");
    let exchange = [asked, vec![chose, came]].concat();
    let answer = ask(&bench, "two", with_tools(exchange)).await.unwrap();
    assert_eq!(answer, json!({ "text": "It is 7." }));
    let messages = &model.requests()[1]["messages"];
    assert_eq!(
        messages[2]["tool_calls"][0]["function"]["arguments"],
        r#"{"q":"x"}"#
    );
    assert_eq!(
        (&messages[3]["role"], &messages[3]["tool_call_id"]),
        (&json!("tool"), &json!("call_1"))
    );
}

#[tokio::test]
async fn a_server_without_tools_is_told_of_them_in_words() {
    let options = ModelOptions {
        refuses_tools: true,
        ..ModelOptions::default()
    };
    let model = ScriptedModel::start_with(options).await;
    let bench = connected(&model).await;
    model.then_says("```json\n{\"calls\":[{\"name\":\"look\",\"arguments\":{\"q\":\"x\"}}]}\n```");
    let asked = vec![ChatMessage::said(ChatRole::User, "What is x?")];
    let round = ask(&bench, "one", with_tools(asked)).await.unwrap();
    assert_eq!(round["calls"][0]["name"], "look");
    let requests = model.requests();
    assert_eq!(requests[1]["tools"], Value::Null);
    let system = requests[1]["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("Looks something up."), "{system}");
}
