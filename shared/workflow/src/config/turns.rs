//! What runs more than once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Runs its body once for each item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoopConfig {
    /// How many items are under way at once.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100))]
    pub concurrency: u32,
    /// What an error in a turn means for the others.
    #[serde(default)]
    pub on_error: TurnErrors,
}

/// What an error that nobody caught in a turn means for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnErrors {
    /// The loop fails.
    #[default]
    Fail,
    /// The turn ends and gives null; the others go on, and `errors` tells of it.
    Continue,
}

/// Runs its body again as long as a condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhileConfig {
    /// An expression that gives a boolean; `item` is the value of the turn that would begin, `index` its number.
    pub condition: String,
    /// Most turns; when the condition still holds then, the node fails.
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 10_000))]
    pub most: u32,
}

const fn one() -> u32 {
    1
}

const fn hundred() -> u32 {
    100
}
