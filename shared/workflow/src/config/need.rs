//! What a node needs of the model that answers it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the model must be like, whichever it is; what is left out may be anything. With a need, even an empty one, another
/// model that meets it answers when the first cannot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Where the text may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Of twenty answers measured, nineteen took no longer, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_p95_ms: Option<u64>,
    /// Most for a million tokens in and a million tokens out together, in millionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_price_micros: Option<u64>,
    /// Longest question with its answer that the model must take, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub min_context_tokens: Option<u64>,
}

/// Where the text of a question may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Only to servers that are known to be the person's own.
    Local,
    /// Anywhere.
    Remote,
}
