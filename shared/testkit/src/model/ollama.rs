//! Ollama's own chat, whole and line by line.

use super::{
    openai,
    spoken::{Answer, Asked, Finish, Voice, tokens, words},
};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

pub(super) struct Ollama;

impl Voice for Ollama {
    fn objects(&self, _: &HeaderMap, request: &Value) -> Option<&'static str> {
        let messages = request["messages"].as_array()?.iter();
        let calls =
            messages.flat_map(|message| message["tool_calls"].as_array().into_iter().flatten());
        calls
            .map(|call| &call["function"]["arguments"])
            .any(|arguments| !arguments.is_object())
            .then_some("json: cannot unmarshal into ToolCallFunctionArguments")
    }

    fn asked(&self, request: &Value) -> Asked {
        let format = &request["format"];
        Asked {
            constraint: Some(format.clone()).filter(|schema| !schema.is_null()),
            ..openai::asked(request)
        }
    }

    fn whole(&self, request: &Value, answer: &Answer) -> Value {
        let mut line = line(request, &answer.text);
        if !answer.calls.is_empty() {
            line["message"]["tool_calls"] = calls(answer);
        }
        end(&mut line, request, answer);
        line
    }

    fn stream(&self, request: &Value, answer: &Answer) -> (&'static str, Vec<String>) {
        let said = words(&answer.text).into_iter();
        let mut lines: Vec<Value> = said.map(|word| line(request, &word)).collect();
        if !answer.calls.is_empty() {
            let mut wanted = line(request, "");
            wanted["message"]["tool_calls"] = calls(answer);
            lines.push(wanted);
        }
        let mut last = line(request, "");
        end(&mut last, request, answer);
        lines.push(last);
        let lines = lines.iter().map(|line| format!("{line}\n"));
        ("application/x-ndjson", lines.collect())
    }

    fn error(&self, _: StatusCode, message: &str) -> Value {
        json!({ "error": message })
    }

    fn amid(&self, message: &str) -> String {
        format!("{}\n", json!({ "error": message }))
    }

    fn too_long(&self) -> Value {
        json!({ "error": "the input length exceeds the context length" })
    }

    fn models(&self) -> Value {
        json!({ "models": [{ "name": "scripted", "model": "scripted", "size": 1 }] })
    }
}

fn line(request: &Value, text: &str) -> Value {
    let message = json!({ "role": "assistant", "content": text });
    json!({
        "model": request["model"],
        "created_at": "2026-01-01T00:00:00Z",
        "message": message,
        "done": false,
    })
}

/// Calls come whole, and without ids.
fn calls(answer: &Answer) -> Value {
    let calls = answer.calls.iter();
    calls
        .map(|(name, arguments)| json!({ "function": { "name": name, "arguments": arguments } }))
        .collect()
}

fn end(line: &mut Value, request: &Value, answer: &Answer) {
    line["done"] = json!(true);
    line["done_reason"] = match answer.finish {
        Finish::Cut => json!("length"),
        Finish::Done | Finish::Declined => json!("stop"),
    };
    line["prompt_eval_count"] = json!(tokens(&request["messages"].to_string()));
    line["eval_count"] = json!(tokens(&answer.text));
}
