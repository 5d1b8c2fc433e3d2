//! The OpenAI-compatible chat API as we use it. Written strictly, read leniently: servers leave things out.
//!
//! Source: the API reference of `OpenAI`, "Create chat completion".

use events::{ChatMessage, ChatRole};
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
}

impl Said {
    pub(crate) fn new(role: ChatRole, text: impl Into<String>) -> Self {
        let role = match role {
            ChatRole::System => "system",
            ChatRole::User => "user",
            ChatRole::Assistant => "assistant",
        };
        Self {
            role,
            content: text.into(),
        }
    }
}

impl From<&ChatMessage> for Said {
    fn from(message: &ChatMessage) -> Self {
        Self::new(message.role, message.text.as_str())
    }
}

impl ChatRequest {
    /// Asks for nothing that only some servers know.
    pub(crate) fn plain(&self) -> Self {
        Self {
            stream_options: None,
            response_format: None,
            ..self.clone()
        }
    }

    pub(crate) const fn is_plain(&self) -> bool {
        self.stream_options.is_none() && self.response_format.is_none()
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
