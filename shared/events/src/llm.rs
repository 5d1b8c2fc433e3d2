//! Model calls.

use crate::{About, Event, FellBack, Key, LlmModel, RunError, Stream, Timestamp};
use ids::{ConversationId, InvocationId, MessageId, RunId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who asked for a model call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LlmOrigin {
    Run {
        run_id: RunId,
        workflow_id: WorkflowId,
        effect_key: String,
    },
    Conversation {
        conversation_id: ConversationId,
    },
}

macro_rules! llm_event {
    ($name:ident, $type:literal, $stream:ident, $about:ident, $key:ident) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::$stream);
            const ABOUT: About = About::$about;
            fn key(&self) -> Key {
                Key::of(self.$key)
            }
        }
    };
}

/// One message of an exchange with a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessage {
    pub role: ChatRole,
    pub text: String,
    /// What the assistant wants done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ToolCall>,
    /// The call that a tool answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
}

impl ChatMessage {
    /// Words of somebody.
    #[must_use]
    pub fn said(role: ChatRole, text: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
            calls: Vec::new(),
            call_id: None,
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatRole {
    System,
    User,
    Assistant,
    /// What came of a call.
    Tool,
}

/// A tool as a model sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolOffer {
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// JSON Schema of its arguments.
    pub input: Value,
}

/// A tool that a model wants called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCall {
    /// Names the call within its exchange.
    pub id: String,
    /// As the model named the tool; there may be none of this name.
    pub name: String,
    /// As the model gave them; a text when it was no JSON.
    pub arguments: Value,
}

/// What a model says that has been offered tools: words, and what it wants done; the words are its answer when that is nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Round {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ToolCall>,
}

/// Where the words of a model are shown as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    pub conversation_id: ConversationId,
    /// The message that they become.
    pub message_id: MessageId,
}

/// A model answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmCompleted {
    pub invocation_id: InvocationId,
    pub origin: LlmOrigin,
    /// `name@version`.
    pub prompt: String,
    pub model: String,
    /// Text, or the value that satisfies the output schema.
    pub output: Value,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
    pub latency_ms: u64,
    /// Whether the first answer had to be repaired by a second call.
    pub repaired: bool,
    /// The models that this one answers for, in the order of choice; one whose server failed was asked before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fell_back_from: Vec<FellBack>,
    pub completed_at: Timestamp,
}
llm_event!(LlmCompleted, "llm.completed", Llm, Origin, invocation_id);

/// A model did not answer, or not in the shape asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmFailed {
    pub invocation_id: InvocationId,
    pub origin: LlmOrigin,
    pub prompt: String,
    /// Absent when no model is configured.
    pub model: Option<String>,
    pub error: RunError,
    /// What it cost all the same; absent when no model answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<LlmUsage>,
    /// Whether the first answer was to be repaired by a second call.
    #[serde(default)]
    pub repaired: bool,
    /// The models before the last one, in the order of choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fell_back_from: Vec<FellBack>,
    pub latency_ms: u64,
    pub failed_at: Timestamp,
}
llm_event!(LlmFailed, "llm.failed", Llm, Origin, invocation_id);

/// What a model call used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LlmUsage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
}

/// Some words of an answer as they are produced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmDelta {
    pub invocation_id: InvocationId,
    pub origin: LlmOrigin,
    /// The message that the answer becomes, unless the model goes on to call tools.
    pub message_id: MessageId,
    /// 1, 2, 3, … within the invocation.
    pub seq: u64,
    /// Where `text` begins in the whole answer, in characters.
    pub offset: u64,
    pub text: String,
}
llm_event!(LlmDelta, "llm.delta", LlmDelta, Origin, invocation_id);

/// Which models can be used, or that there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmCatalogued {
    /// The names, each once; the first is the default.
    pub models: Vec<String>,
    /// What is known of each, in the order in which they are asked; the same name may stand at several servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<LlmModel>,
    pub catalogued_at: Timestamp,
}
impl Event for LlmCatalogued {
    const TYPE: &'static str = "llm.catalogued";
    const STREAM: Option<Stream> = Some(Stream::Llm);
    const ABOUT: About = About::Operator;
    fn key(&self) -> Key {
        Key::of("models")
    }
}
