//! Anthropic's messages, whole and as events.

use super::spoken::{Answer, Asked, Finish, Voice, tokens, words};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

pub(super) struct Anthropic;

impl Voice for Anthropic {
    fn key<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get("x-api-key")?.to_str().ok()
    }

    fn objects(&self, headers: &HeaderMap, request: &Value) -> Option<&'static str> {
        if !headers.contains_key("anthropic-version") {
            return Some("anthropic-version: header is required");
        }
        if !request["max_tokens"].is_u64() {
            return Some("max_tokens: Field required");
        }
        objection(request)
    }

    fn asked(&self, request: &Value) -> Asked {
        let turns = request["messages"].as_array().cloned().unwrap_or_default();
        let persons = turns.iter().filter(|turn| turn["role"] == "user");
        let texts = persons
            .flat_map(parts)
            .filter(|part| part["type"] == "text");
        let said = texts
            .last()
            .and_then(|part| part["text"].as_str().map(str::to_owned));
        let offered = request["tools"].as_array().cloned().unwrap_or_default();
        let forced = forced(request);
        let named = |tool: &Value| tool["name"].as_str().unwrap_or_default().to_owned();
        Asked {
            said: said.unwrap_or_default(),
            system: request["system"].as_str().unwrap_or_default().to_owned(),
            constraint: offered
                .iter()
                .find(|tool| forced.is_some() && tool["name"].as_str() == forced)
                .map(|tool| tool["input_schema"].clone()),
            tools: match forced {
                Some(_) => Vec::new(),
                None => offered.iter().map(named).collect(),
            },
            is_persons_turn: turns
                .last()
                .is_some_and(|last| parts(last).all(|part| part["type"] == "text")),
        }
    }

    fn whole(&self, request: &Value, answer: &Answer) -> Value {
        let mut message = base(request);
        let mut blocks = blocks(request, answer);
        for block in &mut blocks {
            if block["input"].is_string() {
                block["input"] = json!({});
            }
        }
        message["content"] = blocks.into();
        message["stop_reason"] = finish(request, answer);
        message["usage"]["output_tokens"] = json!(tokens(&answer.text));
        message
    }

    fn stream(&self, request: &Value, answer: &Answer) -> (&'static str, Vec<String>) {
        let mut events = vec![
            json!({ "type": "message_start", "message": base(request) }),
            json!({ "type": "ping" }),
        ];
        for (mut block, at) in blocks(request, answer).into_iter().zip(0..) {
            let deltas: Vec<Value> = match block["type"] == "text" {
                true => {
                    let said = block["text"].as_str().unwrap_or_default().to_owned();
                    block["text"] = json!("");
                    let said = words(&said).into_iter();
                    said.map(|word| json!({ "type": "text_delta", "text": word }))
                        .collect()
                }
                false => {
                    let input = &block["input"];
                    let cut = input.as_str().map(str::to_owned);
                    let input = cut.unwrap_or_else(|| input.to_string());
                    block["input"] = json!({});
                    // As a real model writes them, at first nothing.
                    let (first, rest) = input.split_at(input.floor_char_boundary(input.len() / 2));
                    let pieces = ["", first, rest].into_iter();
                    pieces
                        .map(|json| json!({ "type": "input_json_delta", "partial_json": json }))
                        .collect()
                }
            };
            events.push(
                json!({ "type": "content_block_start", "index": at, "content_block": block }),
            );
            let deltas = deltas.into_iter();
            events.extend(deltas.map(
                |delta| json!({ "type": "content_block_delta", "index": at, "delta": delta }),
            ));
            events.push(json!({ "type": "content_block_stop", "index": at }));
        }
        let stop = json!({ "stop_reason": finish(request, answer), "stop_sequence": null });
        let usage = json!({ "output_tokens": tokens(&answer.text) });
        events.push(json!({ "type": "message_delta", "delta": stop, "usage": usage }));
        events.push(json!({ "type": "message_stop" }));
        ("text/event-stream", events.iter().map(event).collect())
    }

    fn error(&self, status: StatusCode, message: &str) -> Value {
        let kind = match status.as_u16() {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            429 => "rate_limit_error",
            529 => "overloaded_error",
            500.. => "api_error",
            _ => "invalid_request_error",
        };
        error(kind, message)
    }

    fn amid(&self, message: &str) -> String {
        event(&error("overloaded_error", message))
    }

    fn too_long(&self) -> Value {
        error(
            "invalid_request_error",
            "prompt is too long: 9 tokens > 8 maximum",
        )
    }

    fn models(&self) -> Value {
        let model = json!({ "type": "model", "id": "scripted", "display_name": "Scripted" });
        json!({ "data": [model], "has_more": false, "first_id": "scripted", "last_id": "scripted" })
    }
}

/// The rules of an exchange: a person begins, nothing is empty, each call is followed by what came of it.
fn objection(request: &Value) -> Option<&'static str> {
    let turns = request["messages"].as_array()?;
    if turns.first().is_none_or(|first| first["role"] != "user") {
        return Some("messages: first message must use the user role");
    }
    let has_tools = request["tools"].is_array();
    let mut open: Vec<&Value> = Vec::new();
    for turn in turns {
        let came: Vec<&Value> = parts(turn)
            .map(|part| &part["tool_use_id"])
            .filter(|id| !id.is_null())
            .collect();
        if open != came {
            return Some("messages: tool_use ids without tool_result blocks immediately after");
        }
        open = parts(turn)
            .filter(|part| part["type"] == "tool_use")
            .map(|part| &part["id"])
            .collect();
        if !open.is_empty() && !has_tools {
            return Some("tools: must be defined where tool_use blocks are");
        }
        if parts(turn).any(|part| part["text"] == "" || part["input"].is_string()) {
            return Some(
                "messages: text content blocks must be non-empty, inputs valid dictionaries",
            );
        }
    }
    let top = ["anyOf", "oneOf", "allOf"];
    let offered = request["tools"].as_array().into_iter().flatten();
    let mut schemas = offered.map(|tool| &tool["input_schema"]);
    schemas
        .any(|schema| schema["type"] != "object" || top.iter().any(|word| !schema[word].is_null()))
        .then_some(
            "tools.0.input_schema: must be of an object, without oneOf, allOf or anyOf at the top",
        )
}

fn parts(turn: &Value) -> impl Iterator<Item = &Value> {
    turn["content"].as_array().into_iter().flatten()
}

/// The tool that must be called.
fn forced(request: &Value) -> Option<&str> {
    let choice = &request["tool_choice"];
    choice["name"].as_str().filter(|_| choice["type"] == "tool")
}

fn base(request: &Value) -> Value {
    let input = tokens(&request["messages"].to_string());
    // A part of the question comes from the cache.
    let usage =
        json!({ "input_tokens": input - 1, "cache_read_input_tokens": 1, "output_tokens": 1 });
    json!({
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": [],
        "stop_reason": null,
        "usage": usage,
    })
}

fn blocks(request: &Value, answer: &Answer) -> Vec<Value> {
    let text = answer.text.as_str();
    let read = serde_json::from_str::<Value>(text).ok();
    // What was cut off is no value.
    let read = read.or_else(|| text.starts_with('{').then(|| json!(text)));
    let call = |(name, input): (&str, &Value), at: usize| json!({ "type": "tool_use", "id": format!("toolu_{at}"), "name": name, "input": input });
    if let (Some(tool), Some(input @ (Value::Object(_) | Value::String(_)))) =
        (forced(request), &read)
    {
        return vec![call((tool, input), 1)];
    }
    let text = (!text.is_empty()).then(|| json!({ "type": "text", "text": text }));
    let calls = answer.calls.iter().zip(1..);
    let calls = calls.map(|((name, input), at)| call((name, input), at));
    text.into_iter().chain(calls).collect()
}

fn finish(request: &Value, answer: &Answer) -> Value {
    match answer.finish {
        Finish::Cut => json!("max_tokens"),
        Finish::Declined => json!("refusal"),
        Finish::Done if !answer.calls.is_empty() || forced(request).is_some() => json!("tool_use"),
        Finish::Done => json!("end_turn"),
    }
}

fn error(kind: &str, message: &str) -> Value {
    json!({ "type": "error", "error": { "type": kind, "message": message }, "request_id": "req_1" })
}

fn event(data: &Value) -> String {
    format!(
        "event: {}\ndata: {data}\n\n",
        data["type"].as_str().unwrap_or_default()
    )
}
