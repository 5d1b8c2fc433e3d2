//! What is wrong with a document, and where.

use ids::{NodeId, PortName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a problem stops a save.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The document cannot be saved.
    Error,
    /// The document can be saved; something could not be proved, or will hardly do what was meant.
    Warning,
}

/// One finding about a document: a stable code, a sentence, a place and a hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message} ({pointer})")]
pub struct Problem {
    /// Whether it stops a save.
    pub severity: Severity,
    /// Stable, such as `edge.type_mismatch`.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// JSON pointer into the document that was given.
    pub pointer: String,
    /// The node it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The port it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<PortName>,
    /// What to do about it; empty when the message says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

impl Problem {
    /// One that stops a save.
    pub fn error(code: &str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.to_owned(),
            message: message.into(),
            pointer: pointer.into(),
            node: None,
            port: None,
            hint: String::new(),
        }
    }

    pub(crate) fn warning(
        code: &str,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, pointer, message)
        }
    }

    /// About this node.
    #[must_use]
    pub fn node(mut self, node: &NodeId) -> Self {
        self.node = Some(node.clone());
        self
    }

    pub(crate) fn port(mut self, port: &PortName) -> Self {
        self.port = Some(port.clone());
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether it stops a save.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
