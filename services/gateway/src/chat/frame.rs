//! An answer in the shapes of the `OpenAI` API. Pure.

use super::models::ASSISTANT;
use crate::read::Usage;
use axum::response::sse::Event;
use ids::MessageId;
use serde_json::{Value, json};

/// What all parts of an answer have in common.
pub(super) struct Frame {
    id: String,
    /// Seconds since 1970, UTC.
    created: u64,
}

impl Frame {
    pub(super) fn of(message: MessageId) -> Self {
        Self {
            id: format!("chatcmpl-{message}"),
            created: message.timestamp_ms() / 1_000,
        }
    }

    /// All of it at once.
    pub(super) fn completion(&self, text: &str, usage: &Usage) -> Value {
        let message = json!({ "role": "assistant", "content": text, "refusal": null });
        let choice =
            json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" });
        self.object("chat.completion", &json!([choice]), &counted(usage))
    }

    /// A part of it.
    pub(super) fn chunk(&self, delta: &Value, finish: Option<&str>) -> Event {
        let choice =
            json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
        self.event(&json!([choice]), &Value::Null)
    }

    /// What it used.
    pub(super) fn used(&self, usage: &Usage) -> Event {
        self.event(&json!([]), &counted(usage))
    }

    fn event(&self, choices: &Value, usage: &Value) -> Event {
        let chunk = self.object("chat.completion.chunk", choices, usage);
        Event::default().data(chunk.to_string())
    }

    fn object(&self, object: &str, choices: &Value, usage: &Value) -> Value {
        json!({
            "id": self.id,
            "object": object,
            "created": self.created,
            "model": ASSISTANT,
            "choices": choices,
            "usage": usage,
        })
    }
}

/// There will be no answer.
pub(super) fn failed(code: &str, message: &str) -> Event {
    let error = json!({ "message": message, "type": "server_error", "param": null, "code": code });
    Event::default().data(json!({ "error": error }).to_string())
}

/// Nothing more comes.
pub(super) fn done() -> Event {
    Event::default().data("[DONE]")
}

fn counted(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
    })
}
