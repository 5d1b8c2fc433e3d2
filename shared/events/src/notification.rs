//! What people are told.

use crate::{About, Event, Key, Stream, Timestamp};
use ids::{NodeId, NotificationId, RunId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run wants a person's attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationRaised {
    /// Derived from run, node and iteration: a repeat is the same notification.
    pub notification_id: NotificationId,
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub node: NodeId,
    pub title: String,
    pub body: String,
    pub urgency: Urgency,
    pub raised_at: Timestamp,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    Low,
    Normal,
    High,
}

impl Event for NotificationRaised {
    const TYPE: &'static str = "notification.raised";
    const STREAM: Option<Stream> = Some(Stream::Notification);
    const ABOUT: About = About::Workflow;
    fn key(&self) -> Key {
        Key::of(self.notification_id)
    }
}
