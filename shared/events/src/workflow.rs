//! Workflows: saved, published, deleted; and the outcome of their runs.

use crate::{About, Event, Key, RunError, Stream, Timestamp, TriggerKind};
use ids::{NodeId, RunId, TriggerId, UserId, VersionId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! workflow_event {
    ($name:ident, $type:literal, $key:ident) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Workflow);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                Key::of(self.$key)
            }
        }
    };
}

/// A person wants this document as the workflow's newest draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowSaveRequested {
    pub workflow_id: WorkflowId,
    /// The document as it was sent; the engine validates it.
    pub document: Value,
    /// The draft it was made from; absent for a new workflow. Another draft in between is a conflict.
    pub base_version: Option<u32>,
    pub actor: UserId,
}
workflow_event!(
    WorkflowSaveRequested,
    "workflow.save_requested",
    workflow_id
);

/// A draft is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowSaved {
    pub workflow_id: WorkflowId,
    pub version: WorkflowVersion,
    pub actor: UserId,
}
workflow_event!(WorkflowSaved, "workflow.saved", workflow_id);

/// One immutable version of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowVersion {
    pub version_id: VersionId,
    /// 1, 2, 3, …
    pub number: u32,
    /// SHA-256 of the canonical document, hex.
    pub hash: String,
    pub name: String,
    pub description: String,
    /// Canonical: default ports filled in.
    pub document: Value,
    pub saved_at: Timestamp,
}

/// A request about a workflow was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowRejected {
    pub workflow_id: WorkflowId,
    /// The refused event's type.
    pub request: String,
    /// Stable, such as `workflow.invalid` or `workflow.conflict`.
    pub code: String,
    pub message: String,
    pub problems: Vec<WorkflowProblem>,
}
workflow_event!(WorkflowRejected, "workflow.rejected", workflow_id);

/// One thing that is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowProblem {
    /// `error` refuses the document, `warning` does not.
    pub severity: String,
    pub code: String,
    pub message: String,
    /// JSON pointer into the document.
    pub pointer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A person wants a version to be the one that triggers start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowPublishRequested {
    pub workflow_id: WorkflowId,
    /// The version's number; the newest draft when absent.
    pub version: Option<u32>,
    pub actor: UserId,
}
workflow_event!(
    WorkflowPublishRequested,
    "workflow.publish_requested",
    workflow_id
);

/// A version's triggers are live, and those of the version before are gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowPublished {
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub version: u32,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether none of its nodes changes anything outside.
    #[serde(default)]
    pub reads: bool,
    pub triggers: Vec<Trigger>,
    pub actor: UserId,
    pub published_at: Timestamp,
}
workflow_event!(WorkflowPublished, "workflow.published", workflow_id);

/// One trigger node of a published version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trigger {
    /// Stable for the workflow's node while it exists, whatever the version.
    pub trigger_id: TriggerId,
    pub node: NodeId,
    pub kind: TriggerKind,
    pub enabled: bool,
    /// The node's configuration.
    pub config: Value,
}

/// A person wants a trigger on or off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriggerSwitchRequested {
    pub workflow_id: WorkflowId,
    pub trigger_id: TriggerId,
    pub enabled: bool,
    pub actor: UserId,
}
workflow_event!(
    TriggerSwitchRequested,
    "workflow.trigger_switch_requested",
    workflow_id
);

/// A trigger is on or off now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriggerSwitched {
    pub workflow_id: WorkflowId,
    pub trigger_id: TriggerId,
    pub enabled: bool,
}
workflow_event!(TriggerSwitched, "workflow.trigger_switched", workflow_id);

/// A person wants a workflow gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowDeleteRequested {
    pub workflow_id: WorkflowId,
    pub actor: UserId,
}
workflow_event!(
    WorkflowDeleteRequested,
    "workflow.delete_requested",
    workflow_id
);

/// A workflow is gone, its triggers too; its runs stay readable until they expire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowDeleted {
    pub workflow_id: WorkflowId,
    pub actor: UserId,
}
workflow_event!(WorkflowDeleted, "workflow.deleted", workflow_id);

/// A trigger's event came and no run was started, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriggerDeclined {
    pub workflow_id: WorkflowId,
    pub trigger_id: TriggerId,
    pub event_id: ids::EventId,
    /// Stable: `filtered`, `filter_failed`, `disabled`, `removed`, `not_executable`; of failed runs
    /// `error_run`, `not_permitted`; of flow control `debounced`, `batched`,
    /// `singleton`, `replaced`, `overflow`, `key_failed`, `too_large`.
    pub code: String,
    pub message: String,
}
workflow_event!(TriggerDeclined, "workflow.trigger_declined", trigger_id);

/// A trigger's event came and waits for its run, because the trigger's flow control says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriggerHeld {
    pub workflow_id: WorkflowId,
    pub trigger_id: TriggerId,
    pub event_id: ids::EventId,
    /// The run that it will start, unless another event takes its place.
    pub run_id: RunId,
    /// What it waits for: `debounce`, `batch`, `singleton`, `concurrency` or `throttle`.
    pub code: String,
    pub message: String,
}
workflow_event!(TriggerHeld, "workflow.trigger_held", trigger_id);

/// A run ended well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowCompleted {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
}
workflow_event!(WorkflowCompleted, "workflow.completed", run_id);

/// A run ended with an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowFailed {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub error: RunError,
}
workflow_event!(WorkflowFailed, "workflow.failed", run_id);

/// A run was ended by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowCancelled {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub actor: Option<UserId>,
}
workflow_event!(WorkflowCancelled, "workflow.cancelled", run_id);
