//! Runs that differ from those that triggers start: forked, dry, or of a single node.

use crate::{About, Event, Json, Key, RunError, SkipReason, Stream, Timestamp, WorkflowProblem};
use ids::{NodeId, PortName, RunId, Shard, UserId, VersionId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// How a run differs from one that its trigger starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variant {
    /// Nothing leaves the engine: effects are listed, not sent, and nothing is waited for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dry: bool,
    /// The run that it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<ForkedFrom>,
    /// The only node that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeId>,
    /// What enters that node, or the node forked at, instead of what its edges deliver; by port where it has several.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub input: Option<Json>,
}

/// Where a fork leaves another run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForkedFrom {
    pub run_id: RunId,
    /// The first node that runs again; absent when the whole run is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<NodeId>,
    /// How far that run's log went when it was read.
    pub seq: u64,
    /// The run with which the chain of forks began; absent when it is that run itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<RunId>,
}

impl ForkedFrom {
    /// The run with which the chain of forks began.
    #[must_use]
    pub fn origin(&self) -> RunId {
        self.first.unwrap_or(self.run_id)
    }
}

/// What became of a node in another run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TakenResult {
    Completed { outputs: BTreeMap<PortName, Json> },
    Failed { error: RunError },
    Skipped { reason: SkipReason },
}

/// What a node of a dry run goes on with instead of an adapter's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandIn {
    /// What the adapter brought back in the run forked from.
    Recorded,
    /// What the document has pinned.
    Pinned,
    /// A value made from the output's schema.
    Example,
    /// The node needs no result.
    Nothing,
}

/// A person wants a run that is forked, dry, or of a single node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunVariantRequested {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    /// The run to take results from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<RunId>,
    /// The first node to run again; absent: everything, or nothing but `only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<NodeId>,
    /// The only node to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeId>,
    /// What enters that node; without one, what the trigger node puts out. Absent: what was recorded or is pinned.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub input: Option<Json>,
    /// Whether effects are listed instead of sent.
    pub dry: bool,
    /// The trigger node to start from; absent: that of the source, or the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<NodeId>,
    pub actor: UserId,
    pub requested_at: Timestamp,
}

impl Event for RunVariantRequested {
    const TYPE: &'static str = "run.variant_requested";
    const STREAM: Option<Stream> = Some(Stream::RunInput);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::at(Shard::of(self.run_id), self.run_id)
    }
}

/// A fork, a dry run or a test cannot be, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunVariantRejected {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    /// Stable, such as `fork.refused` or `run.not_found`.
    pub code: String,
    pub message: String,
    pub problems: Vec<WorkflowProblem>,
}

impl Event for RunVariantRejected {
    const TYPE: &'static str = "workflow.run_variant_rejected";
    const STREAM: Option<Stream> = Some(Stream::Workflow);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::of(self.workflow_id)
    }
}

/// A value that is there, were it `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}
