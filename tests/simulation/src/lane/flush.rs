//! One flush for many runs, and what it lets out.

use super::{ASK_AGAIN_MS, Lane, Out, Outgoing, Round};
use crate::{
    bugs::Bug,
    log::{Flush, Flushed, Frame, RunRow, ShardRow},
    world::World,
};
use engine_core::{Effect, Quiescence, Status, effects};
use events::RunEvent;
use ids::{RunId, Shard};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// It is durable, and the answer is lost.
    AnswerLost,
    /// It never arrived.
    Lost,
}

impl Lane {
    /// Makes everything since the last flush durable, in one statement, and then tells the world. Whether there was anything.
    pub(crate) fn flush(&mut self, world: &mut World, fate: Fate) -> bool {
        let mut round = std::mem::take(&mut self.round);
        loop {
            let flush = self.rows(world, &round);
            if flush.shards.is_empty() {
                return false;
            }
            if fate == Fate::Lost {
                if world.bug(Bug::PublishBeforeCommit) {
                    let frames = flush.frames.into_iter().map(Out::Frame);
                    self.outgoing.push_back(Outgoing {
                        messages: frames.collect(),
                        marks: Vec::new(),
                    });
                }
                self.start_over();
                return true;
            }
            let flushed = world.log.flush(&flush, !world.bug(Bug::NoFence));
            if fate == Fate::AnswerLost {
                if let Flushed::Committed(committed) = &flushed {
                    world.committed(&flush, committed, decisions(&round));
                }
                self.start_over();
                return true;
            }
            let committed = match flushed {
                Flushed::Committed(committed) => committed,
                Flushed::Repeats => {
                    if self.drop_repeats(world, &mut round) {
                        continue;
                    }
                    // Somebody else wrote these runs: this owner is stale.
                    BTreeSet::new()
                }
            };
            world.committed(&flush, &committed, decisions(&round));
            self.after_commit(world, round, &flush, &committed);
            let lost = flush.shards.iter().map(|row| row.shard);
            let lost: Vec<Shard> = lost.filter(|shard| !committed.contains(shard)).collect();
            self.step_down(lost);
            return true;
        }
    }

    /// The rows of a round; `pos` goes on from each shard's last.
    fn rows(&self, world: &World, round: &Round) -> Flush {
        let mut flush = Flush::default();
        let mut positions: BTreeMap<Shard, u64> = BTreeMap::new();
        for (run_id, touched) in &round.touched {
            let owned = self.shards.get(&touched.shard);
            let Some((owned, live)) = owned.and_then(|o| Some((o, o.runs.get(run_id)?))) else {
                continue;
            };
            let pos = positions.entry(touched.shard).or_insert(owned.pos);
            *pos += 1;
            let gap = u64::from(world.bug(Bug::SkipSeq) && touched.first_seq > 1);
            flush.frames.push(Frame {
                shard: touched.shard,
                pos: *pos,
                run_id: *run_id,
                first_seq: touched.first_seq + gap,
                events: touched.events.clone(),
            });
            if touched.first_seq == 1 || live.run.has_ended() {
                flush.runs.push(RunRow {
                    shard: touched.shard,
                    identity: *live.run.identity(),
                    status: live.run.status(),
                });
            }
        }
        let touched: BTreeSet<Shard> = positions.keys().chain(&round.moved).copied().collect();
        for shard in touched {
            if let Some(owned) = self.shards.get(&shard) {
                flush.shards.push(ShardRow {
                    shard,
                    epoch: owned.epoch,
                    was: owned.pos,
                    pos: positions.get(&shard).copied().unwrap_or(owned.pos),
                    published_pos: owned.published_pos,
                    incarnation: owned.incarnation,
                    input_seq: owned.input_seq,
                });
            }
        }
        flush
    }

    /// Runs whose start came a second time: the log has them, and they have ended, or they would be in memory.
    fn drop_repeats(&mut self, world: &World, round: &mut Round) -> bool {
        let starts = round.touched.iter().filter(|(_, run)| run.first_seq == 1);
        let existing = starts.filter(|(run, _)| world.log.run(**run).is_some());
        let existing: Vec<RunId> = existing.map(|(run, _)| *run).collect();
        for run_id in &existing {
            round.touched.remove(run_id);
            for owned in self.shards.values_mut() {
                owned.runs.remove(run_id);
            }
        }
        !existing.is_empty()
    }

    fn after_commit(
        &mut self,
        world: &mut World,
        round: Round,
        flush: &Flush,
        committed: &BTreeSet<Shard>,
    ) {
        let mut out = Outgoing::default();
        for row in flush.shards.iter().filter(|r| committed.contains(&r.shard)) {
            if let Some(owned) = self.shards.get_mut(&row.shard) {
                owned.pos = row.pos;
                if row.pos > row.was {
                    out.marks.push((row.shard, row.epoch, row.pos));
                }
            }
        }
        let frames = flush.frames.iter().filter(|f| committed.contains(&f.shard));
        out.messages.extend(frames.cloned().map(Out::Frame));
        for (run_id, touched) in &round.touched {
            let owned = self.shards.get_mut(&touched.shard);
            let Some(owned) = owned.filter(|_| committed.contains(&touched.shard)) else {
                continue;
            };
            let Some(live) = owned.runs.get(run_id) else {
                continue;
            };
            world.check.live_is_folded(&world.log, &live.run);
            for (seq, effect) in effects(&live.run, touched.first_seq, &touched.events) {
                match effect {
                    // An answer leaves on the spot, and is worthless later.
                    Effect::Respond(_) => world.told(*run_id, seq, &effect),
                    other => out.messages.push_back(Out::Effect(*run_id, seq, other)),
                }
            }
            for event in &touched.events {
                if let RunEvent::EffectRequested { effect_key, .. } = event {
                    let due = world.now_ms + ASK_AGAIN_MS;
                    owned.asked.insert(effect_key.clone(), (*run_id, due, 0));
                }
            }
            match touched.quiescence {
                Quiescence::Ended => drop(owned.runs.remove(run_id)),
                Quiescence::More => self.more.push_back((touched.shard, *run_id)),
                Quiescence::Waiting => {}
            }
        }
        let receipts = round.receipts.into_iter();
        let receipts = receipts.filter(|(shard, _)| committed.contains(shard));
        out.messages
            .extend(receipts.map(|(_, receipt)| Out::Receipt(receipt)));
        if !(out.messages.is_empty() && out.marks.is_empty()) {
            self.outgoing.push_back(out);
        }
    }

    /// Lets go of shards after finishing with them.
    pub(crate) fn disown(&mut self, world: &mut World, shards: impl IntoIterator<Item = Shard>) {
        self.flush(world, Fate::Answered);
        self.step_down(shards);
    }
}

fn decisions(round: &Round) -> Vec<(RunId, Vec<super::Decided>)> {
    let touched = round.touched.iter();
    let decisions = touched.map(|(run_id, touched)| (*run_id, touched.decisions.clone()));
    decisions.collect()
}

/// Whether a run goes on.
pub(crate) const fn is_open(status: Status) -> bool {
    matches!(status, Status::New | Status::Running)
}
