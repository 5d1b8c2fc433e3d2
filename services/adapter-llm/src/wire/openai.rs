//! The chat completions of `OpenAI`, as most servers offer them.
//!
//! Source: the API reference of `OpenAI`, "Create chat completion" and "List models".

use super::{Asked, CallPiece, Complaint, End, Heard, Reader, Speech, Usage};
use events::{ChatMessage, ChatRole, ToolCall, ToolOffer};
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub(super) struct OpenAi;

impl Speech for OpenAi {
    fn chat(&self) -> &'static str {
        "chat/completions"
    }

    fn models(&self) -> &'static str {
        "models"
    }

    fn address(&self) -> &'static str {
        "The base URL ends where /chat/completions begins, usually with /v1."
    }

    fn body(&self, asked: &Asked) -> Value {
        let mut body = Map::new();
        body.insert("model".into(), json!(asked.model));
        let messages = asked.messages.iter().map(said);
        body.insert("messages".into(), messages.collect());
        body.insert("stream".into(), json!(asked.is_streamed));
        if asked.is_streamed && asked.is_counted {
            body.insert("stream_options".into(), json!({ "include_usage": true }));
        }
        if let Some(schema) = &asked.schema {
            let named = json!({ "name": "answer", "schema": schema });
            let format = json!({ "type": "json_schema", "json_schema": named });
            body.insert("response_format".into(), format);
        }
        if !asked.tools.is_empty() {
            body.insert("tools".into(), asked.tools.iter().map(offered).collect());
        }
        if let Some(temperature) = asked.temperature {
            body.insert("temperature".into(), json!(temperature));
        }
        if let Some(max_tokens) = asked.max_tokens {
            body.insert("max_tokens".into(), json!(max_tokens));
        }
        body.into()
    }

    fn reader(&self, _: &Asked) -> Box<dyn Reader> {
        Box::new(Completions)
    }

    fn names(&self, list: &[u8]) -> Result<Vec<String>, serde_json::Error> {
        let list: Models = serde_json::from_slice(list)?;
        Ok(list.data.into_iter().map(|model| model.id).collect())
    }
}

/// Who speaks, as Ollama calls them too.
pub(super) const fn role(role: ChatRole) -> &'static str {
    match role {
        ChatRole::System => "system",
        ChatRole::User => "user",
        ChatRole::Assistant => "assistant",
        ChatRole::Tool => "tool",
    }
}

fn said(message: &ChatMessage) -> Value {
    let mut said = Map::new();
    said.insert("role".into(), json!(role(message.role)));
    said.insert("content".into(), json!(message.text));
    if !message.calls.is_empty() {
        let calls = message.calls.iter().map(wanted);
        said.insert("tool_calls".into(), calls.collect());
    }
    if let Some(call_id) = &message.call_id {
        said.insert("tool_call_id".into(), json!(call_id));
    }
    said.into()
}

/// A call as the model wanted it, arguments written out.
fn wanted(call: &ToolCall) -> Value {
    let function = json!({ "name": call.name, "arguments": text(&call.arguments) });
    json!({ "id": call.id, "type": "function", "function": function })
}

/// A tool as it is offered; Ollama has the same shape.
pub(super) fn offered(tool: &ToolOffer) -> Value {
    let function = json!({
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.input,
    });
    json!({ "type": "function", "function": function })
}

/// JSON as text, or the text that it should have been.
pub(super) fn text(arguments: &Value) -> String {
    let text = arguments.as_str().map(str::to_owned);
    text.unwrap_or_else(|| arguments.to_string())
}

/// Whole answers and pieces have the same shape but for one name.
struct Completions;

impl Reader for Completions {
    fn read(&mut self, piece: &str) -> Result<Heard, serde_json::Error> {
        if piece.trim() == "[DONE]" {
            return Ok(Heard {
                end: Some(End::Done),
                is_last: true,
                ..Heard::default()
            });
        }
        let read: Completion = serde_json::from_str(piece)?;
        let counted = read.usage.unwrap_or_default();
        let choice = read.choices.into_iter().next().unwrap_or_default();
        let content = choice.delta.unwrap_or_default();
        let declines = content.refusal.is_some_and(|words| !words.is_empty());
        let end = choice.finish_reason.map(|reason| match reason.as_str() {
            "content_filter" => End::Declined,
            "length" => End::Cut,
            _ => End::Done,
        });
        Ok(Heard {
            text: content.content.unwrap_or_default(),
            calls: content
                .tool_calls
                .into_iter()
                .flatten()
                .map(CallPiece::from)
                .collect(),
            usage: Usage {
                input: counted.prompt_tokens,
                output: counted.completion_tokens,
            },
            end: declines.then_some(End::Declined).or(end),
            is_last: false,
            error: read.error.as_ref().map(Complaint::of),
        })
    }
}

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Counted>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Counted {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Choice {
    #[serde(default, alias = "message")]
    delta: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<Wanted>>,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    index: Option<usize>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    function: Function,
}

#[derive(Default, Deserialize)]
struct Function {
    #[serde(default)]
    name: Option<String>,
    /// JSON as text; some servers send it read.
    #[serde(default)]
    arguments: Option<Value>,
}

impl From<Wanted> for CallPiece {
    fn from(wanted: Wanted) -> Self {
        let function = wanted.function;
        Self {
            at: wanted.index,
            id: wanted.id,
            name: function.name.unwrap_or_default(),
            arguments: function.arguments.as_ref().map(text).unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}
