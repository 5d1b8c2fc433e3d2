//! The same promises in every protocol, between real servers and models that are as strict as the real ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod faults;
mod world;

use events::{ChatMessage, ChatRole, LlmCall, LlmCatalogued, ToolCall};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ModelOptions, Script};
use world::{PROTOCOLS, World, followed, of_shape, says, with_tools};

const STORY: &str =
    "Once upon a time there was a “Fähre” 🦊 that lived near the river,\nand slept all day.";

fn categories() -> Value {
    json!({
        "type": "object",
        "properties": { "category": { "type": "string", "enum": ["urgent", "other"] } },
        "required": ["category"],
        "additionalProperties": false,
    })
}

#[tokio::test]
async fn a_whole_answer_comes_with_its_tokens_in_every_protocol() {
    let world = World::start().await;
    for protocol in PROTOCOLS {
        let script = Script::Answer { text: STORY.into() };
        let answer = world.ask_after(script, "one", says(protocol, "Tell me a story"));
        assert_eq!(
            answer.await.unwrap(),
            json!({ "text": STORY }),
            "{protocol}"
        );
        let row: (i64, i64, bool) = sqlx::query_as(
            "SELECT input_tokens, output_tokens, tokens_estimated FROM llm_invocations WHERE model = $1",
        )
        .bind(protocol)
        .fetch_one(world.bench.database.pool())
        .await
        .unwrap();
        let asked = world.last(protocol)["messages"].to_string();
        let expected = (asked.len().div_ceil(4), STORY.len().div_ceil(4));
        assert_eq!(
            (row.0.try_into(), row.1.try_into()),
            (Ok(expected.0), Ok(expected.1))
        );
        assert!(!row.2, "{protocol} counts tokens");
    }
}

#[tokio::test]
async fn a_streamed_answer_is_told_wherever_its_bytes_are_cut_in_every_protocol() {
    for cut_bytes in [0, 3, 11] {
        let world = World::with(&ModelOptions {
            cut_bytes,
            ..ModelOptions::default()
        })
        .await;
        for protocol in PROTOCOLS {
            let script = Script::Slowly {
                text: STORY.into(),
                pause_ms: 25,
            };
            let call = followed(says(protocol, "Tell me a story"));
            let message = call.told.unwrap().message_id;
            let answer = world.ask_after(script, "one", call).await;
            assert_eq!(answer.unwrap(), json!({ "text": STORY }), "{protocol}");
            let (told, pieces) = world.told(message);
            assert_eq!(told, STORY, "{protocol}");
            assert!(pieces > 3, "{protocol} in {pieces}");
            assert_eq!(world.last(protocol)["stream"], true);
        }
        let guessed =
            "SELECT count(*) FROM llm_invocations WHERE tokens_estimated OR output_tokens < 10";
        let guessed: i64 = sqlx::query_scalar(guessed)
            .fetch_one(world.bench.database.pool())
            .await
            .unwrap();
        assert_eq!(guessed, 0);
    }
}

#[tokio::test]
async fn tools_are_called_and_told_what_came_of_it_in_every_protocol() {
    let world = World::with(&ModelOptions {
        cut_bytes: 13,
        ..ModelOptions::default()
    })
    .await;
    for protocol in PROTOCOLS {
        for is_told in [false, true] {
            let told = |call: LlmCall| if is_told { followed(call) } else { call };
            let name = |name: &str| format!("{name} {is_told}");
            let wanted = |q: &str| ("look".to_owned(), json!({ "q": q }));
            let script = Script::Calls {
                text: "Let me look.".into(),
                calls: vec![wanted("x"), wanted("ÿ")],
            };
            let mut exchange = vec![ChatMessage::said(ChatRole::User, "What is x?")];
            let call = told(with_tools(protocol, exchange.clone()));
            let round = world.ask_after(script, &name("first"), call).await.unwrap();
            assert_eq!(round["text"], "Let me look.", "{protocol}");
            let calls: Vec<ToolCall> = serde_json::from_value(round["calls"].clone()).unwrap();
            let given: Vec<_> = calls
                .iter()
                .map(|call| call.arguments["q"].clone())
                .collect();
            assert_eq!(given, ["x", "ÿ"], "{protocol}");
            assert_ne!(calls[0].id, calls[1].id);

            let came = calls.iter().map(|call| ChatMessage {
                call_id: Some(call.id.clone()),
                ..ChatMessage::said(ChatRole::Tool, "7")
            });
            let came: Vec<_> = came.collect();
            exchange.push(ChatMessage {
                calls: calls.clone(),
                ..ChatMessage::said(ChatRole::Assistant, "Let me look.")
            });
            exchange.extend(came);
            let again = Script::Calls {
                text: String::new(),
                calls: vec![wanted("z")],
            };
            let call = told(with_tools(protocol, exchange.clone()));
            let round = world.ask_after(again, &name("second"), call).await.unwrap();
            let third: ToolCall = serde_json::from_value(round["calls"][0].clone()).unwrap();
            if protocol == "ollama" {
                assert_eq!(
                    (calls[0].id.as_str(), third.id.as_str()),
                    ("call_1", "call_3")
                );
            }
            assert!(world.last(protocol)["messages"].to_string().contains('7'));

            // When no tools are offered any more, what came of them is still known.
            let over = LlmCall {
                tools: Vec::new(),
                ..told(with_tools(protocol, exchange))
            };
            world.model(protocol).then_says("It is 7.");
            let answer = world.ask(&name("third"), over).await.unwrap();
            assert_eq!(answer, json!({ "text": "It is 7." }), "{protocol}");
        }
    }
}

#[tokio::test]
async fn an_answer_is_held_to_its_schema_in_every_protocol() {
    let world = World::with(&ModelOptions {
        cut_bytes: 5,
        ..ModelOptions::default()
    })
    .await;
    for protocol in PROTOCOLS {
        let urgent = json!({ "category": "urgent" });
        let answer = world.ask("whole", of_shape(protocol, categories())).await;
        assert_eq!(answer.unwrap(), urgent, "{protocol}");
        let told = followed(of_shape(protocol, categories()));
        assert_eq!(world.ask("streamed", told).await.unwrap(), urgent);
        let last = world.last(protocol);
        let constraint = match protocol {
            "openai" => &last["response_format"]["json_schema"]["schema"],
            "ollama" => &last["format"],
            _ => &last["tools"][0]["input_schema"],
        };
        assert_eq!(constraint, &categories(), "{protocol}");

        for (name, schema, expected) in [
            (
                "a list",
                json!({ "type": "array", "items": { "enum": ["urgent"] } }),
                json!(["urgent"]),
            ),
            (
                "a choice",
                json!({ "enum": ["urgent", "other"] }),
                json!("urgent"),
            ),
        ] {
            for call in [
                of_shape(protocol, schema.clone()),
                followed(of_shape(protocol, schema)),
            ] {
                let name = format!("{name} {}", call.told.is_some());
                let answer = world.ask(&name, call).await;
                assert_eq!(answer.unwrap(), expected, "{name} in {protocol}");
            }
        }
        assert_eq!(
            world.model(protocol).requests().len(),
            6,
            "{protocol} needed no repair"
        );
    }
}

#[tokio::test]
async fn an_unusable_answer_is_repaired_once_in_every_protocol() {
    let world = World::start().await;
    for protocol in PROTOCOLS {
        for (name, script) in [
            ("garbage", Script::Garbage),
            (
                "truncated",
                Script::Truncated {
                    text: r#"{"category": "oth"#.into(),
                },
            ),
            (
                "wrong",
                Script::Answer {
                    text: r#"{"category": 7}"#.into(),
                },
            ),
        ] {
            for call in [
                of_shape(protocol, categories()),
                followed(of_shape(protocol, categories())),
            ] {
                let name = format!("{name} {}", call.told.is_some());
                let before = world.model(protocol).requests().len();
                let answer = world.ask_after(script.clone(), &name, call).await;
                assert!(
                    answer.unwrap()["category"].is_string(),
                    "{name} in {protocol}"
                );
                assert_eq!(world.model(protocol).requests().len(), before + 2);
                let asked = world.last(protocol)["messages"].to_string();
                assert!(asked.contains("That answer cannot be used"), "{asked}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_server_does_not_know_it_is_told_in_words_in_every_protocol() {
    let world = World::with(&ModelOptions {
        refuses_schemas: true,
        refuses_tools: true,
        refuses_temperature: true,
        ..ModelOptions::default()
    })
    .await;
    for protocol in PROTOCOLS {
        let answer = world.ask("shape", of_shape(protocol, categories())).await;
        assert_eq!(answer.unwrap()["category"], "urgent", "{protocol}");
        let last = world.last(protocol);
        assert_eq!(
            (&last["temperature"], &last["options"]),
            (&Value::Null, &Value::Null)
        );
        let asked = vec![ChatMessage::said(ChatRole::User, "What is x?")];
        let wish = r#"{"calls":[{"name":"look","arguments":{"q":"x"}}]}"#;
        let before = world.model(protocol).requests().len();
        // Anthropic's servers all know tools, so that is not remembered: it may have been about one of them.
        let expected = if protocol == "anthropic" { 2 } else { 1 };
        let call = with_tools(protocol, asked);
        let round = world
            .ask_after(Script::Answer { text: wish.into() }, "tools", call)
            .await;
        assert_eq!(round.unwrap()["calls"][0]["name"], "look", "{protocol}");
        let asked = world.model(protocol).requests().len() - before;
        assert_eq!(asked, expected, "{protocol} remembers");
    }
}

#[tokio::test]
async fn the_models_are_listed_in_every_protocol() {
    for protocol in PROTOCOLS {
        let mut world = World::apart(&ModelOptions {
            api_key: Some("sk-test".into()),
            ..ModelOptions::default()
        })
        .await;
        world.connect(protocol, None).await;
        let call = LlmCall {
            model: None,
            ..says(protocol, "Hello")
        };
        let answer = tokio::time::timeout(Duration::from_secs(20), world.ask("one", call));
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(answer, json!({ "text": "You wrote: Hello" }), "{protocol}");
        assert_eq!(world.last(protocol)["model"], "scripted");
        world
            .bench
            .hears::<LlmCatalogued>(|payload| payload["models"] == json!(["scripted"]))
            .await;
    }
}
