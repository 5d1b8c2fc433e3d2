//! The chat completions of `OpenAI`, whole and streamed.

use super::spoken::{Answer, Asked, Finish, Voice, tokens, words};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

pub(super) struct OpenAi;

impl Voice for OpenAi {
    fn objects(&self, _: &HeaderMap, _: &Value) -> Option<&'static str> {
        None
    }

    fn asked(&self, request: &Value) -> Asked {
        let format = &request["response_format"]["json_schema"]["schema"];
        Asked {
            constraint: Some(format.clone()).filter(|schema| !schema.is_null()),
            ..asked(request)
        }
    }

    fn whole(&self, request: &Value, answer: &Answer) -> Value {
        let mut message = json!({ "role": "assistant", "content": answer.text });
        if answer.finish == Finish::Declined {
            message["refusal"] = json!(answer.text);
            message["content"] = Value::Null;
        }
        if !answer.calls.is_empty() {
            message["tool_calls"] = calls(answer).into();
        }
        let mut whole = base(request, "chat.completion");
        whole["choices"] =
            json!([{ "index": 0, "message": message, "finish_reason": finish(answer) }]);
        whole["usage"] = usage(request, answer);
        whole
    }

    fn stream(&self, request: &Value, answer: &Answer) -> (&'static str, Vec<String>) {
        let field = match answer.finish {
            Finish::Declined => "refusal",
            Finish::Done | Finish::Cut => "content",
        };
        let said = words(&answer.text).into_iter();
        let mut events: Vec<String> = said
            .map(|word| chunk(request, &json!({ "delta": { field: word } })))
            .collect();
        for mut call in calls(answer) {
            let arguments = call["function"]["arguments"].as_str();
            let arguments = arguments.unwrap_or_default().to_owned();
            // The arguments come in two pieces.
            let (first, rest) = arguments.split_at(arguments.len() / 2);
            call["function"]["arguments"] = json!(first);
            let more = json!({ "index": call["index"], "function": { "arguments": rest } });
            for piece in [call, more] {
                let choice = json!({ "delta": { "tool_calls": [piece] } });
                events.push(chunk(request, &choice));
            }
        }
        let end = json!({ "delta": { "content": "" }, "finish_reason": finish(answer) });
        events.push(chunk(request, &end));
        if request["stream_options"]["include_usage"] == json!(true) {
            let mut last = base(request, "chat.completion.chunk");
            last["choices"] = json!([]);
            last["usage"] = usage(request, answer);
            events.push(format!("data: {last}\n\n"));
        }
        events.push("data: [DONE]\n\n".to_owned());
        ("text/event-stream", events)
    }

    fn error(&self, _: StatusCode, message: &str) -> Value {
        json!({ "error": { "message": message, "type": "scripted", "code": null } })
    }

    fn amid(&self, message: &str) -> String {
        let error = json!({ "error": { "message": message, "type": "server_error" } });
        format!("data: {error}\n\n")
    }

    fn too_long(&self) -> Value {
        let code = "context_length_exceeded";
        json!({ "error": { "message": "8 tokens at most", "type": "invalid_request_error", "code": code } })
    }

    fn models(&self) -> Value {
        let model =
            json!({ "id": "scripted", "object": "model", "created": 0, "owned_by": "testkit" });
        json!({ "object": "list", "data": [model] })
    }
}

/// What Ollama writes alike.
pub(super) fn asked(request: &Value) -> Asked {
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    let text = |message: Option<&Value>| {
        let text = message.and_then(|message| message["content"].as_str());
        text.unwrap_or_default().to_owned()
    };
    let of = |role: &str| {
        messages
            .iter()
            .filter(move |m| m["role"] == role)
            .collect::<Vec<_>>()
    };
    let offered = request["tools"].as_array().into_iter().flatten();
    let offered = offered.filter_map(|offer| offer["function"]["name"].as_str());
    Asked {
        said: text(of("user").last().copied()),
        system: text(of("system").first().copied()),
        constraint: None,
        tools: offered.map(str::to_owned).collect(),
        is_persons_turn: messages.last().is_some_and(|last| last["role"] == "user"),
    }
}

fn finish(answer: &Answer) -> &'static str {
    match (answer.finish, answer.calls.is_empty()) {
        (Finish::Cut, _) => "length",
        (Finish::Done, false) => "tool_calls",
        (Finish::Done | Finish::Declined, _) => "stop",
    }
}

fn calls(answer: &Answer) -> Vec<Value> {
    let calls = answer.calls.iter().zip(0..);
    calls
        .map(|((name, arguments), at)| {
            let function = json!({ "name": name, "arguments": arguments.to_string() });
            json!({ "index": at, "id": format!("call_{}", at + 1), "type": "function", "function": function })
        })
        .collect()
}

fn base(request: &Value, object: &str) -> Value {
    json!({ "id": "scripted-1", "object": object, "created": 0, "model": request["model"] })
}

fn chunk(request: &Value, choice: &Value) -> String {
    let mut choice = choice.clone();
    choice["index"] = json!(0);
    let mut chunk = base(request, "chat.completion.chunk");
    chunk["choices"] = json!([choice]);
    format!("data: {chunk}\n\n")
}

fn usage(request: &Value, answer: &Answer) -> Value {
    let input = tokens(&request["messages"].to_string());
    let output = tokens(&answer.text);
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
}
