//! Why a run, or a node of it, failed.

use ids::NodeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// An error that a person can act on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunError {
    pub class: ErrorClass,
    /// Stable, such as `http.status` or `expression.failed`.
    pub code: String,
    /// One sentence: what was attempted on what, and what came of it.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The node that failed, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// What the other side answered, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
    /// How long the other side asked to be left alone, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl RunError {
    /// The error by itself: without hint, node and detail.
    pub fn new(class: ErrorClass, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class,
            code: code.into(),
            message: message.into(),
            hint: None,
            node: None,
            detail: None,
            retry_after_ms: None,
        }
    }

    /// With what to do about it; an empty text is none.
    #[must_use]
    pub fn hinting(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self
    }

    /// With how long the other side asked to be left alone.
    #[must_use]
    pub fn retry_after(mut self, pause: Option<Duration>) -> Self {
        self.retry_after_ms = pause.and_then(|pause| u64::try_from(pause.as_millis()).ok());
        self
    }
}

/// The kinds of failure that are treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Credentials were refused or are missing.
    Auth,
    /// The other side asked to wait.
    RateLimit,
    /// No answer in time.
    Timeout,
    /// The other side failed or could not be reached.
    Unavailable,
    /// The other side refused what it was sent.
    Rejected,
    /// A value does not have the shape it must have.
    Schema,
    /// The run's principal may not do this.
    Permission,
    /// An expression could not be evaluated.
    Expression,
    /// A limit of the run or of the installation was reached.
    Limit,
    /// It may or may not have happened; only a person can tell.
    Unknown,
    /// The workflow itself gave up.
    Stated,
}
