//! Search over what came into runs, went on between their nodes, and went out.
//!
//! There is no index: the logs themselves are searched, newest runs first, a stretch at a time, until a page is full or the
//! time is up. So runs cost nothing more when they are written, and an answer says how far back it looked.

use super::{
    filter, log,
    runs::{Run, RunPage},
    store::{runs as rows, search as store},
};
use crate::{App, access::Access, edge, edge::Problem};
use chrono::DateTime;
use events::{Json, RunEvent, TakenResult};
use ids::{NodeId, RunId};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Uuid};
use std::time::{Duration, Instant};
use utoipa::ToSchema;

/// How long one answer may search.
const TIME: Duration = Duration::from_millis(800);
/// Runs of the first stretch; each is twice the one before, up to the most.
const FIRST: i64 = 128;
const MOST: i64 = 2_048;
/// Places that are named of one run.
const PLACES: usize = 3;
/// Characters around what was found.
const AROUND: usize = 60;

/// One place of a run that has what was searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Found {
    /// Absent for what started the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub node: Option<NodeId>,
    /// input, output, request or error.
    pub part: String,
    /// The JSON around it.
    pub excerpt: String,
}

/// What is searched for, and where.
pub(crate) struct Wanted<'a> {
    pub(crate) text: &'a str,
    pub(crate) workflows: &'a [Uuid],
    pub(crate) status: Option<&'a str>,
    pub(crate) span: rows::Span,
    pub(crate) limit: i64,
}

pub(crate) async fn runs(
    app: &App,
    access: &Access,
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<RunPage, Problem> {
    let needle = Needle::of(wanted.text);
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let began = Instant::now();
    let (mut span, mut length) = (wanted.span, FIRST);
    let mut hits: Vec<(Uuid, Vec<Found>)> = Vec::new();
    let reached = 'search: loop {
        let stretch = store::stretch(conn, wanted.workflows, wanted.status, span, length).await?;
        let Some(last) = stretch.last().copied() else {
            break None;
        };
        let with_text = store::with_text(conn, &stretch, &needle.text, !needle.is_ascii).await?;
        for run in with_text {
            let log = log::of_run(conn, RunId::from_uuid(run)).await?;
            let found = places(&log, &needle);
            if !found.is_empty() {
                hits.push((run, found));
            }
            // The words of the log itself are in every run: then each must be read to know.
            if hits.len() == limit || began.elapsed() > TIME {
                break 'search Some(run);
            }
        }
        span = span.before(Some(last));
        if began.elapsed() > TIME {
            break Some(last);
        }
        length = (length * 2).min(MOST);
    };
    let ids: Vec<Uuid> = hits.iter().map(|(run, _)| *run).collect();
    let mut found = rows::several(conn, &ids).await?;
    for run in &mut found {
        let id = run.id.uuid();
        if let Some((_, places)) = hits.iter_mut().find(|(hit, _)| *hit == id) {
            run.found = std::mem::take(places);
        }
    }
    let key = |row: &Run| row.id.uuid();
    let page = filter::page(app, access, found, wanted.limit, key, |run: &Run| {
        run.workflow_id.into()
    });
    let items = page.await?.items;
    let began_at = |run: Uuid| {
        let milliseconds = i64::try_from(RunId::from_uuid(run).timestamp_ms());
        DateTime::from_timestamp_millis(milliseconds.unwrap_or_default())
    };
    Ok(RunPage {
        items,
        next_cursor: reached.map(|run| edge::cursor(&run)),
        searched_until: reached.and_then(began_at),
    })
}

/// What is searched for, as JSON writes it.
struct Needle {
    /// Lower case.
    text: String,
    is_ascii: bool,
}

impl Needle {
    fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        let inner = quoted.strip_prefix('"').unwrap_or(&quoted);
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        Self {
            text: inner.to_lowercase(),
            is_ascii: text.is_ascii(),
        }
    }

    /// The text around the first place that has it.
    fn excerpt(&self, json: &str) -> Option<String> {
        let lower = json.to_lowercase();
        let at = lower.find(&self.text)?;
        let letters = lower.get(..at)?.chars().count();
        let length = self.text.chars().count() + 2 * AROUND;
        let around = json.chars().skip(letters.saturating_sub(AROUND));
        Some(around.take(length).collect())
    }
}

/// The places of a log that have the text among their values.
fn places(log: &[RunEvent], needle: &Needle) -> Vec<Found> {
    let mut found = Vec::new();
    for event in log {
        tell(event, &mut |node, part, json: &Json| {
            if found.len() < PLACES
                && let Some(excerpt) = needle.excerpt(json.as_str())
            {
                found.push(Found {
                    node: node.cloned(),
                    part: part.to_owned(),
                    excerpt,
                });
            }
        });
    }
    found
}

/// Every value that an entry of the log brings.
fn tell(event: &RunEvent, each: &mut impl FnMut(Option<&NodeId>, &str, &Json)) {
    match event {
        RunEvent::RunStarted { input, variant, .. } => {
            each(None, "input", input);
            let input = variant.as_ref().and_then(|variant| variant.input.as_ref());
            input.into_iter().for_each(|input| each(None, "input", input));
        }
        RunEvent::NodeCompleted { node, outputs, .. } => {
            let outputs = outputs.values();
            outputs.for_each(|value| each(Some(node), "output", value));
        }
        RunEvent::ResultTaken { node, result, .. } => {
            if let TakenResult::Completed { outputs } = result {
                let outputs = outputs.values();
                outputs.for_each(|value| each(Some(node), "output", value));
            }
        }
        RunEvent::NodeTested { node, inputs, .. } => {
            let inputs = inputs.values();
            inputs.for_each(|value| each(Some(node), "input", value));
        }
        RunEvent::EffectRequested { node, request, .. }
        | RunEvent::EffectWithheld { node, request, .. } => each(Some(node), "request", request),
        RunEvent::NodeFailed { node, error, .. } => {
            let error = Json::of(error).unwrap_or_default();
            each(Some(node), "error", &error);
        }
        RunEvent::ApprovalRequested { node, question, .. }
        | RunEvent::ClarificationNeeded { node, question, .. } => {
            let question = Json::of(question).unwrap_or_default();
            each(Some(node), "question", &question);
        }
        RunEvent::ApprovalDecided { node, decision, .. } => {
            let decision = Json::of(decision).unwrap_or_default();
            each(Some(node), "decision", &decision);
        }
        RunEvent::CoordinationBegan { node, brief, .. } => each(Some(node), "brief", brief),
        RunEvent::RoundDecided { node, said, .. } => {
            let said = Json::of(said).unwrap_or_default();
            each(Some(node), "said", &said);
        }
        RunEvent::PlanComputed { .. }
        | RunEvent::NodeStarted { .. }
        | RunEvent::NodeSkipped { .. }
        | RunEvent::EffectCompleted { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::LoopStopped { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::TimerFired { .. }
        | RunEvent::EventAwaited { .. }
        | RunEvent::EventArrived { .. }
        | RunEvent::ApprovalWaived { .. }
        | RunEvent::ClarificationAnswered { .. }
        | RunEvent::QuestionAssigned { .. }
        | RunEvent::QuestionWithdrawn { .. }
        | RunEvent::ChildAbandoned { .. }
        | RunEvent::CostIncurred { .. }
        | RunEvent::StandInGiven { .. }
        // Repeats what the last nodes put out, or why one failed.
        | RunEvent::RunCompleted { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn completed(value: serde_json::Value) -> RunEvent {
        RunEvent::NodeCompleted {
            at_ms: 1,
            node: "shape".parse().unwrap(),
            iteration: vec![],
            node_type: "transform".to_owned(),
            outputs: [("out".parse().unwrap(), value.into())].into(),
        }
    }

    #[test]
    fn values_are_searched_and_not_the_words_of_the_log() {
        let log = [completed(
            json!({ "from": "Ada Ünlü", "quote": "a \"b\" 100%" }),
        )];
        let found = |text: &str| places(&log, &Needle::of(text));
        assert_eq!(found("ada ü")[0].node, Some("shape".parse().unwrap()));
        assert_eq!(found("\"b\"")[0].part, "output");
        assert!(found("quote")[0].excerpt.contains("100%"));
        assert!(found("node_completed").is_empty());
        assert!(found("transform").is_empty());
    }
}
