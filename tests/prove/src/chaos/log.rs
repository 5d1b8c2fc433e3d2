//! I5, I6: a run's log has no gap, and tells a life that the engine can have led.

use super::evidence::{Evidence, Log};
use crate::Statement;
use events::{RunEvent, SkipReason};
use ids::RunId;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(evidence: &Evidence) -> Vec<Statement> {
    let figure = format!(
        "{} logs, {} frames",
        evidence.logs.len(),
        evidence
            .logs
            .values()
            .map(|log| log.frames.len())
            .sum::<usize>()
    );
    let gaps: Vec<String> = evidence
        .logs
        .iter()
        .filter_map(|(run, log)| gap(*run, log))
        .collect();
    let shards = shard_gaps(evidence);
    let lives: Vec<String> = evidence
        .logs
        .iter()
        .filter_map(|(run, log)| Some(format!("run {run}: {}", life(log.events()).err()?)))
        .collect();
    vec![
        Statement::of("I5-log-is-gapless", &*figure, &gaps),
        Statement::of("I5-shards-are-gapless", &*figure, &shards),
        Statement::of("I6-log-is-a-life", &*figure, &lives),
    ]
}

fn gap(run: RunId, log: &Log) -> Option<String> {
    let mut next = 1;
    for frame in &log.frames {
        let count = i64::try_from(frame.events.len()).unwrap_or(i64::MAX);
        if frame.first_seq != next {
            return Some(format!(
                "run {run}: seq {next} is followed by {}",
                frame.first_seq
            ));
        }
        if frame.last_seq != frame.first_seq + count - 1 {
            let (first, last) = (frame.first_seq, frame.last_seq);
            return Some(format!(
                "run {run}: frame {first}..{last} holds {count} events"
            ));
        }
        let times: Vec<i64> = frame.events.iter().filter_map(RunEvent::at_ms).collect();
        if !times.is_sorted() {
            return Some(format!(
                "run {run}: time runs backwards in frame {}",
                frame.first_seq
            ));
        }
        next = frame.last_seq + 1;
    }
    None
}

/// Positions of each shard's frames: 1, 2, 3, … up to what the shard's row says.
fn shard_gaps(evidence: &Evidence) -> Vec<String> {
    let mut positions: BTreeMap<i16, BTreeSet<i64>> = BTreeMap::new();
    let mut found = Vec::new();
    for (run, log) in &evidence.logs {
        for frame in &log.frames {
            if !positions.entry(frame.shard).or_default().insert(frame.pos) {
                found.push(format!(
                    "shard {}: pos {} twice, the second in run {run}",
                    frame.shard, frame.pos
                ));
            }
        }
    }
    for (shard, end) in &evidence.written {
        let own = positions.remove(shard).unwrap_or_default();
        if let Some(missing) = (1..=*end).find(|pos| !own.contains(pos)) {
            found.push(format!("shard {shard}: pos {missing} of {end} is missing"));
        }
        if let Some(beyond) = own.last().filter(|last| *last > end) {
            found.push(format!("shard {shard}: pos {beyond} is beyond {end}"));
        }
    }
    found
}

/// What the log has told so far.
#[derive(Default)]
struct Life {
    started: bool,
    ended: bool,
    /// Nodes in one turn: whether they have settled.
    nodes: BTreeMap<(String, Vec<u32>), bool>,
    /// Effects: whether their result is in.
    effects: BTreeMap<String, bool>,
}

/// Whether a run can have lived like this.
fn life<'a>(events: impl Iterator<Item = &'a RunEvent>) -> Result<(), String> {
    let mut life = Life::default();
    for (seq, event) in (1..).zip(events) {
        live(&mut life, event).map_err(|why| format!("seq {seq}: {why}"))?;
    }
    match life.started {
        true => Ok(()),
        false => Err("it never started".to_owned()),
    }
}

fn live(life: &mut Life, event: &RunEvent) -> Result<(), String> {
    let refuse = |why: String| Err(why);
    if life.ended {
        return refuse(format!("{event:?} after the end"));
    }
    if life.started == matches!(event, RunEvent::RunStarted { .. }) {
        return refuse(format!("{event:?} is out of place"));
    }
    let place = |node: &ids::NodeId, turn: &[u32]| (node.to_string(), turn.to_vec());
    match event {
        RunEvent::RunStarted { .. } => life.started = true,
        RunEvent::NodeStarted {
            node, iteration, ..
        } => {
            if life.nodes.insert(place(node, iteration), false).is_some() {
                return refuse(format!("node {node} starts twice"));
            }
        }
        RunEvent::NodeSkipped {
            node,
            iteration,
            reason,
            ..
        } => {
            let before = life.nodes.insert(place(node, iteration), true);
            let let_go = matches!(reason, SkipReason::LoopFailed { .. });
            if before == Some(true) || (before == Some(false) && !let_go) {
                return refuse(format!(
                    "node {node} is skipped after it was started or settled"
                ));
            }
        }
        RunEvent::NodeCompleted {
            node, iteration, ..
        }
        | RunEvent::NodeFailed {
            node, iteration, ..
        } => {
            if life.nodes.insert(place(node, iteration), true) == Some(true) {
                return refuse(format!("node {node} settles twice"));
            }
        }
        RunEvent::EffectRequested { effect_key, .. } => {
            if life.effects.insert(effect_key.clone(), false).is_some() {
                return refuse(format!("effect {effect_key} is requested twice"));
            }
        }
        RunEvent::EffectCompleted { effect_key, .. } => {
            match life.effects.insert(effect_key.clone(), true) {
                Some(false) => {}
                Some(true) => return refuse(format!("effect {effect_key} has two results")),
                None => return refuse(format!("effect {effect_key} was never requested")),
            }
        }
        RunEvent::RunCompleted { .. }
        | RunEvent::RunFailed { .. }
        | RunEvent::RunCancelled { .. } => {
            life.ended = true;
        }
        RunEvent::PlanComputed { .. }
        | RunEvent::BranchTaken { .. }
        | RunEvent::LoopIterated { .. }
        | RunEvent::LoopStopped { .. }
        | RunEvent::WaitStarted { .. }
        | RunEvent::TimerFired { .. }
        | RunEvent::EventAwaited { .. }
        | RunEvent::EventArrived { .. }
        | RunEvent::ApprovalRequested { .. }
        | RunEvent::ApprovalDecided { .. }
        | RunEvent::ApprovalWaived { .. }
        | RunEvent::ClarificationNeeded { .. }
        | RunEvent::ClarificationAnswered { .. }
        | RunEvent::QuestionAssigned { .. }
        | RunEvent::QuestionWithdrawn { .. }
        | RunEvent::ChildAbandoned { .. }
        | RunEvent::CostIncurred { .. }
        | RunEvent::ResultTaken { .. }
        | RunEvent::StandInGiven { .. }
        | RunEvent::EffectWithheld { .. }
        | RunEvent::NodeTested { .. }
        | RunEvent::CoordinationBegan { .. }
        | RunEvent::RoundDecided { .. } => {}
    }
    Ok(())
}
