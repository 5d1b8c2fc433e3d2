//! Where values go and how they change.

use ids::PortName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Builds a value from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransformConfig {
    /// The value; every string of it may hold expressions.
    pub output: Value,
}

/// Passes the input on by `true` or by `false`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchConfig {
    /// An expression that gives a boolean.
    pub condition: String,
}

/// Passes the input on by the ports of the cases that hold, or by `otherwise`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchConfig {
    /// The cases, in the order in which they are tried.
    #[schemars(length(min = 1, max = 50))]
    pub cases: Vec<SwitchCase>,
    /// Which of the cases that hold are taken.
    #[serde(default)]
    pub take: Take,
}

/// One case of a switch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchCase {
    /// The output port of the case.
    pub name: PortName,
    /// An expression that gives a boolean.
    pub condition: String,
}

/// Which of the cases that hold are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The first.
    #[default]
    First,
    /// All of them.
    All,
}

/// Passes the input to every output at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParallelConfig {}

/// Waits for its inputs and makes one object of those that came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinConfig {
    /// How many inputs it waits for. Whatever comes later changes nothing.
    #[serde(default)]
    pub mode: JoinMode,
    /// With mode `quorum`: how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub quorum: Option<u32>,
    /// Longest time from the first input on, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 34_560_000))]
    pub timeout_seconds: Option<u64>,
    /// What happens when that time is over.
    #[serde(default)]
    pub late: Late,
}

/// How many inputs a join waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JoinMode {
    /// All of them.
    #[default]
    All,
    /// The first that comes.
    Any,
    /// As many as `quorum` says.
    Quorum,
}

/// What a join does when its time is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// It gives up with an error of class `timeout`.
    #[default]
    Fail,
    /// It goes on with what has come.
    GoOn,
}
