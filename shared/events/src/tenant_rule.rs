//! When people must agree, as a tenant says it for all its workflows.

use crate::{About, Event, Key, Stream};
use ids::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most rules that a tenant can have.
pub const MOST_RULES: usize = 20;

/// When people must agree to what a node of any workflow is about to do. Workflows can ask for more, never for less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TenantRule {
    /// About nodes that may do this outside.
    pub effects: Vec<Reach>,
    /// About these operations alone, such as `http.request`; none: about all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// One expression that gives a boolean: `input` is what is about to be sent, `trigger` what started the run. Absent:
    /// always. One that cannot be evaluated counts as true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// From 0 to 1: nobody is asked when the workflow says that it is at least so sure. Absent: however sure it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless_sure: Option<f64>,
    /// Who may decide; none: those whom the workflow names, or else everybody who may run it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<UserId>,
    /// Whether the person who started the run may decide.
    #[serde(default = "yes")]
    pub own: bool,
    /// What should be known before deciding.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What a node may do outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Nothing changes.
    Read,
    /// Something changes, and could be changed back.
    Write,
    /// What has happened cannot be taken back.
    Irreversible,
}

/// A person wants these rules for the tenant, instead of those that it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalRulesRequested {
    pub rules: Vec<TenantRule>,
    pub actor: UserId,
}

/// These rules hold for all runs of the tenant that start from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalRulesChanged {
    pub rules: Vec<TenantRule>,
    pub actor: UserId,
}

macro_rules! rules_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Workflow);
            const ABOUT: About = About::Workflow;
            fn key(&self) -> Key {
                Key::of("tenant")
            }
        }
    };
}
rules_event!(ApprovalRulesRequested, "workflow.approval_rules_requested");
rules_event!(ApprovalRulesChanged, "workflow.approval_rules_changed");

const fn yes() -> bool {
    true
}
