//! One step of a simulation: somebody does something, or something goes wrong.

use crate::{
    adapter::Dies,
    bus::SERVICES,
    lane::{Fate, Lane},
    sim::{MOST_SKEW_MS, Simulation},
};
use ids::Shard;

impl Simulation {
    pub(crate) fn step(&mut self) {
        match self.world.dice.below(100) {
            0..58 => self.engine(),
            58..68 => self.relay(),
            68..76 => self.adapter(),
            76..80 => drop(self.with_dice(|sim| {
                let dies = sim.world.dice.percent(10);
                sim.world.matched(dies)
            })),
            80..85 => drop(self.with_dice(|sim| {
                let dies = sim.world.dice.percent(10);
                sim.world.project(dies)
            })),
            85..88 => drop(self.world.receive()),
            88..90 => self.scheduler(),
            90..92 => self.client(),
            92 => self.answer(),
            93..97 => self.fault(),
            _ => self.time_passes(),
        }
    }

    fn with_dice<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        act(self)
    }

    fn engine(&mut self) {
        let at = self.world.dice.below(self.lanes.len());
        if !self.lanes[at].alive || self.lanes[at].frozen {
            return;
        }
        let owned: Vec<Shard> = self.lanes[at].shards.keys().copied().collect();
        let shard = self.world.dice.pick(&owned);
        let most = 1 + self.world.dice.below(6);
        match self.world.dice.below(20) {
            0..5 => {
                if let Some(shard) = shard {
                    let took = self.with(at, |lane, world| lane.read(world, shard, most));
                    self.note(|| format!("lane {at} reads {shard}: {took}"));
                }
            }
            5 => drop(self.with(at, Lane::wake)),
            6..8 => drop(self.with(at, Lane::go_on)),
            8..12 => {
                let fate = match self.world.dice.below(30) {
                    0 => Fate::Lost,
                    1 => Fate::AnswerLost,
                    _ => Fate::Answered,
                };
                let flushed = self.with(at, |lane, world| lane.flush(world, fate));
                self.note(|| format!("lane {at} flushes, {fate:?}: {flushed}"));
            }
            12..16 => {
                let stored = self.with(at, |lane, world| lane.publish(world, most));
                self.note(|| format!("lane {at} publishes {most}: {stored}"));
            }
            16 => {
                if let Some(shard) = shard {
                    self.with(at, |lane, world| lane.ack(world, shard));
                }
            }
            17 => {
                self.with(at, |lane, world| lane.ask_again(world));
                self.with(at, |lane, world| lane.look_after_readers(world));
            }
            18 => {
                let all: Vec<Shard> = self.world.shards.iter().copied().collect();
                if let Some(shard) = self.world.dice.pick(&all) {
                    let took = self.take(at, shard);
                    self.note(|| format!("lane {at} takes {shard} over: {took}"));
                }
            }
            _ if self.world.dice.percent(60) => self.notice_lost(at),
            _ if self.world.dice.percent(30) => {
                if let Some(shard) = shard {
                    self.note(|| format!("lane {at} gives {shard} up"));
                    self.with(at, |lane, world| lane.give_up(world, shard));
                    let life = self.lanes[at].life;
                    self.locks
                        .retain(|of, holder| *of != shard || *holder != life);
                }
            }
            _ => {
                if let Some(shard) = shard {
                    self.note(|| format!("lane {at} gives {shard} back"));
                    self.with(at, |lane, world| lane.disown(world, [shard]));
                    let life = self.lanes[at].life;
                    self.locks
                        .retain(|of, holder| *of != shard || *holder != life);
                }
            }
        }
    }

    /// Takes a shard over that nobody holds. Whether it did.
    pub(crate) fn take(&mut self, at: usize, shard: Shard) -> bool {
        let life = self.lanes[at].life;
        // A replica lets go of what it has lost before it asks for anything.
        let free = !self.locks.contains_key(&shard) && !self.lanes[at].shards.contains_key(&shard);
        if free {
            self.locks.insert(shard, life);
            self.with(at, |lane, world| lane.take_over(world, shard));
        }
        free
    }

    /// A replica whose locks are gone lets go of what it held, and one that stepped down of a shard gives its lock back.
    pub(crate) fn notice_lost(&mut self, at: usize) {
        let life = self.lanes[at].life;
        let owned = self.lanes[at].shards.keys();
        let lost = owned.filter(|shard| self.locks.get(*shard) != Some(&life));
        let lost: Vec<Shard> = lost.copied().collect();
        if !lost.is_empty() {
            self.note(|| format!("lane {at} finds that {lost:?} are not its own"));
            self.with(at, |lane, world| lane.disown(world, lost));
        }
        let lane = &self.lanes[at];
        self.locks
            .retain(|shard, holder| *holder != life || lane.shards.contains_key(shard));
    }

    fn relay(&mut self) {
        if let Some(service) = self.world.dice.pick(&SERVICES) {
            let dies = self.world.dice.percent(5);
            let due = self.world.relay(service, dies);
            self.note(|| format!("{service:?} relays, dies {dies}: {due}"));
        }
    }

    fn adapter(&mut self) {
        let dies = match self.world.dice.below(20) {
            0 => Dies::BeforeTheCall,
            1 => Dies::AfterTheCall,
            2 => Dies::BeforeTheAck,
            _ => Dies::Never,
        };
        let served = self.world.serve(dies);
        self.note(|| format!("the adapter serves, dies {dies:?}: {served}"));
    }

    fn scheduler(&mut self) {
        let replica = self.world.dice.below(2);
        if self.world.dice.percent(10) {
            self.world.depose(replica);
        }
        let skew = self.world.dice.between(-MOST_SKEW_MS, MOST_SKEW_MS);
        let decided = self.world.tick(replica, skew);
        self.note(|| format!("scheduler {replica} ticks: {decided}"));
    }

    fn fault(&mut self) {
        let at = self.world.dice.below(self.lanes.len());
        match self.world.dice.below(10) {
            0..3 => {
                self.note(|| format!("lane {at} is killed"));
                let life = self.lanes[at].life;
                self.locks.retain(|_, holder| *holder != life);
                self.lanes[at] = self.new_lane();
            }
            3..6 => {
                let frozen = !self.lanes[at].frozen;
                self.note(|| format!("lane {at} is frozen: {frozen}"));
                self.lanes[at].frozen = frozen;
            }
            6 | 7 if self.lanes[at].frozen => {
                self.note(|| format!("lane {at} is taken for dead"));
                let life = self.lanes[at].life;
                self.locks.retain(|_, holder| *holder != life);
            }
            6 | 7 => {
                let skew = self.world.dice.between(-MOST_SKEW_MS, MOST_SKEW_MS);
                self.note(|| format!("the clock of lane {at} jumps to {skew}"));
                self.lanes[at].skew_ms = skew;
            }
            8 => {
                let away = !self.world.bus.away;
                self.note(|| format!("the bus is away: {away}"));
                self.world.bus.away = away;
            }
            _ if self.world.dice.percent(70) => {
                self.note(|| "the bus forgets everything".to_owned());
                self.world.bus.forget();
            }
            _ => {}
        }
    }

    fn time_passes(&mut self) {
        let ms = match self.world.dice.below(10) {
            0 => self.world.dice.between(60_000, 600_000),
            1..4 => self.world.dice.between(1_000, 60_000),
            _ => self.world.dice.between(1, 1_000),
        };
        self.world.now_ms += ms;
    }
}
