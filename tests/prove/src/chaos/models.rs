//! I7, I8: the log, the run rows, the gateway's read model and the bus tell the same.

use super::evidence::{Evidence, Log, RunRow};
use crate::Statement;
use events::RunEvent;

pub(super) fn check(evidence: &Evidence) -> Vec<Statement> {
    vec![
        rows_follow_from_the_log(evidence),
        the_read_model_follows_from_the_log(evidence),
        the_read_model_has_the_whole_log(evidence),
        the_bus_tells_what_is_durable(evidence),
        nothing_waits_for_a_consumer(evidence),
        the_gateway_has_applied_all(evidence),
    ]
}

/// The row that a log makes.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only start and end are in the row"
)]
fn fold(log: &Log) -> RunRow {
    let mut row = RunRow {
        status: "running".to_owned(),
        started_at_ms: None,
        ended_at_ms: None,
    };
    for event in log.events() {
        let (status, at_ms) = match event {
            RunEvent::RunStarted { at_ms, .. } => {
                row.started_at_ms = Some(*at_ms);
                continue;
            }
            RunEvent::RunCompleted { at_ms, .. } => ("completed", at_ms),
            RunEvent::RunFailed { at_ms, .. } => ("failed", at_ms),
            RunEvent::RunCancelled { at_ms, .. } => ("cancelled", at_ms),
            _ => continue,
        };
        row.status = status.to_owned();
        row.ended_at_ms = Some(*at_ms);
    }
    row
}

fn rows_follow_from_the_log(evidence: &Evidence) -> Statement {
    let mut found = Vec::new();
    for (run, log) in &evidence.logs {
        let (folded, row) = (fold(log), evidence.runs.get(run));
        if row != Some(&folded) {
            found.push(format!(
                "run {run}: the log gives {folded:?}, the engine's row is {row:?}"
            ));
        }
    }
    let without = evidence
        .runs
        .keys()
        .filter(|run| !evidence.logs.contains_key(run));
    found.extend(without.map(|run| format!("run {run} has a row and no log")));
    Statement::of(
        "I7-rows-follow-from-log",
        format!("{} rows", evidence.runs.len()),
        &found,
    )
}

fn the_read_model_follows_from_the_log(evidence: &Evidence) -> Statement {
    let mut found = Vec::new();
    for (run, log) in &evidence.logs {
        let folded = fold(log);
        let shown = evidence.projected.get(run).map(|projected| &projected.row);
        if shown != Some(&folded) {
            found.push(format!(
                "run {run}: the log gives {folded:?}, the gateway shows {shown:?}"
            ));
        }
    }
    let without = evidence
        .projected
        .keys()
        .filter(|run| !evidence.logs.contains_key(run));
    found.extend(without.map(|run| format!("run {run} is shown and has no log")));
    Statement::of(
        "I7-read-model-follows-from-log",
        format!("{} runs shown", evidence.projected.len()),
        &found,
    )
}

fn the_read_model_has_the_whole_log(evidence: &Evidence) -> Statement {
    let (mut events, mut found) = (0, Vec::new());
    for (run, log) in &evidence.logs {
        let written: Vec<&RunEvent> = log.events().collect();
        let shown = evidence
            .projected
            .get(run)
            .map_or(&[][..], |projected| &projected.frames);
        let shown: Vec<&RunEvent> = shown.iter().flat_map(|(_, events)| events).collect();
        events += shown.len();
        if written != shown {
            let same = written
                .iter()
                .zip(&shown)
                .take_while(|(a, b)| a == b)
                .count();
            let (one, other) = (written.get(same), shown.get(same));
            found.push(format!(
                "run {run}: at seq {} the log has {one:?}, the gateway {other:?}",
                same + 1
            ));
        }
    }
    Statement::of(
        "I7-read-model-has-whole-log",
        format!("{events} events"),
        &found,
    )
}

fn the_bus_tells_what_is_durable(evidence: &Evidence) -> Statement {
    let mut found = Vec::new();
    for ((run, first_seq), told) in &evidence.heard.frames {
        let log = evidence.logs.get(run);
        let frame = log.and_then(|log| {
            let mut frames = log.frames.iter();
            frames.find(|frame| u64::try_from(frame.first_seq) == Ok(*first_seq))
        });
        match (frame, told.as_slice()) {
            (Some(frame), [events]) if *events == frame.events => {}
            (None, _) => found.push(format!(
                "run {run}: the bus told of seq {first_seq}, the log does not have it"
            )),
            (Some(_), _) => found.push(format!(
                "run {run}: the bus told something else than the log at seq {first_seq}"
            )),
        }
    }
    let figure = format!(
        "{} frames in {} messages",
        evidence.heard.frames.len(),
        evidence.heard.messages
    );
    Statement::of("I8-bus-tells-what-is-durable", figure, &found)
}

fn nothing_waits_for_a_consumer(evidence: &Evidence) -> Statement {
    let figure = format!("{} outbox rows left", evidence.waiting.len());
    Statement::of("I8-outboxes-are-confirmed", figure, &evidence.waiting)
}

fn the_gateway_has_applied_all(evidence: &Evidence) -> Statement {
    let behind = evidence.written.iter().filter_map(|(shard, end)| {
        let applied = evidence.applied.get(shard).copied().unwrap_or_default();
        (applied != *end).then(|| format!("shard {shard}: {applied} of {end} applied"))
    });
    let found: Vec<String> = behind.collect();
    let figure = format!(
        "{} positions of {} shards",
        evidence.written.values().sum::<i64>(),
        evidence.written.len()
    );
    Statement::of("I10-log-is-applied-to-its-end", figure, &found)
}
