//! When people must agree to what a node is about to do.

use super::ConfigError;
use crate::config::ApprovalConfig;
use expressions::Template;

/// The rule of one node; rendered, it is an [`ApprovalConfig`].
#[derive(Debug)]
pub struct PlanApproval(pub(super) Template);

impl PlanApproval {
    /// What is rendered when the node is about to act.
    #[must_use]
    pub const fn template(&self) -> &Template {
        &self.0
    }

    /// Reads what the template gave.
    ///
    /// # Errors
    /// It is not of the shape of an approval, for instance because an expression gave a text for a number.
    pub fn read(rendered: &str) -> Result<ApprovalConfig, ConfigError> {
        crate::config::read(rendered)
    }
}
