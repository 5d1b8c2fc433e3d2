//! Due times of schedules.

use crate::{About, Event, Key, Stream, Timestamp};
use ids::{EventId, NodeId, TriggerId, VersionId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! schedule_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Schedule);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                Key::of(self.trigger_id)
            }
        }
    };
}

/// A due time came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduleFired {
    pub trigger_id: TriggerId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
    pub node: NodeId,
    /// Derived from trigger and due time: the same for whoever fires it.
    pub event_id: EventId,
    pub due_at: Timestamp,
    pub fired_at: Timestamp,
}
schedule_event!(ScheduleFired, "schedule.fired");

/// Due times passed while nobody could fire them, and the trigger's policy lets them go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduleMissed {
    pub trigger_id: TriggerId,
    pub workflow_id: WorkflowId,
    /// Oldest first; at most 100 are named.
    pub due_times: Vec<Timestamp>,
    /// All of them.
    pub count: u64,
}
schedule_event!(ScheduleMissed, "schedule.missed");

/// When a schedule will fire next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchedulePlanned {
    pub trigger_id: TriggerId,
    pub workflow_id: WorkflowId,
    /// The next five due times, or none when the expression has no more or the trigger is off.
    pub next: Vec<Timestamp>,
}
schedule_event!(SchedulePlanned, "schedule.planned");
