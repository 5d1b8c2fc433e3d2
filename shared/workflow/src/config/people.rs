//! What people are asked before a run goes on.

use ids::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Asks people to agree: to a value, or, beside a node that acts outside, to exactly what it is about to do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalConfig {
    /// What the question is, in a few words. Left out, what the node is about to do.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub title: String,
    /// What should be known before deciding.
    #[serde(default)]
    #[schemars(length(max = 10_000))]
    pub text: String,
    /// Whether anybody is asked at all.
    #[serde(default = "always")]
    pub when: bool,
    /// How sure the workflow is, from 0 to 1: nobody is asked from 0.9 on, people are told and not asked from 0.7 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub confidence: Option<f64>,
    /// What is shown and may be edited. Left out, the input. Means nothing beside a node that acts outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Who may decide. Left out, everybody who may run the workflow.
    #[serde(default)]
    pub approvers: Vec<UserId>,
    /// Whether the person who started the run may decide.
    #[serde(default = "always")]
    pub own: bool,
    /// How long nobody need decide, and what counts then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DeadlineConfig>,
    /// When others are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<EscalateConfig>,
}

/// Asks people for what the workflow cannot know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskConfig {
    /// The question.
    #[schemars(length(min = 1, max = 200))]
    pub question: String,
    /// What should be known before answering.
    #[serde(default)]
    #[schemars(length(max = 10_000))]
    pub text: String,
    /// JSON Schema of the answer, from which a form is made.
    #[schemars(extend("x-literal" = true))]
    pub form: Value,
    /// Who may answer. Left out, everybody who may run the workflow.
    #[serde(default)]
    pub approvers: Vec<UserId>,
    /// How long nobody need answer; then the node fails, or is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DeadlineConfig>,
    /// When others are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<EscalateConfig>,
}

/// The end of a question's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlineConfig {
    /// From the question on, in seconds.
    #[schemars(range(min = 1, max = 34_560_000))]
    pub seconds: u64,
    /// What counts then.
    #[serde(default)]
    pub then: Undecided,
}

/// What counts when nobody has decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undecided {
    /// It happens as it was shown. A question for an answer fails instead.
    Approve,
    /// The node fails.
    #[default]
    Reject,
    /// The node is skipped.
    Ignore,
}

/// Whom a question goes to when nobody has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateConfig {
    /// From the question on, in seconds.
    #[schemars(range(min = 1, max = 34_560_000))]
    pub seconds: u64,
    /// Who may decide from then on.
    #[schemars(length(min = 1, max = 20))]
    pub to: Vec<UserId>,
}

const fn always() -> bool {
    true
}
