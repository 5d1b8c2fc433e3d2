//! Workflows as parts of others.

use ids::WorkflowId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Another workflow starts the run, by a node of type `sub_workflow`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalledConfig {
    /// JSON Schema of what the other workflow hands over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-literal" = true))]
    pub input_schema: Option<Value>,
}

/// Runs another workflow and waits for its end. In a loop it runs once for each item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubWorkflow {
    /// The other workflow. It needs a trigger of type `trigger.workflow`, and everybody who may edit this workflow must be
    /// allowed to run it.
    #[schemars(extend("x-literal" = true))]
    pub workflow_id: WorkflowId,
    /// The version's number. Left out, the one that is published when the node runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-literal" = true))]
    pub version: Option<u32>,
    /// What its trigger puts out. Left out, the node's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
}
