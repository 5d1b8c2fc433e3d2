//! Prompts, and what people think of the answers they lead to.

use crate::{About, Event, Json, Key, LlmOrigin, Stream, Timestamp};
use ids::{EvaluationId, FeedbackId, InvocationId, PromptId, QuestionId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The label that a prompt's bare name means.
pub const PRODUCTION: &str = "production";

macro_rules! prompt_event {
    ($name:ident, $type:literal, $about:ident, $key:ident) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Llm);
            const ABOUT: About = About::$about;
            fn key(&self) -> Key {
                Key::of(self.$key)
            }
        }
    };
}

/// A person writes a new version of a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptSaveRequested {
    pub prompt_id: PromptId,
    pub name: String,
    pub text: String,
    /// The label that is to move to it, as [`PromptLabelRequested`] would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub actor: UserId,
}
prompt_event!(
    PromptSaveRequested,
    "prompt.save_requested",
    Prompt,
    prompt_id
);

/// A version of a prompt is stored. It never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptSaved {
    pub prompt_id: PromptId,
    pub name: String,
    pub version: u32,
    pub text: String,
    /// Absent for the prompts that ship with the product.
    pub actor: Option<UserId>,
    /// A label names it at once: `prompt.labelled` follows.
    #[serde(default)]
    pub labelled: bool,
    pub saved_at: Timestamp,
}
prompt_event!(PromptSaved, "prompt.saved", Prompt, prompt_id);

/// A person wants a label to name another version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptLabelRequested {
    pub prompt_id: PromptId,
    pub label: String,
    pub version: u32,
    pub actor: UserId,
}
prompt_event!(
    PromptLabelRequested,
    "prompt.label_requested",
    Prompt,
    prompt_id
);

/// A label names this version from now on. Runs that have begun before keep the one that it named then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptLabelled {
    pub prompt_id: PromptId,
    pub label: String,
    pub version: u32,
    /// Absent for the prompts that ship with the product.
    pub actor: Option<UserId>,
    pub labelled_at: Timestamp,
}
prompt_event!(PromptLabelled, "prompt.labelled", Prompt, prompt_id);

/// A person wants to know how a version does on the cases of its prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptEvaluationRequested {
    pub evaluation_id: EvaluationId,
    pub prompt_id: PromptId,
    pub version: u32,
    pub actor: UserId,
}
prompt_event!(
    PromptEvaluationRequested,
    "prompt.evaluation_requested",
    Prompt,
    prompt_id
);

/// How a version does on the cases of its prompt, beside the one in production.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptEvaluated {
    pub evaluation_id: EvaluationId,
    pub prompt_id: PromptId,
    pub version: u32,
    /// The version in production.
    pub against: u32,
    /// The label that was to move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Those that were tried; none when that was not possible.
    pub cases: Vec<CaseResult>,
    /// Why the version could not be tried, or the label stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
    pub actor: Option<UserId>,
    pub evaluated_at: Timestamp,
}
prompt_event!(PromptEvaluated, "prompt.evaluated", Prompt, prompt_id);

/// One case of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// The feedback that the case is.
    pub feedback_id: FeedbackId,
    pub passed: bool,
    /// Whether the version in production passes it.
    pub passed_before: bool,
}

/// A prompt, a label or an evaluation was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptRejected {
    pub prompt_id: PromptId,
    pub code: String,
    pub message: String,
}
prompt_event!(PromptRejected, "prompt.rejected", Prompt, prompt_id);

/// What a person thinks of an answer, or of a part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Feedback {
    pub feedback_id: FeedbackId,
    pub invocation_id: InvocationId,
    pub verdict: Verdict,
    /// JSON Pointer (RFC 6901) of the part; empty for the whole answer.
    #[serde(default)]
    pub path: String,
    /// What should be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Json>,
    #[serde(default)]
    pub comment: String,
    /// The question whose refusal says it; absent when the person said it of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<QuestionId>,
    /// Absent when nobody decided the question in time.
    pub actor: Option<UserId>,
}

/// Whether an answer is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Right,
    Wrong,
}

impl Verdict {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

/// A person says what they think of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackRequested {
    pub origin: LlmOrigin,
    pub feedback: Feedback,
}
impl Event for FeedbackRequested {
    const TYPE: &'static str = "llm.feedback_requested";
    const STREAM: Option<Stream> = Some(Stream::Llm);
    const ABOUT: About = About::Origin;
    fn key(&self) -> Key {
        Key::of(self.feedback.invocation_id)
    }
}

/// It is kept. What is wrong is a case from now on: no label moves to a version that does worse on the cases of its prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackGiven {
    pub origin: LlmOrigin,
    pub feedback: Feedback,
    pub prompt_id: PromptId,
    /// Of the prompt that led to the answer.
    pub version: u32,
    /// What the part was that the feedback is about.
    pub answered: Json,
    pub given_at: Timestamp,
}
impl Event for FeedbackGiven {
    const TYPE: &'static str = "llm.feedback_given";
    const STREAM: Option<Stream> = Some(Stream::Llm);
    const ABOUT: About = About::Origin;
    fn key(&self) -> Key {
        Key::of(self.feedback.invocation_id)
    }
}

/// It could not be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackRejected {
    pub origin: LlmOrigin,
    pub invocation_id: InvocationId,
    pub code: String,
    pub message: String,
}
prompt_event!(
    FeedbackRejected,
    "llm.feedback_rejected",
    Origin,
    invocation_id
);

/// People correct the answers of a version more often than those of the versions before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptDrifted {
    pub prompt_id: PromptId,
    pub name: String,
    pub version: u32,
    /// Its answers, and how many of them are wrong.
    pub answers: u64,
    pub wrong: u64,
    /// Those of all versions before.
    pub answers_before: u64,
    pub wrong_before: u64,
    pub drifted_at: Timestamp,
}
prompt_event!(PromptDrifted, "prompt.drifted", Prompt, prompt_id);
