//! All that the scheduler may touch.

use bus::Manifest;
use events::{
    ScheduleFired, ScheduleMissed, SchedulePlanned, TriggerSwitched, WorkflowDeleted,
    WorkflowPublished,
};

/// NATS user, database grants, network policy and `AsyncAPI` channels come from here.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest::new("scheduler")
        .database()
        .consumes::<WorkflowPublished>("triggers")
        .consumes::<TriggerSwitched>("triggers")
        .consumes::<WorkflowDeleted>("triggers")
        .publishes::<ScheduleFired>()
        .publishes::<ScheduleMissed>()
        .publishes::<SchedulePlanned>()
}
