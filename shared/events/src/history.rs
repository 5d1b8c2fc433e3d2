//! What an assistant looks for among what runs did and what came in.

use crate::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is looked for. Whatever is left out does not narrow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HistorySearch {
    /// Runs, the newest first.
    Runs {
        /// Words in what came in, went on or went out, in any case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Part of the workflow's name, in any case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workflow: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<RunStanding>,
        #[serde(flatten)]
        within: Within,
    },
    /// Mails and messages, the newest first.
    Inbox {
        /// Words in the subject, the text or the sender, in any case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// `email` or `message`.
        #[serde(default, rename = "of", skip_serializing_if = "Option::is_none")]
        kind: Option<InboxKind>,
        #[serde(flatten)]
        within: Within,
    },
}

/// A stretch of time, and how much of it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Within {
    /// At this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Most that is told.
    pub limit: u32,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStanding {
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl RunStanding {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxKind {
    Email,
    Message,
}

impl InboxKind {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Message => "message",
        }
    }
}
