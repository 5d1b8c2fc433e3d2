//! What a run tells people and callers.

use super::Told;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Tells a person something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// One line.
    #[schemars(length(min = 1))]
    pub title: String,
    /// The rest.
    #[serde(default)]
    pub body: String,
    /// How much it may disturb.
    #[serde(default)]
    pub urgency: Urgency,
}

/// How much a notification may disturb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Read when there is time.
    Low,
    /// Read soon.
    #[default]
    Normal,
    /// Read now.
    High,
}

/// Writes a line into the run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The line, or any value.
    pub message: Value,
    /// How much it matters.
    #[serde(default)]
    pub level: Level,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// Worth knowing.
    #[default]
    Info,
    /// Something is odd.
    Warn,
    /// Something failed.
    Error,
}

/// Answers the webhook that started the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpResponse {
    /// Status of HTTP.
    #[serde(default = "ok")]
    #[schemars(range(min = 100, max = 599))]
    pub status: u16,
    /// Header fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Sent as it is when a string, else as JSON.
    #[serde(default)]
    pub body: Value,
}

/// Answers in the conversation that started the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Where the answer stands.
    pub to: Told,
    /// The answer, Markdown.
    pub text: String,
}

const fn ok() -> u16 {
    200
}
