//! Events of an iCalendar text (RFC 5545) as JSON, and back.

mod read;
mod write;

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    moment,
    rows::Rows,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Events of an iCalendar text (RFC 5545) as JSON, and back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ICalendar {
    /// Which way.
    mode: Mode,
    /// For `parse`: the text; left out, the value of `in`. For `format`, the list of events is `in`.
    #[serde(default)]
    text: Option<String>,
    /// For `format`: the time zone of times that name none.
    #[serde(default = "utc")]
    timezone: String,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// From iCalendar text to a list of events.
    Parse,
    /// From a list of events to iCalendar text.
    Format,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// An event as JSON has it: fields without a value are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Event {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// RFC 3339; a date for a whole day; without an offset where the text names no zone that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    /// As `start`; the first instant, or the first day, after the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    all_day: bool,
    /// As the text names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer: Option<Person>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attendees: Vec<Person>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<String>,
    /// The rule (RRULE) by which it comes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<String>,
    /// Of which occurrence this is an exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence_id: Option<String>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Such as `ACCEPTED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

impl Transform for ICalendar {
    const TITLE: &'static str = "iCalendar";
    const DOCS: &'static str = "Reads the events of an iCalendar text (.ics) or writes some; emits a list of events, or the text. What is no calendar leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        let event = json!({
            "type": "object",
            "properties": {
                "uid": { "type": "string" }, "summary": { "type": "string" }, "description": { "type": "string" },
                "location": { "type": "string" }, "start": { "type": "string" }, "end": { "type": "string" },
                "all_day": { "type": "boolean" }, "attendees": { "type": "array" }, "categories": { "type": "array" },
            },
            "required": ["all_day"],
        });
        match super::literal(config, "mode", "") {
            Some("format") => json!({ "type": "string" }),
            Some("parse") => json!({ "type": "array", "items": event }),
            _ => json!({ "type": ["array", "string"] }),
        }
    }

    fn check(&self) -> Result<(), Error> {
        moment::zone(&self.timezone).map(|_| ())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        match self.mode {
            Mode::Parse => {
                let mut rows = Rows::default();
                for event in read::events(&call.text(self.text.as_ref())?)? {
                    rows.push(serde_json::to_value(event).unwrap_or_default())?;
                }
                Ok(out(rows.into_value()))
            }
            Mode::Format => {
                let zone = moment::zone(&self.timezone)?;
                write::calendar(call.list("in")?, zone, call.given.now_ms).map(out)
            }
        }
    }
}

#[cfg(test)]
mod tests;
