//! What a run asks people, and what they say.

use crate::{About, Event, Json, Key, Stream};
use ids::{NodeId, QuestionId, RunId, Shard, UserId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question to people. It stays the same whatever happens around it, so that an answer is to what was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Derived from run, node and iteration: asked for again, it is the same question.
    pub question_id: QuestionId,
    pub title: String,
    /// Why it is asked, or what should be known before answering.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    pub about: Subject,
    /// What of it strangers may have chosen, because it came from outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tainted: Vec<Tainted>,
    /// Who may decide, of those who may run the workflow; everybody of them when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<UserId>,
    /// Who may not decide: the person that started the run, where the workflow forbids to approve one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not: Option<UserId>,
    /// Who is asked when nobody has decided until then; milliseconds since the Unix epoch, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Escalation>,
    /// What counts as decided when the time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
}

/// An argument whose value may have come from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tainted {
    /// As the request names it, such as `to`.
    pub argument: String,
    /// From where the value entered to the last node before the argument.
    pub way: Vec<TaintStep>,
}

/// One node through which a value came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaintStep {
    /// The node's run: the one that asks, or one that called it.
    pub run_id: RunId,
    pub node: NodeId,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// What an adapter is about to do. `hash` binds the decision to exactly this.
    Effect {
        protocol: String,
        operation: String,
        request: Json,
        /// SHA-256 of protocol, operation and request, hex.
        hash: String,
    },
    /// A value that the workflow shows.
    Value {
        value: Json,
        /// SHA-256 of the value, hex.
        hash: String,
    },
    /// Something that the workflow cannot know.
    Form {
        /// JSON Schema of the answer.
        form: Value,
    },
}

impl Subject {
    /// What a decision is bound to; an answer to a form is bound to nothing.
    #[must_use]
    pub fn hash(&self) -> Option<&str> {
        match self {
            Self::Effect { hash, .. } | Self::Value { hash, .. } => Some(hash),
            Self::Form { .. } => None,
        }
    }
}

/// When nobody has decided, others are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Escalation {
    pub at_ms: i64,
    pub to: Vec<UserId>,
}

/// When nobody has decided at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deadline {
    pub at_ms: i64,
    pub then: Fallback,
}

/// What counts when nobody has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    Approve,
    Reject,
    Ignore,
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// It happens as it was shown.
    Approve,
    /// It happens like this instead.
    Edit { value: Json },
    /// It does not happen; this is what the node puts out.
    Respond { value: Json },
    /// It does not happen, and the node fails.
    Reject,
    /// It does not happen, and the node is skipped.
    Ignore,
}

/// A person answers a question of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionDecided {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub question_id: QuestionId,
    /// Of what the person saw; a question about something else by now is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    pub decision: Decision,
    pub actor: UserId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// A person passes a question of a run on to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionDelegated {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub question_id: QuestionId,
    pub to: Vec<UserId>,
    pub actor: UserId,
}

macro_rules! answer {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::RunInput);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                Key::at(Shard::of(self.run_id), self.run_id)
            }
        }
    };
}
answer!(QuestionDecided, "run.question_decided");
answer!(QuestionDelegated, "run.question_delegated");
