//! The engine's database, as far as correctness rests on it: shards, the run log, and the one statement that adds to it.
//!
//! The statement is in `services/engine/src/store/flush.rs`; a test of the engine (`tests/model.rs`) gives both the same and
//! compares.

use engine_core::{Identity, Status};
use events::RunEvent;
use ids::{RunId, Shard};
use std::collections::{BTreeMap, BTreeSet};

/// A shard's row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShardState {
    pub epoch: u64,
    pub pos: u64,
    pub published_pos: u64,
    pub incarnation: i64,
    pub input_seq: u64,
}

/// A shard as a flush leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardRow {
    pub shard: Shard,
    pub epoch: u64,
    pub was: u64,
    pub pos: u64,
    pub published_pos: u64,
    pub incarnation: i64,
    pub input_seq: u64,
}

/// The events of one run in one flush.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub shard: Shard,
    pub pos: u64,
    pub run_id: RunId,
    pub first_seq: u64,
    pub events: Vec<RunEvent>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRow {
    pub shard: Shard,
    pub identity: Identity,
    pub status: Status,
}

/// Everything that one flush makes durable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flush {
    pub shards: Vec<ShardRow>,
    pub frames: Vec<Frame>,
    pub runs: Vec<RunRow>,
}

/// How a flush ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flushed {
    /// Durable for these shards, and for no other of the flush.
    Committed(BTreeSet<Shard>),
    /// Nothing is durable: some run has entries with these numbers.
    Repeats,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Log {
    shards: BTreeMap<Shard, ShardState>,
    frames: BTreeMap<(RunId, u64), Frame>,
    runs: BTreeMap<RunId, RunRow>,
}

impl Log {
    /// A shard's row.
    #[must_use]
    pub fn shard(&self, shard: Shard) -> ShardState {
        self.shards.get(&shard).copied().unwrap_or_default()
    }

    /// Raises a shard's epoch.
    pub fn take_over(&mut self, shard: Shard) -> ShardState {
        let state = self.shards.entry(shard).or_default();
        state.epoch += 1;
        *state
    }

    /// Commits what the fence lets through, or nothing. `fenced` is false only for the bug that leaves the fence out.
    pub fn flush(&mut self, flush: &Flush, fenced: bool) -> Flushed {
        let mine = flush.shards.iter().filter(|row| {
            let state = self.shard(row.shard);
            !fenced || (state.epoch == row.epoch && state.pos == row.was)
        });
        let mine: BTreeMap<Shard, ShardRow> = mine.map(|row| (row.shard, *row)).collect();
        let frames = || flush.frames.iter().filter(|f| mine.contains_key(&f.shard));
        let mut new = BTreeSet::new();
        for frame in frames() {
            let key = (frame.run_id, frame.first_seq);
            if self.frames.contains_key(&key) || !new.insert(key) {
                return Flushed::Repeats;
            }
        }
        for frame in frames() {
            self.frames
                .insert((frame.run_id, frame.first_seq), frame.clone());
        }
        for row in flush.runs.iter().filter(|r| mine.contains_key(&r.shard)) {
            let run = self.runs.entry(row.identity.run_id).or_insert(*row);
            if run.status == Status::Running {
                run.status = row.status;
            }
        }
        for row in mine.values() {
            let state = self.shards.entry(row.shard).or_default();
            *state = ShardState {
                epoch: state.epoch,
                pos: row.pos,
                published_pos: state.published_pos.max(row.published_pos),
                incarnation: row.incarnation,
                input_seq: row.input_seq,
            };
        }
        Flushed::Committed(mine.into_keys().collect())
    }

    /// All runs.
    pub fn runs(&self) -> impl Iterator<Item = &RunRow> {
        self.runs.values()
    }

    /// One run.
    #[must_use]
    pub fn run(&self, run: RunId) -> Option<&RunRow> {
        self.runs.get(&run)
    }

    /// The frames of a run, in order.
    pub fn frames(&self, run: RunId) -> impl Iterator<Item = &Frame> {
        let frames = self.frames.range((run, 0)..=(run, u64::MAX));
        frames.map(|(_, frame)| frame)
    }

    /// The frames of all runs, run by run.
    pub fn all_frames(&self) -> impl Iterator<Item = &Frame> {
        self.frames.values()
    }

    /// The events of a run, in order.
    pub fn events(&self, run: RunId) -> impl Iterator<Item = &RunEvent> {
        self.frames(run).flat_map(|frame| &frame.events)
    }

    /// Frames of a shard by their `pos`.
    #[must_use]
    pub fn of_shard(&self, shard: Shard) -> BTreeMap<u64, &Frame> {
        let frames = self.frames.values().filter(|frame| frame.shard == shard);
        frames.map(|frame| (frame.pos, frame)).collect()
    }
}
