//! Triggers as the engine's table stores them.

use crate::{
    Node,
    config::{FlowControl, Missed, Respond, WebhookAuth},
};
use expressions::Expression;
use ids::{AccountId, NodeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What starts a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    /// A person.
    Manual,
    /// A request of HTTP.
    Webhook,
    /// A time of the calendar.
    Schedule,
    /// An event of an account.
    Event,
    /// Another workflow.
    Workflow,
    /// A run of another workflow that failed.
    Error,
}

impl TriggerKind {
    /// As tables and the API write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Webhook => "webhook",
            Self::Schedule => "schedule",
            Self::Event => "event",
            Self::Workflow => "workflow",
            Self::Error => "error",
        }
    }

    /// Whether others than the people of the installation, or their workflows, decide what it puts out.
    #[must_use]
    pub const fn is_foreign(self) -> bool {
        match self {
            Self::Webhook | Self::Event | Self::Error => true,
            Self::Manual | Self::Schedule | Self::Workflow => false,
        }
    }
}

/// One trigger node as a row: the columns that triggers are found by, and the whole config.
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerSpec {
    /// The trigger node.
    pub node_id: NodeId,
    /// What starts the run; says which of the other fields are set.
    pub kind: TriggerKind,
    /// Schedule: the cron expression.
    pub cron_expression: Option<String>,
    /// Schedule: IANA name of the time zone.
    pub timezone: Option<String>,
    /// Schedule: what happens to missed times.
    pub missed: Option<Missed>,
    /// Webhook: what follows `/hooks/`.
    pub webhook_path: Option<String>,
    /// Webhook: the accepted method, such as `POST`.
    pub method: Option<String>,
    /// Webhook: when the caller gets its answer, with the default worked out.
    pub respond: Option<Respond>,
    /// Webhook: how the caller proves who it is.
    pub auth: Option<WebhookAuth>,
    /// Event: its type.
    pub event_type: Option<String>,
    /// Event: only of this account.
    pub account_id: Option<AccountId>,
    /// Event and error: only if this holds; `trigger` and `input` are the payload.
    pub filter: Option<Expression>,
    /// How many runs it starts, and when.
    pub flow: Option<FlowControl>,
    /// The config as the document has it.
    pub config: Map<String, Value>,
}

impl TriggerSpec {
    /// A trigger of which only node, kind and config are known.
    pub(crate) fn new(kind: TriggerKind, node: &Node) -> Self {
        Self {
            node_id: node.id.clone(),
            kind,
            cron_expression: None,
            timezone: None,
            missed: None,
            webhook_path: None,
            method: None,
            respond: None,
            auth: None,
            event_type: None,
            account_id: None,
            filter: None,
            flow: None,
            config: node.config.clone(),
        }
    }
}
