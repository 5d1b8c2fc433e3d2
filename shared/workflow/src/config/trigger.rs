//! What starts a run.

use super::{FlowControl, HttpMethod};
use ids::{AccountId, WorkflowId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person starts the run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualConfig {
    /// JSON Schema of what the person enters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-literal" = true))]
    pub input_schema: Option<Value>,
    /// How many runs it starts, and when; left out, one for each event, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowControl>,
}

/// A request to `/hooks/<path>` starts the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// What follows `/hooks/`: segments of letters, digits, `-`, `_`, `.` and `~`.
    #[schemars(
        regex(pattern = r"^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$"),
        length(max = 200)
    )]
    pub path: String,
    /// The method that is accepted.
    #[serde(default = "post")]
    pub method: HttpMethod,
    /// When the caller gets its answer. Left out: `last` when the graph has an HTTP response, else `accepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<Respond>,
    /// How the caller proves who it is.
    #[serde(default)]
    pub auth: WebhookAuth,
    /// How many runs it starts, and when; left out, one for each event, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowControl>,
}

/// When the caller of a webhook gets its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Respond {
    /// When the run's HTTP response node is durable: its status and body.
    Last,
    /// As soon as the webhook is durable: 202.
    Accepted,
}

/// How the caller of a webhook proves who it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookAuth {
    /// The scheme.
    pub kind: WebhookAuthKind,
    /// `hmac_sha256`: the header with the signature, such as `X-Hub-Signature-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// `hmac_sha256`: what stands before the hexadecimal signature, such as `sha256=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// `hmac_sha256`: the header with the sender's id of a delivery, such as `X-GitHub-Delivery`. Equal bodies with other
    /// ids are then other calls. The signature does not cover the id, so whoever has seen one signed call can send it
    /// again under another id. Left out: the same body is refused for as long as the secret lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_header: Option<String>,
    /// The name of the secret; the secret itself is never in a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
}

/// The scheme of a [`WebhookAuth`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookAuthKind {
    /// Everybody who knows the path may call.
    #[default]
    None,
    /// Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    StandardWebhooks,
    /// A hexadecimal HMAC-SHA256 of the body in one header, as GitHub sends it.
    HmacSha256,
}

/// A time of the calendar starts the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleConfig {
    /// Five or six fields of cron, such as `0 7 * * MON-FRI`.
    #[schemars(length(min = 1, max = 200))]
    pub cron: String,
    /// IANA name, such as `Europe/Berlin`.
    #[serde(default = "utc")]
    #[schemars(length(min = 1, max = 100))]
    pub timezone: String,
    /// What happens to times that passed while nothing ran.
    #[serde(default)]
    pub missed: Missed,
    /// How many runs it starts, and when; left out, one for each event, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowControl>,
}

/// What happens to scheduled times that passed while nothing ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// They are left out.
    #[default]
    Skip,
    /// One run for all of them.
    Once,
    /// One run for each.
    All,
}

/// An event of an account starts the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventConfig {
    /// The type of the event, such as `integration.email.received`.
    #[schemars(
        regex(pattern = r"^integration(\.[a-z][a-z0-9_]*)+$"),
        length(max = 100)
    )]
    pub event_type: String,
    /// Only events of this account; left out, of every account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Only events for which this condition holds; `trigger` and `input` are the event's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// How many runs it starts, and when; left out, one for each event, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowControl>,
}

/// A run of another workflow that failed starts the run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorConfig {
    /// Only runs of these workflows; left out, of every other workflow that this one's owner may view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub workflow_ids: Option<Vec<WorkflowId>>,
    /// Only failures for which this condition holds; `trigger` and `input` are the payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// How many runs it starts, and when; left out, one for each event, at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowControl>,
}

const fn post() -> HttpMethod {
    HttpMethod::Post
}

fn utc() -> String {
    "UTC".to_owned()
}
