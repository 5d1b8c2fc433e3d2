//! Ollama's own chat.
//!
//! Source: the API document of Ollama, "Generate a chat completion" and "List local models". A stream is one JSON object a
//! line; a call of a tool comes whole, its arguments read, and in most versions without an id.

use super::{Asked, CallPiece, Complaint, End, Heard, Reader, Speech, Usage, as_object, openai};
use events::{ChatMessage, ToolCall};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) struct Ollama;

impl Speech for Ollama {
    fn chat(&self) -> &'static str {
        "api/chat"
    }

    fn models(&self) -> &'static str {
        "api/tags"
    }

    fn habits(&self) -> &'static [&'static str] {
        &["/v1", "/api"]
    }

    fn address(&self) -> &'static str {
        "The base URL of Ollama is its plain address, such as http://127.0.0.1:11434."
    }

    fn missing(&self) -> &'static str {
        "Check the model's name, and that it was pulled with `ollama pull`."
    }

    fn body(&self, asked: &Asked) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), json!(asked.model));
        let messages = asked.messages.iter().map(|message| said(message, asked));
        body.insert("messages".into(), messages.collect());
        body.insert("stream".into(), json!(asked.is_streamed));
        // Else the oldest part of a long question is left out without a word. Older versions do so anyway.
        body.insert("truncate".into(), json!(false));
        if let Some(schema) = &asked.schema {
            body.insert("format".into(), schema.clone());
        }
        if !asked.tools.is_empty() {
            let offers = asked.tools.iter().map(openai::offered);
            body.insert("tools".into(), offers.collect());
        }
        let mut options = Map::new();
        if let Some(temperature) = asked.temperature {
            options.insert("temperature".into(), json!(temperature));
        }
        if let Some(max_tokens) = asked.max_tokens {
            options.insert("num_predict".into(), json!(max_tokens));
        }
        if let Some(context) = asked.context_tokens {
            options.insert("num_ctx".into(), json!(context));
        }
        if !options.is_empty() {
            body.insert("options".into(), options.into());
        }
        body.into()
    }

    fn reader(&self, _: &Asked) -> Box<dyn Reader> {
        Box::new(Lines)
    }

    fn names(&self, list: &[u8]) -> Result<Vec<String>, serde_json::Error> {
        let list: Tags = serde_json::from_slice(list)?;
        Ok(list.models.into_iter().map(|model| model.name).collect())
    }
}

fn said(message: &ChatMessage, asked: &Asked) -> Value {
    let mut said = Map::new();
    said.insert("role".into(), json!(openai::role(message.role)));
    said.insert("content".into(), json!(message.text));
    if !message.calls.is_empty() {
        let calls = message.calls.iter().map(wanted);
        said.insert("tool_calls".into(), calls.collect());
    }
    // It has no ids, but wants to know which tool speaks.
    if let Some(tool) = asked.tool_of(message.call_id.as_deref()) {
        said.insert("tool_name".into(), json!(tool));
    }
    said.into()
}

fn wanted(call: &ToolCall) -> Value {
    let arguments = as_object(&call.arguments);
    json!({ "function": { "name": call.name, "arguments": arguments } })
}

/// A whole answer is a single line.
struct Lines;

impl Reader for Lines {
    fn read(&mut self, piece: &str) -> Result<Heard, serde_json::Error> {
        let line: Line = serde_json::from_str(piece)?;
        let message = line.message.unwrap_or_default();
        let is_cut = line.done_reason.as_deref() == Some("length");
        let end = if is_cut { End::Cut } else { End::Done };
        let calls = message.tool_calls.into_iter().flatten();
        Ok(Heard {
            text: message.content.unwrap_or_default(),
            calls: calls.map(CallPiece::from).collect(),
            usage: Usage {
                input: line.prompt_eval_count,
                output: line.eval_count,
            },
            end: line.done.then_some(end),
            is_last: line.done,
            error: line.error.as_ref().map(Complaint::of),
        })
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    #[serde(default)]
    done_reason: Option<String>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
    #[serde(default)]
    eval_count: Option<u64>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<Wanted>>,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    id: Option<String>,
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    #[serde(default)]
    arguments: Option<Value>,
}

impl From<Wanted> for CallPiece {
    fn from(wanted: Wanted) -> Self {
        Self {
            // Each is whole; its place, where there is one, says nothing more.
            at: None,
            id: wanted.id,
            name: wanted.function.name,
            arguments: wanted
                .function
                .arguments
                .as_ref()
                .map(openai::text)
                .unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct Tags {
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}
