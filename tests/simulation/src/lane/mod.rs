//! One replica of the engine: the steps of `services/engine/src/lane`, each of them a place where it may die.
//!
//! What a run does is decided by `engine-core` itself. What is modelled is the shell around it: whose memory holds which
//! run, what a flush makes durable, and what leaves when.

mod flush;
mod intake;
mod publish;
mod takeover;

pub(crate) use flush::{Fate, is_open};

use crate::{bugs::Bug, bus::Receipt, log::Frame, world::World};
use engine_core::{AdapterRequest, Effect, Given, Input, Quiescence, Run};
use events::{RunError, RunEvent};
use ids::{RunId, Shard};
use std::collections::{BTreeMap, VecDeque};

/// How long an adapter may take before it is asked again, in milliseconds.
const ASK_AGAIN_MS: i64 = 30_000;
/// The longest pause before an effect is asked for again, as a power of two of the first.
const LONGEST_PAUSE: u32 = 5;
/// A reader of the log that does not get on for this long has lost messages.
const STALLED_MS: i64 = 10_000;

/// A replica.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    /// A number no other life has: locks are held by lives.
    pub(crate) life: u64,
    pub(crate) alive: bool,
    /// It does nothing and knows of nothing; others take its shards.
    pub(crate) frozen: bool,
    /// How far its clock is ahead of the true time.
    pub(crate) skew_ms: i64,
    pub(crate) shards: BTreeMap<Shard, Owned>,
    round: Round,
    more: VecDeque<(Shard, RunId)>,
    outgoing: VecDeque<Outgoing>,
}

/// A shard in the memory of its owner.
#[derive(Debug)]
pub(crate) struct Owned {
    epoch: u64,
    pos: u64,
    published_pos: u64,
    incarnation: i64,
    input_seq: u64,
    runs: BTreeMap<RunId, Live>,
    /// Effects by when they are asked for again, and how often they were.
    asked: BTreeMap<String, (RunId, i64, u32)>,
    reader: Reader,
    applied: (u64, i64),
}

/// Where a shard's input is read.
#[derive(Debug, Clone, Copy, Default)]
struct Reader {
    /// Whether the consumer has been set to the cursor.
    begun: bool,
    incarnation: i64,
    /// Of the last delivery.
    consumer_seq: u64,
    seq: u64,
}

/// A run in memory.
#[derive(Debug, Clone)]
struct Live {
    run: Run,
    plan: usize,
    /// Whether it was folded from the log and has decided nothing since.
    folded: bool,
}

/// What the runs of a lane decided since the last flush.
#[derive(Debug, Default)]
struct Round {
    touched: BTreeMap<RunId, Touched>,
    /// Shards whose cursor moved.
    moved: Vec<Shard>,
    receipts: Vec<(Shard, Receipt)>,
}

#[derive(Debug)]
struct Touched {
    shard: Shard,
    first_seq: u64,
    events: Vec<RunEvent>,
    quiescence: Quiescence,
    decisions: Vec<Decided>,
}

/// One decision as it was made, so that it can be made once more.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    /// Whether the run had been folded from its log just before.
    pub(crate) folded: bool,
    pub(crate) input: Asked,
    pub(crate) given: Given,
    pub(crate) first_seq: u64,
    pub(crate) events: Vec<RunEvent>,
}

/// What was decided on.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    Input(Input),
    /// A start that was refused, with its input.
    Refusal(Input, RunError),
}

/// What one flush, or one repair, puts on the bus.
#[derive(Debug, Clone, Default)]
struct Outgoing {
    messages: VecDeque<Out>,
    /// Published up to here under this epoch, once all messages are stored.
    marks: Vec<(Shard, u64, u64)>,
}

#[derive(Debug, Clone)]
enum Out {
    Frame(Frame),
    Effect(RunId, u64, Effect),
    Again(RunId, AdapterRequest),
    Receipt(Receipt),
}

impl Lane {
    pub(crate) fn start(life: u64, skew_ms: i64) -> Self {
        Self {
            life,
            alive: true,
            skew_ms,
            ..Self::default()
        }
    }

    /// When something is due next, by its own clock.
    pub(crate) fn next_ms(&self, plans: &[workflow::Plan]) -> Option<i64> {
        let shards = self.shards.values();
        let dues = shards.flat_map(|owned| {
            let asked = owned.asked.values().map(|(_, due, _)| *due);
            let wakes = owned
                .runs
                .values()
                .filter_map(|live| live.run.wake_at_ms(plans.get(live.plan)?));
            asked.chain(wakes)
        });
        dues.min()
    }

    /// Forgets shards whose fate is unknown or known to be somebody else's.
    fn step_down(&mut self, shards: impl IntoIterator<Item = Shard>) {
        for shard in shards {
            self.shards.remove(&shard);
            self.more.retain(|(of, _)| *of != shard);
        }
    }

    /// Lets go of a shard amid a round, as over an input that can neither be read nor put aside.
    pub(crate) fn give_up(&mut self, world: &World, shard: Shard) {
        self.step_down([shard]);
        if !world.bug(Bug::RoundKept) {
            self.round.leave(shard);
        }
    }

    /// After a failure of the database: nothing in memory counts until it is read again.
    fn start_over(&mut self) {
        self.round = Round::default();
        let all: Vec<Shard> = self.shards.keys().copied().collect();
        self.step_down(all);
    }
}

impl Round {
    fn moved(&mut self, shard: Shard) {
        if !self.moved.contains(&shard) {
            self.moved.push(shard);
        }
    }

    /// Forgets what a shard decided that is not durable: whoever takes it over decides anew.
    fn leave(&mut self, shard: Shard) {
        self.touched.retain(|_, touched| touched.shard != shard);
        self.moved.retain(|moved| *moved != shard);
        self.receipts.retain(|(of, _)| *of != shard);
    }

    fn decided(&mut self, shard: Shard, run_id: RunId, decision: Decided, quiescence: Quiescence) {
        let first_seq = decision.first_seq;
        let touched = self.touched.entry(run_id).or_insert_with(|| Touched {
            shard,
            first_seq,
            events: Vec::new(),
            quiescence,
            decisions: Vec::new(),
        });
        touched.events.extend(decision.events.iter().cloned());
        touched.quiescence = quiescence;
        touched.decisions.push(decision);
    }
}
