//! A version tried out on past runs: what it would have done, beside what was done.

use crate::{About, Event, Iteration, Json, Key, Stream, Timestamp};
use ids::{BacktestId, NodeId, RunId, UserId, VersionId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person wants to see what a version would have done with what reached the workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestRequested {
    pub backtest_id: BacktestId,
    pub workflow_id: WorkflowId,
    /// The version to try out.
    pub version_id: VersionId,
    /// The runs whose payloads it gets, the newest first.
    pub runs: Vec<RunId>,
    pub actor: UserId,
    pub requested_at: Timestamp,
}

impl Event for BacktestRequested {
    const TYPE: &'static str = "workflow.backtest_requested";
    const STREAM: Option<Stream> = Some(Stream::Workflow);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::of(self.workflow_id)
    }
}

/// What the version would have done. No run was made, and nothing was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestCompleted {
    pub backtest_id: BacktestId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    /// In the order of the request.
    pub cases: Vec<BacktestCase>,
    pub completed_at: Timestamp,
}

impl Event for BacktestCompleted {
    const TYPE: &'static str = "workflow.backtest_completed";
    const STREAM: Option<Stream> = Some(Stream::Workflow);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::of(self.workflow_id)
    }
}

/// One past run, and what the version makes of the same payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestCase {
    pub run_id: RunId,
    pub verdict: BacktestVerdict,
    /// How the real run stands: running, completed, failed or cancelled; absent when its log is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Effects of both, in the order of the version's; those that only the real run had last.
    pub effects: Vec<BacktestEffect>,
    /// Effects that are not listed because there are too many.
    #[serde(default, skip_serializing_if = "is_none_left")]
    pub more_effects: u64,
    /// Whether its end or its effects differ from the real run's.
    pub differs: bool,
}

/// What becomes of a payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BacktestVerdict {
    /// The trigger's filter keeps it out.
    Filtered { message: String },
    /// No run can start: the trigger is gone, or the log is.
    NotStarted { code: String, message: String },
    /// The run ends so: completed, failed or cancelled.
    Ended {
        status: String,
        /// The code of the error.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// The backtest's own time was over before.
    NotReached,
}

/// One effect of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestEffect {
    pub node: NodeId,
    pub iteration: Iteration,
    pub protocol: String,
    pub operation: String,
    pub change: EffectChange,
    /// What would be sent; absent where it is the same, and where it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Json>,
}

/// How an effect compares with the real run's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectChange {
    Same,
    /// The same node sends something else.
    Changed,
    /// Only the version sends it.
    Added,
    /// Only the real run sent it.
    Removed,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_none_left(count: &u64) -> bool {
    *count == 0
}
