//! What waits: for time to pass, or for an event.

use chrono::{DateTime, Utc};
use ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// Longest wait: 400 days.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// Passes the input on after a time, or at one; or waits for an event. Exactly one of the three is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitConfig {
    /// How long, such as `10m` or `1day 2h`; at most 400 days.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Until when: a time of RFC 3339, such as `2026-03-01T09:00:00+01:00`. One that has passed is no wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// For which event. It leaves by the port `out`; when the time is over first, the input leaves by the port `late`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<AwaitedEvent>,
}

/// An event that is waited for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwaitedEvent {
    /// The type of the event, such as `integration.email.received`.
    #[serde(rename = "type")]
    #[schemars(
        regex(pattern = r"^integration(\.[a-z][a-z0-9_]*)+$"),
        length(max = 100)
    )]
    pub event_type: String,
    /// Only events of this account; left out, of every account that everybody who may edit the workflow may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Fields that the event's payload must have, with these values, such as `{"in_reply_to": "{{ nodes.ask.message_id }}"}`.
    #[serde(default, rename = "match", skip_serializing_if = "Map::is_empty")]
    pub matching: Map<String, Value>,
    /// A condition on the event alone: `input` and `trigger` are its payload. What the run knows belongs into `match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-literal" = true))]
    pub filter: Option<String>,
    /// Longest wait, such as `3days`; at most 400 days.
    #[serde(default = "longest")]
    pub within: String,
}

fn longest() -> String {
    "30days".to_owned()
}

/// A wait whose text has been read.
#[derive(Debug, Clone, PartialEq)]
pub enum Wait {
    /// So long from now on.
    For(Duration),
    /// Until then, in milliseconds since the Unix epoch, UTC.
    Until(i64),
    /// For an event, so long at most.
    Event(AwaitedEvent, Duration),
}

impl WaitConfig {
    /// What the texts say.
    ///
    /// # Errors
    /// Which field is wrong, and why.
    pub fn read(&self) -> Result<Wait, (&'static str, String)> {
        match (&self.duration, &self.until, &self.event) {
            (Some(text), None, None) => Ok(Wait::For(duration("for", text)?)),
            (None, Some(text), None) => {
                let until = DateTime::parse_from_rfc3339(text).map_err(|cause| {
                    ("until", format!("`{text}` is no time of RFC 3339: {cause}"))
                })?;
                Ok(Wait::Until(until.with_timezone(&Utc).timestamp_millis()))
            }
            (None, None, Some(event)) => {
                let within = duration("event/within", &event.within)?;
                Ok(Wait::Event(event.clone(), within))
            }
            (None, None, None) => Err((
                "",
                "say how long: `for` or `until`; or for which `event`".to_owned(),
            )),
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err((
                "",
                "say `for`, `until` or `event`, only one of them".to_owned(),
            )),
        }
    }
}

fn duration(field: &'static str, text: &str) -> Result<Duration, (&'static str, String)> {
    let duration = humantime::parse_duration(text)
        .map_err(|cause| (field, format!("`{text}` is no duration: {cause}")))?;
    if duration > LONGEST {
        return Err((field, format!("`{text}` is longer than 400 days")));
    }
    Ok(duration)
}
