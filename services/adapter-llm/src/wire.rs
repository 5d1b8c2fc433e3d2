//! The OpenAI-compatible chat API as we use it. Written strictly, read leniently: servers leave things out.
//!
//! Source: the API reference of `OpenAI`, "Create chat completion".

use events::{ChatMessage, ChatRole, ToolCall, ToolOffer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ChatRequest {
    pub(crate) model: String,
    pub(crate) messages: Vec<Said>,
    pub(crate) stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stream_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_format: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tools: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_tokens: Option<u32>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Said {
    role: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<String>,
}

impl Said {
    pub(crate) fn new(role: ChatRole, text: impl Into<String>) -> Self {
        let role = match role {
            ChatRole::System => "system",
            ChatRole::User => "user",
            ChatRole::Assistant => "assistant",
            ChatRole::Tool => "tool",
        };
        Self {
            role,
            content: text.into(),
            tool_calls: Vec::new(),
            tool_call_id: None,
        }
    }
}

impl From<&ChatMessage> for Said {
    fn from(message: &ChatMessage) -> Self {
        Self {
            tool_calls: message.calls.iter().map(wanted).collect(),
            tool_call_id: message.call_id.clone(),
            ..Self::new(message.role, message.text.as_str())
        }
    }
}

/// A call as the model wanted it, arguments written out.
fn wanted(call: &ToolCall) -> Value {
    let arguments = match &call.arguments {
        Value::String(unread) => unread.clone(),
        read @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => read.to_string(),
    };
    let function = json!({ "name": call.name, "arguments": arguments });
    json!({ "id": call.id, "type": "function", "function": function })
}

/// A tool as it is offered.
pub(crate) fn offered(tool: &ToolOffer) -> Value {
    let function = json!({
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.input,
    });
    json!({ "type": "function", "function": function })
}

impl ChatRequest {
    /// Whether it asks for nothing that only some servers know.
    pub(crate) const fn is_plain(&self) -> bool {
        self.stream_options.is_none() && self.response_format.is_none() && self.tools.is_empty()
    }

    /// All characters that go out; for a guess at tokens where the server counts none.
    pub(crate) fn chars(&self) -> usize {
        self.messages
            .iter()
            .map(|said| said.content.chars().count())
            .sum()
    }
}

/// Holds the server to a schema.
pub(crate) fn constraint(schema: &Value) -> Value {
    json!({ "type": "json_schema", "json_schema": { "name": "answer", "schema": schema } })
}

/// A whole answer, or one piece of a streamed one.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Completion {
    #[serde(default)]
    pub(crate) choices: Vec<Choice>,
    #[serde(default)]
    pub(crate) usage: Option<Usage>,
    #[serde(default)]
    pub(crate) error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Choice {
    #[serde(default, alias = "message")]
    pub(crate) delta: Option<Content>,
    #[serde(default)]
    pub(crate) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Content {
    #[serde(default)]
    pub(crate) content: Option<String>,
    #[serde(default)]
    pub(crate) tool_calls: Option<Vec<CallPiece>>,
}

/// A tool that is wanted, or more of one: what has the same index belongs together.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct CallPiece {
    #[serde(default)]
    pub(crate) index: Option<usize>,
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) function: FunctionPiece,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct FunctionPiece {
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// JSON as text; some servers send it read.
    #[serde(default)]
    pub(crate) arguments: Option<Value>,
}

/// Calls as they come, piece by piece.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls(Vec<Coming>);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Coming {
    id: Option<String>,
    name: String,
    arguments: String,
}

impl Calls {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a piece. One without an index is a whole call; an index out of reach is taken for the next.
    pub(crate) fn take(&mut self, piece: CallPiece) {
        let next = self.0.len();
        let at = piece.index.unwrap_or(next).min(next);
        if at == next {
            self.0.push(Coming::default());
        }
        let Some(call) = self.0.get_mut(at) else {
            return;
        };
        call.id = piece.id.or_else(|| call.id.take());
        call.name.push_str(&piece.function.name.unwrap_or_default());
        match piece.function.arguments {
            Some(Value::String(text)) => call.arguments.push_str(&text),
            Some(read) => call.arguments.push_str(&read.to_string()),
            None => {}
        }
    }

    /// What is wanted: arguments that are no JSON stay the text that they are, none at all are an empty object.
    pub(crate) fn whole(self) -> Vec<ToolCall> {
        let calls = self.0.into_iter().zip(1..);
        calls
            .map(|(call, at)| ToolCall {
                id: call
                    .id
                    .filter(|id| !id.is_empty())
                    .unwrap_or_else(|| format!("call_{at}")),
                name: call.name,
                arguments: match call.arguments.trim() {
                    "" => json!({}),
                    text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
                },
            })
            .collect()
    }
}

/// Tokens as the server counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Usage {
    #[serde(default)]
    pub(crate) prompt_tokens: u64,
    #[serde(default)]
    pub(crate) completion_tokens: u64,
}

/// The list of models.
#[derive(Debug, Deserialize)]
pub(crate) struct Models {
    pub(crate) data: Vec<Model>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) id: String,
}

/// What an error answer says: `{"error": {"message": …}}`, `{"error": "…"}` or text; never long.
pub(crate) fn complaint(body: &[u8]) -> String {
    const SHOWN_CHARS: usize = 400;
    let text = String::from_utf8_lossy(body);
    let said = match serde_json::from_str::<Value>(&text) {
        Ok(value) => {
            let error = value.get("error").unwrap_or(&value);
            let said = error.get("message").unwrap_or(error);
            said.as_str()
                .map_or_else(|| said.to_string(), str::to_owned)
        }
        Err(_) => text.trim().to_owned(),
    };
    said.chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_in_all_their_forms() {
        for body in [
            r#"{"error":{"message":"no","type":"x"}}"#,
            r#"{"error":"no"}"#,
            r#"{"message":"no"}"#,
            " no\n",
        ] {
            assert_eq!(complaint(body.as_bytes()), "no");
        }
    }

    #[test]
    fn calls_come_in_pieces_or_whole() {
        let pieces = [
            json!({ "index": 0, "id": "c1", "function": { "name": "send", "arguments": "" } }),
            json!({ "index": 0, "function": { "arguments": "{\"to\":" } }),
            json!({ "index": 1, "id": "c2", "function": { "name": "look", "arguments": "no JSON" } }),
            json!({ "index": 0, "function": { "arguments": "1}" } }),
            json!({ "function": { "name": "rest", "arguments": { "x": 1 } } }),
        ];
        let mut calls = Calls::default();
        for piece in pieces {
            calls.take(serde_json::from_value(piece).unwrap());
        }
        let whole: Vec<_> = calls
            .whole()
            .into_iter()
            .map(|call| (call.id, call.name, call.arguments))
            .collect();
        assert_eq!(
            whole,
            [
                ("c1".to_owned(), "send".to_owned(), json!({ "to": 1 })),
                ("c2".to_owned(), "look".to_owned(), json!("no JSON")),
                ("call_3".to_owned(), "rest".to_owned(), json!({ "x": 1 })),
            ]
        );
    }

    #[test]
    fn whole_answers_and_pieces_are_read_alike() {
        for text in [
            r#"{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}"#,
            r#"{"id":"1","choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}"#,
        ] {
            let read: Completion = serde_json::from_str(text).unwrap();
            let said = read.choices[0].delta.as_ref().unwrap();
            assert_eq!(said.content.as_deref(), Some("hi"));
            assert_eq!(read.usage.unwrap().prompt_tokens, 3);
        }
    }
}
