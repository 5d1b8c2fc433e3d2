//! Calls of a language model. Every node type of this family is lowered to one [`LlmCall`].

use super::{DecideConfig, DeduplicateConfig, Need, ScoreConfig};
use crate::plan::ConfigError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One call of a language model, whatever node type asked for it.
///
/// The text sent to the model is a versioned prompt, found by name and filled with the variables by the LLM adapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LlmCall {
    /// Name of the prompt, or `name@label`.
    pub prompt: String,
    /// What the prompt is filled with: an object.
    pub variables: Value,
    /// JSON Schema that the answer must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// From 0 (the same answer again) to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Longest answer, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// Which node type a model call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LlmKind {
    /// `llm_call`.
    Call,
    /// `classify`.
    Classify,
    /// `generate`.
    Generate,
    /// `summarize`.
    Summarize,
    /// `extract`.
    Extract,
    /// `score`.
    Score,
    /// `decide`.
    Decide,
    /// `deduplicate`.
    Deduplicate,
}

impl LlmKind {
    /// The call that a rendered config asks for.
    ///
    /// # Errors
    /// The config is not of the node type's shape; the message names the field.
    pub fn lower(self, rendered: &str) -> Result<LlmCall, ConfigError> {
        Ok(match self {
            Self::Call => super::read::<LlmCallConfig>(rendered)?.lower(),
            Self::Classify => super::read::<ClassifyConfig>(rendered)?.lower(),
            Self::Generate => super::read::<GenerateConfig>(rendered)?.lower(),
            Self::Summarize => super::read::<SummarizeConfig>(rendered)?.lower(),
            Self::Extract => super::read::<ExtractConfig>(rendered)?.lower(),
            Self::Score => super::read::<ScoreConfig>(rendered)?.lower(),
            Self::Decide => super::read::<DecideConfig>(rendered)?.lower(),
            Self::Deduplicate => super::read::<DeduplicateConfig>(rendered)?.lower(),
        })
    }
}

/// A free question to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LlmCallConfig {
    /// What is asked.
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// How the model should behave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// From 0 (the same answer again) to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 2.0))]
    pub temperature: Option<f64>,
    /// Longest answer, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_tokens: Option<u32>,
    /// JSON Schema of the answer; left out, the answer is `{text}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-literal" = true))]
    pub output_schema: Option<Value>,
}

/// Sorts a text into one of several categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyConfig {
    /// The text to sort.
    pub text: String,
    /// The categories to choose from.
    #[schemars(length(min = 2, max = 100), inner(length(min = 1, max = 200)))]
    pub categories: Vec<String>,
    /// Name of another prompt, or `name@label`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Writes a text after instructions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateConfig {
    /// What to write.
    #[schemars(length(min = 1))]
    pub instructions: String,
    /// What to write about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Shortens a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummarizeConfig {
    /// The text to shorten.
    pub text: String,
    /// Longest summary, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub max_words: Option<u32>,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// Pulls data out of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractConfig {
    /// The text to read.
    pub text: String,
    /// JSON Schema of what to pull out: an object.
    #[schemars(extend("x-literal" = true))]
    pub schema: Value,
    /// The model to use; left out, the installation's default, or whichever meets the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model must be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

impl LlmCallConfig {
    fn lower(self) -> LlmCall {
        let mut variables = json!({ "prompt": self.prompt });
        insert(&mut variables, "system", self.system.map(Value::from));
        LlmCall {
            temperature: self.temperature,
            max_tokens: self.max_tokens,
            ..call(
                "llm_call",
                variables,
                self.output_schema,
                (self.model, self.need),
            )
        }
    }
}

impl ClassifyConfig {
    fn lower(self) -> LlmCall {
        let schema = classification(&self.categories);
        let prompt = self.prompt.unwrap_or_else(|| "classify".to_owned());
        let variables = json!({ "text": self.text, "categories": self.categories });
        LlmCall {
            temperature: Some(0.0),
            ..call(&prompt, variables, Some(schema), (self.model, self.need))
        }
    }
}

impl GenerateConfig {
    fn lower(self) -> LlmCall {
        let mut variables = json!({ "instructions": self.instructions });
        insert(&mut variables, "text", self.text.map(Value::from));
        call("generate", variables, None, (self.model, self.need))
    }
}

impl SummarizeConfig {
    fn lower(self) -> LlmCall {
        let mut variables = json!({ "text": self.text });
        insert(&mut variables, "max_words", self.max_words.map(Value::from));
        call("summarize", variables, None, (self.model, self.need))
    }
}

impl ExtractConfig {
    fn lower(self) -> LlmCall {
        let variables = json!({ "text": self.text, "schema": self.schema });
        LlmCall {
            temperature: Some(0.0),
            ..call(
                "extract",
                variables,
                Some(self.schema),
                (self.model, self.need),
            )
        }
    }
}

/// What a classification answers: one of the categories, and how sure the model is.
pub(crate) fn classification(categories: &[String]) -> Value {
    json!({
        "type": "object",
        "properties": {
            "category": { "type": "string", "enum": categories },
            "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
        },
        "required": ["category", "confidence"],
        "additionalProperties": false,
    })
}

pub(super) fn call(
    prompt: &str,
    variables: Value,
    schema: Option<Value>,
    (model, need): (Option<String>, Option<Need>),
) -> LlmCall {
    LlmCall {
        prompt: prompt.to_owned(),
        variables,
        output_schema: schema,
        model,
        need,
        temperature: None,
        max_tokens: None,
    }
}

pub(super) fn insert(variables: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(map), Some(value)) = (variables.as_object_mut(), value) {
        map.insert(name.to_owned(), value);
    }
}
