//! I1, I2, I3: what was accepted runs once, and nothing else runs.

use super::{documents::key_of, evidence::Evidence, ledger::Kind};
use crate::Statement;
use events::RunEvent;
use ids::RunId;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence) -> Vec<Statement> {
    let runs = runs_by_key(evidence);
    vec![
        each_accepted_key_has_one_run(evidence, &runs),
        each_run_was_asked_for(evidence, &runs),
        each_key_has_one_run(evidence, &runs),
        a_key_is_for_one_request(evidence),
    ]
}

/// Runs by the key that they were started with; those without one under the empty key.
fn runs_by_key(evidence: &Evidence) -> BTreeMap<String, Vec<RunId>> {
    let mut runs: BTreeMap<String, Vec<RunId>> = BTreeMap::new();
    for (run, log) in &evidence.logs {
        let started = log.events().find_map(|event| {
            let RunEvent::RunStarted { input, parent, .. } = event else {
                return None;
            };
            Some((input.value(), parent.is_some()))
        });
        // What another run asked for is another matter.
        if matches!(started, Some((_, true))) {
            continue;
        }
        let input = started.map(|(input, _)| input);
        let key = input.as_ref().and_then(key_of).unwrap_or_default();
        runs.entry(key).or_default().push(*run);
    }
    runs
}

fn each_accepted_key_has_one_run(
    evidence: &Evidence,
    runs: &BTreeMap<String, Vec<RunId>>,
) -> Statement {
    let accepted = evidence
        .entries
        .iter()
        .filter(|(_, entry)| entry.is_accepted());
    let (mut keys, mut found) = (0, Vec::new());
    for (key, entry) in accepted {
        keys += 1;
        let own = runs.get(key).map_or(&[][..], Vec::as_slice);
        match own {
            [run]
                if entry
                    .run
                    .as_ref()
                    .is_none_or(|told| *told == run.to_string()) => {}
            [run] => found.push(format!(
                "{key} was told of run {:?} and has run {run}",
                entry.run
            )),
            [] => found.push(format!(
                "{key} was answered {:?} and has no run",
                entry.answers
            )),
            [first, second, ..] => found.push(format!("{key} has the runs {first} and {second}")),
        }
    }
    let figure = format!(
        "{keys} accepted of {} keys, {} runs",
        evidence.entries.len(),
        evidence.logs.len()
    );
    Statement::of("I1-accepted-has-one-run", figure, &found)
}

fn each_run_was_asked_for(evidence: &Evidence, runs: &BTreeMap<String, Vec<RunId>>) -> Statement {
    let strangers = runs
        .iter()
        .filter(|(key, _)| !evidence.entries.contains_key(*key));
    let found: Vec<String> = strangers
        .map(|(key, runs)| format!("run {} has key {key:?}, which nobody sent", runs[0]))
        .collect();
    Statement::of(
        "I2-run-was-asked-for",
        format!("{} runs", evidence.logs.len()),
        &found,
    )
}

fn each_key_has_one_run(evidence: &Evidence, runs: &BTreeMap<String, Vec<RunId>>) -> Statement {
    let repeated = evidence
        .entries
        .iter()
        .filter(|(_, entry)| entry.answers.len() > 1);
    let (mut keys, mut found) = (0, Vec::new());
    for (key, entry) in repeated {
        keys += 1;
        if let Some([first, second, ..]) = runs.get(key).map(Vec::as_slice) {
            found.push(format!(
                "{key}, answered {:?}, has the runs {first} and {second}",
                entry.answers
            ));
        }
    }
    Statement::of(
        "I3-repeated-key-is-one-run",
        format!("{keys} keys sent again"),
        &found,
    )
}

fn a_key_is_for_one_request(evidence: &Evidence) -> Statement {
    // A fault in between may answer for the gateway.
    let taken = evidence.misused.iter().filter(|(_, status)| **status < 400);
    let found: Vec<String> = taken
        .map(|(key, status)| format!("{key} with another body was answered {status}"))
        .collect();
    let manual = Kind::Manual.name();
    let figure = format!(
        "{} keys of {manual} runs used again with another body",
        evidence.misused.len()
    );
    Statement::of("I3-other-body-is-refused", figure, &found)
}
