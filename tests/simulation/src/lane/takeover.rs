//! Taking shards over, and making good what was lost on the way.

use super::{ASK_AGAIN_MS, LONGEST_PAUSE, Lane, Live, Out, Outgoing, Owned, Reader, STALLED_MS};
use crate::{bugs::Bug, world::World};
use engine_core::{Effect, Status, effects, evolve, fold};
use events::RunEvent;
use ids::Shard;
use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Included},
};

impl Lane {
    /// Raises the shard's epoch, folds its running runs, publishes again what its last owner may not have published, and
    /// notes open effects and runs that go on.
    pub(crate) fn take_over(&mut self, world: &mut World, shard: Shard) {
        let taken = world.log.take_over(shard);
        let now_ms = world.now_ms;
        let mut owned = Owned {
            epoch: taken.epoch,
            pos: taken.pos,
            published_pos: taken.published_pos,
            incarnation: taken.incarnation,
            input_seq: taken.input_seq,
            runs: BTreeMap::new(),
            asked: BTreeMap::new(),
            reader: Reader {
                begun: false,
                incarnation: taken.incarnation,
                consumer_seq: 0,
                seq: taken.input_seq,
            },
            applied: (0, now_ms),
        };
        let running = world.log.runs().filter(|row| row.shard == shard);
        for row in running.filter(|row| row.status == Status::Running) {
            let run_id = row.identity.run_id;
            let mut events: Vec<&RunEvent> = world.log.events(run_id).collect();
            if world.bug(Bug::FoldDrift) && events.len() > 3 {
                events.remove(2);
            }
            let run = fold(row.identity, events);
            for (key, _) in run.open_effects() {
                owned.asked.insert(key.to_owned(), (run_id, i64::MIN, 0));
            }
            self.more.push_back((shard, run_id));
            let live = Live {
                run,
                plan: world.plan_of(row.identity.workflow_id),
                folded: true,
            };
            owned.runs.insert(run_id, live);
        }
        let from = taken.published_pos;
        self.shards.insert(shard, owned);
        if !world.bug(Bug::NotPublishedAgain) {
            self.publish_after(world, shard, from);
        }
    }

    /// Asks again for effects without a result, under the same keys. Whether any was due.
    pub(crate) fn ask_again(&mut self, world: &World) -> bool {
        let now_ms = world.now_ms;
        let mut out = Outgoing::default();
        for owned in self.shards.values_mut() {
            let mut kept = BTreeMap::new();
            for (key, (run_id, due, attempts)) in std::mem::take(&mut owned.asked) {
                let live = owned.runs.get(&run_id);
                let open = live.and_then(|live| {
                    let mut open = live.run.open_effects();
                    Some((live, open.find(|(open, _)| **open == key)?.1))
                });
                let Some((live, open)) = open else {
                    continue;
                };
                if due > now_ms {
                    kept.insert(key, (run_id, due, attempts));
                    continue;
                }
                if let Some(request) = live.run.request(&key, open)
                    && !world.bug(Bug::NeverAskedAgain)
                {
                    out.messages.push_back(Out::Again(run_id, request));
                }
                let attempt = attempts + 1;
                let pause = ASK_AGAIN_MS << attempt.min(LONGEST_PAUSE);
                kept.insert(key, (run_id, now_ms + pause, attempt));
            }
            owned.asked = kept;
        }
        let asked = !out.messages.is_empty();
        if asked {
            self.outgoing.push_back(out);
        }
        asked
    }

    /// Publishes the log again where its reader does not get on. Whether it had to.
    pub(crate) fn look_after_readers(&mut self, world: &World) -> bool {
        let mut stalled = Vec::new();
        for (shard, owned) in &mut self.shards {
            let applied = world.model.applied(*shard);
            if applied > owned.applied.0 || applied >= owned.published_pos {
                owned.applied = (applied, world.now_ms);
            } else if world.now_ms - owned.applied.1 >= STALLED_MS {
                owned.applied = (applied, world.now_ms);
                stalled.push((*shard, applied));
            }
        }
        for (shard, pos) in &stalled {
            self.publish_after(world, *shard, *pos);
        }
        !stalled.is_empty()
    }

    /// Publishes a shard's log again, with the effects that follow from it, from `after` (exclusive) on.
    fn publish_after(&mut self, world: &World, shard: Shard, after: u64) {
        let Some(owned) = self.shards.get(&shard) else {
            return;
        };
        if after >= owned.pos {
            return;
        }
        let mut out = Outgoing::default();
        let frames = world.log.of_shard(shard);
        for (pos, frame) in frames.range((Excluded(after), Included(owned.pos))) {
            let Some(row) = world.log.run(frame.run_id) else {
                continue;
            };
            let mut run = engine_core::Run::new(row.identity);
            let before = world.log.frames(frame.run_id);
            for event in before.take_while(|f| f.pos <= *pos).flat_map(|f| &f.events) {
                evolve(&mut run, event);
            }
            out.messages.push_back(Out::Frame((*frame).clone()));
            for (seq, effect) in effects(&run, frame.first_seq, &frame.events) {
                if !matches!(effect, Effect::Respond(_)) {
                    let message = Out::Effect(frame.run_id, seq, effect);
                    out.messages.push_back(message);
                }
            }
        }
        if !out.messages.is_empty() {
            out.marks.push((shard, owned.epoch, owned.pos));
            self.outgoing.push_back(out);
        }
    }
}
