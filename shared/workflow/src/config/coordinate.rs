//! A goal that a model pursues in rounds: it looks, chooses tools, sees what they bring, and looks again.

use super::Need;
use ids::{AccountId, ConversationId, MessageId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What ends a coordination that would go on.
pub(crate) const ROUNDS: u32 = 12;
/// Longest fact that is kept, in characters.
const FACT: u32 = 500;
/// Longest text that is searched for, in characters.
const SEARCHED: u32 = 200;
/// Most that one search finds.
const FOUND: u32 = 20;

/// Pursues a goal with tools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoordinateConfig {
    /// What is to be reached.
    #[schemars(length(min = 1))]
    pub goal: String,
    /// Name of the prompt that opens the exchange, or `name@label`.
    #[serde(default = "prompt")]
    pub prompt: String,
    /// What that prompt is filled with: an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<Value>,
    /// What was said before the goal, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
    /// What the model may do, and nothing else.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub tools: Vec<Tool>,
    /// Most rounds; each is one call of the model.
    #[serde(default = "rounds")]
    #[schemars(range(min = 1, max = 50), extend("x-literal" = true))]
    pub rounds: u32,
    /// Most tokens of all rounds, in and out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub tokens: Option<u64>,
    /// Most cost of all rounds, in millionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub cost_micros: Option<u64>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// Longest answer of a round, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_tokens: Option<u32>,
    /// The conversation that sees the words as they come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// One message of an exchange with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who speaks.
    pub role: Speaker,
    /// What is said.
    pub text: String,
}

/// Who speaks in an exchange with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// Where the words of a model are shown as they come, and who is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message that the words become.
    pub message_id: MessageId,
}

/// Something that a model may do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// As the model names it.
    #[schemars(length(min = 1, max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))]
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// JSON Schema of its arguments; left out, what the kind of tool takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-literal" = true))]
    pub input: Option<Value>,
    /// What is done when the model calls it.
    pub does: ToolKind,
    /// Whether a person must agree to each call.
    #[serde(default)]
    pub asks: Asks,
}

/// What a call of a tool does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ToolKind {
    /// Runs a workflow that has a trigger of type `trigger.workflow`, with the arguments as its input.
    Workflow {
        /// Which one; everybody who may edit this workflow must be allowed to run it.
        workflow_id: WorkflowId,
        /// Whether nothing outside changes, so that nobody need be asked.
        #[serde(default)]
        reads: bool,
    },
    /// Sends an e-mail from this account; the arguments are those of the node type `send_email`.
    SendEmail { account_id: AccountId },
    /// Sends a message through a bridge; the arguments are those of the node type `send_message`.
    SendMessage { account_id: AccountId },
    /// Drafts workflows, remembers things and looks things up, in a person's own assistant.
    Assistant { operation: AssistantOperation },
}

/// What the assistant does for itself.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AssistantOperation {
    /// Checks a workflow and keeps it as a draft.
    Draft,
    /// Makes a draft from a recipe and its slots.
    DraftRecipe,
    /// Changes a draft step by step.
    ChangeDraft,
    /// Lets a draft run.
    PublishDraft,
    /// Keeps something about the person.
    Remember,
    /// Looks for what is known of the person.
    Recall,
    /// Looks for runs that the person may view.
    SearchRuns,
    /// Looks for mails and messages that the person may view.
    SearchInbox,
}

impl AssistantOperation {
    const ALL: [Self; 8] = [
        Self::Draft,
        Self::DraftRecipe,
        Self::ChangeDraft,
        Self::PublishDraft,
        Self::Remember,
        Self::Recall,
        Self::SearchRuns,
        Self::SearchInbox,
    ];

    /// The operation that a request names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// As requests and logs name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::DraftRecipe => "draft_recipe",
            Self::ChangeDraft => "change_draft",
            Self::PublishDraft => "publish_draft",
            Self::Remember => "remember",
            Self::Recall => "recall",
            Self::SearchRuns => "search_runs",
            Self::SearchInbox => "search_inbox",
        }
    }
}

/// Whether people are asked before a tool acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// When something outside changes.
    #[default]
    Writes,
    /// Each time.
    Always,
}

fn prompt() -> String {
    "coordinate".to_owned()
}

const fn rounds() -> u32 {
    ROUNDS
}

impl CoordinateConfig {
    /// The tool that a model names.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

impl Tool {
    /// JSON Schema of the arguments.
    #[must_use]
    pub fn schema(&self) -> Value {
        let own = self.input.clone().filter(|schema| !schema.is_null());
        own.unwrap_or_else(|| self.does.schema())
    }
}

impl ToolKind {
    fn schema(&self) -> Value {
        match self {
            Self::Workflow { .. } => json!({ "type": "object" }),
            Self::SendEmail { .. } => json!({
                "type": "object",
                "properties": {
                    "to": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                    "subject": { "type": "string" },
                    "text": { "type": "string" },
                },
                "required": ["to", "subject", "text"],
                "additionalProperties": false,
            }),
            Self::SendMessage { .. } => json!({
                "type": "object",
                "properties": { "to": { "type": "string" }, "text": { "type": "string" } },
                "required": ["to", "text"],
                "additionalProperties": false,
            }),
            Self::Assistant { operation } => operation.schema(),
        }
    }
}

impl AssistantOperation {
    fn schema(self) -> Value {
        match self {
            Self::Draft => json!({
                "type": "object",
                "properties": { "document": {
                    "type": "object",
                    "description": "the workflow: {name, nodes, edges}",
                } },
                "required": ["document"],
                "additionalProperties": false,
            }),
            Self::DraftRecipe => crate::recipes::schema(),
            Self::ChangeDraft => crate::change::schema(),
            Self::PublishDraft => json!({
                "type": "object",
                "properties": { "workflow_id": { "type": "string" } },
                "required": ["workflow_id"],
                "additionalProperties": false,
            }),
            Self::Remember => json!({
                "type": "object",
                "properties": {
                    "fact": { "type": "string", "minLength": 1, "maxLength": FACT },
                    "replaces": {
                        "type": "string",
                        "description": "the id of the fact that is no longer true",
                    },
                },
                "required": ["fact"],
                "additionalProperties": false,
            }),
            Self::Recall => json!({
                "type": "object",
                "properties": { "about": { "type": "string", "minLength": 1 } },
                "required": ["about"],
                "additionalProperties": false,
            }),
            Self::SearchRuns => search(&json!({
                "workflow": { "type": "string", "description": "part of the workflow's name" },
                "status": { "enum": ["running", "completed", "failed", "cancelled"] },
            })),
            Self::SearchInbox => search(&json!({ "kind": { "enum": ["email", "message"] } })),
        }
    }
}

/// What every search takes, and what this one takes beside it.
fn search(own: &Value) -> Value {
    let mut properties = json!({
        "text": { "type": "string", "minLength": 1, "maxLength": SEARCHED, "description": "words that occur, as they are written" },
        "since": { "type": "string", "description": "a day as 2026-03-31, or a time as 2026-03-31T09:00:00Z" },
        "until": { "type": "string", "description": "a day, which counts whole, or a time" },
        "limit": { "type": "integer", "minimum": 1, "maximum": FOUND },
    });
    if let (Some(all), Some(own)) = (properties.as_object_mut(), own.as_object()) {
        all.extend(own.clone());
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
