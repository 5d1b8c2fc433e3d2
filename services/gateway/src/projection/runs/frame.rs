//! Frames of run logs, read only as far as the read models need. Pure.

use super::question::{self, QuestionChange};
use chrono::DateTime;
use events::{Parent, RunTrigger, Timestamp, Variant};
use ids::{RunId, Shard, TenantId, VersionId, WorkflowId};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A row of `run_frames`.
pub(crate) struct FrameRow<'a> {
    pub(crate) run_id: RunId,
    pub(crate) first_seq: i64,
    pub(crate) last_seq: i64,
    pub(crate) tenant: &'a TenantId,
    /// The JSON array as the engine sent it.
    pub(crate) events: String,
}

/// [`events::RunLogged`].
#[derive(Deserialize)]
pub(super) struct Logged<'a> {
    #[serde(borrow)]
    pub(super) frames: Vec<Frame<'a>>,
}

/// [`events::RunEvents`]; its events stay text.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    pub(super) shard: Shard,
    pub(super) pos: i64,
    pub(super) run_id: RunId,
    pub(super) workflow_id: WorkflowId,
    pub(super) version_id: VersionId,
    pub(super) first_seq: i64,
    #[serde(borrow)]
    pub(super) events: Vec<&'a RawValue>,
}

impl Frame<'_> {
    /// The events as one JSON array.
    pub(super) fn text(&self) -> String {
        let bytes: usize = self.events.iter().map(|event| event.get().len() + 1).sum();
        let mut text = String::with_capacity(bytes + 2);
        text.push('[');
        for (index, event) in self.events.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(event.get());
        }
        text.push(']');
        text
    }

    pub(super) fn last_seq(&self) -> i64 {
        self.first_seq + i64::try_from(self.events.len()).unwrap_or(i64::MAX) - 1
    }
}

/// What a run event tells the read models.
#[derive(Debug, PartialEq)]
pub(super) enum Told {
    Started(Start),
    Ended(End),
    Classified(String, Option<f64>),
    Asked(QuestionChange),
    Nothing,
}

/// How a run began.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Start {
    pub(crate) at: Timestamp,
    pub(crate) trigger: RunTrigger,
    /// The run that waits for it.
    pub(crate) parent: Option<RunId>,
    /// JSON.
    pub(crate) variant: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct End {
    pub(crate) at: Timestamp,
    pub(crate) status: &'static str,
    /// JSON.
    pub(crate) error: Option<String>,
}

#[derive(Deserialize)]
struct Started {
    at_ms: i64,
    trigger: RunTrigger,
    #[serde(default)]
    parent: Option<Parent>,
    #[serde(default)]
    variant: Option<Variant>,
}

#[derive(Deserialize)]
struct Ended<'a> {
    at_ms: i64,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Completed<'a> {
    node_type: &'a str,
    #[serde(borrow)]
    outputs: Outputs<'a>,
}

#[derive(Deserialize)]
struct Outputs<'a> {
    #[serde(borrow, default)]
    out: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Verdict {
    category: String,
    #[serde(default)]
    confidence: Option<f64>,
}

/// Reads one event, if it is one of the few that matter here.
///
/// # Errors
/// The event is not of the shape that its type promises.
pub(super) fn read(event: &str, seq: i64) -> Result<Told, serde_json::Error> {
    let ended = |status| -> Result<Told, serde_json::Error> {
        let Ended { at_ms, error } = serde_json::from_str(event)?;
        Ok(Told::Ended(End {
            at: moment(at_ms),
            status,
            error: error.map(|error| error.get().to_owned()),
        }))
    };
    match kind(event)? {
        "run_started" => {
            let Started {
                at_ms,
                trigger,
                parent,
                variant,
            } = serde_json::from_str(event)?;
            // Its input stays where it is: in the log.
            let variant = variant.map(|variant| Variant {
                input: None,
                ..variant
            });
            Ok(Told::Started(Start {
                at: moment(at_ms),
                trigger,
                parent: parent.map(|parent| parent.run_id),
                variant: variant
                    .map(|told| serde_json::to_string(&told))
                    .transpose()?,
            }))
        }
        "node_completed" if event.contains("\"classify\"") => classified(event),
        "run_completed" => ended("completed"),
        "run_failed" => ended("failed"),
        "run_cancelled" => ended("cancelled"),
        "approval_requested"
        | "approval_decided"
        | "clarification_needed"
        | "clarification_answered"
        | "question_assigned"
        | "question_withdrawn" => {
            let change = question::read(event, seq)?;
            Ok(change.map_or(Told::Nothing, Told::Asked))
        }
        _ => Ok(Told::Nothing),
    }
}

fn classified(event: &str) -> Result<Told, serde_json::Error> {
    let Completed { node_type, outputs } = serde_json::from_str(event)?;
    let verdict = outputs
        .out
        .filter(|_| node_type == "classify")
        // An `error` port, or a value of another shape, says nothing of a category.
        .and_then(|out| serde_json::from_str::<Verdict>(out.get()).ok());
    Ok(verdict.map_or(Told::Nothing, |verdict| {
        Told::Classified(verdict.category, verdict.confidence)
    }))
}

/// The event's type. The engine writes it first; only text by another hand is parsed for it.
fn kind(event: &str) -> Result<&str, serde_json::Error> {
    #[derive(Deserialize)]
    struct Tagged<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
    }
    let first = event
        .strip_prefix("{\"type\":\"")
        .and_then(|rest| rest.split_once('"'));
    match first {
        Some((kind, _)) => Ok(kind),
        None => serde_json::from_str::<Tagged<'_>>(event).map(|tagged| tagged.kind),
    }
}

pub(super) fn moment(at_ms: i64) -> Timestamp {
    DateTime::from_timestamp_millis(at_ms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::RunEvent;
    use serde_json::json;

    fn told(event: &RunEvent) -> Told {
        read(&serde_json::to_string(event).unwrap(), 1).unwrap()
    }

    #[test]
    fn a_classification_is_found_among_other_nodes() {
        let completed = |node_type: &str, out: serde_json::Value| RunEvent::NodeCompleted {
            at_ms: 5,
            node: "n".parse().unwrap(),
            iteration: vec![],
            node_type: node_type.to_owned(),
            outputs: [("out".parse().unwrap(), out.into())].into(),
        };
        let verdict = json!({ "category": "urgent", "confidence": 0.9 });
        assert_eq!(
            told(&completed("classify", verdict.clone())),
            Told::Classified("urgent".into(), Some(0.9))
        );
        assert_eq!(told(&completed("transform", verdict)), Told::Nothing);
        let talk = json!("about \"classify\"");
        assert_eq!(told(&completed("classify", talk)), Told::Nothing);
    }

    #[test]
    fn the_end_keeps_its_error_as_text() {
        let event = RunEvent::RunFailed {
            at_ms: 1_000,
            error: events::RunError {
                class: events::ErrorClass::Timeout,
                code: "http.timeout".into(),
                message: "no answer".into(),
                hint: None,
                node: None,
                detail: None,
                retry_after_ms: None,
            },
        };
        let Told::Ended(end) = told(&event) else {
            panic!("it ends the run")
        };
        assert_eq!((end.status, end.at.timestamp()), ("failed", 1));
        assert!(end.error.unwrap().contains("http.timeout"));
    }

    #[test]
    fn the_type_is_found_wherever_it_stands() {
        assert_eq!(
            kind(r#"{ "at_ms": 1, "type": "run_completed" }"#).unwrap(),
            "run_completed"
        );
        assert!(read(r#"{"at_ms":1}"#, 1).is_err());
        assert!(read(r#"{"type":"run_started"}"#, 1).is_err());
        assert_eq!(
            read(r#"{"type":"something_new"}"#, 1).unwrap(),
            Told::Nothing
        );
    }
}
