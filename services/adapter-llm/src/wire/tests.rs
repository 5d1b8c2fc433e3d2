//! Questions and answers in the shapes that the protocols' documents give, written by hand.

use super::{Asked, Calls, End, Usage, Wire};
use events::{ChatMessage, ChatRole, ToolCall, ToolOffer};
use serde_json::{Value, json};

fn asked() -> Asked {
    Asked {
        model: "m".into(),
        messages: vec![
            ChatMessage::said(ChatRole::System, "Be brief."),
            ChatMessage::said(ChatRole::User, "What is x?"),
        ],
        tools: Vec::new(),
        schema: None,
        is_streamed: false,
        is_counted: true,
        temperature: None,
        max_tokens: None,
        context_tokens: None,
    }
}

/// An exchange in which a tool was called.
fn with_tools() -> Asked {
    let call = |id: &str, arguments| ToolCall {
        id: id.into(),
        name: "look".into(),
        arguments,
    };
    let came = |id: &str, text: &str| ChatMessage {
        call_id: Some(id.into()),
        ..ChatMessage::said(ChatRole::Tool, text)
    };
    let mut asked = asked();
    asked.tools = vec![ToolOffer {
        name: "look".into(),
        description: "Looks.".into(),
        input: json!({ "type": "object" }),
    }];
    asked.messages.extend([
        ChatMessage {
            calls: vec![
                call("c1", json!({ "q": "x" })),
                call("c2", json!("no JSON")),
            ],
            ..ChatMessage::said(ChatRole::Assistant, "")
        },
        came("c1", "7"),
        came("c2", "what?"),
    ]);
    asked
}

struct Whole {
    text: String,
    calls: Vec<ToolCall>,
    usage: Usage,
    end: Option<End>,
}

fn read(wire: Wire, asked: &Asked, pieces: &[Value]) -> Whole {
    let mut reader = wire.speech().reader(asked);
    let (mut text, mut calls, mut usage, mut end) =
        (String::new(), Calls::default(), Usage::default(), None);
    for piece in pieces {
        let heard = reader.read(&piece.to_string()).unwrap();
        text.push_str(&heard.text);
        heard.calls.into_iter().for_each(|piece| calls.take(piece));
        usage.grow(heard.usage);
        end = end.or(heard.end);
    }
    Whole {
        text,
        calls: calls.whole(0),
        usage,
        end,
    }
}

fn counted(input: u64, output: u64) -> Usage {
    Usage {
        input: Some(input),
        output: Some(output),
    }
}

#[test]
fn openai_asks_as_documented() {
    let plain = Wire::OpenAi.speech().body(&Asked {
        is_streamed: true,
        temperature: Some(0.5),
        max_tokens: Some(9),
        schema: Some(json!({ "type": "object" })),
        ..asked()
    });
    let format = json!({ "name": "answer", "schema": { "type": "object" } });
    let expected = json!({
        "model": "m",
        "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": "What is x?" },
        ],
        "stream": true,
        "stream_options": { "include_usage": true },
        "response_format": { "type": "json_schema", "json_schema": format },
        "temperature": 0.5,
        "max_tokens": 9,
    });
    assert_eq!(plain, expected);
    let tools = Wire::OpenAi.speech().body(&with_tools());
    let calls = &tools["messages"][2]["tool_calls"];
    assert_eq!(calls[0]["function"]["arguments"], r#"{"q":"x"}"#);
    assert_eq!(calls[1]["function"]["arguments"], "no JSON");
    assert_eq!(tools["messages"][3]["tool_call_id"], "c1");
}

#[test]
fn openai_answers_whole_and_in_pieces_are_read_alike() {
    let usage = json!({ "prompt_tokens": 3, "completion_tokens": 1 });
    let whole = json!({ "choices": [{ "message": { "content": "hi" }, "finish_reason": "length" }], "usage": usage });
    let pieces = [
        json!({ "choices": [{ "delta": { "content": "h" } }] }),
        json!({ "choices": [{ "delta": { "content": "i" }, "finish_reason": "length" }] }),
        json!({ "choices": [], "usage": usage }),
    ];
    for pieces in [&[whole][..], &pieces] {
        let read = read(Wire::OpenAi, &asked(), pieces);
        assert_eq!(read.text, "hi");
        assert_eq!((read.usage, read.end), (counted(3, 1), Some(End::Cut)));
    }
    let refused = json!({ "choices": [{ "delta": { "refusal": "No." } }] });
    assert_eq!(
        read(Wire::OpenAi, &asked(), &[refused]).end,
        Some(End::Declined)
    );
}

#[test]
fn ollama_asks_as_documented() {
    let schema = json!({ "type": "object" });
    let plain = Wire::Ollama.speech().body(&Asked {
        temperature: Some(0.5),
        max_tokens: Some(9),
        context_tokens: Some(8_192),
        schema: Some(schema.clone()),
        ..asked()
    });
    let expected = json!({
        "model": "m",
        "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": "What is x?" },
        ],
        "stream": false,
        "truncate": false,
        "format": schema,
        "options": { "temperature": 0.5, "num_predict": 9, "num_ctx": 8_192 },
    });
    assert_eq!(plain, expected);
    let tools = Wire::Ollama.speech().body(&with_tools());
    let calls = &tools["messages"][2]["tool_calls"];
    let first = json!({ "function": { "name": "look", "arguments": { "q": "x" } } });
    assert_eq!(calls[0], first);
    assert_eq!(
        calls[1]["function"]["arguments"],
        json!({ "arguments": "no JSON" })
    );
    let came = json!({ "role": "tool", "content": "7", "tool_name": "look" });
    assert_eq!(tools["messages"][3], came);
    assert_eq!(tools["tools"][0]["function"]["name"], "look");
}

#[test]
fn ollama_answers_are_read() {
    let call = |name: &str| json!({ "function": { "name": name, "arguments": { "q": "x" } } });
    let pieces = [
        json!({ "message": { "role": "assistant", "content": "Let " }, "done": false }),
        json!({ "message": { "content": "me.", "thinking": "hm" }, "done": false }),
        json!({ "message": { "content": "", "tool_calls": [call("a")] }, "done": false }),
        json!({ "message": { "content": "", "tool_calls": [call("b")] }, "done": false }),
        json!({ "message": { "content": "" }, "done": true, "done_reason": "stop", "prompt_eval_count": 26, "eval_count": 5 }),
    ];
    let streamed = read(Wire::Ollama, &asked(), &pieces);
    assert_eq!(streamed.text, "Let me.");
    let calls = streamed.calls.iter();
    let calls: Vec<_> = calls
        .map(|call| (call.id.as_str(), call.name.as_str(), &call.arguments))
        .collect();
    let arguments = json!({ "q": "x" });
    assert_eq!(
        calls,
        [("call_1", "a", &arguments), ("call_2", "b", &arguments)]
    );
    assert_eq!(
        (streamed.usage, streamed.end),
        (counted(26, 5), Some(End::Done))
    );
    // A question that the server still knew is not counted again.
    let whole = json!({ "message": { "content": "hi" }, "done": true, "done_reason": "length", "eval_count": 1 });
    let whole = read(Wire::Ollama, &asked(), &[whole]);
    assert_eq!((whole.text.as_str(), whole.end), ("hi", Some(End::Cut)));
    assert_eq!((whole.usage.input, whole.usage.output), (None, Some(1)));
}

#[test]
fn the_lists_of_models_are_read() {
    for (wire, list) in [
        (
            Wire::OpenAi,
            json!({ "object": "list", "data": [{ "id": "m" }] }),
        ),
        (
            Wire::Ollama,
            json!({ "models": [{ "name": "m", "details": {} }] }),
        ),
        (
            Wire::Anthropic,
            json!({ "data": [{ "type": "model", "id": "m" }], "has_more": false }),
        ),
    ] {
        let names = wire.speech().names(list.to_string().as_bytes()).unwrap();
        assert_eq!(names, ["m"]);
        assert!(wire.speech().names(b"{}").is_err());
    }
}

mod anthropic;
