//! What ends more than itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Ends the loop around it, or the run, well and early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopConfig {
    /// What ends.
    #[serde(default)]
    pub what: Stopped,
    /// Why, as the history tells it.
    #[serde(default)]
    #[schemars(length(max = 1_000))]
    pub reason: String,
}

/// What a stop ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The innermost loop around it: turns that have begun end as usual, no other begins. Outside loops, the run.
    #[default]
    Loop,
    /// The whole run, which has then completed.
    Run,
}

/// Gives up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailConfig {
    /// What went wrong, in one sentence.
    #[schemars(length(min = 1, max = 1_000))]
    pub message: String,
    /// Stable, for those that react to it.
    #[serde(default = "given_up")]
    #[schemars(regex(pattern = "^[a-z0-9_.]{1,64}$"))]
    pub code: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1_000))]
    pub hint: Option<String>,
}

fn given_up() -> String {
    "workflow.gave_up".to_owned()
}
