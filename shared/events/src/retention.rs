//! How long runs are kept.

use crate::{About, Event, Key, Stream};
use ids::{UserId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Fewest days for which runs can be kept.
pub const FEWEST_DAYS: u32 = 1;
/// Most days for which runs can be kept.
pub const MOST_DAYS: u32 = 3_650;

/// A person wants runs to be kept for longer or shorter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionRequested {
    /// Absent: all workflows of the tenant that have no retention of their own.
    pub workflow_id: Option<WorkflowId>,
    /// 1 to 3,650; absent: as long as the tenant says, or else the installation.
    pub days: Option<u32>,
    pub actor: UserId,
}

/// Runs are kept for so long from now on; those that are older are not shown any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionChanged {
    /// Absent: all workflows of the tenant that have no retention of their own.
    pub workflow_id: Option<WorkflowId>,
    /// Absent: as long as the tenant says, or else the installation.
    pub days: Option<u32>,
    pub actor: UserId,
}

macro_rules! retention_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Workflow);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                self.workflow_id.map_or_else(|| Key::of("tenant"), Key::of)
            }
        }
    };
}
retention_event!(RetentionRequested, "workflow.retention_requested");
retention_event!(RetentionChanged, "workflow.retention_changed");
