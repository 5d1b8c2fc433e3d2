//! What must hold at every step, and in the end.

mod end;
mod life;

use crate::{
    lane::Decided,
    log::{Flush, Frame, Log},
};
use chrono::{DateTime, Utc};
use engine_core::{AdapterRequest, Effect, Run, fold};
use events::RunEvent;
use ids::{RunId, Shard};
use life::Life;
use std::collections::{BTreeMap, BTreeSet};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which check says so.
    pub check: &'static str,
    /// What it saw.
    pub text: String,
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(crate) struct Check {
    violations: Vec<Violation>,
    lives: BTreeMap<RunId, Life>,
    /// Epoch and position of the last write of each shard.
    writes: BTreeMap<Shard, (u64, u64)>,
    decisions: BTreeMap<RunId, Vec<Decided>>,
    told: BTreeMap<RunId, BTreeSet<(u64, String)>>,
    accepted: BTreeSet<RunId>,
    due: Vec<DateTime<Utc>>,
    decided: Vec<DateTime<Utc>>,
    fires: BTreeMap<DateTime<Utc>, RunId>,
}

impl Check {
    pub(crate) fn fails(&mut self, check: &'static str, text: String) {
        self.violations.push(Violation { check, text });
    }

    pub(crate) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// A client was promised this run.
    pub(crate) fn accepts(&mut self, run: RunId) {
        self.accepted.insert(run);
    }

    /// Any run that was promised.
    pub(crate) fn accepted(&self, at: usize) -> Option<RunId> {
        self.accepted
            .iter()
            .nth(at % self.accepted.len().max(1))
            .copied()
    }

    /// The due times that are to be decided.
    pub(crate) fn due_times(&mut self, due: Vec<DateTime<Utc>>) {
        self.due = due;
    }

    pub(crate) fn decided(
        &mut self,
        fire: &[DateTime<Utc>],
        missed: &[DateTime<Utc>],
        now: DateTime<Utc>,
    ) {
        let mut decided: Vec<_> = fire.iter().chain(missed).copied().collect();
        decided.sort_unstable();
        if let Some(early) = decided.last().filter(|due| **due > now) {
            self.fails(
                "due-times-are-decided-once",
                format!("{early} was decided at {now}"),
            );
        }
        self.decided.extend(decided);
    }

    pub(crate) fn fires(&mut self, run: RunId, due_at: DateTime<Utc>) {
        self.fires.insert(due_at, run);
    }

    pub(crate) fn decisions(&mut self, of: impl Iterator<Item = (RunId, Vec<Decided>)>) {
        for (run, decided) in of {
            self.decisions.entry(run).or_default().extend(decided);
        }
    }

    /// What a flush made durable.
    pub(crate) fn flush(&mut self, flush: &Flush, committed: &BTreeSet<Shard>, now_ms: i64) {
        for row in flush.shards.iter().filter(|r| committed.contains(&r.shard)) {
            let (epoch, pos) = self.writes.get(&row.shard).copied().unwrap_or_default();
            if row.epoch < epoch || row.was != pos {
                let text = format!(
                    "shard {}: epoch {} wrote on {} after epoch {epoch} had written {pos}",
                    row.shard, row.epoch, row.was
                );
                self.fails("owners-follow-each-other", text);
            }
            self.writes.insert(row.shard, (row.epoch, row.pos));
        }
        for frame in flush.frames.iter().filter(|f| committed.contains(&f.shard)) {
            let life = self.lives.entry(frame.run_id).or_default();
            for (check, text) in life.lives_on(frame, now_ms) {
                self.fails(check, format!("run {}: {text}", frame.run_id));
            }
        }
    }

    /// A run in memory is what its log makes of it.
    pub(crate) fn live_is_folded(&mut self, log: &Log, live: &Run) {
        let identity = *live.identity();
        let folded = fold(identity, log.events(identity.run_id));
        if folded != *live {
            let text = format!("run {}: {live:?}\nis not\n{folded:?}", identity.run_id);
            self.fails("memory-is-the-log", text);
        }
    }

    /// A frame that is told is in the log, as it is told.
    pub(crate) fn frame_is_durable(&mut self, log: &Log, frame: &Frame) {
        let mut frames = log.frames(frame.run_id);
        if frames.all(|durable| durable != frame) {
            let text = format!("frame {} of {} was told", frame.pos, frame.shard);
            self.fails("told-is-durable", text);
        }
    }

    /// The world is told of event `seq` of a run.
    pub(crate) fn told(&mut self, log: &Log, run: RunId, seq: u64, effect: &Effect) {
        let durable = log.frames(run).last();
        let durable = durable.map_or(0, |frame| frame.first_seq + frame.events.len() as u64 - 1);
        if durable < seq {
            let text = format!("run {run}: event {seq} was told, the log ends at {durable}");
            self.fails("told-is-durable", text);
        }
        let told = self.told.entry(run).or_default();
        told.insert((seq, format!("{effect:?}")));
    }

    /// A request that reaches an adapter stands in the log.
    pub(crate) fn request_was_meant(&mut self, log: &Log, run: RunId, request: &AdapterRequest) {
        let key = &request.origin().effect_key;
        let mut events = log.events(run);
        let meant = events.any(
            |event| matches!(event, RunEvent::EffectRequested { effect_key, .. } if effect_key == key),
        );
        if !meant {
            self.fails(
                "told-is-durable",
                format!("run {run}: effect {key} was asked for"),
            );
        }
    }
}
