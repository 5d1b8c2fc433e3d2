//! Model calls that judge: how much, which one, the same or not.

use super::ai::{call, insert};
use super::{LlmCall, Need};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Rates a text on a scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreConfig {
    /// The text to rate.
    pub text: String,
    /// What is rated, and what makes it high or low.
    #[schemars(length(min = 1))]
    pub criteria: String,
    /// The lowest score.
    #[serde(default)]
    #[schemars(extend("x-literal" = true))]
    pub min: f64,
    /// The highest score.
    #[serde(default = "hundred")]
    #[schemars(extend("x-literal" = true))]
    pub max: f64,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Picks one of several options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideConfig {
    /// What is to be decided.
    #[schemars(length(min = 1))]
    pub question: String,
    /// What there is to choose from.
    #[schemars(length(min = 2, max = 100), inner(length(min = 1, max = 200)))]
    pub options: Vec<String>,
    /// What should be known for the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Says whether two texts are about the same thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeduplicateConfig {
    /// One text.
    pub text: String,
    /// The other.
    pub other: String,
    /// When two texts count as the same; left out, when they tell of the same thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<String>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

const fn hundred() -> f64 {
    100.0
}

impl ScoreConfig {
    pub(super) fn lower(self) -> LlmCall {
        let variables = json!({ "text": self.text, "criteria": self.criteria, "min": self.min, "max": self.max });
        let schema = score(self.min, self.max);
        judged("score", variables, schema, (self.model, self.need))
    }
}

impl DecideConfig {
    pub(super) fn lower(self) -> LlmCall {
        let mut variables = json!({ "question": self.question, "options": self.options });
        insert(&mut variables, "text", self.text.map(Value::from));
        judged(
            "decide",
            variables,
            choice(&self.options),
            (self.model, self.need),
        )
    }
}

impl DeduplicateConfig {
    pub(super) fn lower(self) -> LlmCall {
        let mut variables = json!({ "text": self.text, "other": self.other });
        insert(&mut variables, "criteria", self.criteria.map(Value::from));
        judged(
            "deduplicate",
            variables,
            sameness(),
            (self.model, self.need),
        )
    }
}

fn judged(
    prompt: &str,
    variables: Value,
    schema: Value,
    asked: (Option<String>, Option<Need>),
) -> LlmCall {
    LlmCall {
        temperature: Some(0.0),
        ..call(prompt, variables, Some(schema), asked)
    }
}

/// What a rating answers: a number in its range, why, and how sure the model is.
pub(crate) fn score(min: f64, max: f64) -> Value {
    judgement(
        "score",
        &json!({ "type": "number", "minimum": min, "maximum": max }),
    )
}

/// What a decision answers: one of the options, why, and how sure the model is.
pub(crate) fn choice(options: &[String]) -> Value {
    judgement("choice", &json!({ "type": "string", "enum": options }))
}

/// What a comparison answers: whether it is the same, why, and how sure the model is.
pub(crate) fn sameness() -> Value {
    judgement("duplicate", &json!({ "type": "boolean" }))
}

fn judgement(name: &str, schema: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            // First, so that a model reasons before it judges.
            "reason": { "type": "string" },
            name: schema,
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
        },
        "required": ["reason", name, "confidence"],
        "additionalProperties": false,
    })
}
