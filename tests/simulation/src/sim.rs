//! One simulation: a while with faults, then healing, then the verdict.

use crate::{
    Options, Outcome,
    adapter::Dies,
    bugs::Bug,
    bus::SERVICES,
    client,
    lane::{Fate, Lane},
    world::World,
};
use graphs::Dice;
use ids::Shard;
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// How far a clock may be from the true time.
pub(crate) const MOST_SKEW_MS: i64 = 90_000;
/// Steps with faults, when nobody says; drawn up to this.
const STEPS: usize = 900;
/// Rounds in which everything must come to rest.
const ROUNDS: usize = 5_000;

pub(crate) struct Simulation {
    pub(crate) world: World,
    pub(crate) lanes: Vec<Lane>,
    /// Which life holds a shard.
    pub(crate) locks: BTreeMap<Shard, u64>,
    pub(crate) lives: u64,
    trace: Option<Vec<String>>,
    steps: usize,
}

impl Simulation {
    pub(crate) fn new(options: &Options) -> Self {
        let mut dice = Dice::new(options.seed);
        let plans = client::plans(&mut dice);
        let steps = 100 + dice.below(STEPS);
        let replicas = 2 + dice.below(2);
        let mut world = World::new(dice, plans, options.bug);
        if world.dice.percent(40) {
            world.plan_schedule();
        }
        let mut simulation = Self {
            world,
            lanes: Vec::new(),
            locks: BTreeMap::new(),
            lives: 0,
            trace: options.trace.then(Vec::new),
            steps: options.steps.unwrap_or(steps),
        };
        for _ in 0..replicas {
            let lane = simulation.new_lane();
            simulation.lanes.push(lane);
        }
        simulation
    }

    pub(crate) fn run(mut self) -> Outcome {
        let mut steps = 0;
        while steps < self.steps && self.world.check.violations().is_empty() {
            self.step();
            steps += 1;
        }
        if self.world.check.violations().is_empty() {
            self.heal();
        }
        if self.world.check.violations().is_empty() {
            self.world.finish();
        }
        Outcome {
            violation: self.world.check.violations().first().cloned(),
            steps,
            runs: self.world.log.runs().count(),
            events: self
                .world
                .log
                .runs()
                .map(|row| self.world.log.events(row.identity.run_id).count())
                .sum(),
            fingerprint: self.fingerprint(),
            trace: self.trace.unwrap_or_default(),
        }
    }

    /// Differs when anything in the logs or the state of the dice does.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for row in self.world.log.runs() {
            for frame in self.world.log.frames(row.identity.run_id) {
                (frame.pos, frame.first_seq, format!("{:?}", frame.events)).hash(&mut hasher);
            }
        }
        self.world.dice.clone().next().hash(&mut hasher);
        hasher.finish()
    }

    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        let now_ms = self.world.now_ms;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now_ms} {}", what()));
        }
    }

    pub(crate) fn new_lane(&mut self) -> Lane {
        self.lives += 1;
        let skew = self.world.dice.between(-MOST_SKEW_MS, MOST_SKEW_MS);
        Lane::start(self.lives, skew)
    }

    /// Lets a lane do something with the world.
    pub(crate) fn with<T>(
        &mut self,
        lane: usize,
        act: impl FnOnce(&mut Lane, &mut World) -> T,
    ) -> T {
        act(&mut self.lanes[lane], &mut self.world)
    }

    /// Everything works again; time passes whenever nothing else is left to do.
    fn heal(&mut self) {
        self.note(|| "healing".to_owned());
        self.world.bus.away = false;
        for at in 0..self.lanes.len() {
            if !self.lanes[at].alive {
                self.lanes[at] = self.new_lane();
            }
            self.lanes[at].frozen = false;
            self.lanes[at].skew_ms = 0;
        }
        for _ in 0..ROUNDS {
            let busy = self.calm_round();
            self.note(|| format!("a round: {busy:?}"));
            if !self.world.check.violations().is_empty()
                || (busy.is_empty() && self.world.is_at_rest())
            {
                return;
            }
            if busy.is_empty() && !self.pass_time() {
                return;
            }
        }
    }

    /// Everybody does what there is to do. Who did anything.
    fn calm_round(&mut self) -> Vec<&'static str> {
        let mut busy = Vec::new();
        for at in 0..self.lanes.len() {
            self.notice_lost(at);
        }
        let shards: Vec<Shard> = self.world.shards.iter().copied().collect();
        for (at, shard) in shards.iter().enumerate() {
            if self.take(at % self.lanes.len(), *shard) {
                busy.push("taken");
            }
        }
        for at in 0..self.lanes.len() {
            let owned: Vec<Shard> = self.lanes[at].shards.keys().copied().collect();
            self.with(at, |lane, world| {
                let mut note = |did: bool, what| did.then(|| busy.push(what));
                for shard in &owned {
                    note(lane.read(world, *shard, 16), "read");
                }
                note(lane.wake(world), "woken");
                note(lane.go_on(world), "gone on");
                lane.flush(world, Fate::Answered);
                note(lane.ask_again(world), "asked again");
                note(lane.look_after_readers(world), "told again");
                while lane.publish(world, usize::MAX) {}
                owned.iter().for_each(|shard| lane.ack(world, *shard));
            });
        }
        let mut note = |did: bool, what| did.then(|| busy.push(what));
        for service in SERVICES {
            note(self.world.relay(service, false), "relayed");
        }
        while self.world.matched(false) || self.world.receive() || self.world.project(false) {
            note(true, "consumed");
        }
        while self.world.serve(Dies::Never) {
            note(true, "served");
        }
        note(self.world.tick(0, 0) | self.world.tick(1, 0), "ticked");
        busy
    }

    /// Goes to the next time at which something is due; false when there is none.
    fn pass_time(&mut self) -> bool {
        let now_ms = self.world.now_ms;
        let lanes = self.lanes.iter();
        let lanes = lanes.filter_map(|lane| lane.next_ms(&self.world.plans));
        let outboxes = self.world.outboxes.values();
        let outboxes = outboxes.filter_map(crate::outbox::Outbox::next_ms);
        let due = lanes.chain(outboxes).chain(self.world.next_due_ms());
        let next = due.filter(|due| *due > now_ms).min();
        // A reader that is stuck, and a lead that runs out, have no time of their own.
        let soon = now_ms + 10_000;
        self.world.now_ms = match (next, self.world.is_at_rest()) {
            (Some(next), _) => next.min(soon).max(now_ms + 1),
            (None, false) => soon,
            (None, true) => return false,
        };
        true
    }

    /// Whether the bug is on.
    pub(crate) fn bug(&self, bug: Bug) -> bool {
        self.world.bug(bug)
    }
}
