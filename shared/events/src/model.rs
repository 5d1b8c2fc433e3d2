//! The models that can be asked: what is known of each, what was measured, and what a call may need of one.

use ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the text of a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// It stays: the model's server has a private or loopback address, or its account says so.
    Local,
    /// It leaves, or nobody can tell.
    Remote,
}

/// What a call needs of the model that answers it, whichever that is. What is left out may be anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LlmNeed {
    /// `local`: the text must not leave. `remote`: it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Of twenty answers measured, nineteen took no longer, in milliseconds. A model that was measured to be fast enough is
    /// preferred to one that was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_p95_ms: Option<u64>,
    /// Most for a million tokens of questions and a million tokens of answers together, in millionths of a US dollar. A model
    /// whose account states no price is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_price_micros: Option<u64>,
    /// Longest question with its answer that the model must take, in tokens. A model of unknown context does not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_context_tokens: Option<u64>,
}

/// One model of one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmModel {
    pub name: String,
    /// Absent: the server that the operator named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// `openai`, `ollama` or `anthropic`.
    pub protocol: String,
    pub privacy: Privacy,
    /// In tokens; absent when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_tokens: Option<u64>,
    /// Millionths of a US dollar for a million tokens of questions.
    pub input_price_micros: u64,
    /// Millionths of a US dollar for a million tokens of answers.
    pub output_price_micros: u64,
    /// Absent: not asked in the last seven days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What a model did in the last seven days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// How often it was asked.
    pub calls: u64,
    /// How often no answer came that could be used.
    pub failures: u64,
    /// Tokens of answers a second; absent when there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f64>,
    /// Half of the answers took no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<u64>,
    /// Of twenty answers nineteen took no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<u64>,
}

/// A model that another one answered for, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FellBack {
    pub model: String,
    /// Absent: the server that the operator named, or no server has the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The error when it was asked. It was not when this is `llm.resting`, `llm.need_unmet`, `llm.question_too_long` or
    /// `llm.model_unknown`.
    pub code: String,
}
