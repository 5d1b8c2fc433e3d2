//! Anthropic's shapes.

use super::{asked, counted, read, with_tools};
use crate::wire::{Asked, Complaint, End, Wire};
use events::{ChatMessage, ChatRole};
use serde_json::{Value, json};

fn body(asked: &Asked) -> Value {
    Wire::Anthropic.speech().body(asked)
}

fn of(schema: &Value) -> Asked {
    Asked {
        schema: Some(schema.clone()),
        ..asked()
    }
}

#[test]
fn it_asks_as_documented() {
    let expected = json!({
        "model": "m",
        "max_tokens": 8192,
        "stream": false,
        "system": "Be brief.",
        "messages": [{ "role": "user", "content": [{ "type": "text", "text": "What is x?" }] }],
        "temperature": 1.0,
    });
    let hot = Asked {
        temperature: Some(1.7),
        ..asked()
    };
    assert_eq!(body(&hot), expected);
    let short = Asked {
        max_tokens: Some(9),
        ..asked()
    };
    assert_eq!(body(&short)["max_tokens"], 9);
}

#[test]
fn calls_and_what_came_of_them_are_parts_of_what_is_said() {
    let body = body(&with_tools());
    let call = json!({ "type": "tool_use", "id": "c1", "name": "look", "input": { "q": "x" } });
    assert_eq!(body["messages"][1]["content"][0], call);
    let came = json!([
        { "type": "tool_result", "tool_use_id": "c1", "content": "7" },
        { "type": "tool_result", "tool_use_id": "c2", "content": "what?" },
    ]);
    assert_eq!(
        body["messages"][2],
        json!({ "role": "user", "content": came })
    );
    let tool =
        json!({ "name": "look", "description": "Looks.", "input_schema": { "type": "object" } });
    assert_eq!(body["tools"], json!([tool]));
    assert_eq!(body["tool_choice"], Value::Null);
}

#[test]
fn without_tools_an_exchange_with_calls_is_told_in_words() {
    let withdrawn = Asked {
        tools: Vec::new(),
        ..with_tools()
    };
    let text = body(&withdrawn)["messages"].to_string();
    assert!(
        text.contains("What came of call c1") && !text.contains("tool_use"),
        "{text}"
    );
}

#[test]
fn the_sides_take_turns_and_a_person_begins() {
    let said = |role, text: &str| ChatMessage::said(role, text);
    let turns = |messages: Vec<ChatMessage>| {
        let body = body(&Asked {
            messages,
            ..asked()
        });
        let turns = body["messages"].as_array().unwrap().clone();
        let roles = turns
            .iter()
            .map(|turn| turn["role"].as_str().unwrap().to_owned());
        (body["system"].clone(), roles.collect::<Vec<_>>())
    };
    let (system, roles) = turns(vec![
        said(ChatRole::System, "a"),
        said(ChatRole::Assistant, "Hello"),
        said(ChatRole::User, "b"),
        said(ChatRole::System, "c"),
        said(ChatRole::User, "d"),
        said(ChatRole::Assistant, " "),
        said(ChatRole::User, "e"),
    ]);
    assert_eq!(
        (system, roles.join(" ")),
        (json!("a\n\nc"), "user assistant user".into())
    );
    let (system, roles) = turns(vec![said(ChatRole::System, "Say hello.")]);
    assert_eq!((system, roles.join(" ")), (Value::Null, "user".into()));
}

#[test]
fn an_answer_of_a_shape_is_asked_for_as_the_arguments_of_a_tool() {
    let schema = json!({ "type": "object", "properties": { "x": { "type": "number" } } });
    let body = body(&of(&schema));
    assert_eq!(
        body["tool_choice"],
        json!({ "type": "tool", "name": "answer" })
    );
    assert_eq!(body["tools"][0]["input_schema"], schema);
    let call = json!({ "type": "tool_use", "id": "t", "name": "answer", "input": { "x": 1 } });
    let whole = json!({ "type": "message", "content": [call], "stop_reason": "tool_use" });
    let read = read(Wire::Anthropic, &of(&schema), &[whole]);
    assert_eq!((read.text.as_str(), read.calls.len()), (r#"{"x":1}"#, 0));
}

#[test]
fn a_shape_that_no_tool_can_have_is_wrapped_and_unwrapped() {
    let schema = json!({ "type": "array", "items": { "$ref": "#/$defs/n" }, "$defs": { "n": { "type": "number" } } });
    let input = body(&of(&schema))["tools"][0]["input_schema"].clone();
    assert_eq!(input["type"], "object");
    assert_eq!(input["properties"]["answer"]["type"], "array");
    assert_eq!(input["$defs"]["n"]["type"], "number");
    let block = json!({ "type": "tool_use", "id": "t", "name": "answer", "input": {} });
    let piece = |json: &str| json!({ "type": "content_block_delta", "index": 1, "delta": { "type": "input_json_delta", "partial_json": json } });
    let pieces = [
        json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "thinking", "thinking": "" } }),
        json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "thinking_delta", "thinking": "hm" } }),
        json!({ "type": "content_block_stop", "index": 0 }),
        json!({ "type": "content_block_start", "index": 1, "content_block": block }),
        piece(r#"{"answer": [1,"#),
        piece(" 2]}"),
        json!({ "type": "content_block_stop", "index": 1 }),
    ];
    assert_eq!(read(Wire::Anthropic, &of(&schema), &pieces).text, "[1,2]");
    let cut = [pieces[3].clone(), pieces[4].clone(), pieces[6].clone()];
    let cut = read(Wire::Anthropic, &of(&schema), &cut);
    assert_eq!(cut.text, r#"{"answer": [1,"#);
}

#[test]
fn events_make_an_answer() {
    let usage = json!({ "input_tokens": 20, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 1, "output_tokens": 1 });
    let start = |at: usize, block: Value| json!({ "type": "content_block_start", "index": at, "content_block": block });
    let delta = |at: usize, delta: Value| json!({ "type": "content_block_delta", "index": at, "delta": delta });
    let more = |at: usize, json: &str| {
        delta(
            at,
            json!({ "type": "input_json_delta", "partial_json": json }),
        )
    };
    let call = |id: &str| json!({ "type": "tool_use", "id": id, "name": "look", "input": {} });
    let pieces = [
        json!({ "type": "message_start", "message": { "type": "message", "content": [], "stop_reason": null, "usage": usage } }),
        start(0, json!({ "type": "text", "text": "" })),
        json!({ "type": "ping" }),
        delta(0, json!({ "type": "text_delta", "text": "Let me look." })),
        json!({ "type": "content_block_stop", "index": 0 }),
        start(1, call("t1")),
        more(1, ""),
        more(1, r#"{"q":"#),
        more(1, r#""x"}"#),
        json!({ "type": "content_block_stop", "index": 1 }),
        start(2, call("t2")),
        json!({ "type": "content_block_stop", "index": 2 }),
        json!({ "type": "message_delta", "delta": { "stop_reason": "tool_use" }, "usage": { "output_tokens": 15 } }),
        json!({ "type": "message_stop" }),
        json!({ "type": "something_new" }),
    ];
    let read = read(Wire::Anthropic, &with_tools(), &pieces);
    assert_eq!(read.text, "Let me look.");
    let calls: Vec<_> = read
        .calls
        .iter()
        .map(|call| (call.id.as_str(), call.arguments.clone()))
        .collect();
    assert_eq!(calls, [("t1", json!({ "q": "x" })), ("t2", json!({}))]);
    assert_eq!((read.usage, read.end), (counted(25, 15), Some(End::Done)));
}

#[test]
fn the_reason_to_stop_is_read() {
    for (reason, end) in [
        ("end_turn", End::Done),
        ("max_tokens", End::Cut),
        ("model_context_window_exceeded", End::Cut),
        ("refusal", End::Declined),
    ] {
        let stop =
            json!({ "type": "message_delta", "delta": { "stop_reason": reason }, "usage": {} });
        assert_eq!(read(Wire::Anthropic, &asked(), &[stop]).end, Some(end));
    }
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    let mut reader = Wire::Anthropic.speech().reader(&asked());
    let heard = reader.read(&error.to_string()).unwrap();
    let overloaded = Complaint {
        kinds: vec!["overloaded_error".into()],
        message: "Overloaded".into(),
    };
    assert_eq!(heard.error, Some(overloaded));
}
