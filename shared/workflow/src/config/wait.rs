//! What waits for time to pass.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest wait: 400 days.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// Passes the input on after a time, or at one. Exactly one of the two is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitConfig {
    /// How long, such as `10m` or `1day 2h`; at most 400 days.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Until when: a time of RFC 3339, such as `2026-03-01T09:00:00+01:00`. One that has passed is no wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A wait whose text has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// So long from now on.
    For(Duration),
    /// Until then, in milliseconds since the Unix epoch, UTC.
    Until(i64),
}

impl WaitConfig {
    /// What the texts say.
    ///
    /// # Errors
    /// Which field is wrong, and why.
    pub fn read(&self) -> Result<Wait, (&'static str, String)> {
        match (&self.duration, &self.until) {
            (Some(text), None) => {
                let duration = humantime::parse_duration(text)
                    .map_err(|cause| ("for", format!("`{text}` is no duration: {cause}")))?;
                if duration > LONGEST {
                    return Err(("for", format!("`{text}` is longer than 400 days")));
                }
                Ok(Wait::For(duration))
            }
            (None, Some(text)) => {
                let until = DateTime::parse_from_rfc3339(text).map_err(|cause| {
                    ("until", format!("`{text}` is no time of RFC 3339: {cause}"))
                })?;
                Ok(Wait::Until(until.with_timezone(&Utc).timestamp_millis()))
            }
            (None, None) => Err(("", "say how long: `for` or `until`".to_owned())),
            (Some(_), Some(_)) => Err(("", "say `for` or `until`, not both".to_owned())),
        }
    }
}
